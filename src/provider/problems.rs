//! Errors of the service, as diagnostics that a person can act on.

use crate::cloud::{Error, ErrorKind};
use crate::framework::diagnostics::Diagnostics;

/// A failed call: what was being done (to which token of which organization), what the service
/// said, and what usually causes it.
pub fn failed(summary: &str, doing: &str, error: &Error) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.error(summary, described(doing, error));
    found
}

/// The same, for the middle of a sentence's end.
pub fn described(doing: &str, error: &Error) -> String {
    let mut detail = format!("{doing} failed: {error}.");
    if let Some(cause) = usual_cause(error) {
        detail.push_str("\n\n");
        detail.push_str(cause);
    }
    detail
}

fn usual_cause(error: &Error) -> Option<&'static str> {
    Some(match (error.kind(), error.status()?) {
        (ErrorKind::Redirect { .. }, _) => {
            "api_url does not lead to the service itself. Give the address that it redirects to, \
             if that is your installation."
        }
        (_, 401) => {
            "The access token is not valid there: it has expired or was revoked, it was copied \
             in part, or it belongs to another installation than api_url."
        }
        (_, 403) => {
            "The access token may not do this. Managing organization tokens takes the token of an \
             organization admin, or a role with that permission; an organization token can't \
             manage organization tokens, not even an admin one."
        }
        (_, 404) => {
            "Usually the organization's name is misspelt (it is the one in the address of its \
             page), the access token's user is not a member, or role_id names a role that is not \
             there. Only Enterprise and Business Critical organizations have organization tokens."
        }
        (_, 409) => {
            "A name can be used once: it stays taken for ever, across organization and team \
             tokens, also after its token is deleted. Choose another name, or use name_prefix."
        }
        (_, 429) => {
            "The service limits the rate of requests, and did so for minutes. Try again later, with a \
             lower -parallelism."
        }
        _ => return None,
    })
}
