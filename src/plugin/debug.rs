//! A server that no host started: hosts find it by `TF_REATTACH_PROVIDERS`. For debuggers, and for
//! tests that drive the real CLI against a server in their own process.

use std::io::Write;

use serde_json::{Map, Value, json};
use tonic::service::Routes;

use super::end::End;
use super::host::Host;
use super::listener::{Listener, Place};
use super::server::{ServeError, run};
use super::services::Services;
use super::signals::Termination;
use super::{Lookup, PROTOCOL_VERSION};

/// The registries whose names engines put before an address that has none.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Binds a server without TLS for the provider with this address (`NAMESPACE/TYPE`), and returns
/// the value for `TF_REATTACH_PROVIDERS`, and the server, which serves from its first poll on.
///
/// An engine makes a connection for each configuration of a provider, and `routes` is called for
/// each of them: routes that share their provider share its configuration.
///
/// Must be called on a tokio runtime.
///
/// # Errors
/// What keeps the server from listening.
pub fn reattach<R: FnMut() -> Routes>(
    address: &str,
    place: &Place,
    termination: &Termination,
    mut routes: R,
) -> Result<(String, impl Future<Output = End> + use<R>), ServeError> {
    let listener = Listener::bind(place, false)?;
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": std::process::id(),
        // A host leaves such a plugin running when it ends.
        "Test": true,
        "Addr": { "Network": Listener::NETWORK, "String": listener.address() },
    });
    let entries = REGISTRIES.map(|registry| (format!("{registry}/{address}"), entry.clone()));
    let providers = Value::Object(Map::from_iter(entries)).to_string();
    let termination = termination.clone();
    let server = async move {
        let services = Services::default();
        let routes = || services.add_to(routes());
        run(listener, None, services.clone(), routes, Host::none(), &termination).await
    };
    Ok((providers, server))
}

/// Serves by hand until `termination` is requested, and tells on `output` how to attach. The rest
/// is as for [`reattach`].
///
/// # Errors
/// What keeps the server from starting.
pub async fn debug(
    address: &str,
    lookup: Lookup<'_>,
    termination: &Termination,
    routes: impl FnMut() -> Routes,
    mut output: impl Write,
) -> Result<End, ServeError> {
    let (providers, server) = reattach(address, &Place::read(lookup)?, termination, routes)?;
    // A quote inside of single quotes, as a shell reads it.
    let quoted = providers.replace('\'', r#"'"'"'"#);
    let instructions = format!(
        "Provider started. To attach Terraform or OpenTofu to it, set\n\n\t\
         TF_REATTACH_PROVIDERS='{quoted}'\n\n"
    );
    output.write_all(instructions.as_bytes()).map_err(ServeError::Handshake)?;
    output.flush().map_err(ServeError::Handshake)?;
    Ok(server.await)
}
