//! `parse_token_id` and `token_id`: ids of organization tokens.

use crate::cloud::looks_like_token;
use crate::framework::function::{FunctionEntry, FunctionError, function};
use crate::framework::identity;
use crate::provider::prelude::*;
use crate::provider::tokens::TokenId;

crate::attributes! {
    /// The parts of an organization token's id.
    pub struct Parts {
        /// The organization.
        org_name: Attr<String> = computed(),
        /// The token's name, which only older ids have; else null.
        name: Attr<String> = computed(),
        /// The id that the service gave the token.
        token_id: Attr<String> = computed(),
    }
}

/// `parse_token_id("acme/5a3c7b1e-…")`.
pub fn parse_token_id() -> FunctionEntry {
    function(
        "parse_token_id",
        "Parts of an organization token's id",
        "Takes an organization token's id apart: an object with `org_name`, `name` and `token_id`. \
         Ids of this provider have no name, so that `name` is null; Pulumi's older ones, \
         `{org_name}/{name}/{token_id}`, have one, which may hold slashes.",
        &[("id", "The id, such as that of a `pulumiservice_api_tokens_orgtoken`.")],
        |id: String| match TokenId::parse(&id, false) {
            Some(id) => Ok(Parts {
                org_name: id.org.into(),
                name: id.name.map(str::to_owned).into(),
                token_id: id.last.into(),
            }),
            None => Err(FunctionError::at(0, malformed(&id))),
        },
    )
}

/// `token_id("acme", "5a3c7b1e-…")`.
pub fn token_id() -> FunctionEntry {
    function(
        "token_id",
        "Id of an organization token",
        "Puts an organization's name and the id that the service gave a token together, as the `id` \
         of a `pulumiservice_api_tokens_orgtoken` has them and as an import takes them.",
        &[
            ("org_name", "The organization."),
            ("token_id", "The id that the service gave the token."),
        ],
        |org_name: String, token_id: String| {
            for (argument, text) in [&org_name, &token_id].into_iter().enumerate() {
                if text.trim().is_empty() {
                    return Err(FunctionError::at(argument, "It must not be empty."));
                }
                if looks_like_token(text) {
                    return Err(FunctionError::at(argument, SECRET));
                }
            }
            let parts = [org_name, token_id].map(|part| identity::escaped(&part));
            Ok(parts.join("/"))
        },
    )
}

const SECRET: &str = "It looks like an access token, which isn't shown here. The id of a token is \
                      needed, not its value.";

fn malformed(id: &str) -> String {
    if looks_like_token(id) {
        return SECRET.to_owned();
    }
    let shown: String = id.chars().take(100).collect();
    format!(
        "{shown:?} is no id of an organization token: that is ORGANIZATION/TOKEN_ID, or Pulumi's \
         older ORGANIZATION/NAME/TOKEN_ID."
    )
}
