//! Proxies: which one leads to the service, and which hosts are asked directly.

use std::fmt;
use std::net::IpAddr;

use data_encoding::BASE64;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::{Address, Secret};

/// Proxies, in the form that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` have.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// The proxy for `https://`, perhaps with a user and a password.
    pub https: Option<String>,
    /// The proxy for `http://`.
    pub http: Option<String>,
    /// The hosts that are asked directly, separated by commas or blanks.
    ///
    /// An entry is `*` for all, an IP address, a network (`10.0.0.0/8`), or a name: `example.com`
    /// and `.example.com` stand for it and all below it, `*.example.com` only for what is below
    /// it. All but networks may end in a port.
    pub no_proxy: Option<String>,
}

impl ProxySettings {
    /// The proxy on the way to this service; `None` if it is asked directly.
    ///
    /// A service on this machine always is: proxies are meant for the world outside, and one for
    /// `http://` would see the access token in the clear.
    ///
    /// # Errors
    /// The one that would be used is none.
    pub fn choose(&self, service: &Address) -> Result<Option<Proxy>, ProxyError> {
        let proxy = if service.is_encrypted() { &self.https } else { &self.http };
        let Some(proxy) = proxy.as_deref().map(str::trim).filter(|proxy| !proxy.is_empty()) else {
            return Ok(None);
        };
        let excepted = |list: &str| {
            let mut entries = list.split(|c: char| c == ',' || c.is_whitespace());
            entries.any(|entry| excepts(entry, service))
        };
        if service.is_loopback() || self.no_proxy.as_deref().is_some_and(excepted) {
            return Ok(None);
        }
        Proxy::parse(proxy).map(Some)
    }
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

/// The address of a proxy, perhaps with a user and a password.
#[derive(Clone)]
pub struct Proxy(Url);

/// Why a text is not the address of a proxy. It never quotes a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyError {
    /// It can't be read.
    Malformed,
    /// Proxies of this kind can't be used.
    Scheme(String),
}

impl Proxy {
    /// What can be used, as schemes.
    pub const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

    fn parse(text: &str) -> Result<Proxy, ProxyError> {
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).map_err(|_| ProxyError::Malformed)?;
        if !Proxy::SCHEMES.contains(&url.scheme()) {
            return Err(ProxyError::Scheme(url.scheme().to_owned()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(ProxyError::Malformed);
        }
        Ok(Proxy(url))
    }

    /// Whether the way to the proxy itself is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The forms in which its password travels or is written: as given, decoded, and with the user
    /// in the header for the proxy.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let Some(password) = self.0.password() else { return Vec::new() };
        let decode = |text| percent_decode_str(text).collect::<Vec<u8>>();
        let header = [decode(self.0.username()), decode(password)].join(&b':');
        let decoded = percent_decode_str(password).decode_utf8_lossy().into_owned();
        [password.to_owned(), decoded, BASE64.encode(&header)].map(Secret::new).into()
    }

    pub(super) fn for_everything(&self) -> reqwest::Result<reqwest::Proxy> {
        reqwest::Proxy::all(self.0.clone())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("scheme", &self.0.scheme()).finish_non_exhaustive()
    }
}

