//! The `provider` block, and what it comes to together with the environment and with what
//! `pulumi login` stored.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `schema` | the attributes |
//! | `written` | their values, each read once |
//! | `evaluate` | what the block comes to |
//! | `service` | the service's address and the access token, from all places that may have them |
//! | `address_words` | what is wrong with an address, in sentences |
//! | `logins` | what `pulumi login` stored |
//! | `token` | what an access token looks like |
//! | `configuration` | what resources share |

mod address_words;
mod configuration;
mod evaluate;
mod logins;
mod schema;
mod service;
mod token;
mod written;

pub use configuration::{Configuration, Configured};
pub use evaluate::evaluate;
pub use schema::ProviderBlock;
pub use token::holds_token;
pub use written::Block;
