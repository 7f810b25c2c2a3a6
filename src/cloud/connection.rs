//! The HTTP client behind all requests: time limits, common headers.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Url, redirect};

use super::ClientSettings;
use super::blocking::within;
use super::tls;

/// The longest that connecting may take, however long the whole request may.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that reading the system's certificates may take.
const CERTIFICATES_TIMEOUT: Duration = Duration::from_secs(10);

/// The way to the service, built when the first request needs it.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) http: reqwest::Client,
    /// The service's origin and path prefix.
    pub(super) base: Url,
}

impl Connection {
    /// Reads the system's certificates and builds.
    pub(super) async fn new(settings: &ClientSettings) -> Result<Connection, String> {
        let agent = HeaderValue::try_from(&settings.user_agent)
            .map_err(|_| "the user agent has characters that no header can hold".to_owned())?;
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-pulumi-source"),
            HeaderValue::from_static("provider"),
        )]);

        let given = settings.ca_certificates.clone();
        let proxy = settings.proxy.as_ref();
        // A machine without any certificates will do if nothing is encrypted.
        let system =
            settings.address.is_encrypted() || proxy.is_some_and(|proxy| proxy.is_encrypted());
        let tls = within(CERTIFICATES_TIMEOUT, move || tls::client_config(&given, system))
            .await
            .map_err(|error| format!("the system's certificates can't be read: {error}"))?
            .map_err(|error| error.to_string())?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .default_headers(headers)
            .user_agent(agent)
            // Half of the request's time at most, so that a connection that was never made is told
            // from a request that was never answered.
            .connect_timeout(CONNECT_TIMEOUT.min(settings.request_timeout / 2))
            .timeout(settings.request_timeout)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy();
        if let Some(proxy) = proxy {
            // The address may hold a password, so that it isn't shown.
            let proxy = proxy.for_everything();
            builder = builder.proxy(proxy.map_err(|_| "the proxy can't be used".to_owned())?);
        }
        let http = builder.build().map_err(|error| causes(&error))?;
        Ok(Connection { http, base: settings.address.url().clone() })
    }
}

/// The causes of an error, from the outside in, each said once.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        // hyper's own wrapper says nothing that a person can use.
        if !text.starts_with("client error (") {
            texts.retain(|outer| !outer.contains(&text));
            texts.push(text);
        }
        next = cause.source();
    }
    if texts.is_empty() { "no reason is known".to_owned() } else { texts.join(": ") }
}
