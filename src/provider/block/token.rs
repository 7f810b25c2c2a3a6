//! What an access token looks like, in its place and out of it.

use crate::cloud::Secret;
use crate::framework::context::{Context, Reported};
use crate::provider::messages::block as said;

/// `pul-` with at least this many letters and digits after it is a token. No name of an
/// organization has so many on end by chance.
const SHORTEST: usize = 20;
/// A token of at least this many characters is looked for inside of other texts too.
const SHORTEST_PART: usize = 12;

/// Takes an access token from where it was found. It goes into a header, which takes visible ASCII
/// only.
///
/// # Errors
/// The place has been named, and what is there not shown.
pub fn access_token(cx: &Context, text: String, source: &str) -> Result<Secret, Reported> {
    let token = Secret::new(text);
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
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

/// Whether a text that everybody may see holds an access token: the one in use, or whatever looks
/// like one.
pub fn holds_token(text: &str, in_use: Option<&Secret>) -> bool {
    let in_use = in_use.map(Secret::expose).filter(|token| !token.is_empty());
    let is_in_use = in_use.is_some_and(|token| {
        text == token || (token.len() >= SHORTEST_PART && text.contains(token))
    });
    is_in_use || looks_like_token(text)
}

/// Whether a text looks like an access token of the service.
pub fn looks_like_token(text: &str) -> bool {
    text.split("pul-")
        .skip(1)
        .any(|rest| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_in_other_texts() {
        let in_use = Secret::new("something-else");
        let holds = |text: &str| holds_token(text, Some(&in_use));
        assert!(holds("pul-0123456789abcdef0123456789abcdef01234567"));
        assert!(holds("acme/pul-0123456789abcdef0123"));
        assert!(holds("something-else") && holds("x something-else"));
        assert!(!holds("acme") && !holds("pul-production-europe-west") && !holds("something"));
        assert!(!holds_token("", Some(&Secret::new(""))));
        assert!(!holds_token("acme", Some(&Secret::new("a"))));
    }
}
