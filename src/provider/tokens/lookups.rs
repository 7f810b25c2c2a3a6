//! What the organization has to say about a planned token: whether it is there, its policy, its
//! roles, and whether a name is free. The service has the last word; this only says it before
//! anything is done.

use crate::cloud::{Client, ErrorKind, Organization, Text, Token as ListedToken};
use crate::framework::duration::DAY;
use crate::provider::block::Configuration;
use crate::provider::failure;
use crate::provider::instants::when;
use crate::provider::messages::{provider as of_all, tokens as said};
use crate::provider::organization::NOT_FOUND;
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, RoleChoice};
use super::token::Token;
use super::words::{DESTROY_ALL_THE_SAME, described, refuse};

/// Holds a token that is to be made against what the organization says.
pub async fn of_new(cx: &Context, configuration: &Configuration, planned: &Token) {
    let (Some(org), Some(client)) = (planned.org(), configuration.client()) else { return };
    let ((), (), ()) = tokio::join!(
        policy(cx, client, org, planned, configuration.now()),
        role(cx, client, org, planned),
        name(cx, client, planned),
    );
}

async fn policy(cx: &Context, client: &Client, org: &str, planned: &Token, now: i64) {
    let known = looked_up(cx, client, org).await;
    let Some(days) = known.and_then(|known| known.max_token_days) else { return };
    let limit = days.saturating_mul(DAY);
    let latest = now.saturating_add(limit);
    let (at, problem) = match (&planned.common.expires, &planned.common.expire_after) {
        (Attr::Known(0), _) => {
            let never = ", and this one would never expire. Give it an expire_after.";
            (Common::expires, never.to_owned())
        }
        (Attr::Known(expires), _) if *expires > latest => {
            let [latest, date] = [latest, *expires].map(when);
            (
                Common::expires,
                format!(", until {latest} from now on; expires is {expires} ({date})."),
            )
        }
        (Attr::Null | Attr::Unknown, Attr::Known(life)) if life.seconds() > limit => {
            let (text, seconds) = (life.text(), life.seconds());
            (Common::expire_after, format!("; expire_after is {text:?}, {seconds} seconds."))
        }
        _ => return,
    };
    refuse(cx, at, said::POLICY_REFUSES, format!("{}{problem}", lets(org, days)));
}

/// What the service tells a plan of an organization. If it can't be asked, this says what that
/// means.
async fn looked_up(cx: &Context, client: &Client, org: &str) -> Option<Organization> {
    let error = match client.organization(org).await {
        Ok(known) => return Some(known),
        Err(error) => error,
    };
    let asking = format!("Asking about the organization {org:?}");
    let detail = failure::described(&asking, &error, |_| None);
    match error.status() {
        // Without a token from an exchange nothing can be asked.
        _ if matches!(error.kind(), ErrorKind::NoAccessToken(_)) => {
            cx.error(of_all::WRONG_CREDENTIALS, detail);
        }
        Some(401) => {
            cx.error(of_all::WRONG_CREDENTIALS, format!("{detail} {DESTROY_ALL_THE_SAME}"));
        }
        _ if error.is_not_found() => {
            let detail = format!("{detail}\n\n{NOT_FOUND} {DESTROY_ALL_THE_SAME}");
            cx.error(of_all::NO_SUCH_ORGANIZATION, detail);
        }
        // It may not be for everybody to see.
        Some(code) if code < 500 && code != 429 => {
            log::debug!("the policy of the organization is not known: {error}");
        }
        _ if *error.kind() == ErrorKind::Stopped => {}
        _ => {
            let unknown = "What the plan would have been held against is not known.";
            cx.warning(of_all::NOT_REACHED, format!("{detail} {unknown}"));
        }
    }
    None
}

fn lets(org: &str, days: i64) -> String {
    format!("The policy of the organization {org:?} lets a token live at most {days} days")
}

/// Warns of a token that exists and violates the policy.
pub async fn policy_of_existing(cx: &Context, configuration: &Configuration, prior: &Token) {
    let (Some(org), Some(client)) = (prior.org(), configuration.client()) else { return };
    let Attr::Known(expires) = prior.common.expires else { return };
    let known = client.organization(org).await.ok();
    let Some(days) = known.and_then(|known| known.max_token_days) else { return };
    let end = match expires {
        0 => "never expires".to_owned(),
        _ if expires <= configuration.now().saturating_add(days.saturating_mul(DAY)) => return,
        _ => format!("expires at {}", when(expires)),
    };
    let (policy, token) = (lets(org, days), prior.title());
    let detail = format!("{policy}, but {token} {end}. Replace it by one that expires sooner.");
    cx.warning(said::POLICY_VIOLATED, detail);
}

