//! One request and its answer: paths, failures, bounded bodies.
//!
//! Leaves to others what to ask, whether to ask again, and what an answer means.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Method, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::connection::{Connection, causes};
use super::retry::retry_after;
use super::scrub::Scrubber;
use super::service_clock::ServiceClock;
use super::{ClientSettings, Clock, Error, ErrorKind, Proxy};

/// The longest answer that is read.
const LONGEST_BODY: usize = 16 << 20;
/// How much of a refusal is read: enough for any message.
const LONGEST_REFUSAL: usize = 64 << 10;
/// What may stand in a path segment as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, but for what all have in common.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    pub(super) fn get(segments: &[&str]) -> Result<Call, Error> {
        Call::new(Method::GET, segments)
    }

    pub(super) fn delete(segments: &[&str]) -> Result<Call, Error> {
        Call::new(Method::DELETE, segments)
    }

    /// A request with a JSON body.
    pub(super) fn post(segments: &[&str], body: Vec<u8>) -> Result<Call, Error> {
        Ok(Call { body: Some(body), ..Call::new(Method::POST, segments)? })
    }

    fn new(method: Method, segments: &[&str]) -> Result<Call, Error> {
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
        Ok(Call { method, path, query: Vec::new(), body: None })
    }

    /// Whether the request changes nothing.
    pub(super) fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    /// The same request with a query parameter more.
    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.query.push((name, value.into()));
        self
    }
}

/// The body of a success.
pub(super) type Body = Zeroizing<Vec<u8>>;

/// Anything but a success.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: Error,
    /// Whether the service may have seen the request.
    pub(super) sent: bool,
    /// How long the service asks us to wait.
    pub(super) retry_after: Option<Duration>,
}

/// The way to the service.
pub(super) struct Transport {
    settings: ClientSettings,
    clock: Arc<dyn Clock>,
    scrubber: Scrubber,
    service_clock: Mutex<ServiceClock>,
    ready: OnceCell<Connection>,
}

impl Transport {
    pub(super) fn new(settings: ClientSettings, clock: Arc<dyn Clock>) -> Transport {
        let passwords = settings.proxy.iter().flat_map(Proxy::secrets);
        let scrubber = Scrubber::new(passwords.chain([settings.access_token.clone()]));
        Transport {
            settings,
            clock,
            scrubber,
            service_clock: Mutex::default(),
            ready: OnceCell::new(),
        }
    }

    /// It was at least this late for the service at that instant.
    pub(super) fn service_time(&self, instant: Instant) -> Option<Timestamp> {
        self.service_clock.lock().unwrap_or_else(PoisonError::into_inner).at(instant)
    }

    /// Builds what a first request would otherwise have to wait for.
    pub(super) async fn prepare(&self, call: &Call) -> Result<(), Error> {
        self.ready(call).await.map(drop)
    }

    /// An error about an answer that can't be read.
    pub(super) fn unreadable(&self, call: &Call, detail: &str) -> Error {
        self.error(call, ErrorKind::Answer(self.scrubber.clean(detail)))
    }

    pub(super) fn error(&self, call: &Call, kind: ErrorKind) -> Error {
        Error::new(format!("{} {}", call.method, self.path(call)), kind)
    }

    /// The path as it may be shown: whatever was taken for an organization's name is in it.
    fn path(&self, call: &Call) -> String {
        self.scrubber.without_secrets(&call.path)
    }

    /// Sends one request, once. A status other than a success is a failure.
    pub(super) async fn send(&self, call: &Call) -> Result<Body, Failure> {
        let ready = match self.ready(call).await {
            Ok(ready) => ready,
            Err(error) => return Err(Failure { error, sent: false, retry_after: None }),
        };
        let began = Instant::now();
        let result = self.exchange(ready, call, began).await;
        let status = match &result {
            Ok((status, _)) => status.as_str(),
            Err(failure) => &match failure.error.kind() {
                ErrorKind::Status { code, .. } | ErrorKind::Redirect { code, .. } => {
                    code.to_string()
                }
                ErrorKind::Timeout(_) => "timeout".to_owned(),
                ErrorKind::Answer(_) => "unreadable".to_owned(),
                _ => "no connection".to_owned(),
            },
        };
        log::debug!(
            method = call.method.as_str(),
            path = self.path(call).as_str(),
            status = status,
            ms = began.elapsed().as_millis() as u64;
            "called Pulumi Cloud"
        );
        result.map(|(_, body)| body)
    }

