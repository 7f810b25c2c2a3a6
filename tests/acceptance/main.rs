//! The provider as its users meet it: the real CLI, the real binary, a local service.

mod access;
mod configuration;
mod drift;
mod ephemeral;
mod errors;
mod harness;
mod import;
mod inprocess;
mod install;
mod issuer;
mod lifecycle;
mod limits;
mod lookups;
mod member;
mod mirror;
mod oidc;
mod permissions;
mod policy;
mod replacement;
mod role;
mod rotation;
mod settings;
