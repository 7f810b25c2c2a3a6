//! What a client is given: where the service is, who asks, and how patient to be.

use std::fmt;
use std::time::Duration;

use super::Secret;

/// Everything that a [`Client`](super::Client) needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service's origin and, for an installation behind a prefix, its path:
    /// `https://api.pulumi.com`.
    pub api_url: String,
    /// The access token for the `Authorization` header.
    pub access_token: Secret,
    /// The whole `User-Agent` header.
    pub user_agent: String,
    /// Certificates to trust beside the system's, as PEM; empty for none.
    pub ca_certificates: Vec<u8>,
    /// The proxies to go through.
    pub proxies: ProxySettings,
    /// How often a request is tried again.
    pub max_retries: u32,
    /// How long one request may take, from connecting to the last byte of its answer.
    pub request_timeout: Duration,
    /// How long to wait between tries.
    pub backoff: Backoff,
    /// How long a listing answers reads after it arrived.
    pub snapshot_age: Duration,
}

impl Settings {
    /// Settings with the usual patience and nothing out of the ordinary.
    pub fn new(api_url: impl Into<String>, access_token: Secret) -> Settings {
        Settings {
            api_url: api_url.into(),
            access_token,
            user_agent: "pulumiservice".to_owned(),
            ca_certificates: Vec::new(),
            proxies: ProxySettings::default(),
            max_retries: 4,
            request_timeout: Duration::from_secs(60),
            backoff: Backoff::default(),
            snapshot_age: Duration::from_secs(5),
        }
    }
}

/// The waiting times between tries: exponential, with full jitter.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The longest first wait; it doubles with every try.
    pub base: Duration,
    /// The longest wait of all that the service didn't ask for.
    pub cap: Duration,
    /// No try starts later than this after the first one.
    pub total: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff {
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            total: Duration::from_secs(300),
        }
    }
}

/// Proxies, in the form that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` have.
///
/// A service on a loopback address is always asked directly: `HTTP_PROXY` is meant for the world
/// outside, and would see the access token in the clear.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// The proxy for `https://`, perhaps with a user and a password.
    pub https: Option<String>,
    /// The proxy for `http://`.
    pub http: Option<String>,
    /// The hosts that are asked directly, separated by commas.
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxySettings {
    /// Tells what is set, but not to what: a proxy's address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxySettings")
            .field("https", &self.https.is_some())
            .field("http", &self.http.is_some())
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_the_token_nor_a_proxy_password() {
        let mut settings = Settings::new("https://api.pulumi.com", Secret::new("sesame"));
        settings.proxies.https = Some("http://user:sesame@proxy:3128".to_owned());
        assert!(!format!("{settings:?}").contains("sesame"));
    }
}
