//! The provider as its users meet it: the real CLI, the real binary, a local service.

mod configuration;
mod drift;
mod ephemeral;
mod errors;
mod harness;
mod import;
mod inprocess;
mod install;
mod lifecycle;
mod limits;
mod mirror;
mod oidc;
mod replacement;
mod rotation;
