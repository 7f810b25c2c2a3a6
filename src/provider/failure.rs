//! Failed calls, in sentences for the person who must act.

use crate::cloud::{Error, ErrorKind};

/// A failed call: what was being done, what the service said, and what usually causes it.
///
/// `cause` tells what a status means to the object that was asked for; what it leaves open is said
/// as it is for all objects.
pub fn described(doing: &str, error: &Error, cause: impl Fn(u16) -> Option<String>) -> String {
    let mut detail = format!("{doing} failed: {error}");
    if !detail.ends_with('.') {
        detail.push('.');
    }
    let usual = match error.kind() {
        // What its status says is about the exchange, not about the object.
        ErrorKind::NoAccessToken(reason) => usual_of(reason, cause_of_refused_exchange),
        _ => usual_of(error, cause),
    };
    if let Some(usual) = usual {
        detail.push_str("\n\n");
        detail.push_str(&usual);
    }
    detail
}

/// What usually makes the exchange of an id token fail with this status.
pub fn cause_of_refused_exchange(status: u16) -> Option<String> {
    let cause = "The organization's policy for the issuer may not let this pipeline in, or not \
                 authorize this type or scope of token.";
    matches!(status, 400 | 401 | 403).then(|| cause.to_owned())
}

fn usual_of(error: &Error, cause: impl Fn(u16) -> Option<String>) -> Option<String> {
    let status = error.status()?;
    let redirected = matches!(error.kind(), ErrorKind::Redirect { .. });
    let by_others = redirected || (status == 404 && !error.is_not_found());
    (!by_others).then(|| cause(status)).flatten().or_else(|| usual_cause(error, status))
}

fn usual_cause(error: &Error, status: u16) -> Option<String> {
    let cause = match (error.kind(), status) {
        (ErrorKind::Redirect { .. }, _) => {
            "api_url does not lead to the service itself. Give the address that it redirects to, \
             if that is your installation."
        }
        (_, 401) => {
            "The access token is not valid there: it has expired or was revoked, it was copied \
             in part, or it belongs to another installation than api_url."
        }
        (_, 404) if !error.is_not_found() => {
            "This is not how the service says that something isn't there: something in front of \
             it, such as a gateway, may have answered. Try again, and look at api_url."
        }
        (_, 403) => "The access token may not do this.",
        (_, 429) => {
            "The service limits the rate of requests. Try again later, with a lower -parallelism."
        }
        _ => return None,
    };
    Some(cause.to_owned())
}
