//! Roles.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::{get, patch};
use serde::Deserialize;

use super::{Answer, App, Asking, done, found, json_body, made, understood};
use crate::books::{Asked, WantedRole};
use crate::locked;
use crate::service::Service;

type OfRole = Path<(String, String)>;

pub(super) fn routes() -> Router<Arc<Service>> {
    let role = "/api/orgs/{org}/roles/{role}";
    Router::new()
        .route("/api/orgs/{org}/roles", get(list).post(create))
        .route("/api/orgs/{org}/roles/scopes", get(scopes))
        .route(role, get(one).patch(update).delete(delete))
        .route(&format!("{role}/default"), patch(make_default))
        .route(&format!("{role}/teams"), get(teams))
        .route(&format!("{role}/users"), get(users))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RolesQuery {
    ux_purpose: Option<String>,
    create_policy_and_role: Option<bool>,
    force: Option<bool>,
}

async fn list(app: App, Path(org): Path<String>, q: Asking<RolesQuery>, by: Asked) -> Answer {
    let purpose = understood(q)?.ux_purpose;
    Ok(found(&locked(&app.books).list_roles(&by, &org, purpose.as_deref())?))
}

async fn scopes(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).scopes(&by, &org)?))
}

async fn one(app: App, Path((org, role)): OfRole, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).get_role(&by, &org, &role)?))
}

async fn create(
    app: App,
    Path(org): Path<String>,
    q: Asking<RolesQuery>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let with_policy = understood(q)?.create_policy_and_role.unwrap_or(false);
    let wanted: WantedRole = json_body(&headers, &body)?;
    let role = locked(&app.books).create_role(&by, &org, wanted, with_policy)?;
    Ok(made(&app, &role))
}

async fn update(
    app: App,
    Path((org, role)): OfRole,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedRole = json_body(&headers, &body)?;
    Ok(found(&locked(&app.books).update_role(&by, &org, &role, wanted)?))
}

async fn delete(app: App, Path((org, role)): OfRole, q: Asking<RolesQuery>, by: Asked) -> Answer {
    let force = understood(q)?.force.unwrap_or(false);
    locked(&app.books).delete_role(&by, &org, &role, force)?;
    Ok(done())
}

async fn make_default(app: App, Path((org, role)): OfRole, by: Asked) -> Answer {
    locked(&app.books).set_default_role(&by, &org, &role)?;
    Ok(done())
}

async fn teams(app: App, Path((org, role)): OfRole, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).teams_with_role(&by, &org, &role)?))
}

async fn users(app: App, Path((org, role)): OfRole, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).users_with_role(&by, &org, &role)?))
}
