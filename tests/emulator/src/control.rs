//! Control over HTTP, under `/_emulator/`, for tests that are not written in Rust. None of it is
//! logged, delayed or hit by faults, and none of it needs an access token.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::api::error;
use crate::books::{AccessToken, Lag};
use crate::faults::{Fault, Random};
use crate::handle::Controls;
use crate::pick::On;
use crate::rate::RateLimit;

/// What can be asked for, for people.
pub const HELP: &str = "\
Control over HTTP, with JSON bodies; every answer is JSON or empty:
  GET    /_emulator/tokens?org=ORG      every token ever made, with its value and its end
  POST   /_emulator/tokens              {\"org\", \"name\", \"description\"?, \"expires\"?, \"team\"?}
                                        puts a token into the books past all rules
  PATCH  /_emulator/tokens/ORG/ID       {\"name\"?, \"description\"?, \"expires\"?, \"admin\"?}
                                        changes what is listed, as nobody can in the real service
  DELETE /_emulator/tokens/ORG/ID       deletes a token behind everyone's back
  GET    /_emulator/requests            the log of requests, secrets included
  DELETE /_emulator/requests            empties it
  GET    /_emulator/connections         counts
  POST   /_emulator/faults              {\"on\": {…}, \"fault\": {…}}, such as
                                        {\"on\": {\"operations\": [\"CreateOrgToken\"], \"skip\": 1,
                                         \"times\": 2}, \"fault\": {\"status\": {\"status\": 503}}} or
                                        {\"on\": {}, \"fault\": {\"drop\": {\"after\": true}}}
  DELETE /_emulator/faults              no more faults
  PUT    /_emulator/random              {\"seed\": 1, \"probability\": 0.05, \"kinds\"?: [fault, …]}
  PUT    /_emulator/rate_limit          {\"burst\": 10, \"per_second\": 5, \"retry_after\"?: true}, null
  PUT    /_emulator/lag                 {\"lists\"?: 2, \"seconds\"?: 0}
  POST   /_emulator/clock               {\"set\": UNIX} or {\"advance\": SECONDS} or {\"freeze\": true}
  PUT    /_emulator/policy              {\"org\": ORG, \"max_days\": 30 or null}
  PUT    /_emulator/access_tokens       {\"value\", \"login\", \"permissions\"?: {\"list\": false,
                                        \"scopes\"?: [\"team:read\", …], …}}
";

type App = State<Controls>;

/// Everything under `/_emulator/`.
pub(crate) fn router(controls: Controls) -> Router {
    Router::new()
        .route("/_emulator", get(async || HELP))
        .route("/_emulator/tokens", get(tokens).post(add_token))
        .route("/_emulator/tokens/{org}/{id}", delete(delete_token).patch(edit_token))
        .route("/_emulator/requests", get(requests).delete(clear_requests))
        .route("/_emulator/connections", get(async |app: App| Json(app.connections())))
        .route("/_emulator/faults", post(add_fault).delete(clear_faults))
        .route("/_emulator/random", put(random))
        .route("/_emulator/rate_limit", put(rate_limit))
        .route("/_emulator/lag", put(lag))
        .route("/_emulator/clock", post(clock))
        .route("/_emulator/policy", put(policy))
        .route("/_emulator/access_tokens", put(access_token))
        .fallback(async || error(404, "no such control; GET /_emulator lists them"))
        .with_state(controls)
}

pub(crate) async fn answer(router: Router, request: Request<Bytes>) -> Response {
    match router.oneshot(request.map(Body::from)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

const DONE: StatusCode = StatusCode::NO_CONTENT;

#[derive(Deserialize)]
struct OfOrg {
    org: String,
}

#[derive(Deserialize)]
struct NewToken {
    org: String,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    expires: i64,
    team: Option<String>,
}

#[derive(Deserialize)]
struct Edit {
    name: Option<String>,
    description: Option<String>,
    expires: Option<i64>,
    admin: Option<bool>,
}

#[derive(Deserialize)]
struct NewFault {
    #[serde(default)]
    on: On,
    fault: Fault,
}

#[derive(Deserialize)]
struct ClockMove {
    set: Option<i64>,
    advance: Option<i64>,
    #[serde(default)]
    freeze: bool,
}

#[derive(Deserialize)]
struct Policy {
    org: String,
    max_days: Option<i64>,
}

async fn tokens(app: App, Query(of): Query<OfOrg>) -> Response {
    match app.has_org(&of.org) {
        true => Json(app.tokens(&of.org)).into_response(),
        false => error(404, "no such organization"),
    }
}

async fn add_token(app: App, Json(new): Json<NewToken>) -> Response {
    let mut token = app.new_token(&new.org, &new.name);
    token.description = new.description;
    token.expires = new.expires;
    token.team = new.team;
    match app.try_add(token) {
        Some(token) => Json(token).into_response(),
        None => error(409, "no such organization, or the name is taken"),
    }
}

async fn edit_token(
    app: App,
    Path((org, id)): Path<(String, String)>,
    Json(edit): Json<Edit>,
) -> Response {
    let done = app.try_edit(&org, &id, |token| {
        token.name = edit.name.unwrap_or_else(|| token.name.clone());
        token.description = edit.description.unwrap_or_else(|| token.description.clone());
        token.expires = edit.expires.unwrap_or(token.expires);
        token.admin = edit.admin.unwrap_or(token.admin);
    });
    found(done)
}

async fn delete_token(app: App, Path((org, id)): Path<(String, String)>) -> Response {
    found(app.try_delete(&org, &id))
}

fn found(done: bool) -> Response {
    if done { DONE.into_response() } else { error(404, "no such token") }
}

async fn requests(app: App) -> Response {
    Json(app.requests()).into_response()
}

async fn clear_requests(app: App) -> StatusCode {
    app.clear_requests();
    DONE
}

async fn add_fault(app: App, Json(new): Json<NewFault>) -> StatusCode {
    app.fault(new.on, new.fault);
    DONE
}

async fn clear_faults(app: App) -> StatusCode {
    app.clear_faults();
    DONE
}

async fn random(app: App, Json(random): Json<Option<Random>>) -> StatusCode {
    app.set_random(random);
    DONE
}

async fn rate_limit(app: App, Json(limit): Json<Option<RateLimit>>) -> StatusCode {
    app.set_rate_limit(limit);
    DONE
}

async fn lag(app: App, Json(lag): Json<Lag>) -> StatusCode {
    app.set_lag(lag);
    DONE
}

async fn clock(app: App, Json(to): Json<ClockMove>) -> Json<Value> {
    let clock = app.clock();
    if to.freeze {
        clock.freeze();
    }
    if let Some(unix) = to.set {
        clock.set(unix);
    }
    clock.advance(to.advance.unwrap_or(0));
    Json(json!({"now": clock.now()}))
}

async fn policy(app: App, Json(policy): Json<Policy>) -> Response {
    match app.has_org(&policy.org) {
        true => {
            app.set_policy(&policy.org, policy.max_days);
            DONE.into_response()
        }
        false => error(404, "no such organization"),
    }
}

async fn access_token(app: App, Json(token): Json<AccessToken>) -> StatusCode {
    app.allow(token);
    DONE
}
