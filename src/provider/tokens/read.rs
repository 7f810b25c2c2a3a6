//! Read: what the owner's list says of a token.

use crate::cloud::{Client, Presence, Token as ListedToken};
use crate::provider::instants::expires_at;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;
use crate::provider::texts::stored;

use super::lookups::default_role_id;
use super::origin;
use super::token::Token;
use super::words::failed;

/// Refreshes a token of the state; `None` if it is gone.
pub async fn read(cx: &Context, mut state: Token) -> Result<Option<Token>, Reported> {
    let configuration = cx.configuration()?;
    let doing = format!("Reading {}", state.title());
    let client = configuration.needed_client(cx, &doing)?;
    let (Some(owner), Some(id)) = (state.owner(), state.id()) else {
        return Ok(Some(state));
    };
    if let Some(org) = state.org() {
        // A plan wants it next, and needn't wait for one after the other.
        client.prefetch_organization(org);
    }
    let presence = client.token(&owner, id, origin::made_at(cx)).await;
    let presence = presence.map_err(failed(cx, said::CANT_READ, state.kind, &doing))?;
    let Presence::Listed(listed) = presence else {
        // Whether it is gone, the service tells that has it.
        if cx.other_service().is_some() {
            return Ok(None);
        }
        origin::refuse_other_user(cx, client, &state).await?;
        return Ok(not_listed(cx, state, presence == Presence::TooYoungToBeGone));
    };
    // Another refresh may be told.
    let _ = origin::note_user(cx, client, state.kind).await;
    observe(&mut state, &listed);
    if became_admin(client, &state, &listed).await {
        state.role.admin = true.into();
    }
    state.common.ready_for_rotation = is_due(&state, configuration.now()).into();
    Ok(Some(state))
}

/// What becomes of a token that no list has.
fn not_listed(cx: &Context, state: Token, is_young: bool) -> Option<Token> {
    let token = format!("{} (id {})", state.title(), state.id().unwrap_or_default());
    if is_young {
        let detail = format!(
            "The service doesn't list {token}, which was made less than five minutes ago: a list \
             may lag behind, so it stays in the state."
        );
        cx.warning(said::NOT_LISTED_YET, detail);
        return Some(state);
    }
    let spent = " Its name stays taken: a new token needs another one.";
    let detail = format!(
        "The service no longer lists {token}, not even on a second look, so somebody deleted it; it \
         is dropped from the state.{}",
        if state.kind.has_name { spent } else { "" }
    );
    cx.warning(said::GONE, detail);
    origin::note_gone(cx);
    None
}

/// Whether a token that asked neither for `admin` nor for a role is known to have the admin role for
/// another reason than that this is the organization's default. What the organization doesn't tell
/// is no difference.
async fn became_admin(client: &Client, state: &Token, listed: &ListedToken) -> bool {
    let asked = state.asked_role().is_some() || state.role.admin.is(&true);
    let (Some(org), Some(role)) = (state.org(), &listed.role) else { return false };
    if !state.kind.has_role || !listed.has_admin_role() || asked {
        return false;
    }
    default_role_id(client, org).await.is_some_and(|default| default != role.id)
}

/// Takes over what differs from what was asked for. What the service adds by itself is no drift.
pub fn observe(state: &mut Token, listed: &ListedToken) {
    if state.kind.has_name {
        state.naming.name = stored(&listed.name, &state.naming.name);
    }
    let common = &mut state.common;
    common.description = stored(&listed.description, &common.description);
    common.expires = listed.expires.into();
    common.expires_at = expires_at(&common.expires);
    if !state.kind.has_role {
        return;
    }
    // A token that asked for no role gets the organization's default one. A list may leave the role
    // out, which says nothing about it.
    let asked_for_role = state.asked_role().is_some();
    if let Some(role) = listed.role.as_ref().filter(|_| asked_for_role) {
        state.role.role_id = stored(&role.id, &state.role.role_id);
    }
    // An admin role lists as `admin`, and `admin` lists as that role, whichever was asked for.
    if !asked_for_role && !listed.has_admin_role() {
        state.role.admin = listed.admin.into();
    }
}

/// Whether a token has expired or is within `rotate_before` of it.
fn is_due(state: &Token, now: i64) -> bool {
    let Some(end) = state.end() else { return false };
    let is_within = |window: &Duration| now >= end.saturating_sub(window.seconds());
    state.common.rotate_before.is_known_and(is_within)
}
