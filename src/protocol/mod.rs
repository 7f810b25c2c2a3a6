//! The provider protocol: RPCs in, framework calls out. `server` takes each RPC; a file for each kind
//! of thing that a provider can offer decodes what the engine sent, asks the framework and encodes
//! its answer.
//!
//! Invariant: the only room that sees the protobuf of the provider protocol. It knows no resource
//! and no service; a diagnostic becomes protobuf here and nowhere else.

mod action;
mod convert;
mod data_source;
mod ephemeral;
mod function;
mod guard;
mod list;
mod provider;
mod resource;
mod server;

pub use convert::said;
pub use server::{MAX_MESSAGE_BYTES, routes};

/// Messages and services of the provider protocol, as `build.rs` makes them.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod wire {
    tonic::include_proto!("tfplugin6");
}
