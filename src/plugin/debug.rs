//! A server that no host started: hosts find it by `TF_REATTACH_PROVIDERS`. For debuggers, and for
//! tests that drive the real CLI against a server in their own process.

use std::io::Write;

use serde_json::{Map, Value, json};
use tokio_stream::Stream;
use tonic::service::Routes;

use super::host::Host;
use super::listener::{Listener, Place};
use super::server::{Ended, ServeError, run};
use super::{Lookup, PROTOCOL_VERSION, signals};

/// The provider's addresses, as either engine completes `pulumiservice/pulumiservice`.
const ADDRESSES: [&str; 2] = [
    "registry.terraform.io/pulumiservice/pulumiservice",
    "registry.opentofu.org/pulumiservice/pulumiservice",
];

/// Binds a server without TLS and returns the value for `TF_REATTACH_PROVIDERS`, and the server,
/// which serves from its first poll on. The first item of `stop` lets requests in flight finish,
/// the second doesn't; `tokio_stream::once(signal).then(|signal| signal)` makes one of a future.
///
/// Must be called where a tokio runtime runs.
///
/// # Errors
/// What keeps the server from listening.
pub fn reattach<S: Stream<Item = ()>>(
    place: &Place,
    routes: Routes,
    stop: S,
) -> Result<(String, impl Future<Output = Ended> + use<S>), ServeError> {
    let listener = Listener::bind(place)?;
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": std::process::id(),
        // A host leaves such a plugin running when it ends.
        "Test": true,
        "Addr": { "Network": Listener::NETWORK, "String": listener.address() },
    });
    let entries = ADDRESSES.map(|address| (address.to_owned(), entry.clone()));
    let providers = Value::Object(Map::from_iter(entries)).to_string();
    Ok((providers, run(listener, None, routes, Host::none(), stop)))
}

/// Serves by hand until interrupted, and tells on `output` how to attach.
///
/// # Errors
/// What keeps the server from starting.
pub async fn debug(
    lookup: Lookup<'_>,
    routes: Routes,
    mut output: impl Write,
) -> Result<Ended, ServeError> {
    let signals = signals::take(true).map_err(ServeError::Signals)?;
    let (providers, server) = reattach(&Place::read(lookup)?, routes, signals)?;
    write!(output, "{}", instructions(&providers)).map_err(ServeError::Handshake)?;
    output.flush().map_err(ServeError::Handshake)?;
    Ok(server.await)
}

fn instructions(providers: &str) -> String {
    const START: &str = "Provider started. To attach Terraform or OpenTofu to it, set";
    if cfg!(windows) {
        let quoted = providers.replace('\'', "''");
        format!(
            "{START}\n\n\tCommand Prompt:\tset \"TF_REATTACH_PROVIDERS={providers}\"\n\
             \tPowerShell:\t$env:TF_REATTACH_PROVIDERS='{quoted}'\n\n"
        )
    } else {
        let quoted = providers.replace('\'', r#"'"'"'"#);
        format!("{START}\n\n\tTF_REATTACH_PROVIDERS='{quoted}'\n\n")
    }
}