/// The organization's default role, asked for only if it decides something about the plan.
///
/// # Errors
/// It may be told another time: one failure must not decide whether a token is replaced.
pub async fn default_role(
    cx: &Context,
    configuration: &Configuration,
    prior: &Token,
    config: &Token,
) -> Result<Option<String>, Reported> {
    let now = &config.role.role_id;
    let one_has_none = config.asked_role().is_some() != prior.asked_role().is_some();
    let stays = now.is_unknown() || (now.is_null() && prior.is_imported());
    let decides = prior.kind.has_role && one_has_none && !stays;
    let (true, Some(client), Some(org)) = (decides, configuration.client(), prior.org()) else {
        return Ok(None);
    };
    match client.organization(org).await {
        Ok(known) => Ok(known.default_role_id.map(|id| id.raw().to_owned())),
        Err(error) if error.is_transient() => {
            let doing = format!("Asking for the default role of the organization {org:?}");
            let detail = failure::described(&doing, &error, |_| None);
            let why = "Whether role_id is another role than the token has depends on it.";
            let detail = format!("{detail} {why} Try again. {DESTROY_ALL_THE_SAME}");
            Err(cx.error_at(RoleChoice::role_id, of_all::NOT_REACHED, detail))
        }
        Err(_) => Ok(None),
    }
}

/// The id of the organization's default role, if the organization tells.
pub async fn default_role_id(client: &Client, org: &str) -> Option<Text> {
    client.organization(org).await.ok()?.default_role_id
}

/// Refuses a role that isn't there, and one that `admin` contradicts.
async fn role(cx: &Context, client: &Client, org: &str, planned: &Token) {
    let Some(wanted) = planned.asked_role() else { return };
    let roles = match client.roles(org).await {
        Ok(roles) => roles,
        // Creating a token doesn't take the permission to see the roles.
        Err(error) => return log::debug!("the roles of the organization are not known: {error}"),
    };
    match roles.iter().find(|role| role.id == wanted) {
        None => {
            let known: Vec<_> =
                roles.iter().map(|role| format!("{} ({})", role.name, role.id)).collect();
            let detail = format!(
                "The organization {org:?} has no role with the id {wanted:?}. It has: {}.",
                known.join(", ")
            );
            refuse(cx, RoleChoice::role_id, said::NO_SUCH_ROLE, detail);
        }
        Some(role) if planned.role.admin.is(&true) && !role.is_admin() => {
            let detail = format!(
                "admin = true gives the token the built-in Admin role, but role_id names the role \
                 {}: it would look limited, and not be. Remove one of the two.",
                role.name
            );
            refuse(cx, RoleChoice::admin, said::ADMIN_BESIDE_ROLE, detail);
        }
        Some(_) => {}
    }
}

/// A name that the organization lists already can't be given to a new token. This covers
/// replacements that the engine decides on by itself, such as `-replace` and taint. A name that
/// will only be drawn is free, but whoever may not list could never read the token again.
async fn name(cx: &Context, client: &Client, planned: &Token) {
    let Some(owner) = planned.owner() else { return };
    let name = planned.name();
    match client.tokens(&owner).await {
        Ok(tokens) => {
            if let Some(token) = name.and_then(|name| tokens.by_name(name)) {
                taken(cx, planned, token);
            }
        }
        Err(error) if error.status() == Some(403) => {
            let detail = format!(
                "The access token may not list the tokens of {owner}, and listing is the only way \
                 to read one: the token can be created, but every later plan fails. {}",
                planned.kind.rights
            );
            cx.warning(said::CANT_LIST, detail);
        }
        Err(error) if name.is_some() => {
            let doing = format!("Listing the tokens of {owner}");
            let detail = described(planned.kind, &doing, &error);
            cx.error(said::CANT_CHECK_NAME, format!("{detail} {DESTROY_ALL_THE_SAME}"));
        }
        // What else is wrong, asking about the organization tells.
        Err(_) => {}
    }
}

fn taken(cx: &Context, planned: &Token, token: &ListedToken) {
    let id = token.id.to_string();
    let path = [planned.org(), planned.team(), Some(&*id)];
    let detail = format!(
        "Creating {} would fail, since there is one: its id is {id}, created {} by {}. A name can \
         be used once, so no other token can have it, now or later. This is also what -replace and \
         taint come to under a fixed name.\n\nChoose another name, or use name_prefix instead of \
         name, so that every token gets a name of its own. To manage that token, import it as {}. \
         If a run was cut off, its value is lost: delete it or import it, and choose another name. \
         A tainted token is kept by untaint.",
        planned.title(),
        token.created.or("at an unknown time"),
        token.created_by.or("somebody"),
        path.into_iter().flatten().collect::<Vec<_>>().join("/")
    );
    refuse(cx, Naming::name, said::NAME_TAKEN, detail);
}