/// Whether an entry of `NO_PROXY` stands for this service.
fn excepts(entry: &str, service: &Address) -> bool {
    if entry == "*" {
        return true;
    }
    if let Ok(network) = entry.parse::<IpNet>() {
        return service.ip().is_some_and(|ip| network.contains(&ip));
    }
    let (host, port) = match entry.rsplit_once(':') {
        // An IPv6 address has colons of its own.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (entry, None),
    };
    if port.is_some_and(|port| port.parse() != Ok(service.port().unwrap_or_default())) {
        return false;
    }
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    if let Ok(ip) = host.parse::<IpAddr>() {
        return service.ip() == Some(ip.to_canonical());
    }
    let (below_only, domain) = match host.strip_prefix("*.") {
        Some(domain) => (true, domain),
        None => (false, host.trim_start_matches('.')),
    };
    let domain = domain.to_lowercase();
    match service.host().strip_suffix(&domain) {
        _ if domain.is_empty() => false,
        Some("") => !below_only,
        Some(before) => service.ip().is_none() && before.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(service: &str, no_proxy: &str) -> bool {
        let settings = ProxySettings {
            https: Some("http://user:p%40ss@proxy:3128".to_owned()),
            http: Some("proxy:3128".to_owned()),
            no_proxy: Some(no_proxy.to_owned()),
        };
        settings.choose(&service.parse().unwrap()).unwrap().is_some()
    }

    #[test]
    fn a_service_on_this_machine_is_asked_directly() {
        for local in ["http://localhost:1", "https://127.0.0.2", "http://[::1]:8080"] {
            assert!(!chosen(local, ""), "{local}");
        }
        assert!(chosen("https://api.pulumi.com", ""));
    }

    #[test]
    fn exceptions_are_names_addresses_networks_and_ports() {
        let service = "https://api.corp.example:8443";
        for entry in [
            "*",
            "corp.example",
            ".corp.example",
            "*.corp.example",
            "API.corp.example",
            "api.corp.example.",
            "corp.example:8443",
            "*.corp.example:8443",
            ".example",
            "x, corp.example",
            "x corp.example",
        ] {
            assert!(!chosen(service, entry), "{entry}");
        }
        for entry in [
            "",
            ",",
            ".",
            ":8443",
            "*.api.corp.example",
            "rp.example",
            "corp.example:443",
            "corp.example:https",
            "api.corp.example.evil",
            "10.0.0.0/8",
            "corp.*",
        ] {
            assert!(chosen(service, entry), "{entry}");
        }
        assert!(!chosen("https://x", "x:443"), "the scheme's own port counts as written");
        assert!(chosen("http://x", "x:443"));

        for entry in ["10.1.2.3", "10.0.0.0/8", "10.1.2.3:8443", "::ffff:10.1.2.3"] {
            assert!(!chosen("https://10.1.2.3:8443", entry), "{entry}");
        }
        for entry in ["10.1.2.3:443", "1.2.3", "2.3", "*.2.3", "10.1.2.4", "11.0.0.0/8"] {
            assert!(chosen("https://10.1.2.3:8443", entry), "{entry}");
        }
        for entry in ["2001:db8::1", "[2001:DB8::1]", "[2001:db8::1]:443", "2001:db8::/32"] {
            assert!(!chosen("https://[2001:db8::1]", entry), "{entry}");
        }
        for entry in ["[2001:db8::1]:80", "2001:db8::2", "2001:db9::/32"] {
            assert!(chosen("https://[2001:db8::1]", entry), "{entry}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_an_error_only_if_it_would_be_used() {
        let choose = |proxy: &str, service: &str| {
            let settings =
                ProxySettings { https: Some(proxy.to_owned()), ..ProxySettings::default() };
            settings.choose(&service.parse().unwrap()).map(|proxy| proxy.is_some())
        };
        for good in [
            "proxy",
            "proxy:1",
            "u:p@proxy:1",
            "HTTP://x",
            "https://x",
            "socks5://x",
            "socks5h://x:1",
        ] {
            assert_eq!(choose(good, "https://x"), Ok(true), "{good}");
        }
        assert_eq!(choose("http://u:p@:x", "https://x"), Err(ProxyError::Malformed));
        assert_eq!(choose("socks5://", "https://x"), Err(ProxyError::Malformed));
        let socks4 = Err(ProxyError::Scheme("socks4".to_owned()));
        assert_eq!(choose("socks4://proxy:1", "https://x"), socks4);
        assert_eq!(choose("socks4://proxy:1", "https://localhost"), Ok(false));
        assert_eq!(choose(" ", "https://x"), Ok(false));
    }

    #[test]
    fn a_proxys_password_is_secret_in_every_form() {
        let proxy = Proxy::parse("http://user:p%40ss@proxy:3128").unwrap();
        let secrets = proxy.secrets();
        let texts: Vec<_> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(texts, ["p%40ss", "p@ss", "dXNlcjpwQHNz"]);
        assert!(!format!("{proxy:?}").contains("ss"), "{proxy:?}");
        assert!(Proxy::parse("proxy:1").unwrap().secrets().is_empty());
    }
}
