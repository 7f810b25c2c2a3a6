//! Where a Pulumi Cloud is: one form for the address, wherever it was written.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// Backends for stacks alone, which have no tokens: buckets, folders, databases.
const STORAGE: [&str; 5] = ["s3://", "gs://", "azblob://", "postgres://", "file:"];

/// The address of a Pulumi Cloud: its origin and, if it is installed behind a prefix, a path.
///
/// Two that lead to the same place are equal, however scheme, host, port and trailing slashes were
/// written. `Display` gives that one form, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

/// Why a text is not the address of a Pulumi Cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It begins with neither `https://` nor `http://`.
    NotWeb,
    /// The same, and it is a backend that stores stacks and has no tokens.
    Storage,
    /// It names no host.
    NoHost,
    /// It holds a user or a password.
    Credentials,
    /// It has a query, a fragment, white space or a backslash.
    Excess,
    /// A part of it can't be read, for this reason.
    Malformed(String),
}

impl Address {
    /// The service that Pulumi runs.
    pub const PULUMI_CLOUD: &str = "https://api.pulumi.com";

    /// The service that Pulumi runs.
    pub fn pulumi_cloud() -> Address {
        Address(Url::parse(Address::PULUMI_CLOUD).expect("the constant is an address"))
    }

    /// The server that an address leads to: without the path and the query that it may have.
    ///
    /// # Errors
    /// It leads to none.
    pub fn of_server(url: &str) -> Result<Address, AddressError> {
        let host = url.find("://").map_or(0, |at| at + "://".len());
        let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
        url[..end].parse()
    }

    /// Scheme, host and port, the port only if it isn't the scheme's own.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether requests travel encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the service runs on this machine, so that requests never leave it.
    pub fn is_loopback(&self) -> bool {
        match self.ip() {
            Some(ip) => ip.is_loopback(),
            None => self.host() == "localhost",
        }
    }

    /// The host in lower case, without a root dot. An IPv6 address has no brackets.
    pub(super) fn host(&self) -> &str {
        let host = self.0.host_str().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.')
    }

    /// The host, if it is an IP address.
    pub(super) fn ip(&self) -> Option<IpAddr> {
        self.host().parse().ok().map(|ip: IpAddr| ip.to_canonical())
    }

    /// The port, written or not.
    pub(super) fn port(&self) -> Option<u16> {
        self.0.port_or_known_default()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Address, AddressError> {
        let begins = |scheme: &str| {
            text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        if STORAGE.into_iter().any(begins) {
            return Err(AddressError::Storage);
        }
        if !begins("https://") && !begins("http://") {
            return Err(AddressError::NotWeb);
        }
        // Browsers, and with them `Url`, correct these silently. Here they are a mistake.
        let strange =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '?' | '#');
        if text.contains(strange) {
            return Err(AddressError::Excess);
        }
        if text.split_once("://").is_some_and(|(_, rest)| rest.starts_with('/')) {
            return Err(AddressError::NoHost);
        }
        let mut url = match Url::parse(text) {
            Ok(url) => url,
            // Not by the error's type, which reqwest doesn't export.
            Err(error) if error.to_string() == "empty host" => return Err(AddressError::NoHost),
            Err(error) => return Err(AddressError::Malformed(error.to_string())),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Address(url))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn it_is_an_origin_and_perhaps_a_path() {
        for (text, shown) in [
            ("https://api.pulumi.com", "https://api.pulumi.com"),
            ("HTTPS://API.Pulumi.com:443//", "https://api.pulumi.com"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://x:80", "http://x"),
            ("https://x/Pulumi/", "https://x/Pulumi"),
            ("https://[::1]:8080", "https://[::1]:8080"),
            ("https://x/a@b", "https://x/a@b"),
        ] {
            assert_eq!(address(text).to_string(), shown, "{text}");
            assert_eq!(address(text), address(shown), "{text}");
        }
        assert_ne!(address("https://x"), address("http://x"));
        assert_ne!(address("https://x/a"), address("https://x/A"));
        assert_eq!(Address::pulumi_cloud().origin(), Address::PULUMI_CLOUD);
    }

    #[test]
    fn what_is_none_says_why() {
        use AddressError::*;
        for (text, why) in [
            ("", NotWeb),
            ("api.pulumi.com", NotWeb),
            ("localhost:8080", NotWeb),
            ("ftp://x", NotWeb),
            ("HTTPS:/typo", NotWeb),
            ("https:x", NotWeb),
            ("s3://bucket", Storage),
            ("S3://bucket", Storage),
            ("file://~", Storage),
            ("file:~", Storage),
            ("azblob://x", Storage),
            ("https://", NoHost),
            ("https:///x", NoHost),
            ("https://:8080", NoHost),
            ("https://u:p@x", Credentials),
            ("https://u@x", Credentials),
            ("https://x?a=b", Excess),
            ("https://x/#a", Excess),
            ("https://x /", Excess),
            (" https://x", NotWeb),
            ("https://x\\@y", Excess),
            ("https://x:y", Malformed("invalid port number".to_owned())),
        ] {
            assert_eq!(text.parse::<Address>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_server_is_what_leads_there() {
        for (url, server) in [
            ("https://ci.example/1//idtoken/?api-version=2.0", "https://ci.example"),
            ("http://CI.example:8080?x=https://other", "http://ci.example:8080"),
            ("https://ci.example#/", "https://ci.example"),
            ("https://ci.example", "https://ci.example"),
        ] {
            assert_eq!(Address::of_server(url), Ok(address(server)), "{url}");
        }
        for url in ["", "/idtoken", "ci.example/x", "https:///x", "https://u:p@x/y", "https://x y/"]
        {
            assert!(Address::of_server(url).is_err(), "{url}");
        }
    }

    #[test]
    fn this_machine_is_known_however_it_is_written() {
        for text in [
            "http://localhost:1",
            "http://LOCALHOST.",
            "https://127.0.0.2",
            "http://[::1]:8080",
            "http://[::ffff:127.0.0.1]",
            "http://2130706433",
        ] {
            assert!(address(text).is_loopback(), "{text}");
        }
        for text in ["https://api.pulumi.com", "http://localhost.example", "http://10.0.0.1"] {
            assert!(!address(text).is_loopback(), "{text}");
        }
        assert!(address("HTTPS://x").is_encrypted() && !address("http://x").is_encrypted());
    }
}