    async fn exchange(
        &self,
        ready: &Connection,
        call: &Call,
        began: Instant,
    ) -> Result<(StatusCode, Body), Failure> {
        let sent = self.request(ready, call).send().await;
        let response = sent.map_err(|error| self.broken(ready, call, error))?;
        let date = header_text(response.headers(), &header::DATE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .and_then(|date| Timestamp::try_from(date).ok());
        if let Some(date) = date {
            let mut clock = self.service_clock.lock().unwrap_or_else(PoisonError::into_inner);
            clock.observe(date, began, Instant::now());
        }
        let status = response.status();
        if !status.is_success() {
            return Err(self.refusal(ready, call, response, date).await);
        }
        // The status says all that there is to say about a deletion.
        if call.method == Method::DELETE {
            return Ok((status, Body::default()));
        }
        Ok((status, self.body(ready, call, response).await?))
    }

    fn request(&self, ready: &Connection, call: &Call) -> reqwest::RequestBuilder {
        let mut url = ready.base.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), call.path);
        url.set_path(&path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let request = ready.http.request(call.method.clone(), url);
        match &call.body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(body.clone())
            }
            None => request,
        }
    }

    /// A failure of the connection, before or after the request was sent.
    fn broken(&self, ready: &Connection, call: &Call, error: reqwest::Error) -> Failure {
        // A connection that was never made can't have carried anything. All else may have.
        let sent = !error.is_connect() && !error.is_builder();
        let kind = if error.is_timeout() && sent {
            ErrorKind::Timeout(self.settings.request_timeout)
        } else {
            let what = if sent { "the connection to" } else { "cannot reach" };
            let end = if sent { " broke" } else { "" };
            let origin = ready.base.origin().ascii_serialization();
            let causes = causes(&error);
            ErrorKind::Connection(self.scrubber.clean(&format!("{what} {origin}{end}: {causes}")))
        };
        Failure { error: self.error(call, kind), sent, retry_after: None }
    }

    async fn body(
        &self,
        ready: &Connection,
        call: &Call,
        mut response: Response,
    ) -> Result<Body, Failure> {
        let too_long = || Failure {
            error: self.unreadable(call, "it is longer than 16 MiB"),
            sent: true,
            retry_after: None,
        };
        let announced = response.content_length().unwrap_or(4096);
        if announced > LONGEST_BODY as u64 {
            return Err(too_long());
        }
        // Room for all of it at once leaves no outgrown copies of a secret behind.
        let mut body = Body::new(Vec::with_capacity(announced as usize));
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_BODY => {
                    return Err(too_long());
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body),
                Err(error) => return Err(self.broken(ready, call, error)),
            }
        }
    }

    async fn refusal(
        &self,
        ready: &Connection,
        call: &Call,
        mut response: Response,
        date: Option<Timestamp>,
    ) -> Failure {
        let code = response.status().as_u16();
        let now = || date.unwrap_or_else(|| self.clock.now());
        let retry_after = header_text(response.headers(), &header::RETRY_AFTER)
            .and_then(|value| retry_after(value, now()));
        let kind = if response.status().is_redirection() {
            let target = header_text(response.headers(), &header::LOCATION)
                .and_then(|location| ready.base.join(location).ok());
            let origin = target.map(|url| url.origin().ascii_serialization());
            ErrorKind::Redirect { code, origin: origin.map(|text| self.scrubber.clean(&text)) }
        } else {
            // The status stands, whatever happens to the rest.
            let mut body = Vec::new();
            while let Ok(Some(chunk)) = response.chunk().await
                && body.len() < LONGEST_REFUSAL
            {
                body.extend_from_slice(&chunk);
            }
            body.truncate(LONGEST_REFUSAL);
            let (message, by_service) = refusal_text(&body);
            ErrorKind::Status { code, message: self.scrubber.clean(&message), by_service }
        };
        Failure { error: self.error(call, kind), sent: true, retry_after }
    }

    async fn ready(&self, call: &Call) -> Result<&Connection, Error> {
        let ready = self.ready.get_or_try_init(|| Connection::new(&self.settings)).await;
        ready.map_err(|detail| self.error(call, ErrorKind::Setup(self.scrubber.clean(&detail))))
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Reads a JSON object. The error says where and why; it may quote the body.
pub(super) fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    // serde would also take an array with the fields in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("it is not a JSON object".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// What a refusal says: the message of the service's JSON form, or the text as it is; and whether it
/// had that form.
fn refusal_text(body: &[u8]) -> (String, bool) {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    match read_object::<Refusal>(body) {
        Ok(refusal) => (refusal.message, true),
        Err(_) => (String::from_utf8_lossy(body).into_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_encoded_and_never_climb() {
        let call = Call::get(&["api", "orgs", "a/b ü%2F?#", "tokens"]).unwrap();
        assert_eq!(call.path, "/api/orgs/a%2Fb%20%C3%BC%252F%3F%23/tokens");
        for bad in ["", ".", ".."] {
            assert!(Call::delete(&["api", bad]).is_err(), "{bad:?}");
        }
        assert!(Call::get(&["..."]).is_ok());
    }

    #[test]
    fn a_refusal_is_read_in_any_form() {
        let read = |body: &[u8]| refusal_text(body);
        assert_eq!(read(br#"{"code":404,"message":"gone","more":1}"#), ("gone".to_owned(), true));
        assert_eq!(read(b"Bad \xff Gateway"), ("Bad \u{fffd} Gateway".to_owned(), false));
        assert_eq!(read(b""), (String::new(), false));
    }
}
