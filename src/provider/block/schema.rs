//! The attributes of the `provider` block.

use crate::cloud::{Address, ClientSettings};
use crate::framework::schema::Given::Optional;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::types::Type;

/// The `provider` block.
pub fn schema() -> Schema {
    let attribute = |name, ty, description| Attribute::new(name, ty, Optional, description);
    // There is one schema for the whole life of the process.
    let with_default = |name, ty, description: &str, default: &str| {
        let description = format!("{description} Default: {default}.");
        attribute(name, ty, &*description.leak())
    };
    Schema::new(
        0,
        "Issues, rotates and retires access tokens of Pulumi Cloud.",
        vec![
            attribute(
                "access_token",
                Type::String,
                "The access token to manage tokens with: an admin user's, or one with a role \
                 that may create and delete organization tokens. Default: the environment \
                 variable `PULUMI_ACCESS_TOKEN`, then what `pulumi login` stored for `api_url`.",
            )
            .sensitive(),
            with_default(
                "api_url",
                Type::String,
                "Where the service is, for self-hosted installations.",
                &format!(
                    "the environment variables `PULUMI_BACKEND_URL` and `PULUMI_API`, then the \
                     backend of `pulumi login`, then `{}`",
                    Address::PULUMI_CLOUD
                ),
            ),
            attribute(
                "org_name",
                Type::String,
                "The organization of resources that name none. Default: the environment variable \
                 `PULUMI_ORG`.",
            ),
            attribute(
                "allow_insecure_http",
                Type::Bool,
                "Allows an `api_url` with `http://` to another machine, over which the access \
                 token and every new token travel in the clear. Default: `false`.",
            ),
            attribute(
                "ca_cert_file",
                Type::String,
                "A file of PEM certificates to trust beside the system's.",
            ),
            with_default(
                "max_retries",
                Type::Number,
                "How often a request is tried again after a failure that may pass.",
                &format!("`{}`", ClientSettings::MAX_RETRIES),
            ),
            with_default(
                "request_timeout",
                Type::String,
                "How long one request may take, such as `30s` or `2m`.",
                &format!("`{}s`", ClientSettings::REQUEST_TIMEOUT.as_secs()),
            ),
            attribute(
                "warn_never_expires",
                Type::Bool,
                "Warns of tokens that never expire. Default: `false`.",
            ),
        ],
    )
}
