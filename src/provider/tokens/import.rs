//! Import: finds a token by what a user gave.

use crate::cloud::{Client, Owner, Token as ListedToken};
use crate::framework::resource::said as of_resources;
use crate::provider::block::holds_token;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::ids::TokenId;
use super::token::{Facts, Token};
use super::words::failed;
use super::{lookups, origin, read};

/// Reads the forms of an import id: the parts of the identity, or with the token's name in the
/// place of its id, or Pulumi's older one with both. A name may hold slashes.
pub fn parse(cx: &Context, kind: &'static Facts, text: &str) -> Option<Result<Token, Reported>> {
    if !kind.has_organization {
        return None;
    }
    let Some(id) = TokenId::parse(text, kind.has_team) else {
        return Some(Err(malformed(cx, kind, text)));
    };
    let mut wanted = Token::nothing(kind);
    wanted.organization.org_name = id.org.into();
    wanted.team.team_name = id.team.into();
    // Whether the last part is an id or a name, the list tells.
    wanted.common.token_id = id.last.into();
    wanted.naming.name = id.name.map(str::to_owned).into();
    wanted.naming.name_prefix = id.rest.into();
    Some(Ok(wanted))
}

/// Finds the token.
pub async fn import(cx: &Context, mut wanted: Token) -> Result<Token, Reported> {
    let configuration = cx.configuration()?;
    // What stood behind the owner in the id, which may be a name as a whole.
    let rest = std::mem::take(&mut wanted.naming.name_prefix);
    let rest = rest.text()?;
    let (Some(owner), Some(id)) = (wanted.owner(), wanted.id()) else {
        return Err(malformed(cx, wanted.kind, ""));
    };
    if rest.into_iter().chain(wanted.name()).any(holds_token) {
        return Err(malformed(cx, wanted.kind, rest.unwrap_or_default()));
    }
    let doing = format!("Importing the token {:?} of {owner}", rest.unwrap_or(id));
    let client = configuration.needed_client(cx, &doing)?;
    let tokens = client.tokens(&owner).await;
    let tokens = tokens.map_err(failed(cx, said::CANT_READ, wanted.kind, &doing))?;
    let by_name = || rest.and_then(|name| tokens.by_name(name));
    let Some(listed) = tokens.by_id(id).or_else(by_name) else {
        return Err(not_listed(cx, &wanted, id));
    };
    if let (Some(_), Some(name)) = (tokens.by_id(id), wanted.name())
        && listed.name != name
    {
        let detail = format!(
            "The token {} of {owner} is named {:?}, not {name:?}. Import it without the name, if it \
             is the one that you mean.",
            listed.id, listed.name
        );
        return Err(cx.error(said::OTHER_TOKEN, detail));
    }
    let found = existing(client, known_by(wanted.kind, &owner, listed), listed).await;
    let _ = origin::note_user(cx, client, found.kind).await;
    let detail = format!(
        "The service shows a token's value only when it is created, so token_value of {} is null. \
         The token can be watched and retired from here, but who needs its value needs a new token.",
        found.title()
    );
    cx.warning(said::VALUE_NOT_IMPORTED, detail);
    Ok(found)
}

/// A token that exists, as the state has it if nothing but the service tells of it. Begins with
/// what [`known_by`] gives.
pub async fn existing(client: &Client, mut found: Token, listed: &ListedToken) -> Token {
    found.common.ready_for_rotation = false.into();
    if let Some(org) = found.org().filter(|_| found.kind.has_role) {
        let default = lookups::default_role_id(client, org).await;
        let role = listed.role.as_ref().filter(|role| default.as_ref() != Some(&role.id));
        found.role.role_id = role.map(|role| role.id.stored(None)).into();
        found.role.admin = listed.admin.into();
    }
    read::observe(&mut found, listed);
    found
}

/// A token that exists, with no more than what it is known by.
pub fn known_by(kind: &'static Facts, owner: &Owner, listed: &ListedToken) -> Token {
    let mut found = Token::nothing(kind);
    found.organization.org_name = owner.org().map(str::to_owned).into();
    if let Owner::Team { team, .. } = owner {
        found.team.team_name = team.as_str().into();
    }
    found.common.token_id = listed.id.raw().into();
    found
}

fn form(kind: &Facts) -> String {
    let owner = if kind.has_team { "ORGANIZATION/TEAM" } else { "ORGANIZATION" };
    format!(
        "An import id is {owner}/TOKEN_ID or {owner}/NAME, or Pulumi's older {owner}/NAME/TOKEN_ID, \
         such as acme/5a3c7b1e-0000-4000-8000-0123456789ab."
    )
}

fn malformed(cx: &Context, kind: &Facts, id: &str) -> Reported {
    let given = match holds_token(id) {
        true => "It looks like an access token, which isn't shown here".to_owned(),
        false => format!("It is {id:?}"),
    };
    cx.error(of_resources::WRONG_ID, format!("{given}. {}", form(kind)))
}

fn not_listed(cx: &Context, wanted: &Token, id: &str) -> Reported {
    let hint = match wanted.org() {
        Some(org) if !wanted.kind.has_team => format!(
            " {} The id is in the answer to GET /api/orgs/{org}/tokens?filter=all. If it is the id \
             of a role that you have: a token has an id of its own.",
            form(wanted.kind)
        ),
        _ => String::new(),
    };
    let owner = wanted.whose();
    let detail = format!("{owner} lists no token with the id {id:?}, nor one of that name.{hint}");
    cx.error(said::NO_SUCH_TOKEN, detail)
}
