//! When, for whom and under which name a token was made, kept beside its attributes: a service that
//! doesn't list a token proves nothing about a personal one of another user, nor about one that it
//! made just now; and no other token can have its name.

use jiff::Timestamp;

use crate::cloud::{Client, Error, Owner};
use crate::provider::failure;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::token::{Facts, Token};

/// The login of the user whose personal token it is.
const USER: &str = "user";
/// When it was made, by the service's clock, in Unix seconds.
const MADE_AT: &str = "made_at";

/// The name that it was given, in its organization.
const NAME: &str = "name";

/// Notes that a token was made, and when, by the service's clock.
pub fn note_made(cx: &Context, token: &Token, at: Timestamp) {
    cx.set_private(MADE_AT, Some(&at.as_second().to_string()));
    let full_name = token.org().zip(token.name()).map(|(org, name)| format!("{org}/{name}"));
    cx.set_private(NAME, full_name.as_deref());
}

/// Notes that there is no such token any more, and with it nothing that could be replaced.
pub fn note_gone(cx: &Context) {
    cx.set_private(NAME, None);
}

/// Whether a token that is to be made would have the name of the one that it replaces.
pub fn has_its_name(cx: &Context, planned: &Token) -> bool {
    let noted = cx.private(NAME);
    let Some((org, name)) = noted.as_deref().and_then(|noted| noted.split_once('/')) else {
        return false;
    };
    // An organization that isn't known yet may be the same.
    planned.name() == Some(name) && planned.org().is_none_or(|planned| planned == org)
}

/// When the token was made, by the clock of the service that is asked, if this provider made it there.
pub fn made_at(cx: &Context) -> Option<Timestamp> {
    let seconds = cx.private(MADE_AT).filter(|_| cx.other_service().is_none())?;
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

/// Notes whose a personal token is: the present user's, as nobody sees those of others.
///
/// # Errors
/// The service doesn't tell.
pub async fn note_user(cx: &Context, client: &Client, kind: &Facts) -> Result<(), Error> {
    if !kind.has_organization {
        cx.set_private(USER, Some(&client.login().await?.stored(None)));
    }
    Ok(())
}

/// Refuses to take a personal token for gone that another user than the present one has: nobody
/// sees those of others. Whoever's list has it is its user, whatever their login was.
pub async fn refuse_other_user(
    cx: &Context,
    client: &Client,
    token: &Token,
) -> Result<(), Reported> {
    let Some(user) = cx.private(USER) else { return Ok(()) };
    let title = token.title();
    let present = client.login().await.map(|login| login.stored(None));
    if present.as_ref() == Ok(&user) {
        return Ok(());
    }
    let own = client.tokens(&Owner::User).await;
    if own.is_ok_and(|own| token.id().is_some_and(|id| own.by_id(id).is_some())) {
        return Ok(());
    }
    let present = present.map_err(|error| {
        let doing = format!("Asking whose the access token is, to look for {title}");
        cx.error(said::OTHER_USER, failure::described(&doing, &error, |_| None))
    })?;
    let detail = format!(
        "{title} is {user}'s, and the provider's access token is {present}'s, who can't see it: it \
         may well live. It stays in the state. Use an access token of {user}; or, if the token is \
         known to be deleted, remove it from the state with state rm."
    );
    Err(cx.error(said::OTHER_USER, detail))
}
