//! OIDC issuers and their policies.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::{get, patch, post};
use serde::Deserialize;

use super::{Answer, App, done, found, json_body, made};
use crate::books::{Asked, PolicyEntry, WantedIssuer};
use crate::locked;
use crate::service::Service;

type OfId = Path<(String, String)>;

pub(super) fn routes() -> Router<Arc<Service>> {
    let issuers = "/api/orgs/{org}/oidc/issuers";
    let policies = "/api/orgs/{org}/auth/policies";
    Router::new()
        .route(issuers, get(list).post(create))
        .route(&format!("{issuers}/{{id}}"), get(one).patch(update).delete(delete))
        .route(&format!("{issuers}/{{id}}/regenerate-thumbprints"), post(regenerate))
        .route(&format!("{policies}/oidcissuers/{{id}}"), get(policy))
        .route(&format!("{policies}/{{id}}"), patch(update_policy))
}

async fn list(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).list_issuers(&by, &org)?))
}

async fn one(app: App, Path((org, id)): OfId, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).get_issuer(&by, &org, &id)?))
}

async fn create(
    app: App,
    Path(org): Path<String>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedIssuer = json_body(&headers, &body)?;
    let issuer = locked(&app.books).create_issuer(&by, &org, wanted)?;
    Ok(made(&app, &issuer))
}

async fn update(
    app: App,
    Path((org, id)): OfId,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedIssuer = json_body(&headers, &body)?;
    Ok(found(&locked(&app.books).update_issuer(&by, &org, &id, wanted)?))
}

async fn delete(app: App, Path((org, id)): OfId, by: Asked) -> Answer {
    locked(&app.books).delete_issuer(&by, &org, &id)?;
    Ok(done())
}

async fn regenerate(app: App, Path((org, id)): OfId, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).regenerate_thumbprints(&by, &org, &id)?))
}

async fn policy(app: App, Path((org, id)): OfId, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).get_policy(&by, &org, &id)?))
}

#[derive(Deserialize)]
struct WantedPolicy {
    policies: Vec<PolicyEntry>,
}

async fn update_policy(
    app: App,
    Path((org, id)): OfId,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: WantedPolicy = json_body(&headers, &body)?;
    Ok(found(&locked(&app.books).update_policy(&by, &org, &id, wanted.policies)?))
}
