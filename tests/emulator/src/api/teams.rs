//! Teams and their roles.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};

use super::{Answer, App, done, found, json_body, method_not_allowed};
use crate::books::{Asked, TeamChange, WantedTeam};
use crate::locked;
use crate::service::Service;

type OfTeam = Path<(String, String)>;
type OfRole = Path<(String, String, String)>;

pub(super) fn routes() -> Router<Arc<Service>> {
    let team = "/api/orgs/{org}/teams/{team}";
    Router::new()
        .route("/api/orgs/{org}/teams", get(list))
        // A team may be called `pulumi`: what is a kind and what is a name, the method says.
        .route(team, get(one).patch(update).delete(delete).post(create))
        .route(&format!("{team}/roles"), get(roles))
        .route(&format!("{team}/roles/{{role}}"), post(give_role).delete(take_role))
        .route(&format!("{team}/enable-team-roles"), post(enable_roles))
}

async fn list(app: App, Path(org): Path<String>, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).list_teams(&by, &org)?))
}

async fn one(app: App, Path((org, team)): OfTeam, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).get_team(&by, &org, &team)?))
}

async fn create(
    app: App,
    Path((org, kind)): OfTeam,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let made = match kind.as_str() {
        "pulumi" => {
            let wanted: WantedTeam = json_body(&headers, &body)?;
            locked(&app.books).create_team(&by, &org, wanted)?
        }
        "github" => {
            let wanted: WantedTeam = json_body(&headers, &body)?;
            locked(&app.books).create_github_team(&by, &org, wanted)?
        }
        _ => return Ok(method_not_allowed().await),
    };
    let mut response = found(&made);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

async fn update(
    app: App,
    Path((org, team)): OfTeam,
    by: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let change: TeamChange = json_body(&headers, &body)?;
    locked(&app.books).update_team(&by, &org, &team, change)?;
    Ok(done())
}

async fn delete(app: App, Path((org, team)): OfTeam, by: Asked) -> Answer {
    locked(&app.books).delete_team(&by, &org, &team)?;
    Ok(done())
}

async fn roles(app: App, Path((org, team)): OfTeam, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).team_roles(&by, &org, &team)?))
}

async fn give_role(app: App, Path((org, team, role)): OfRole, by: Asked) -> Answer {
    locked(&app.books).give_team_role(&by, &org, &team, &role)?;
    Ok(done())
}

async fn take_role(app: App, Path((org, team, role)): OfRole, by: Asked) -> Answer {
    locked(&app.books).take_team_role(&by, &org, &team, &role)?;
    Ok(done())
}

async fn enable_roles(app: App, Path((org, team)): OfTeam, by: Asked) -> Answer {
    Ok(found(&locked(&app.books).enable_team_roles(&by, &org, &team)?))
}
