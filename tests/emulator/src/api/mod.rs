//! The API as requests and answers look on the wire. What may be done, and what comes of it, is
//! for the books to say.

mod issuers;
mod members;
mod organization;
mod roles;
mod teams;
mod tokens;
mod user;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::books::{Asked, How, Refusal};
use crate::locked;
use crate::service::Service;

/// The number of the request in the log, which the books note with what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub u64);

type App = State<Arc<Service>>;
type Answer = Result<Response, Refusal>;

/// The API.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .merge(tokens::routes())
        .merge(teams::routes())
        .merge(roles::routes())
        .merge(members::routes())
        .merge(issuers::routes())
        .merge(organization::routes())
        .merge(user::routes())
        .fallback(async || error(404, "Not Found"))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(service)
}

async fn method_not_allowed() -> Response {
    error(405, "Method Not Allowed")
}

/// An error as the service words it.
pub(crate) fn error(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({"code": status, "message": message}))).into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        error(self.status, &self.message)
    }
}

impl FromRequestParts<Arc<Service>> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let now = service.clock.now();
        let caller = locked(&service.books).authenticate(header, now)?;
        let number = parts.extensions.get::<Number>().map_or(0, |number| number.0);
        Ok(Self { caller, now, how: How::Request(number) })
    }
}

type Asking<T> = Result<Query<T>, QueryRejection>;

/// A body of this content. The fields of objects come in an order of the service's own.
fn found(content: &Value) -> Response {
    let mut body = String::new();
    write_backwards(content, &mut body);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The same for something new.
fn made(service: &Service, content: &Value) -> Response {
    let mut response = found(content);
    *response.status_mut() = service.created_status();
    response
}

/// No body at all.
fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn write_backwards(value: &Value, body: &mut String) {
    match value {
        Value::Object(fields) => {
            body.push('{');
            for (number, (name, value)) in fields.iter().rev().enumerate() {
                body.push_str(if number == 0 { "" } else { "," });
                body.push_str(&format!("{}:", Value::from(name.as_str())));
                write_backwards(value, body);
            }
            body.push('}');
        }
        Value::Array(values) => {
            body.push('[');
            for (number, value) in values.iter().enumerate() {
                body.push_str(if number == 0 { "" } else { "," });
                write_backwards(value, body);
            }
            body.push(']');
        }
        plain => body.push_str(&plain.to_string()),
    }
}

fn understood<T>(query: Asking<T>) -> Result<T, Refusal> {
    query.map(|Query(query)| query).map_err(|error| Refusal::bad_request(error.body_text()))
}

fn json_body<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Refusal> {
    if content_type(headers) != "application/json" {
        return Err(Refusal::bad_request("the body must be application/json"));
    }
    serde_json::from_slice(body).map_err(Refusal::bad_request)
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.split(';').next()).unwrap_or_default().trim()
}
