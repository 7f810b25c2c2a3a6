//! How a server is reached, by what the environment says: proxies, and where the system's certificates are.

use std::path::Path;

use crate::cloud::{Address, Proxy, ProxyError, ProxySettings};
use crate::framework::context::{Context, Reported};
use crate::provider::environment::{Environment, variable};
use crate::provider::files;
use crate::provider::messages::block as said;

/// The proxy on the way to a server. What names the system's certificates is checked too, if they
/// are needed.
///
/// # Errors
/// What the environment says can't be used.
pub async fn proxy(
    cx: &Context,
    lookup: &Environment,
    server: &Address,
) -> Result<Option<Proxy>, Reported> {
    let either = |name: &str| {
        variable(lookup, name).or_else(|| variable(lookup, &name.to_ascii_lowercase()))
    };
    let all = either("ALL_PROXY");
    let proxies = ProxySettings {
        https: either("HTTPS_PROXY").or_else(|| all.clone()),
        http: either("HTTP_PROXY").or(all),
        no_proxy: either("NO_PROXY"),
    };
    let proxy = proxies.choose(server).map_err(|error| {
        let name = if server.is_encrypted() { "HTTPS_PROXY" } else { "HTTP_PROXY" };
        let problem = match error {
            ProxyError::Malformed => "is no address".to_owned(),
            ProxyError::Scheme(scheme) => format!("begins with {scheme}://"),
        };
        // The address may hold a password, so that it isn't shown.
        cx.error(
            said::PROXY,
            format!(
                "What {name} or ALL_PROXY holds {problem}. It must be host:port, or begin with \
                 {}://. To ask {server} directly, name its host in NO_PROXY.",
                Proxy::SCHEMES.join("://, ")
            ),
        )
    })?;
    if server.is_encrypted() {
        check_system_certificates(cx, lookup).await?;
    }
    Ok(proxy)
}

/// The variables are read where TLS is made, without limits, so that what they name is checked
/// before. On Windows and macOS they have no meaning.
async fn check_system_certificates(cx: &Context, lookup: &Environment) -> Result<(), Reported> {
    if !cfg!(unix) || cfg!(target_vendor = "apple") {
        return Ok(());
    }
    for (name, folder) in [("SSL_CERT_FILE", false), ("SSL_CERT_DIR", true)] {
        let Some(path) = lookup(name).filter(|path| !path.is_empty()) else { continue };
        match files::check(Path::new(&path), folder).await {
            Ok(()) => {}
            // What isn't there is passed over, as OpenSSL does.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(
                    cx.error(said::SYSTEM_CERTIFICATES, format!("{name} names {path}: {error}."))
                );
            }
        }
    }
    Ok(())
}
