//! What an access token looks like, in its place and out of it.

use crate::cloud::{Secret, holds_secret, looks_like_token, remember};
use crate::framework::context::{Context, Reported};
use crate::provider::messages::block as said;

/// Takes an access token from where it was found, and keeps it out of all texts from then on. It goes
/// into a header, which takes visible ASCII only.
///
/// # Errors
/// The place has been named, and what is there not shown.
pub fn access_token(
    cx: &Context,
    token: impl Into<Secret>,
    source: &str,
) -> Result<Secret, Reported> {
    let token = token.into();
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        remember(&token);
        return Ok(token);
    }
    // Not at the attribute: the engine would show the line of HCL, and with it the token.
    Err(cx.error(
        said::NO_TOKEN,
        format!(
            "What {source} holds has spaces, line breaks or characters that no token has. Copy \
             the token again."
        ),
    ))
}

/// Whether a text that everybody may see holds a secret of this process, such as the access token in
/// use, or whatever looks like an access token of the service. Names are held against it: they
/// go into addresses, and from there into the logs of whatever stands in between.
pub fn holds_token(text: &str) -> bool {
    holds_secret(text) || looks_like_token(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_in_other_texts() {
        remember(&Secret::new("something-else"));
        let holds = holds_token;
        assert!(holds("pul-0123456789abcdef0123456789abcdef01234567"));
        assert!(holds("acme/pul-0123456789abcdef0123"));
        assert!(holds("something-else") && holds("x something-else"));
        assert!(!holds("acme") && !holds("pul-production-europe-west") && !holds("something"));
    }
}
