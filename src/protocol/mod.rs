//! The only room that sees the protobuf of the provider protocol.

/// Messages and services of the provider protocol, as `build.rs` makes them.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod wire {
    tonic::include_proto!("tfplugin6");
}
