//! Who asks, and the exchange of tokens, for which nobody has to be known yet.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::{Answer, App, content_type, found, json_body};
use crate::books::{Asked, Exchange, Refusal};
use crate::locked;
use crate::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/api/user", get(user)).route("/api/oauth/token", post(exchange))
}

async fn user(app: App, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).current_user(&by)))
}

async fn exchange(app: App, headers: HeaderMap, body: Bytes) -> Answer {
    let form = content_type(&headers) == "application/x-www-form-urlencoded";
    let asked: Exchange = if form {
        // RFC 8693 has a form here, the service's document has JSON: both are taken.
        let uri = format!("/?{}", String::from_utf8_lossy(&body)).parse();
        uri.ok()
            .and_then(|uri| Query::try_from_uri(&uri).ok())
            .map(|Query(asked)| asked)
            .ok_or_else(|| Refusal::bad_request("the form can't be read"))?
    } else {
        json_body(&headers, &body)?
    };
    let made = locked(&app.books).exchange(&asked, app.clock.now())?;
    Ok(Json(json!({
        "access_token": made.value,
        "expires_in": made.expires_in,
        "token_type": "token",
        "issued_token_type": made.token_type,
        "scope": made.scope,
    }))
    .into_response())
}
