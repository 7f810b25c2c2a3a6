//! What the organization has to say about a planned token: whether it is there, its policy, its
//! roles, and whether a name is free. The service has the last word; this only says it before
//! anything is done.

use crate::cloud::{Client, Error, ErrorKind, Text, Token as ListedToken};
use crate::framework::duration::DAY;
use crate::framework::prelude::*;
use crate::provider::block::Configuration;
use crate::provider::failure;
use crate::provider::instants::when;
use crate::provider::messages::{provider, tokens as said};

use super::attributes::{Common, Naming, RoleChoice};
use super::token::Token;
use super::words::{DESTROY_ALL_THE_SAME, described};

/// How the service marks the built-in admin role.
pub const ADMIN: &str = "admin";

/// Refuses an access token that was written where a name belongs, without showing it.
pub fn refuse_misplaced_token(cx: &Context, configuration: &Configuration, token: &Token) {
    let Naming { name, name_prefix } = &token.naming;
    let texts = [&token.organization.org_name, &token.team_name, name, name_prefix];
    if texts.into_iter().filter_map(Attr::text).any(|text| configuration.holds_token(text)) {
        // Not at the attribute: the engine would show the line of HCL, and with it the token.
        cx.error(
            crate::framework::rules::said::SECRET,
            format!(
                "The organization's, the team's or the token's name is the provider's own access \
                 token. It isn't shown here. {DESTROY_ALL_THE_SAME}"
            ),
        );
    }
}

/// Holds a token that is to be made against what the organization says.
pub async fn of_new(cx: &Context, configuration: &Configuration, planned: &Token) {
    let (Some(org), Some(client)) = (planned.org(), configuration.client()) else { return };
    tokio::join!(
        organization(cx, configuration, client, org, planned),
        role(cx, client, org, planned),
        name(cx, client, planned),
    );
}

async fn organization(
    cx: &Context,
    configuration: &Configuration,
    client: &Client,
    org: &str,
    planned: &Token,
) {
    match client.organization(org).await {
        Ok(known) => {
            if let Some(days) = known.max_token_days {
                hold_against_policy(cx, planned, org, days, configuration.now());
            }
        }
        Err(error) => unasked(cx, org, &error),
    }
}

/// What it means that an organization can't be asked about.
fn unasked(cx: &Context, org: &str, error: &Error) {
    let doing = format!("Asking about the organization {org:?}");
    let detail = || failure::described(&doing, error, |_| None);
    match error.status() {
        // Without a token from an exchange nothing can be asked.
        _ if error.call().starts_with("POST") => {
            cx.error(provider::WRONG_CREDENTIALS, detail());
        }
        Some(401) => {
            cx.error(provider::WRONG_CREDENTIALS, format!("{} {DESTROY_ALL_THE_SAME}", detail()));
        }
        _ if error.is_not_found() => {
            cx.error(
                provider::NO_SUCH_ORGANIZATION,
                format!(
                    "{}\n\nUsually the organization's name is misspelt (it is the one in the \
                     address of its page), or the access token's user is not a member. \
                     {DESTROY_ALL_THE_SAME}",
                    detail()
                ),
            );
        }
        // It may not be for everybody to see.
        Some(code) if code < 500 && code != 429 => {
            log::debug!("the policy of the organization is not known: {error}");
        }
        _ if *error.kind() == ErrorKind::Stopped => {}
        _ => cx.warning(
            provider::NOT_REACHED,
            format!("{} What the plan would have been held against is not known.", detail()),
        ),
    }
}

fn hold_against_policy(cx: &Context, planned: &Token, org: &str, days: i64, now: i64) {
    let limit = days.saturating_mul(DAY);
    let policy =
        format!("The policy of the organization {org:?} lets a token live at most {days} days");
    if let Some(expires) = planned.common.expires.get() {
        let latest = now.saturating_add(limit);
        let problem = if expires == 0 {
            format!("{policy}, and this one would never expire. Give it an expire_after.")
        } else if expires > latest {
            format!(
                "{policy}, until {} from now on; expires is {expires} ({}).",
                when(latest),
                when(expires)
            )
        } else {
            return;
        };
        let problem = format!("{problem} {DESTROY_ALL_THE_SAME}");
        cx.error_at(Common::expires, said::POLICY_REFUSES, problem);
    } else if let Some(life) = planned.common.expire_after.known()
        && life.seconds() > limit
    {
        let (text, seconds) = (life.text(), life.seconds());
        cx.error_at(
            Common::expire_after,
            said::POLICY_REFUSES,
            format!(
                "{policy}; expire_after is {text:?}, {seconds} seconds. {DESTROY_ALL_THE_SAME}"
            ),
        );
    }
}

