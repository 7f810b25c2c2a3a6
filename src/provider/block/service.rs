//! Which service is asked, and with which access token: the block, the environment, and what
//! `pulumi login` stored, in this order.

use super::address_words::{refusal, unencrypted};
use super::logins::Logins;
use super::token::access_token;
use super::written::Block;
use crate::cloud::{Address, AddressError, Secret};
use crate::framework::context::{Context, Reported};
use crate::provider::environment::{Environment, variable};
use crate::provider::messages::block as said;

const TOKEN_VARIABLE: &str = "PULUMI_ACCESS_TOKEN";

/// A value, and where it comes from, for a sentence.
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The attribute, the variable or the command.
    pub source: &'static str,
}

/// Where the service is.
///
/// Backends that store stacks have no tokens, so they are passed over. So is, with a warning, what
/// is no web address at all, but only if another variable names a service, or `pulumi login` does
/// and its own token is used: a mistyped address must not have an access token sent elsewhere.
///
/// # Errors
/// No address can be used.
pub async fn address(
    cx: &Context,
    block: &Block,
    lookup: &Environment,
    logins: &Logins,
) -> Result<Sourced<Address>, Reported> {
    if let Some(address) = block.api_url.value()? {
        return Ok(Sourced { value: address.clone(), source: "the attribute api_url" });
    }
    let mut misspelt = None;
    let mut chosen = None;
    for source in ["PULUMI_BACKEND_URL", "PULUMI_API"] {
        if chosen.is_none()
            && let Some(text) = variable(lookup, source)
        {
            chosen = read(cx, &text, source, &mut misspelt)?;
        }
    }
    let token_is_given = block.access_token.is_known()
        || !block.oidc.is_null()
        || variable(lookup, TOKEN_VARIABLE).is_some();
    if chosen.is_none() && !(misspelt.is_some() && token_is_given) {
        let stored = logins.stored().await.map_err(|problem| unreadable(cx, problem))?;
        if let Some(text) = stored.backend() {
            let backend = read(cx, text, "`pulumi login`", &mut misspelt)?;
            let fits = |it: &Sourced<_>| misspelt.is_none() || stored.token(&it.value).is_some();
            chosen = backend.filter(fits);
        }
    }
    let chosen = match (chosen, misspelt) {
        (Some(chosen), Some(passed_over)) => {
            cx.warning(
                said::ADDRESS_PASSED_OVER,
                format!(
                    "{passed_over} holds no web address and is passed over: {} is used, which \
                     comes from {}. Correct it or unset it.",
                    chosen.value, chosen.source
                ),
            );
            chosen
        }
        (Some(chosen), None) => chosen,
        (None, Some(source)) => return Err(unusable(cx, source, &refusal(&AddressError::NotWeb))),
        (None, None) => Sourced { value: Address::pulumi_cloud(), source: "the default" },
    };
    if !block.allows(&chosen.value) {
        return Err(unusable(cx, chosen.source, &unencrypted(&chosen.value)));
    }
    Ok(chosen)
}

/// Reads an address that is not the block's; `None` if it is to be passed over.
fn read(
    cx: &Context,
    text: &str,
    source: &'static str,
    misspelt: &mut Option<&'static str>,
) -> Result<Option<Sourced<Address>>, Reported> {
    match text.parse() {
        Ok(value) => Ok(Some(Sourced { value, source })),
        Err(AddressError::Storage) => {
            log::debug!(source; "passed over a backend that stores stacks and has no tokens");
            Ok(None)
        }
        Err(AddressError::NotWeb) => {
            misspelt.get_or_insert(source);
            Ok(None)
        }
        Err(error) => Err(unusable(cx, source, &refusal(&error))),
    }
}

/// The access token for the service; a sentence that names the places that were looked at, if there
/// is none.
///
/// # Errors
/// What is there can't be one.
pub async fn token(
    cx: &Context,
    block: &Block,
    lookup: &Environment,
    logins: &Logins,
    service: &Address,
) -> Result<Result<Sourced<Secret>, String>, Reported> {
    if let Some(token) = block.access_token.value()? {
        return Ok(Ok(Sourced { value: token.clone(), source: "the attribute access_token" }));
    }
    let source = TOKEN_VARIABLE;
    if let Some(token) = variable(lookup, source) {
        return Ok(Ok(Sourced { value: access_token(cx, token, source)?, source }));
    }
    let stored = logins.stored().await;
    if let Ok(stored) = stored
        && let Some(token) = stored.token(service)
    {
        let source = "`pulumi login`";
        let token = access_token(cx, token.clone(), source)?;
        return Ok(Ok(Sourced { value: token, source }));
    }
    let missing = match (logins.file(), stored) {
        (_, Err(problem)) => problem.to_owned(),
        (Some(file), Ok(_)) => format!("{} has no token for {service}", file.display()),
        (None, Ok(_)) => "there is no home folder".to_owned(),
    };
    Ok(Err(format!(
        "Managing tokens of {service} takes an access token. These places were looked at:\n  \
         - the provider's attributes access_token and oidc: not set\n  \
         - the environment variable PULUMI_ACCESS_TOKEN: not set\n  \
         - what `pulumi login` stored: {missing}\nSet one of them."
    )))
}

fn unusable(cx: &Context, source: &str, problem: &str) -> Reported {
    cx.error(said::ADDRESS, format!("It comes from {source}. {problem}"))
}

/// The service's address may be in a file that can't be read: the default could be the wrong one.
fn unreadable(cx: &Context, problem: &str) -> Reported {
    cx.error(
        said::LOGINS,
        format!(
            "{problem}. The service's address may be in it, so none is assumed: set api_url or \
             PULUMI_BACKEND_URL, or log in again."
        ),
    )
}
