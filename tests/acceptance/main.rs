//! The provider as its users meet it: the real CLI, the real binary, a local service.

mod configuration;
mod drift;
mod ephemeral;
mod errors;
mod gone;
mod harness;
mod import;
mod inprocess;
mod install;
mod lifecycle;
mod limits;
mod mirror;
mod oidc;
mod ours;
mod planned;
mod replacement;
mod revoked;
mod rotation;
mod strangers;
mod time;
mod way_out;