/// Warns of a token that exists and violates the policy.
pub async fn policy_of_existing(cx: &Context, configuration: &Configuration, prior: &Token) {
    let (Some(org), Some(client)) = (prior.org(), configuration.client()) else { return };
    let (Some(expires), Ok(known)) = (prior.common.expires.get(), client.organization(org).await)
    else {
        return;
    };
    let Some(days) = known.max_token_days else { return };
    if expires == 0 || expires > configuration.now().saturating_add(days.saturating_mul(DAY)) {
        let end = if expires == 0 {
            "never expires".to_owned()
        } else {
            format!("expires at {}", when(expires))
        };
        cx.warning(
            said::POLICY_VIOLATED,
            format!(
                "The policy of the organization {org:?} lets a token live at most {days} days, \
                 but {} {end}. Replace it by one that expires sooner.",
                prior.title()
            ),
        );
    }
}

/// The organization's default role, asked for only if it decides something about the plan.
pub async fn default_role(
    configuration: &Configuration,
    prior: &Token,
    config: &Token,
) -> Option<String> {
    let named = [&config.role.role_id, &prior.role.role_id].map(Attr::text);
    if !prior.kind.has_role || named[0] == named[1] || named == [None, None] {
        return None;
    }
    let (org, client) = (prior.org()?, configuration.client()?);
    let known = client.organization(org).await.ok()?;
    known.default_role_id.map(|id| id.raw().to_owned())
}

/// Refuses a role that isn't there, and one that `admin` contradicts.
async fn role(cx: &Context, client: &Client, org: &str, planned: &Token) {
    let Some(wanted) = planned.role.role_id.text().filter(|role| !role.is_empty()) else { return };
    let roles = match client.roles(org).await {
        Ok(roles) => roles,
        // Creating a token doesn't take the permission to see the roles.
        Err(error) => return log::debug!("the roles of the organization are not known: {error}"),
    };
    match roles.iter().find(|role| role.id == wanted) {
        None => {
            let known: Vec<String> =
                roles.iter().map(|role| format!("{} ({})", role.name, role.id)).collect();
            cx.error_at(
                RoleChoice::role_id,
                said::NO_SUCH_ROLE,
                format!(
                    "The organization {org:?} has no role with the id {wanted:?}. It has: {}. \
                     {DESTROY_ALL_THE_SAME}",
                    known.join(", ")
                ),
            );
        }
        Some(role) if planned.role.admin.is(&true) && role.default_identifier != ADMIN => {
            cx.error_at(
                RoleChoice::admin,
                said::ADMIN_BESIDE_ROLE,
                format!(
                    "admin = true gives the token the built-in Admin role, but role_id names the \
                     role {}: it would look limited, and not be. Remove one of the two. \
                     {DESTROY_ALL_THE_SAME}",
                    role.name
                ),
            );
        }
        Some(_) => {}
    }
}

/// A name that the organization lists already can't be given to a new token. This covers
/// replacements that the engine decides on by itself, such as `-replace` and taint. A name that
/// will only be drawn is free, but whoever may not list could never read the token again.
async fn name(cx: &Context, client: &Client, planned: &Token) {
    let Some(owner) = planned.owner() else { return };
    let name = planned.naming.name.text();
    match client.tokens(&owner).await {
        Ok(tokens) => {
            if let Some(token) = name.and_then(|name| tokens.by_name(name)) {
                taken(cx, planned, token);
            }
        }
        Err(error) if error.status() == Some(403) => cx.warning(
            said::CANT_LIST,
            format!(
                "The access token may not list the tokens of {owner}, and listing is the only way \
                 to read one: the token can be created, but every later plan fails. {}",
                planned.kind.rights
            ),
        ),
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
    let or = |text: &Text, otherwise: &str| {
        if text.is_empty() { otherwise.to_owned() } else { text.to_string() }
    };
    let whose = planned.owner().map(|owner| owner.to_string()).unwrap_or_default();
    let mut id = vec![planned.org().unwrap_or_default()];
    id.extend(planned.team_name.text());
    cx.error_at(
        Naming::name,
        said::NAME_TAKEN,
        format!(
            "{} has a token named {:?}: its id is {}, created {} by {}. A name can be used once, so \
             no other token can have it, now or later. This is also what -replace and taint come \
             to under a fixed name.\n\nChoose another name, or use name_prefix instead of name, so \
             that every token gets a name of its own. To manage that token, import it as {}/{}. If \
             a run was cut off, its value is lost: delete it or import it, and choose another \
             name. A tainted token is kept by untaint. {DESTROY_ALL_THE_SAME}",
            capitalized(&whose),
            token.name,
            token.id,
            or(&token.created, "at an unknown time"),
            or(&token.created_by, "somebody"),
            id.join("/"),
            token.id
        ),
    );
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
