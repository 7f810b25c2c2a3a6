//! Ephemeral `pulumiservice_api_oauth_token`.

use crate::cloud::{self, Patience};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::provider::exchange::{self, Exchange};
use crate::provider::failure;
use crate::provider::instants::expires_at;
use crate::provider::messages::exchange as said;
use crate::provider::organization;
use crate::provider::prelude::*;

crate::attributes! {
    /// A short-lived access token that a CI system's id token is exchanged for.
    ///
    /// The organization has to trust the CI system: an OIDC issuer, with a policy that lets this
    /// pipeline in. No name is spent, and no secret is stored anywhere.
    ///
    /// It is not renewed: a run that is longer than the token's life goes on with one that has
    /// ended. Give it an `expiration` as long as the run.
    pub struct OauthToken {
        exchange: Exchange,
        /// The secret.
        token_value: Attr<Secret> = computed(),
        /// When the token expires, in Unix seconds.
        expires: Attr<i64> = computed(),
        /// When the token expires, in RFC 3339.
        expires_at: Attr<String> = computed(),
    }
}

impl EphemeralResource for OauthToken {
    const NAME: &'static str = "api_oauth_token";

    async fn open(cx: &Context, mut config: Self) -> Result<Opened<Self>, Reported> {
        let configuration = cx.configuration()?;
        let settings = configuration.settings_for(cx, "Exchanging an id token")?;
        let org = organization::asked(cx, &config.exchange.org_name)?;
        let patience = Patience::UntilStopped;
        let source = exchange::source(cx, &config.exchange, org, &configuration, patience).await?;
        let request =
            source().await.map_err(|why| cx.error(said::NO_ID_TOKEN, format!("{why}.")))?;
        let doing = format!("Exchanging an id token with the organization {:?}", request.org);
        let (seams, stop) = (configuration.seams(), configuration.stop());
        let exchanged =
            cloud::exchange(settings, seams, stop, &request).await.map_err(|error| {
                let cause = failure::cause_of_refused_exchange;
                let detail = failure::described(&doing, &error, cause);
                cx.error(said::EXCHANGE, detail)
            })?;
        config.token_value = Secret::new(exchanged.access_token.expose()).into();
        config.expires = configuration.now().saturating_add(exchanged.expires_in).into();
        config.expires_at = expires_at(&config.expires);
        Ok(Opened { result: config, renew_at: None })
    }
}
