//! Destroy: revokes the token, or leaves it to its expiry if that was asked for.

use crate::cloud::{RevokeError, Revoked};
use crate::provider::instants::when;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;
use crate::provider::texts::text;

use super::origin;
use super::token::{Facts, Token};
use super::words::described;

/// Retires the token of the state. It stays there unless it is proven to be gone.
pub async fn delete(cx: &Context, state: Token) -> Result<(), Reported> {
    let configuration = cx.configuration()?;
    let token = state.title();
    let id = text(&state.common.token_id)?;
    if let (true, Some(expires)) = (is_only_forgotten(&state), state.end()) {
        if expires > configuration.now() {
            let detail = format!(
                "As delete_on_destroy is false, {token} (id {id}) is dropped from the state but not \
                 revoked: it is valid until {}. To end it sooner, delete it in Pulumi Cloud.",
                when(expires)
            );
            cx.warning(said::NOT_REVOKED, detail);
        }
        return Ok(());
    }
    let doing = format!("Deleting {token} (id {id})");
    let client = configuration.needed_client(cx, &doing)?;
    let Some(owner) = state.owner() else {
        return Err(cx.error(said::CANT_DELETE, format!("{doing} failed: its owner is not known.")));
    };
    origin::refuse_other_user(cx, client, &state).await?;
    match client.revoke(&owner, id, origin::made_at(cx)).await {
        Ok(Revoked::Before) if !cx.knows_service() => {
            let detail = format!(
                "{token} (id {id}) was gone already, or another service or user has it: the state \
                 doesn't say who made it, as after a taint. It is dropped from the state."
            );
            cx.warning(said::NOT_THERE, detail);
            Ok(())
        }
        Ok(Revoked::Now | Revoked::Before) => Ok(()),
        Err(error) => Err(cx.error(said::CANT_DELETE, why(state.kind, &doing, &error))),
    }
}

/// Whether the token is left to its expiry.
pub fn is_only_forgotten(state: &Token) -> bool {
    state.common.delete_on_destroy.is(&false) && state.end().is_some()
}

/// Why it isn't known that a token is revoked, and what to do.
pub fn why(kind: &Facts, doing: &str, error: &RevokeError) -> String {
    match error {
        RevokeError::Failed(error) => described(kind, doing, error),
        RevokeError::StillListed { answered } => format!(
            "{doing} failed: {answered}. The list has the token all the same, so that it may give \
             access still. Something in front of the service may have answered. Try again, or \
             delete the token in Pulumi Cloud."
        ),
        RevokeError::NotListed { answered, listing } => format!(
            "{doing} failed: {answered}. Whether the token is still there is not known, since it \
             can't be looked up: {listing}. Try again, or look for the token in Pulumi Cloud."
        ),
        RevokeError::OrganizationHidden { listing } => format!(
            "{doing} failed: {listing}. The organization may be hidden from the access token, or \
             have another name now, and the token may live there: it stays in the state. If the \
             organization has another name, delete the token there and remove it from the state \
             with state rm. If the organization was deleted, so was the token: remove it from the \
             state."
        ),
        RevokeError::TooYoung { answered } => format!(
            "{doing} failed: {answered}. The list lacks the token, but it was made less than five \
             minutes ago, so that the list may lag behind. Try again in a few minutes."
        ),
    }
}
