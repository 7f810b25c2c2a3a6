//! What a client is given: where the service is, who asks, and how patient to be.

use std::time::Duration;

use super::{Address, Certificates, Proxy, Secret};

/// Everything that a [`Client`](super::Client) needs to know.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where the service is.
    pub address: Address,
    /// The access token for the `Authorization` header.
    pub access_token: Secret,
    /// The whole `User-Agent` header.
    pub user_agent: String,
    /// Certificates to trust beside the system's.
    pub ca_certificates: Certificates,
    /// The proxy to go through, if any.
    pub proxy: Option<Proxy>,
    /// How often a request is tried again.
    pub max_retries: u32,
    /// How long one request may take, from connecting to the last byte of its answer.
    pub request_timeout: Duration,
    /// How long to wait between tries.
    pub backoff: Backoff,
    /// How long a listing answers reads after it arrived.
    pub snapshot_age: Duration,
}

impl ClientSettings {
    /// How often a request is usually tried again.
    pub const MAX_RETRIES: u32 = 4;
    /// How long one request may usually take.
    pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

    /// ClientSettings with the usual patience and nothing out of the ordinary.
    pub fn new(address: Address, access_token: Secret) -> ClientSettings {
        ClientSettings {
            address,
            access_token,
            user_agent: "pulumiservice".to_owned(),
            ca_certificates: Certificates::default(),
            proxy: None,
            max_retries: ClientSettings::MAX_RETRIES,
            request_timeout: ClientSettings::REQUEST_TIMEOUT,
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

#[cfg(test)]
mod tests {
    use super::super::ProxySettings;
    use super::*;

    #[test]
    fn debug_shows_neither_the_token_nor_a_proxy_password() {
        let mut settings = ClientSettings::new(Address::pulumi_cloud(), Secret::new("sesame"));
        let proxies = ProxySettings {
            https: Some("http://user:sesame@proxy:3128".to_owned()),
            ..ProxySettings::default()
        };
        settings.proxy = proxies.choose(&settings.address).unwrap();
        assert!(settings.proxy.is_some());
        assert!(!format!("{settings:?} {proxies:?}").contains("sesame"));
    }
}
