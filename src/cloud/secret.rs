//! The one type that holds a secret.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

/// A secret text, wiped from memory when dropped and never shown.
///
/// There is no `Display`, no serialisation and no comparison: whoever needs the text has to write
/// [`expose`](Secret::expose), which is easy to search for.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over, without leaving a copy behind.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text itself. It belongs in two places only: the `Authorization` header and the state.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it has the form of a token: visible ASCII, and some of it.
    pub(super) fn is_token(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        // serde's own message would quote what it found.
        match String::deserialize(deserializer) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => Err(de::Error::custom("a secret must be a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let secret = Secret::new("pul-0123456789");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "[redacted] Some([redacted])");
        assert_eq!(secret.expose(), "pul-0123456789");
    }

    #[test]
    fn a_token_is_visible_ascii() {
        assert!(Secret::new("pul-0123456789").is_token());
        for text in ["", "pul-0123\n", "pul 0123", "pul-\u{1b}[31m", "pul-ä"] {
            assert!(!Secret::new(text).is_token(), "{text:?}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_not_quoted() {
        let error = serde_json::from_str::<Secret>("123456789").unwrap_err();
        assert!(!error.to_string().contains("123456789"), "{error}");
    }
}
