//! What a request asks: method, path, query and body.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::cloud::scrub::without_secrets;
use crate::cloud::{Error, ErrorKind};

/// What may stand in a part of a path as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, but for what all have in common.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(Cow<'static, str>, String)>,
    pub(super) body: Option<Zeroizing<Vec<u8>>>,
    pub(super) server: Server,
}

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Server {
    /// The service.
    PulumiCloud,
    /// What gives a job its id token.
    CiSystem,
}

impl Server {
    /// The name, for logs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Server::PulumiCloud => "Pulumi Cloud",
            Server::CiSystem => "the CI system",
        }
    }

    /// What it is to answer with.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Server::PulumiCloud => "application/vnd.pulumi+9",
            Server::CiSystem => "application/json",
        }
    }
}

impl Call {
    /// A request without query and body.
    pub(super) fn new(method: Method, segments: &[&str]) -> Result<Call, Error> {
        let mut path = String::new();
        for segment in segments {
            // These mean another path, however they are encoded.
            if matches!(*segment, "" | "." | "..") {
                let detail = format!("{segment:?} can't be a part of a path");
                return Err(Error::new(method.as_str(), ErrorKind::Setup(detail)));
            }
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        let server = Server::PulumiCloud;
        Ok(Call { method, path, query: Vec::new(), body: None, server })
    }

    /// A read of a CI system's address, whose path and query are left as they are.
    pub(super) fn of_ci_system(url: &Url) -> Call {
        let pairs = url.query_pairs().into_owned();
        let query = pairs.map(|(name, value)| (Cow::Owned(name), value)).collect();
        let path = url.path().to_owned();
        Call { method: Method::GET, path, query, body: None, server: Server::CiSystem }
    }

    /// The same request with this as its JSON body.
    pub(super) fn with_body(mut self, body: &impl Serialize) -> Result<Call, Error> {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(Zeroizing::new(body)),
            Err(error) => return Err(self.error(ErrorKind::Setup(error.to_string()))),
        }
        Ok(self)
    }

    /// Whether the request changes nothing.
    pub(super) fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    /// An error about this request, before it was sent.
    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(format!("{} {}", self.method, self.shown_path()), kind)
    }

    /// The path as it may be shown: whatever was taken for an organization's name is in it.
    pub(super) fn shown_path(&self) -> String {
        without_secrets(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_encoded_and_never_climb() {
        let call = Call::new(Method::GET, &["api", "orgs", "a/b ü%2F?#", "tokens"]).unwrap();
        assert_eq!(call.path, "/api/orgs/a%2Fb%20%C3%BC%252F%3F%23/tokens");
        for bad in ["", ".", ".."] {
            assert!(Call::new(Method::DELETE, &["api", bad]).is_err(), "{bad:?}");
        }
        assert!(Call::new(Method::GET, &["..."]).is_ok());
    }
}
