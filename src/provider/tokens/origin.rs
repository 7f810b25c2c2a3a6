//! Where, when and for whom a token was made, kept beside its attributes: a service that doesn't list
//! a token proves nothing about one that another service made, about a personal one of another user,
//! nor about one that it made just now.

use jiff::Timestamp;

use crate::cloud::Client;
use crate::provider::block::Configuration;
use crate::provider::failure;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::token::{Facts, Token};

/// The address of the service that made, or last listed, the token.
const SERVICE: &str = "service";
/// The login of the user whose personal token it is.
const USER: &str = "user";
/// When it was made, by the service's clock, in Unix seconds.
const MADE_AT: &str = "made_at";

/// Notes that the present service has the token; and when it was made, if it was made just now.
pub fn note(cx: &Context, configuration: &Configuration, made_at: Option<Timestamp>) {
    if let Some(service) = configuration.service() {
        cx.set_private(SERVICE, Some(&service));
    }
    if let Some(made_at) = made_at {
        cx.set_private(MADE_AT, Some(&made_at.as_second().to_string()));
    }
}

/// Notes whose a personal token is, if that isn't noted yet and the service tells.
pub async fn note_user(cx: &Context, client: &Client, kind: &Facts) {
    if kind.has_organization || cx.private(USER).is_some() {
        return;
    }
    if let Ok(login) = client.login().await {
        cx.set_private(USER, Some(&login.stored(None)));
    }
}

/// Refuses to take a personal token for gone that another user than the present one has: nobody
/// sees those of others.
pub async fn refuse_other_user(
    cx: &Context,
    client: &Client,
    token: &Token,
) -> Result<(), Reported> {
    let Some(user) = cx.private(USER) else { return Ok(()) };
    let title = token.title();
    let present = client.login().await.map_err(|error| {
        let doing = format!("Asking whose the access token is, to look for {title}");
        cx.error(said::OTHER_USER, failure::described(&doing, &error, |_| None))
    })?;
    let present = present.stored(None);
    if present == user {
        return Ok(());
    }
    let detail = format!(
        "{title} is {user}'s, and the provider's access token is {present}'s, who can't see it: it \
         may well live. It stays in the state. Use an access token of {user}; or, if the token is \
         known to be deleted, remove it from the state with state rm."
    );
    Err(cx.error(said::OTHER_USER, detail))
}

/// When the token was made, by the service's clock, if this provider made it.
pub fn made_at(cx: &Context) -> Option<Timestamp> {
    Timestamp::from_second(cx.private(MADE_AT)?.parse().ok()?).ok()
}

/// Refuses to take a token for gone that the present service doesn't have, if another one has it.
pub fn refuse_elsewhere(cx: &Context, token: &Token) -> Result<(), Reported> {
    let configuration = cx.configuration()?;
    let Some(elsewhere) = elsewhere(cx, &configuration) else { return Ok(()) };
    let present = configuration.service().unwrap_or_default();
    let detail = format!(
        "{present} doesn't list {}, but {elsewhere} made it, where it may well live. It stays in \
         the state. Ask the service that has it (api_url, PULUMI_BACKEND_URL or pulumi login); or, \
         if that is gone for good, remove the token from the state with state rm.",
        token.title()
    );
    Err(cx.error(said::OTHER_SERVICE, detail))
}

/// The address of another service than the present one that has the token.
pub fn elsewhere(cx: &Context, configuration: &Configuration) -> Option<String> {
    cx.private(SERVICE).filter(|service| Some(service) != configuration.service().as_ref())
}
