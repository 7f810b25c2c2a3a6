//! Tokens of organizations, teams and users.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, App, Asking, json_body, understood};
use crate::books::{Act, Asked, ListQuery, Page, Scope, Wanted, continuation};
use crate::locked;
use crate::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    let tokens = "/api/orgs/{org}/tokens";
    let team_tokens = "/api/orgs/{org}/teams/{team}/tokens";
    Router::new()
        .route(tokens, get(list_org).post(create_org))
        .route(&format!("{tokens}/{{id}}"), delete(delete_org))
        .route(team_tokens, get(list_team).post(create_team))
        .route(&format!("{team_tokens}/{{id}}"), delete(delete_team))
        .route("/api/user/tokens", get(list_personal).post(create_personal))
        .route("/api/user/tokens/{id}", delete(delete_personal))
        .route("/api/orgs/{org}/roles/{role}/tokens", get(list_with_role))
}

#[derive(Deserialize)]
struct ForAudit {
    reason: Option<String>,
}

async fn list_org(app: App, Path(org): Path<String>, q: Asking<ListQuery>, by: Asked) -> Answer {
    list(&app, Scope::Org(&org), q, &by)
}

async fn list_team(
    app: App,
    Path((org, team)): Path<(String, String)>,
    q: Asking<ListQuery>,
    by: Asked,
) -> Answer {
    list(&app, Scope::Team(&org, &team), q, &by)
}

async fn list_personal(app: App, q: Asking<ListQuery>, by: Asked) -> Answer {
    list(&app, Scope::Personal, q, &by)
}

fn list(app: &App, scope: Scope<'_>, query: Asking<ListQuery>, by: &Asked) -> Answer {
    let query = understood(query)?;
    let page = locked(&app.books).list(&by.caller, scope, &query, by.now)?;
    Ok(page_answer(page))
}

async fn list_with_role(app: App, Path((org, role)): Path<(String, String)>, by: Asked) -> Answer {
    let page = locked(&app.books).list_with_role(&by.caller, &org, &role, by.now)?;
    Ok(page_answer(page))
}

fn page_answer(page: Page) -> Response {
    let mut body = format!("{{\"tokens\":{}", page.tokens);
    if let Some(after) = page.next {
        let token = Value::String(continuation(&after));
        body.push_str(&format!(",\"continuationToken\":{token}"));
    }
    body.push('}');
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn create_org(
    app: App,
    Path(org): Path<String>,
    q: Asking<ForAudit>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    create(&app, Scope::Org(&org), q, by, &headers, &body)
}

async fn create_team(
    app: App,
    Path((org, team)): Path<(String, String)>,
    q: Asking<ForAudit>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    create(&app, Scope::Team(&org, &team), q, by, &headers, &body)
}

async fn create_personal(
    app: App,
    q: Asking<ForAudit>,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    create(&app, Scope::Personal, q, by, &headers, &body)
}

fn create(
    app: &App,
    scope: Scope<'_>,
    query: Asking<ForAudit>,
    by: Asked,
    headers: &HeaderMap,
    body: &Bytes,
) -> Answer {
    let Asked { caller, now, how } = by;
    let act = Act { now, how, reason: understood(query)?.reason };
    let wanted: Wanted = json_body(headers, body)?;
    let (id, value) = locked(&app.books).create(&caller, scope, wanted, act)?;
    let answer = Json(json!({"id": id, "tokenValue": value}));
    Ok((app.created_status(), answer).into_response())
}

async fn delete_org(
    app: App,
    Path((org, id)): Path<(String, String)>,
    q: Asking<ForAudit>,
    by: Asked,
) -> Answer {
    revoke(&app, Scope::Org(&org), &id, q, by)
}

async fn delete_team(
    app: App,
    Path((org, team, id)): Path<(String, String, String)>,
    q: Asking<ForAudit>,
    by: Asked,
) -> Answer {
    revoke(&app, Scope::Team(&org, &team), &id, q, by)
}

async fn delete_personal(
    app: App,
    Path(id): Path<String>,
    q: Asking<ForAudit>,
    by: Asked,
) -> Answer {
    revoke(&app, Scope::Personal, &id, q, by)
}

fn revoke(app: &App, scope: Scope<'_>, id: &str, q: Asking<ForAudit>, by: Asked) -> Answer {
    let Asked { caller, now, how } = by;
    let act = Act { now, how, reason: understood(q)?.reason };
    locked(&app.books).delete(&caller, scope, id, act)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
