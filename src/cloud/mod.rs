//! The Pulumi Cloud client: requests, retries, errors, secrets, paging.
//!
//! It speaks the service's vocabulary and has never heard of Terraform. Credentials, certificates
//! and proxies are handed in through [`ClientSettings`]; nothing here reads the environment or a file.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `client` | the calls that others make |
//! | `creation/` | a creation followed to its end, whatever happens on the way |
//! | `org_tokens` | tokens as the service lists them, page by page |
//! | `snapshot` | one listing shared by many reads |
//! | `organization` | what an organization prescribes |
//! | `http` | one request and its answer |
//! | `connection` | the HTTP client behind it: time limits, common headers |
//! | `address`, `proxy`, `tls` | where the service is, on which way, and what proves that it is there |
//! | `blocking` | work that blocks, with a time limit |
//! | `retry` | when to try again, and how long to wait |
//! | `service_clock` | what time it is for the service |
//! | `error`, `scrub`, `secret` | what may be shown, and what may not |
//! | `settings`, `clock`, `stop` | what a client is given |

mod address;
mod blocking;
mod client;
mod clock;
mod connection;
mod creation;
mod error;
mod http;
mod org_tokens;
mod organization;
mod proxy;
mod retry;
mod scrub;
mod secret;
mod service_clock;
mod settings;
mod snapshot;
mod stop;
mod tls;

pub use address::{Address, AddressError};
pub use blocking::within;
pub use client::{Client, Deleted};
pub use clock::{Clock, Random, Seams, SystemClock, SystemRandom};
pub use creation::{CreateError, CreatedToken, NameHolder, NewOrgToken};
pub use error::{Error, ErrorKind};
pub use org_tokens::{OrgToken, OrgTokens, Role, TokenPage};
pub use organization::Policy;
pub use proxy::{Proxy, ProxyError, ProxySettings};
pub use secret::Secret;
pub use settings::{Backoff, ClientSettings};
pub use stop::Stop;
pub use tls::{Certificates, CertificatesError};
