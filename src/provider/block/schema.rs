//! The attributes of the `provider` block.

use crate::cloud::{Address, ClientSettings};
use crate::framework::prelude::*;
use crate::provider::exchange::Exchange;

/// The most times that a request may be tried again.
const MOST_RETRIES: i64 = 100;

crate::attributes! {
    /// Issues, rotates and retires access tokens of Pulumi Cloud, and says who may do what.
    pub struct ProviderBlock {
        /// The access token to manage tokens with: an admin user's, or one with a role that may
        /// create and delete organization tokens.
        access_token: Attr<Secret> = optional().otherwise(
            "the environment variable `PULUMI_ACCESS_TOKEN`, then what `pulumi login` stored for \
             `api_url`",
        ),
        /// Exchanges a CI system's id token for a short-lived access token, once per run and again
        /// before it ends, in the place of a stored secret. It goes before the environment.
        oidc: Attr<Exchange> = optional().excludes(&["access_token"]),
        /// Where the service is, for self-hosted installations.
        api_url: Attr<String> = optional().otherwise(format!(
            "the environment variables `PULUMI_BACKEND_URL` and `PULUMI_API`, then the backend of \
             `pulumi login`, then `{}`",
            Address::PULUMI_CLOUD
        )),
        /// The organization of resources that name none.
        org_name: Attr<String> = optional().otherwise("the environment variable `PULUMI_ORG`"),
        /// Allows an `api_url` with `http://` to another machine, over which the access token and
        /// every new token travel in the clear.
        allow_insecure_http: Attr<bool> = optional().otherwise("`false`"),
        /// A file of PEM certificates to trust beside the system's.
        ca_cert_file: Attr<String> = optional(),
        /// How often a request is tried again after a failure that may pass.
        max_retries: Attr<i64> = optional()
            .range(0..=MOST_RETRIES)
            .otherwise(format!("`{}`", ClientSettings::MAX_RETRIES)),
        /// How long one request may take, such as `30s` or `2m`.
        request_timeout: Attr<Duration> = optional()
            .longer_than_zero()
            .at_most_days(1, "a request can't take longer than a day")
            .otherwise(format!("`{}s`", ClientSettings::REQUEST_TIMEOUT.as_secs())),
        /// Warns of tokens that never expire.
        warn_never_expires: Attr<bool> = optional().otherwise("`false`"),
    }
}
