//! The provider as its users meet it: the real CLI, the real binary, a local service.

mod configuration;
mod drift;
mod earlier;
mod ephemeral;
mod errors;
mod functions;
mod harness;
mod import;
mod inprocess;
mod install;
mod lifecycle;
mod limits;
mod mirror;
mod moved;
mod oidc;
mod query;
mod replacement;
mod revoke_action;
mod rotation;
mod siblings;
mod token_data;
