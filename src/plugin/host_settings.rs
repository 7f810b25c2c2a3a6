//! What the host asks of its plugin, from the environment that it started it with.

use rustls::pki_types::CertificateDer;
use thiserror::Error;

use super::listener::{ListenError, Place};
use super::{Lookup, set, tls};

/// Hosts set this variable to this value, so that a plugin knows that it wasn't started by hand.
/// It is no secret.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// What the host asks of its plugin.
#[derive(Debug)]
pub struct HostSettings {
    /// The certificate of the only client that may connect. Without it the server speaks in plain
    /// text, to whoever can reach its socket.
    pub client_certificate: Option<CertificateDer<'static>>,
    /// Whether the host knows the seventh field of the handshake.
    pub multiplexing_asked: bool,
    /// Where to listen.
    pub place: Place,
}

/// Why the plugin can't serve this host.
#[derive(Debug, Error)]
pub enum HostSettingsError {
    /// No host started this process.
    #[error("this program is a plugin that Terraform or OpenTofu starts")]
    NotAPlugin,
    /// Serving without it would let anyone in whom the host wants kept out.
    #[error("PLUGIN_CLIENT_CERT is not one PEM certificate: {0}")]
    ClientCertificate(#[from] tls::CertificateError),
    /// The place to listen at is given in a form that can't be read.
    #[error(transparent)]
    Place(#[from] ListenError),
}

impl HostSettings {
    /// Reads what the host asks.
    ///
    /// # Errors
    /// [`HostSettingsError::NotAPlugin`] if no host started this process; else what can't be read.
    pub fn read(lookup: Lookup) -> Result<Self, HostSettingsError> {
        if lookup(COOKIE.0).as_deref() != Some(COOKIE.1) {
            return Err(HostSettingsError::NotAPlugin);
        }
        let client_certificate = match set(lookup, "PLUGIN_CLIENT_CERT") {
            Some(pem) => Some(tls::read_certificate(&pem)?),
            None => None,
        };
        Ok(Self {
            client_certificate,
            multiplexing_asked: set(lookup, "PLUGIN_MULTIPLEX_GRPC").is_some(),
            place: Place::read(lookup)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<HostSettings, HostSettingsError> {
        HostSettings::read(&|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn without_the_cookie_no_host_started_us() {
        assert!(matches!(read(&[]), Err(HostSettingsError::NotAPlugin)));
        assert!(matches!(read(&[(COOKIE.0, "other")]), Err(HostSettingsError::NotAPlugin)));
    }

    #[test]
    fn the_cookie_alone_is_enough() {
        let settings = read(&[COOKIE]).unwrap();
        assert!(settings.client_certificate.is_none());
        assert!(!settings.multiplexing_asked);
    }

    #[test]
    fn empty_counts_as_unset() {
        let empty = ["PLUGIN_CLIENT_CERT", "PLUGIN_MULTIPLEX_GRPC"].map(|name| (name, ""));
        let settings = read(&[COOKIE, empty[0], empty[1]]).unwrap();
        assert!(settings.client_certificate.is_none());
        assert!(!settings.multiplexing_asked);
    }

    #[test]
    fn a_client_certificate_that_cannot_be_read_is_an_error() {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        assert!(read(&[COOKIE, ("PLUGIN_CLIENT_CERT", &pem)]).is_ok());

        let truncated = &pem[..pem.len() / 2];
        let two = pem.repeat(2);
        let half_more = format!("{pem}{truncated}");
        let not_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let key = key.serialize_pem();
        for bad in [" ", "garbage", truncated, &two, &half_more, not_der, &key, "\u{fffd}"] {
            let read = read(&[COOKIE, ("PLUGIN_CLIENT_CERT", bad)]);
            assert!(matches!(read, Err(HostSettingsError::ClientCertificate(_))), "{bad:?}");
        }
    }
}
