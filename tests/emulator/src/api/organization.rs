//! An organization, its metadata and its settings.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Answer, App, found, json_body};
use crate::books::Asked;
use crate::locked;
use crate::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/api/orgs/{org}", get(one).patch(update))
        .route("/api/orgs/{org}/metadata", get(metadata))
}

async fn one(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    let books = locked(&app.books);
    let name = &books.org(&by.caller, &org)?.name;
    Ok(found(&json!({"githubLogin": name, "name": name, "avatarUrl": "", "repos": []})))
}

async fn metadata(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).metadata(&by, &org)?))
}

async fn update(
    app: App,
    Path(org): Path<String>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: Value = json_body(&headers, &body)?;
    Ok(found(&locked(&app.books).update_settings(&by, &org, &wanted)?))
}
