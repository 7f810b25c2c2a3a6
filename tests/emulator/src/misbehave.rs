//! Does faults to answers: what is sent in the place of the true answer, and how.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::time::{Sleep, sleep};

use crate::api::error;
use crate::books::seed;
use crate::faults::{ErrorBody, Fault};
use crate::log::RecordedRequest;
use crate::server::Connection;
use crate::service::Service;

/// How the continuation tokens of endless lists begin.
pub(crate) const ENDLESS: &str = "endless-";

/// The true answer, taken apart.
pub(crate) struct Answer {
    pub response: axum::http::response::Parts,
    pub body: Bytes,
}

/// Does the fault to the answer of this request. Drops and delays are not done here.
pub(crate) fn done(
    fault: &Fault,
    answer: Answer,
    request: &RecordedRequest,
    service: &Service,
    connection: &Connection,
) -> Response {
    let Answer { response: mut parts, body } = answer;
    let with_body = |mut parts: axum::http::response::Parts, body: Body| {
        if parts.status == StatusCode::NO_CONTENT {
            parts.status = StatusCode::OK;
        }
        Response::from_parts(parts, body)
    };
    match fault {
        Fault::Status { status, body: instead, retry_after, .. } => {
            let mut response = error_answer(*status, instead, request, &body, service);
            if let Some(value) = retry_after.and_then(|at| at.header(&service.clock).parse().ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        Fault::Delay { .. } | Fault::Drop { .. } => Response::from_parts(parts, body.into()),
        Fault::Truncate => {
            // A body that has no half is announced to be longer than it is.
            let announced = body.len().max(2);
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
            let half = body.slice(..body.len() / 2);
            with_body(parts, script([Step::Data(half), Step::End(connection.clone())]))
        }
        Fault::Garbage => {
            parts.headers.remove(header::CONTENT_LENGTH);
            with_body(parts, "\u{1f}{\"tokens\":[{\"id\": oops".into())
        }
        Fault::Empty => {
            parts.headers.remove(header::CONTENT_LENGTH);
            with_body(parts, Body::empty())
        }
        Fault::Rewrite { pointer, value } => {
            parts.headers.remove(header::CONTENT_LENGTH);
            let body = rewritten(&body, pointer, value).map_or(body, Bytes::from);
            Response::from_parts(parts, body.into())
        }
        Fault::Remove { pointer } => {
            parts.headers.remove(header::CONTENT_LENGTH);
            let body = without(&body, pointer).map_or(body, Bytes::from);
            Response::from_parts(parts, body.into())
        }
        Fault::Trickle { bytes, ms } => {
            let pause = Duration::from_millis(*ms);
            let chunks: Vec<Bytes> =
                body.chunks((*bytes).max(1)).map(Bytes::copy_from_slice).collect();
            let steps = chunks.into_iter().flat_map(move |c| [Step::Data(c), Step::Pause(pause)]);
            Response::from_parts(parts, script(steps))
        }
        Fault::EndlessPages { repeat } => {
            parts.headers.remove(header::CONTENT_LENGTH);
            let turn = if *repeat { "again".to_owned() } else { request.number.to_string() };
            let next = Value::String(format!("{ENDLESS}{turn}"));
            let body = rewritten(&body, "/continuationToken", &next).map_or(body, Bytes::from);
            Response::from_parts(parts, body.into())
        }
        Fault::EndlessNewPages { tokens } => {
            parts.headers.remove(header::CONTENT_LENGTH);
            let next = format!("{ENDLESS}new-{tokens}-{}", request.number);
            with_body(parts, script(made_up(*tokens, request.number, Some(next))))
        }
        Fault::HugePage { tokens } => {
            parts.headers.remove(header::CONTENT_LENGTH);
            with_body(parts, script(made_up(*tokens, request.number, None)))
        }
        Fault::Huge { bytes } => {
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(*bytes));
            with_body(parts, script(huge(*bytes)))
        }
        Fault::Redirect { to, status } => {
            let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
            let has_path = to.split_once("://").map_or(to.as_str(), |(_, rest)| rest).contains('/');
            let to = if has_path { to.clone() } else { format!("{to}{}{query}", request.path) };
            let mut response = error(*status, "Moved");
            if let Ok(to) = to.parse() {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
    }
}

fn error_answer(
    status: u16,
    body: &ErrorBody,
    request: &RecordedRequest,
    answer: &Bytes,
    service: &Service,
) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = code.canonical_reason().unwrap_or("Error");
    match body {
        ErrorBody::Service => error(status, reason),
        ErrorBody::Html => {
            let page = format!(
                "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n\
                 <center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"
            );
            (code, Html(page)).into_response()
        }
        ErrorBody::Text(text) => (code, text.clone()).into_response(),
        ErrorBody::Json(value) => (code, Json(value)).into_response(),
        ErrorBody::Echo => {
            let message = format!(
                "{reason}: Authorization: {}; {}; {}; {}",
                request.header("authorization").unwrap_or("none"),
                request.body,
                String::from_utf8_lossy(answer),
                service.some_live_values().join(", ")
            );
            error(status, &message)
        }
        ErrorBody::Nothing => code.into_response(),
    }
}

fn rewritten(body: &[u8], pointer: &str, value: &Value) -> Option<Vec<u8>> {
    let mut json: Value = serde_json::from_slice(body).ok()?;
    if let Some(place) = json.pointer_mut(pointer) {
        *place = value.clone();
    } else {
        let (parent, key) = pointer.rsplit_once('/')?;
        json.pointer_mut(parent)?.as_object_mut()?.insert(key.to_owned(), value.clone());
    }
    serde_json::to_vec(&json).ok()
}

fn without(body: &[u8], pointer: &str) -> Option<Vec<u8>> {
    let mut json: Value = serde_json::from_slice(body).ok()?;
    let (parent, key) = pointer.rsplit_once('/')?;
    json.pointer_mut(parent)?.as_object_mut()?.remove(key)?;
    serde_json::to_vec(&json).ok()
}

/// A page of so many tokens that exist nowhere else, by the number of the request that gets them.
fn made_up(tokens: u64, request: u64, next: Option<String>) -> impl Iterator<Item = Step> {
    let token = move |number: u64| {
        let name = format!("made-up-{request}-{number}");
        let token = json!({
            "id": seed::id(0, name.as_str()),
            "name": name,
            "description": "",
            "created": "2026-01-01T00:00:00Z",
            "createdBy": "someone-else",
            "lastUsed": 0,
            "expires": 0,
            "admin": false,
            "type": "organization",
        });
        let comma = if number == 0 { "" } else { "," };
        Step::Data(format!("{comma}{token}").into())
    };
    let tail = match next {
        Some(next) => format!("],\"continuationToken\":{}}}", Value::String(next)),
        None => "]}".to_owned(),
    };
    let head = Step::Data(Bytes::from_static(b"{\"tokens\":["));
    let tail = Step::Data(tail.into());
    std::iter::once(head).chain((0..tokens).map(token)).chain(std::iter::once(tail))
}

/// A JSON text of so many bytes: an empty list with a long field.
fn huge(bytes: usize) -> impl Iterator<Item = Step> {
    const PIECE: usize = 64 << 10;
    static SPACES: [u8; PIECE] = [b' '; PIECE];
    let (head, tail) = ("{\"tokens\":[],\"padding\":\"", "\"}");
    let mut left = bytes.saturating_sub(head.len() + tail.len());
    let middle = std::iter::from_fn(move || {
        let piece = left.min(PIECE);
        left -= piece;
        (piece > 0).then(|| Step::Data(Bytes::from_static(&SPACES[..piece])))
    });
    let ends = [head, tail].map(|end| Step::Data(Bytes::from_static(end.as_bytes())));
    let [head, tail] = ends;
    std::iter::once(head).chain(middle).chain(std::iter::once(tail))
}

enum Step {
    Data(Bytes),
    Pause(Duration),
    /// The connection ends here, after what came before has been sent.
    End(Connection),
}

/// A body that is sent step by step; each step is made when its turn comes.
struct Script {
    steps: Box<dyn Iterator<Item = Step> + Send>,
    pause: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

/// A body of these steps.
fn script(steps: impl IntoIterator<Item = Step, IntoIter: Send + 'static>) -> Body {
    Body::new(Script { steps: Box::new(steps.into_iter()), pause: None, ended: false })
}

impl hyper::body::Body for Script {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            if self.ended {
                return Poll::Pending;
            }
            match self.steps.next() {
                None => return Poll::Ready(None),
                Some(Step::Data(data)) if data.is_empty() => {}
                Some(Step::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Step::Pause(pause)) => self.pause = Some(Box::pin(sleep(pause))),
                Some(Step::End(connection)) => {
                    if connection.is_http2() {
                        // One stream ends too early; the others are none of its business.
                        return Poll::Ready(None);
                    }
                    // Whoever sends this body flushes what it has, now that there is no more to
                    // be had; then it meets the end.
                    connection.end(false);
                    self.ended = true;
                }
            }
        }
    }
}
