//! Sentences about tokens that several steps of the life cycle need.

use crate::cloud::Error;
use crate::provider::failure;

use super::token::Facts;

/// How to destroy what a refused plan stands in the way of: the engine plans as usual before it
/// destroys.
pub const DESTROY_ALL_THE_SAME: &str =
    "To destroy the token all the same, run destroy with -refresh=false.";

/// A failed call about a token of a kind.
pub fn described(kind: &Facts, doing: &str, error: &Error) -> String {
    failure::described(doing, error, |status| {
        Some(match status {
            403 => format!("The access token may not do this. {}", kind.rights),
            404 if kind.has_team => {
                "Usually the organization's or the team's name is misspelt, or the access token's \
                 user is not a member. Only Enterprise and Business Critical organizations have \
                 team tokens."
                    .to_owned()
            }
            404 => {
                "Usually the organization's name is misspelt (it is the one in the address of its \
                 page), the access token's user is not a member, or role_id names a role that is \
                 not there. Only Enterprise and Business Critical organizations have organization \
                 tokens."
                    .to_owned()
            }
            409 => {
                "A name can be used once: it stays taken for ever, across organization and team \
                 tokens, also after its token is deleted. Choose another name, or use name_prefix."
                    .to_owned()
            }
            _ => return None,
        })
    })
}
