//! How Terraform starts us and finds us.

/// Messages and services of go-plugin, as `build.rs` makes them.
#[allow(missing_docs, clippy::all)]
pub mod wire {
    tonic::include_proto!("plugin");
}
