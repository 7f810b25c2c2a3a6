//! Lists of existing tokens, for queries.

use crate::cloud::{Owner, Token as ListedToken};
use crate::framework::resource::{Listed, Wanted};
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::import;
use super::selection::Selection;
use super::token::{Facts, Token};
use super::words::failed;

/// The tokens of a kind that are meant, at most as many as are wanted.
pub async fn list(
    cx: &Context,
    kind: &'static Facts,
    selection: &Selection,
    wanted: Wanted,
) -> Result<Vec<Listed<Token>>, Reported> {
    let configuration = cx.configuration()?;
    let owner = selection.owning.owner(cx)?;
    let doing = format!("Listing the tokens of {owner}");
    let client = configuration.needed_client(cx, &doing)?;
    let now = configuration.now();
    let meant = |token: &ListedToken| selection.holds(token, now);
    let found = client.list_tokens(&owner, selection.status()?, wanted.limit, meant).await;
    let found = found.map_err(failed(cx, said::CANT_READ, kind, &doing))?;
    let mut listed = Vec::with_capacity(found.len());
    for token in &found {
        let mut object = import::known_by(kind, &owner, token);
        if wanted.whole {
            object = import::existing(client, object, token).await;
        }
        listed.push(Listed { display_name: display_name(&owner, token), object });
    }
    Ok(listed)
}

/// What people know a token by. Personal tokens have no name.
fn display_name(owner: &Owner, token: &ListedToken) -> String {
    let called = match owner {
        Owner::User => &token.description,
        Owner::Organization { .. } | Owner::Team { .. } => &token.name,
    };
    called.or(&token.id.to_string())
}
