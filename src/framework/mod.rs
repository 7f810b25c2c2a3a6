//! Terraform's ideas, pure: values and their encodings, schemas, diagnostics, and what a provider
//! and a resource are.
//!
//! Invariant: no I/O, no network, no protobuf; this room imports no other.

pub mod diagnostics;
pub mod json;
pub mod msgpack;
pub mod number;
pub mod path;
pub mod provider;
pub mod resource;
pub mod schema;
pub mod types;
pub mod value;
