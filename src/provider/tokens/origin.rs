//! Where and when a token was made, kept beside its attributes: a service that doesn't list a token
//! proves nothing about one that another service made, nor about one that it made just now.

use jiff::Timestamp;

use crate::framework::prelude::*;
use crate::provider::block::Configuration;
use crate::provider::messages::tokens as said;

use super::token::Token;

/// The address of the service that made, or last listed, the token.
const SERVICE: &str = "service";
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
