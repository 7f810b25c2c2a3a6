//! Import: finds a token by what a user gave.

use crate::cloud::Token as ListedToken;
use crate::framework::identity;
use crate::framework::prelude::*;
use crate::provider::block::looks_like_token;
use crate::provider::messages::tokens as said;

use super::token::{Facts, Token};
use super::words::described;
use super::{origin, read};

/// Reads the forms of an import id: the parts of the identity, or with the token's name in the
/// place of its id, or Pulumi's older one with both. A name may hold slashes.
pub fn parse(cx: &Context, kind: &'static Facts, id: &str) -> Option<Result<Token, Reported>> {
    if !kind.has_organization {
        return None;
    }
    let mut rest = id;
    let mut part = || {
        let (part, after) = rest.split_once('/')?;
        rest = after;
        (!part.trim().is_empty()).then(|| identity::unescaped(part))
    };
    let mut wanted = Token::nothing(kind);
    let parts = (part(), if kind.has_team { part() } else { Some(String::new()) });
    let (Some(org), Some(team)) = parts else { return Some(Err(malformed(cx, kind, id))) };
    let (name, last) = match rest.rsplit_once('/') {
        Some((name, last)) => (Some(name), last),
        None => (None, rest),
    };
    let filled = |part: &str| !part.trim().is_empty();
    if !filled(last) || name.is_some_and(|name| !filled(name)) {
        return Some(Err(malformed(cx, kind, id)));
    }
    wanted.organization.org_name = org.into();
    if kind.has_team {
        wanted.team_name = team.into();
    }
    // Whether the last part is an id or a name, the list tells.
    wanted.common.token_id = identity::unescaped(last).into();
    wanted.naming.name = name.map(str::to_owned).into();
    wanted.naming.name_prefix = Attr::Known(rest.to_owned());
    Some(Ok(wanted))
}

/// Finds the token.
pub async fn import(cx: &Context, mut wanted: Token) -> Result<Token, Reported> {
    let configuration = cx.configuration()?;
    // What stood behind the owner in the id, which may be a name as a whole.
    let rest = std::mem::take(&mut wanted.naming.name_prefix).into_known();
    let (Some(owner), Some(id)) = (wanted.owner(), wanted.common.token_id.text()) else {
        return Err(malformed(cx, wanted.kind, ""));
    };
    let doing = format!("Importing the token {:?} of {owner}", rest.as_deref().unwrap_or(id));
    let client = configuration.needed_client(cx, &doing)?;
    let tokens = client.tokens(&owner).await;
    let tokens = tokens
        .map_err(|error| cx.error(said::CANT_READ, described(wanted.kind, &doing, &error)))?;
    let by_name = || rest.as_deref().and_then(|name| tokens.by_name(name));
    let Some(listed) = tokens.by_id(id).or_else(by_name) else {
        return Err(not_listed(cx, &wanted, id));
    };
    if tokens.by_id(id).is_some()
        && let Some(name) = wanted.naming.name.text()
        && listed.name != name
    {
        return Err(other_name(cx, &wanted, listed, name));
    }
    let mut found = Token::nothing(wanted.kind);
    found.organization = wanted.organization;
    found.team_name = wanted.team_name;
    found.common.token_id = listed.id.raw().to_owned().into();
    found.common.ready_for_rotation = false.into();
    if let Some(org) = found.org().filter(|_| found.kind.has_role).map(str::to_owned) {
        let default = client.organization(&org).await.ok().and_then(|known| known.default_role_id);
        found.role.role_id = listed
            .role
            .as_ref()
            .filter(|role| default.as_ref() != Some(&role.id))
            .map(|role| role.id.stored(None))
            .into();
        found.role.admin = listed.admin.into();
    }
    read::observe(&mut found, listed);
    origin::note(cx, &configuration, None);
    cx.warning(
        said::VALUE_NOT_IMPORTED,
        format!(
            "The service shows a token's value only when it is created, so token_value of {} is \
             null. The token can be watched and retired from here, but who needs its value needs a \
             new token.",
            found.title()
        ),
    );
    Ok(found)
}

fn form(kind: &Facts) -> String {
    let owner = if kind.has_team { "ORGANIZATION/TEAM" } else { "ORGANIZATION" };
    format!(
        "An import id is {owner}/TOKEN_ID or {owner}/NAME, or Pulumi's older {owner}/NAME/TOKEN_ID, \
         such as acme/5a3c7b1e-0000-4000-8000-0123456789ab."
    )
}

fn malformed(cx: &Context, kind: &Facts, id: &str) -> Reported {
    let given = match looks_like_token(id) {
        true => "It looks like an access token, which isn't shown here".to_owned(),
        false => format!("It is {id:?}"),
    };
    cx.error(said::WRONG_IMPORT_ID, format!("{given}. {}", form(kind)))
}

fn not_listed(cx: &Context, wanted: &Token, id: &str) -> Reported {
    let owner = wanted.owner().map(|owner| owner.to_string()).unwrap_or_default();
    let hint = match wanted.org() {
        Some(org) if !wanted.kind.has_team => format!(
            " {} The id is in the answer to GET /api/orgs/{org}/tokens?filter=all. If it is the id \
             of a role that you have: a token has an id of its own.",
            form(wanted.kind)
        ),
        _ => String::new(),
    };
    cx.error(
        said::NO_SUCH_TOKEN,
        format!("{owner} lists no token with the id {id:?}, nor one of that name.{hint}"),
    )
}

fn other_name(cx: &Context, wanted: &Token, listed: &ListedToken, name: &str) -> Reported {
    let owner = wanted.owner().map(|owner| owner.to_string()).unwrap_or_default();
    cx.error(
        said::OTHER_TOKEN,
        format!(
            "The token {} of {owner} is named {:?}, not {name:?}. Import it without the name, if it \
             is the one that you mean.",
            listed.id, listed.name
        ),
    )
}
