//! The life of a request: logged, held, hit by a fault or not, acted upon, answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::Response;
use tokio::time::sleep;
use tower::ServiceExt;

use crate::api::{self, Number};
use crate::books::Books;
use crate::clock::Clock;
use crate::faults::{Fault, Faults};
use crate::hold::Gates;
use crate::locked;
use crate::log::{Log, RecordedRequest};
use crate::misbehave::{self, Answer, ENDLESS};
use crate::operation::Operation;
use crate::pick::Traits;
use crate::rate::Bucket;
use crate::server::Connection;

/// The largest request body that is read.
const BODY_LIMIT: usize = 16 << 20;

/// The largest answer that the log keeps.
const ANSWER_LIMIT: usize = 64 << 10;

/// All that the service is, apart from its connections.
pub(crate) struct Service {
    pub clock: Clock,
    pub books: Mutex<Books>,
    pub log: Mutex<Log>,
    pub faults: Mutex<Faults>,
    pub gates: Mutex<Gates>,
    pub bucket: Mutex<Option<Bucket>>,
    pub latency_us: AtomicU64,
    pub creations_answer_201: AtomicBool,
    pub connections: Connections,
}

/// Counts of connections and of requests by HTTP version.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    pub accepted: AtomicU64,
    pub open: AtomicU64,
    pub http1: AtomicU64,
    pub http2: AtomicU64,
}

/// How a request ends.
pub(crate) enum End {
    /// With this answer; whether it is the true one is told with it.
    Answer(Response, bool),
    /// With the connection: reset, or closed.
    Drop { reset: bool },
}

impl Service {
    /// The status of a successful creation.
    pub fn created_status(&self) -> StatusCode {
        match self.creations_answer_201.load(Ordering::Relaxed) {
            true => StatusCode::CREATED,
            false => StatusCode::OK,
        }
    }

    /// The values of some tokens that give access, for an answer that leaks them.
    pub fn some_live_values(&self) -> Vec<String> {
        locked(&self.books).live_values(self.clock.now()).take(100).map(str::to_owned).collect()
    }

    /// Deals with a request for the API, from its arrival to its end. It goes on to its end even
    /// if the client is no longer there, as a real service would.
    pub async fn deal_with(
        self: Arc<Self>,
        router: Router,
        request: Request<Bytes>,
        connection: Connection,
    ) -> (u64, End) {
        let mut record = self.record(&request, &connection);
        record.number = locked(&self.log).add(record.clone());
        let traits = Traits {
            operation: record.operation,
            method: &record.method,
            path: &record.path,
            query: record.query.as_deref().unwrap_or(""),
            body: &record.body,
        };
        let gates = locked(&self.gates).of(&traits);
        gates.pass_before().await;
        let latency = Duration::from_micros(self.latency_us.load(Ordering::Relaxed));
        if !latency.is_zero() {
            sleep(latency).await;
        }
        let limited = locked(&self.bucket).as_mut().and_then(|b| b.take(self.clock.now_ms()));
        let fault = limited.or_else(|| locked(&self.faults).pick(&traits));
        let mut end = self.meet(fault.as_ref(), &record, router, request, &connection).await;
        let mut kept = None;
        if let (None, End::Answer(response, _)) = (&fault, &mut end) {
            let body = std::mem::take(response.body_mut());
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            kept =
                (body.len() <= ANSWER_LIMIT).then(|| String::from_utf8_lossy(&body).into_owned());
            *response.body_mut() = body.into();
        }
        gates.pass_after().await;
        locked(&self.log).change(record.number, |entry| {
            entry.answer = kept;
            entry.fault = fault.map(|fault| format!("{fault:?}"));
            if let End::Answer(response, _) = &end {
                entry.status = Some(response.status().as_u16());
            }
        });
        (record.number, end)
    }

    async fn meet(
        &self,
        fault: Option<&Fault>,
        record: &RecordedRequest,
        router: Router,
        request: Request<Bytes>,
        connection: &Connection,
    ) -> End {
        match fault {
            Some(Fault::Drop { reset, after: false }) => return End::Drop { reset: *reset },
            Some(Fault::Delay { ms, after: false }) => sleep(Duration::from_millis(*ms)).await,
            _ => {}
        }
        let refused =
            matches!(fault, Some(Fault::Status { after: false, .. } | Fault::Redirect { .. }));
        let answer = match refused {
            true => Response::default(),
            false => act(router, request, record.number).await,
        };
        match fault {
            Some(Fault::Drop { reset, after: true }) => return End::Drop { reset: *reset },
            Some(Fault::Delay { ms, after: true }) => sleep(Duration::from_millis(*ms)).await,
            _ => {}
        }
        let mut response = match fault {
            None => answer,
            Some(fault) => {
                let (response, body) = answer.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
                misbehave::done(fault, Answer { response, body }, record, self, connection)
            }
        };
        if let Ok(date) = HeaderValue::from_str(&self.clock.http_date()) {
            response.headers_mut().insert(header::DATE, date);
        }
        End::Answer(response, fault.is_none_or(Fault::is_harmless))
    }

    fn record(&self, request: &Request<Bytes>, connection: &Connection) -> RecordedRequest {
        let headers: BTreeMap<String, String> = request
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let (method, uri) = (request.method().as_str(), request.uri());
        RecordedRequest {
            number: 0,
            at_ms: self.clock.now_ms(),
            connection: connection.number(),
            version: format!("{:?}", request.version()),
            method: method.to_owned(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            headers,
            body: String::from_utf8_lossy(request.body()).into_owned(),
            operation: Operation::of(method, uri.path()),
            status: None,
            answer: None,
            fault: None,
            delivered: false,
        }
    }
}

/// What the service itself answers.
async fn act(router: Router, mut request: Request<Bytes>, number: u64) -> Response {
    request.extensions_mut().insert(Number(number));
    // The made-up tokens of an endless list lead to its first page.
    if request.uri().query().is_some_and(|query| query.contains(ENDLESS)) {
        let kept = |pair: &&str| !pair.starts_with("continuationToken=");
        let query: Vec<&str> =
            request.uri().query().unwrap_or("").split('&').filter(kept).collect();
        let uri = format!("{}?{}", request.uri().path(), query.join("&"));
        if let Ok(uri) = uri.parse() {
            *request.uri_mut() = uri;
        }
    }
    match router.oneshot(request.map(Body::from)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The whole body of a request.
pub(crate) async fn whole(request: Request<hyper::body::Incoming>) -> Option<Request<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(Body::new(body), BODY_LIMIT).await.ok()?;
    Some(Request::from_parts(parts, body))
}

/// The answer to a body that is too large or breaks off.
pub(crate) fn unreadable() -> Response {
    api::error(400, "Bad Request: the body can't be read")
}
