//! Members of organizations.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::{get, post};

use super::{Answer, App, Asking, done, found, json_body, made, understood};
use crate::books::{Asked, MembersQuery, WantedMember};
use crate::locked;
use crate::service::Service;

type OfMember = Path<(String, String)>;

pub(super) fn routes() -> Router<Arc<Service>> {
    let member = "/api/orgs/{org}/members/{login}";
    Router::new()
        .route("/api/orgs/{org}/members", get(list))
        .route(member, post(add).patch(update).delete(delete))
}

async fn list(app: App, Path(org): Path<String>, q: Asking<MembersQuery>, by: Asked) -> Answer {
    let query = understood(q)?;
    Ok(found(&locked(&app.books).list_members(&by, &org, &query)?))
}

async fn add(
    app: App,
    Path((org, login)): OfMember,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedMember = json_body(&headers, &body)?;
    let member = locked(&app.books).add_member(&by, &org, &login, wanted)?;
    Ok(made(&app, &member))
}

async fn update(
    app: App,
    Path((org, login)): OfMember,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedMember = json_body(&headers, &body)?;
    locked(&app.books).update_member(&by, &org, &login, wanted)?;
    Ok(done())
}

async fn delete(app: App, Path((org, login)): OfMember, by: Asked) -> Answer {
    locked(&app.books).delete_member(&by, &org, &login)?;
    Ok(done())
}
