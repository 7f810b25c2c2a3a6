//! One request and its answer, once: sent, bounded, and with its failures put into words.
//!
//! Leaves to others what to ask, whether to ask again, and what an answer means.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::answer::{Answer, Body, refusal_text};
use super::call::Call;
use super::service_clock::{Moment, ServiceClock};
use super::tries::retry_after;
use crate::cloud::connection::{Connection, causes};
use crate::cloud::scrub;
use crate::cloud::{ClientSettings, Clock, Error, ErrorKind, Proxy};

/// The longest answer that is read.
const LONGEST_BODY: usize = 16 << 20;
/// How much of a refusal, or of the answer to a deletion, is read: enough for any message.
const LONGEST_MESSAGE: usize = 64 << 10;
/// The most characters of a message that are kept.
const LONGEST_SHOWN: usize = 500;

/// The way to the service, or to a CI system.
pub(super) struct Transport {
    settings: ClientSettings,
    clock: Arc<dyn Clock>,
    service_clock: Mutex<ServiceClock>,
    connection: OnceCell<Connection>,
}

impl Transport {
    pub(super) fn new(settings: ClientSettings, clock: Arc<dyn Clock>) -> Transport {
        for secret in settings.proxy.iter().flat_map(Proxy::secrets) {
            scrub::remember(&secret);
        }
        Transport { settings, clock, service_clock: Mutex::default(), connection: OnceCell::new() }
    }

    /// It was at least this late for the service at that instant.
    pub(super) fn service_time(&self, instant: Instant) -> Option<Timestamp> {
        self.service_clock.lock().unwrap_or_else(PoisonError::into_inner).at(instant)
    }

    /// The present moment.
    pub(super) fn moment(&self) -> Moment {
        let here = Instant::now();
        Moment { here, there: self.service_time(here) }
    }

    /// The time of day on this machine.
    pub(super) fn local_time(&self) -> Timestamp {
        self.clock.now()
    }

    /// Builds what a first request would otherwise have to wait for.
    pub(super) async fn prepare(&self, call: &Call) -> Result<(), Error> {
        self.connection(call).await.map(drop)
    }

    /// Sends one request, once. A status other than a success is an error.
    pub(super) async fn send(
        &self,
        call: &Call,
        authorization: Option<HeaderValue>,
    ) -> Result<Answer, Error> {
        let connection = self.connection(call).await?;
        let began = Instant::now();
        let result = self.exchange(connection, call, authorization, began).await;
        let status = match &result {
            Ok(answer) => answer.status.to_string(),
            Err(error) => match error.kind() {
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
            path = call.shown_path().as_str(),
            status = status.as_str(),
            ms = began.elapsed().as_millis() as u64;
            "called {}", call.server.name()
        );
        result
    }

    async fn exchange(
        &self,
        connection: &Connection,
        call: &Call,
        authorization: Option<HeaderValue>,
        began: Instant,
    ) -> Result<Answer, Error> {
        let mut request = request(connection, call);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let response =
            request.send().await.map_err(|error| self.broken(connection, call, error))?;
        let date = header_text(response.headers(), &header::DATE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .and_then(|date| Timestamp::try_from(date).ok());
        if let Some(date) = date {
            let mut clock = self.service_clock.lock().unwrap_or_else(PoisonError::into_inner);
            clock.observe(date, began, Instant::now());
        }
        let status = response.status();
        if !status.is_success() {
            return Err(self.refusal(connection, call, response, date).await);
        }
        // What a deletion is answered with is only looked at, and may well break off.
        let body = if call.method == Method::DELETE {
            message(response).await.into()
        } else {
            self.body(connection, call, response).await?
        };
        Ok(Answer { status: status.as_u16(), body })
    }

    /// A failure of the connection, before or after the request was sent.
    fn broken(&self, connection: &Connection, call: &Call, error: reqwest::Error) -> Error {
        // A connection that was never made can't have carried anything. All else may have.
        if error.is_connect() || error.is_builder() {
            return call.error(connection_kind(connection, "cannot reach", "", &error));
        }
        let kind = if error.is_timeout() {
            ErrorKind::Timeout(self.settings.request_timeout)
        } else {
            connection_kind(connection, "the connection to", " broke", &error)
        };
        call.error(kind).sent()
    }

    async fn body(
        &self,
        connection: &Connection,
        call: &Call,
        mut response: Response,
    ) -> Result<Body, Error> {
        let too_long =
            || call.error(ErrorKind::Answer("it is longer than 16 MiB".to_owned())).sent();
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
                Err(error) => return Err(self.broken(connection, call, error)),
            }
        }
    }

    async fn refusal(
        &self,
        connection: &Connection,
        call: &Call,
        response: Response,
        date: Option<Timestamp>,
    ) -> Error {
        let code = response.status().as_u16();
        let now = || date.unwrap_or_else(|| self.clock.now());
        let wait = header_text(response.headers(), &header::RETRY_AFTER)
            .and_then(|value| retry_after(value, now()));
        let kind = if response.status().is_redirection() {
            let target = header_text(response.headers(), &header::LOCATION)
                .and_then(|location| connection.base.join(location).ok());
            let origin = target.map(|url| url.origin().ascii_serialization());
            ErrorKind::Redirect { code, origin: origin.map(|text| shown(&text)) }
        } else {
            let (text, by_service) = refusal_text(code, &message(response).await);
            ErrorKind::Status { code, message: shown(&text), by_service }
        };
        call.error(kind).sent().retry_after(wait)
    }

    async fn connection(&self, call: &Call) -> Result<&Connection, Error> {
        let build = || Connection::new(&self.settings);
        let connection = self.connection.get_or_try_init(build).await;
        connection.map_err(|detail| call.error(ErrorKind::Setup(shown(&detail))))
    }
}

/// A text as it may stand in an error.
pub(super) fn shown(text: &str) -> String {
    scrub::line(text, LONGEST_SHOWN)
}

fn request(connection: &Connection, call: &Call) -> reqwest::RequestBuilder {
    let mut url = connection.base.clone();
    let path = format!("{}{}", url.path().trim_end_matches('/'), call.path);
    url.set_path(&path);
    if !call.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&call.query);
    }
    let request = connection.http.request(call.method.clone(), url);
    let request = request.header(header::ACCEPT, call.server.media_type());
    match &call.body {
        Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body.to_vec()),
        None => request,
    }
}

fn connection_kind(
    connection: &Connection,
    what: &str,
    end: &str,
    error: &reqwest::Error,
) -> ErrorKind {
    let origin = connection.base.origin().ascii_serialization();
    ErrorKind::Connection(shown(&format!("{what} {origin}{end}: {}", causes(error))))
}

/// The beginning of a body, as far as it came.
async fn message(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < LONGEST_MESSAGE {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // What broke off was not empty, whether anything of it came or not.
            Err(_) if body.is_empty() => return b"?".to_vec(),
            Err(_) => break,
        }
    }
    body.truncate(LONGEST_MESSAGE);
    body
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
