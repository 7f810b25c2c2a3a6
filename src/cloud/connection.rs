//! The HTTP client behind all requests: certificates, proxies, time limits, common headers.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, NoProxy, Proxy, Url, redirect};

use super::Settings;

/// The longest that connecting may take, however long the whole request may.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The way to the service, built when the first request needs it.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) http: reqwest::Client,
    /// The service's origin and path prefix.
    pub(super) base: Url,
}

impl Connection {
    /// Reads certificates and builds. Takes a while and blocks.
    pub(super) fn new(settings: &Settings) -> Result<Connection, String> {
        let base = base_url(&settings.api_url)?;
        let agent = HeaderValue::try_from(&settings.user_agent)
            .map_err(|_| "the user agent has characters that no header can hold".to_owned())?;
        let headers = HeaderMap::from_iter([
            (header::ACCEPT, HeaderValue::from_static("application/vnd.pulumi+9")),
            (HeaderName::from_static("x-pulumi-source"), HeaderValue::from_static("provider")),
        ]);

        let mut builder = reqwest::Client::builder()
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
        let certificates = Certificate::from_pem_bundle(&settings.ca_certificates)
            .map_err(|_| "the additional certificates can't be read as PEM".to_owned())?;
        if certificates.is_empty() && !settings.ca_certificates.is_empty() {
            return Err("the additional certificates hold no certificate in PEM form".to_owned());
        }
        builder = match base.scheme() {
            // Nothing of the system's is needed, and a machine without any certificates will do.
            "http" => builder.tls_certs_only(certificates),
            _ => builder.tls_certs_merge(certificates),
        };
        for proxy in proxies(settings, &base)? {
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| causes(&error))?;
        Ok(Connection { http, base })
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let base = Url::parse(text).map_err(|error| format!("the API's URL is malformed: {error}"))?;
    let plain = base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none();
    if !matches!(base.scheme(), "https" | "http") || !base.has_host() || !plain {
        return Err(
            "the API's URL must be http(s)://host[:port][/path] and nothing else".to_owned()
        );
    }
    Ok(base)
}

fn proxies(settings: &Settings, base: &Url) -> Result<Vec<Proxy>, String> {
    if is_loopback(base) {
        return Ok(Vec::new());
    }
    let given = &settings.proxies;
    let exceptions = given.no_proxy.as_deref().and_then(NoProxy::from_string);
    let mut proxies = Vec::new();
    type Make = fn(&str) -> reqwest::Result<Proxy>;
    let kinds: [(&Option<String>, Make, &str); 2] = [
        (&given.https, |url| Proxy::https(url), "https"),
        (&given.http, |url| Proxy::http(url), "http"),
    ];
    for (address, make, scheme) in kinds {
        let Some(address) = address.as_deref().filter(|address| !address.trim().is_empty()) else {
            continue;
        };
        // The address may hold a password, so that it isn't shown.
        let proxy = make(address.trim())
            .map_err(|_| format!("the address of the proxy for {scheme}:// is malformed"))?;
        proxies.push(proxy.no_proxy(exceptions.clone()));
    }
    Ok(proxies)
}

fn is_loopback(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Secret;

    #[test]
    fn the_url_of_the_service_is_an_origin_and_perhaps_a_path() {
        for good in ["https://api.pulumi.com", "http://127.0.0.1:8080/", "https://x/pulumi/"] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in
            ["", "api.pulumi.com", "ftp://x", "https://u:p@x", "https://x?a=b", "s3://bucket"]
        {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_service_on_this_machine_is_asked_directly() {
        let proxied = |url: &str| {
            let mut settings = Settings::new(url, Secret::new("t"));
            settings.proxies.https = Some("http://u:p@proxy:3128".to_owned());
            settings.proxies.http = Some("proxy:3128".to_owned());
            proxies(&settings, &base_url(url).unwrap()).unwrap().len()
        };
        for local in ["http://localhost:1", "https://127.0.0.2", "http://[::1]:8080"] {
            assert_eq!(proxied(local), 0, "{local}");
        }
        assert_eq!(proxied("https://api.pulumi.com"), 2);
    }
}
