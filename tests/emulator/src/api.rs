//! The API as requests and answers look on the wire. What may be done, and what comes of it, is
//! for the books to say.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::books::{
    Act, Caller, Exchange, How, ListQuery, Org, Page, Refusal, Role, Scope, Wanted, continuation,
};
use crate::clock::iso_8601;
use crate::locked;
use crate::service::Service;

/// The number of the request in the log, which the books note with what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub u64);

type App = State<Arc<Service>>;
type Answer = Result<Response, Refusal>;

/// The API.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let tokens = "/api/orgs/{org}/tokens";
    let team_tokens = "/api/orgs/{org}/teams/{team}/tokens";
    Router::new()
        .route(tokens, get(list_org).post(create_org))
        .route(&format!("{tokens}/{{id}}"), delete(delete_org))
        .route(team_tokens, get(list_team).post(create_team))
        .route(&format!("{team_tokens}/{{id}}"), delete(delete_team))
        .route("/api/user/tokens", get(list_personal).post(create_personal))
        .route("/api/user/tokens/{id}", delete(delete_personal))
        .route("/api/orgs/{org}/roles", get(roles))
        .route("/api/orgs/{org}/roles/{role}/tokens", get(list_with_role))
        .route("/api/orgs/{org}/metadata", get(metadata))
        .route("/api/user", get(user))
        .route("/api/oauth/token", post(exchange))
        .fallback(async || error(404, "Not Found"))
        .method_not_allowed_fallback(async || error(405, "Method Not Allowed"))
        .with_state(service)
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

/// What every operation starts from: who asks, when, and as which request.
struct Asked {
    caller: Caller,
    now: i64,
    how: How,
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

#[derive(Deserialize)]
struct ForAudit {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RolesQuery {
    ux_purpose: Option<String>,
}

type Asking<T> = Result<Query<T>, QueryRejection>;

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

async fn roles(app: App, Path(org): Path<String>, q: Asking<RolesQuery>, by: Asked) -> Answer {
    let books = locked(&app.books);
    let org = books.org(&by.caller, &org)?;
    let purpose = understood(q)?
        .ux_purpose
        .ok_or_else(|| Refusal::bad_request("missing query parameter 'uxPurpose'"))?;
    let roles: Vec<Value> = match purpose.as_str() {
        "role" => org.roles.iter().map(|role| role_record(org, role)).collect(),
        "role_private" | "role_temporary" | "policy" | "set" => Vec::new(),
        _ => return Err(Refusal::bad_request(format_args!("invalid uxPurpose '{purpose}'"))),
    };
    if !by.caller.permissions.roles {
        return Err(Refusal::forbidden("not permitted to list roles"));
    }
    Ok(Json(json!({"roles": roles})).into_response())
}

fn role_record(org: &Org, role: &Role) -> Value {
    json!({
        "id": role.id,
        "orgId": org_id(org),
        "name": role.name,
        "description": role.description,
        "defaultIdentifier": role.default_identifier,
        "isOrgDefault": role.is_org_default,
        "resourceType": "organization",
        "uxPurpose": "role",
        "details": {},
        "created": iso_8601(FOUNDED),
        "modified": iso_8601(FOUNDED),
        "version": 1,
    })
}

/// When the organizations of this service were founded.
const FOUNDED: i64 = 1_700_000_000;

fn org_id(org: &Org) -> String {
    crate::books::seed::id(0, &org.name)
}

async fn metadata(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    let books = locked(&app.books);
    let org = books.org(&by.caller, &org)?;
    if !by.caller.permissions.metadata {
        return Err(Refusal::forbidden("not permitted to read the organization's metadata"));
    }
    let mut features: Map<String, Value> = crate::contract::required("OrganizationFeatures")
        .map(|name| (name, false.into()))
        .collect();
    let policy = org.max_expiry_days;
    let enforced = policy.is_some_and(|days| days != 0);
    features.insert("accessTokenExpiryPolicyEnabled".to_owned(), enforced.into());
    features.insert("customRolesEnabled".to_owned(), true.into());
    features.insert("teamsEnabled".to_owned(), true.into());
    let default_role = org.roles.iter().find(|role| role.is_org_default);
    let mut metadata = json!({
        "id": org_id(org),
        "accountCount": 0,
        "aiEnablement": "disabled",
        "auditLogsEnabled": true,
        "created": iso_8601(FOUNDED),
        "defaultAccountPermission": 0,
        "defaultEnvironmentPermission": "none",
        "defaultStackPermission": 0,
        "environmentCount": 0,
        "features": features,
        "insightsTrialUsingPolicy": false,
        "kind": "pulumi",
        "memberCount": 1,
        "membersCanCreateAccounts": false,
        "membersCanCreateStacks": true,
        "membersCanCreateTeams": false,
        "membersCanDeleteStacks": false,
        "membersCanTransferStacks": false,
        "naturalLanguageSearchDisabled": true,
        "neoAgentDisabled": true,
        "neoApprovalMode": "manual",
        "neoCLIExplanationsDisabled": true,
        "neoEnabled": false,
        "neoTaskSharingMode": "none",
        "preferredVCS": "none",
        "product": org.product,
        "stackCount": 0,
        "userRole": "admin",
        "webhooksEnabled": false,
    });
    if let Some(role) = default_role {
        metadata["defaultRoleId"] = role.id.clone().into();
    }
    if let Some(days) = policy {
        metadata["maxAccessTokenExpiryDays"] = days.into();
    }
    Ok(Json(metadata).into_response())
}

async fn user(app: App, by: Asked) -> Answer {
    let books = locked(&app.books);
    let orgs: Vec<Value> = books
        .orgs(&by.caller)
        .into_iter()
        .map(|name| json!({"githubLogin": name, "name": name, "avatarUrl": "", "role": "admin"}))
        .collect();
    let login = &by.caller.login;
    let mut user = json!({
        "id": crate::books::seed::id(0, login),
        "githubLogin": login,
        "name": login,
        "email": "",
        "avatarUrl": "",
        "hasMFA": false,
        "identities": [],
        "isManagedByMultiOrg": false,
        "isOrgManaged": false,
        "organizations": orgs,
    });
    if let Some(org) = &by.caller.only_org {
        let team = by.caller.team.as_deref().unwrap_or("");
        user["tokenInfo"] = json!({"name": login, "organization": org, "team": team});
    }
    Ok(Json(user).into_response())
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
