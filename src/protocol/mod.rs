//! The provider protocol: RPCs in, framework calls out.
//!
//! Invariant: the only room that sees the protobuf of the provider protocol. It knows no resource
//! and no service; a diagnostic becomes protobuf here and nowhere else.

mod answers;
mod convert;
mod guard;
mod server;

pub use server::{MAX_MESSAGE_BYTES, routes};

/// Messages and services of the provider protocol, as `build.rs` makes them.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod wire {
    tonic::include_proto!("tfplugin6");
}
