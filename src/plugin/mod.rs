//! How Terraform starts us and finds us: the handshake of go-plugin, the socket, mutual TLS, the
//! services that a host expects of any plugin, the log on standard error, and the process's end.
//!
//! What is served is given as [`Routes`](tonic::service::Routes); this room knows nothing of it.
//! Nor does it read the process's environment: callers pass a lookup.

mod buffered;
mod connection;
mod debug;
mod end;
mod host;
mod host_settings;
mod in_flight;
mod listener;
pub mod log;
mod server;
mod services;
mod signals;
mod tls;

pub use debug::{debug, reattach};
pub use end::{End, Reason};
pub use host_settings::{HostSettings, HostSettingsError};
pub use listener::{ListenError, Place};
pub use server::{ServeError, serve};
pub use signals::{SignalError, Termination, forbid_core_dumps};

/// Reads one environment variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The one version of Terraform's plugin protocol that is served. A host that doesn't list it in
/// `PLUGIN_PROTOCOL_VERSIONS` is answered with it all the same: it then tells its user which
/// version it lacks, which no message of ours could do as well.
pub const PROTOCOL_VERSION: u32 = 6;

/// A variable's value. As in go-plugin, an empty one counts as unset.
fn set(lookup: Lookup, name: &str) -> Option<String> {
    lookup(name).filter(|value| !value.is_empty())
}

/// Messages and services of go-plugin, as `build.rs` makes them.
#[allow(missing_docs, clippy::all)]
pub mod wire {
    tonic::include_proto!("plugin");

    /// The same of gRPC's health checks.
    pub mod health {
        tonic::include_proto!("grpc.health.v1");
    }
}
