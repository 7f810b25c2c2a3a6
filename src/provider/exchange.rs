//! The exchange of a CI system's id token for an access token: where the id token comes from, and
//! what is asked for with it. The provider block's `oidc` and the ephemeral
//! `pulumiservice_api_oauth_token` have it in common.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cloud::{
    Address, ClientSettings, ExchangeRequest, ExchangeSource, IdTokenRequest, Patience, Seams,
    Secret, Stop, fetch_id_token,
};
use crate::framework::prelude::{self, Attr, Context, Duration, Reported, optional};
use crate::provider::block::{Configuration, holds_token};
use crate::provider::environment::variable;
use crate::provider::files;
use crate::provider::messages::exchange as said;
use crate::provider::organization::THE_PROVIDERS;
use crate::provider::route;
use crate::provider::texts::text;

/// The variable that GitLab's `id_tokens` is taken from unless another one is named.
const VARIABLE: &str = "PULUMI_ID_TOKEN";
/// The variables by which GitHub Actions tells where a job gets its id token.
const GITHUB: [&str; 2] = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
/// What is asked for unless something else is.
const DEFAULT_TYPE: &str = "organization";
const TYPES: &str = "urn:pulumi:token-type:access_token:";

crate::attributes! {
    /// The exchange of a CI system's id token for a short-lived access token.
    pub struct Exchange {
        /// The organization that trusts the CI system.
        org_name: Attr<String> = optional()
            .no_secret(holds_token)
            .otherwise(THE_PROVIDERS),
        /// The id token to exchange. What a plan file keeps of variables holds it too, unless the
        /// variable is ephemeral; `token_file` and the environment leave it out of plans.
        token: Attr<prelude::Secret> = optional().excludes(&["token_file", "token_variable"]),
        /// A file that holds the id token, read anew for each exchange.
        token_file: Attr<String> = optional().excludes(&["token_variable"]),
        /// The environment variable that holds the id token, as GitLab's `id_tokens` sets it. On
        /// GitHub Actions none is needed: a job with `id-token: write` is asked for its token, with
        /// the right audience.
        token_variable: Attr<String> = optional().otherwise(format!("`{VARIABLE}`")),
        /// The kind of token to ask for: `organization`, `team`, `personal`, `runner`, or its URN.
        requested_token_type: Attr<String> = optional().otherwise(format!("`{DEFAULT_TYPE}`")),
        /// What the token is to be for: `admin` for an organization's, `team:NAME`, `user:LOGIN`,
        /// `runner:NAME`. Without it an organization's token is a plain member's, unless the policy
        /// gives it a role.
        scope: Attr<String> = optional(),
        /// How long the token is to live, such as `15m`.
        expiration: Attr<Duration> = optional().otherwise("two hours"),
    }
}

/// Where an id token comes from.
#[derive(Clone)]
enum Source {
    Given(Secret),
    File(PathBuf),
    CiSystem(Arc<CiSystem>),
}

/// What a job's own CI system is asked by.
struct CiSystem {
    settings: ClientSettings,
    seams: Seams,
    stop: Stop,
    patience: Patience,
    request: IdTokenRequest,
}

/// Makes of what is written, and of the environment, what is to be exchanged with an organization.
/// A CI system is asked for an id token with this patience.
///
/// # Errors
/// There is no id token, or there are two.
pub async fn source(
    cx: &Context,
    written: &Exchange,
    org: String,
    configuration: &Configuration,
    patience: Patience,
) -> Result<ExchangeSource, Reported> {
    let audience = format!("urn:pulumi:org:{org}");
    let source = id_token(cx, written, audience, configuration, patience).await?;
    let kind = written.requested_token_type.text()?.unwrap_or(DEFAULT_TYPE);
    let kind = if kind.contains(':') { kind.to_owned() } else { format!("{TYPES}{kind}") };
    let scope = text(&written.scope)?.to_owned();
    let expiration = written.expiration.seconds()?;
    Ok(Arc::new(move || {
        let (source, org) = (source.clone(), org.clone());
        let (requested_token_type, scope) = (kind.clone(), scope.clone());
        Box::pin(async move {
            let subject_token = read(source).await?;
            Ok(ExchangeRequest { org, subject_token, requested_token_type, scope, expiration })
        })
    }))
}

