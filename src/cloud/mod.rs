//! The Pulumi Cloud client: requests, retries, errors, secrets, tokens, and calls for teams, members,
//! roles, OIDC issuers, policies and settings.
//!
//! It speaks the service's vocabulary and knows nothing of who uses it. Credentials, certificates
//! and proxies are handed in through [`ClientSettings`]; nothing here reads the environment or a file.
//! Errors carry facts; whoever shows them to a person makes the sentences.
//!
//! The files below use only those above them:
//!
//! | file | what it holds |
//! | --- | --- |
//! | `clock`, `stop` | time and chance, and the signal to stop |
//! | `secret`, `scrub`, `text`, `error` | what may be shown, and what may not |
//! | `blocking` | work that blocks, with a time limit |
//! | `address`, `proxy`, `tls` | where the service is, on which way, and what proves that it is there |
//! | `settings` | what a client is given |
//! | `connection` | the HTTP client: time limits, common headers |
//! | `requests/` | requests with retries |
//! | `exchange` | access tokens from a CI system's tokens |
//! | `asked_once` | answers that are asked for once, and shared |
//! | `organization`, `roles` | what an organization prescribes, asked once |
//! | `tokens/` | tokens: owners, lists, finding and revoking them |
//! | `open_work`, `lent` | what is to be ended before the process ends |
//! | `creation/` | a creation followed to its end, whatever happens on the way |
//! | `client` | the calls that others make |
//! | `teams/` | teams, as calls of the client |
//! | `members`, `role_records`, `issuers`, `policies`, `organization_settings` | further objects |

mod address;
mod asked_once;
mod blocking;
mod client;
mod clock;
mod connection;
mod creation;
mod error;
mod exchange;
mod issuers;
mod lent;
mod members;
mod open_work;
mod organization;
mod organization_settings;
mod policies;
mod proxy;
mod requests;
mod role_records;
mod roles;
mod scrub;
mod secret;
mod settings;
mod stop;
mod teams;
mod text;
mod tls;
mod tokens;

pub use address::{Address, AddressError};
pub use blocking::within;
pub use client::Client;
pub use clock::{Clock, Random, Seams, SystemClock, SystemRandom};
pub use creation::{CreateError, CreatedToken, NameHolder, NewToken, NotTheToken, Unclear, Unsure};
pub use error::{Error, ErrorKind};
pub use exchange::{
    Asking, ExchangeRequest, ExchangeSource, Exchanged, IdTokenRequest, exchange, fetch_id_token,
};
pub use issuers::{Issuer, IssuerChange, NewIssuer};
pub use members::{Member, MemberRole, User, UserOrganization};
pub use organization::Organization;
pub use organization_settings::{OrganizationSettings, Setting};
pub use policies::{Policy, PolicyEntry};
pub use proxy::{Proxy, ProxyError, ProxySettings};
pub use requests::Patience;
pub use role_records::{NewRole, RoleChange, RoleHolders, RoleRecord, Scopes};
pub use roles::Role;
pub use scrub::{holds_secret, looks_like_token, remember};
pub use secret::Secret;
pub use settings::{Backoff, ClientSettings};
pub use stop::Stop;
pub use teams::{EnvironmentGrant, NewTeam, StackGrant, Team, TeamChange, TeamMember};
pub use text::Text;
pub use tls::{Certificates, CertificatesError};
pub use tokens::{
    Owner, Presence, RevokeError, Revoked, Status, Token, TokenList, TokenPage, TokenRole,
};