/// Says that nobody gives an organization.
pub fn no_organization(cx: &Context) -> Reported {
    cx.error(
        said::NO_ORGANIZATION,
        "An exchange is made with one organization: give the exchange an org_name, or the \
         provider, or set the environment variable PULUMI_ORG.",
    )
}

async fn id_token(
    cx: &Context,
    written: &Exchange,
    audience: String,
    configuration: &Configuration,
    patience: Patience,
) -> Result<Source, Reported> {
    let lookup = configuration.environment();
    if let Some(token) = written.token.value()? {
        return Ok(Source::Given(Secret::new(token.expose())));
    }
    if let Some(file) = written.token_file.text()? {
        return Ok(Source::File(PathBuf::from(file)));
    }
    let named = written.token_variable.text()?;
    let by_variable = variable(lookup, named.unwrap_or(VARIABLE));
    let by_github = match GITHUB.map(|name| variable(lookup, name)) {
        [Some(url), Some(bearer)] if named.is_none() => Some((url, bearer)),
        _ => None,
    };
    match (by_variable, by_github) {
        (Some(_), Some(_)) => Err(cx.error(
            said::TWO_ID_TOKENS,
            format!(
                "Both {VARIABLE} and GitHub Actions ({}) give an id token. Unset one of them, or \
                 name the variable by token_variable.",
                GITHUB.join(", ")
            ),
        )),
        (Some(token), None) => Ok(Source::Given(Secret::new(token))),
        (None, Some((url, bearer))) => {
            let request = IdTokenRequest { url, bearer: Secret::new(bearer), audience };
            Ok(Source::CiSystem(ci_system(cx, configuration, patience, request).await?))
        }
        (None, None) => Err(cx.error(
            said::NO_ID_TOKEN,
            format!(
                "These places were looked at:\n  - token and token_file: not set\n  \
                 - the environment variable {}: not set\n  \
                 - GitHub Actions ({}): not set; a job needs the permission id-token: write",
                // What was given may be the token itself, in the wrong place.
                if named.is_some() { "that token_variable names" } else { VARIABLE },
                GITHUB.join(", ")
            ),
        )),
    }
}

/// How a CI system is asked. The way there needn't be the one to the service.
async fn ci_system(
    cx: &Context,
    configuration: &Configuration,
    patience: Patience,
    request: IdTokenRequest,
) -> Result<Arc<CiSystem>, Reported> {
    let Ok(address) = Address::of_server(&request.url) else {
        let detail = format!("{} holds no web address.", GITHUB[0]);
        return Err(cx.error(said::NO_ID_TOKEN, detail));
    };
    let settings = configuration.settings_for(cx, "Exchanging an id token")?;
    let proxy = route::proxy(cx, configuration.environment(), &address).await?;
    let settings = ClientSettings { address, proxy, ..settings };
    let (seams, stop) = (configuration.seams().clone(), configuration.stop().clone());
    Ok(Arc::new(CiSystem { settings, seams, stop, patience, request }))
}

/// The id token, or a sentence that says why there is none.
async fn read(source: Source) -> Result<Secret, String> {
    match source {
        Source::Given(token) => Ok(token),
        Source::File(file) => {
            let read = files::read(&file).await;
            let text =
                read.map_err(|error| format!("the file of token_file can't be read: {error}"))?;
            let text = String::from_utf8(text)
                .map_err(|_| "the file of token_file holds no id token".to_owned())?;
            Ok(Secret::new(text.trim()))
        }
        Source::CiSystem(asked) => {
            let CiSystem { settings, seams, stop, patience, request } = &*asked;
            let fetched = fetch_id_token(settings.clone(), seams, stop, *patience, request).await;
            fetched.map_err(|error| format!("the CI system gave no id token: {error}"))
        }
    }
}
