//! Text that a stranger wrote: whatever the service sends.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::scrub;

/// The most characters of a text that are shown.
const LONGEST_SHOWN: usize = 500;
/// The most characters of a text that are kept in another place, such as the state.
const LONGEST_STORED: usize = 16_384;
/// The longest identifier of a token.
const LONGEST_ID: usize = 256;

/// A text of the service.
///
/// It is kept as it came, to be compared and to be sent back. What is shown of it, by `Display`
/// and `Debug`, is one line without control and format characters, without the secrets of this
/// process, and of bounded length.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Box<str>);

/// As it came, to be looked up by.
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.raw()
    }
}

impl Text {
    /// Takes a text as it came.
    pub fn new(raw: impl Into<Box<str>>) -> Text {
        Text(raw.into())
    }

    /// The text as it came, for comparing and for requests. It is not fit to be shown.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text as it is shown, or another one if there is none.
    pub fn or(&self, otherwise: &str) -> String {
        if self.is_empty() { otherwise.to_owned() } else { self.shown() }
    }

    /// The text for the state: as it is if that is what the state holds already, else without
    /// control and format characters (but with its line breaks and joiners) and without secrets.
    pub fn stored(&self, known: Option<&str>) -> String {
        match known {
            Some(known) if known == self.raw() => known.to_owned(),
            _ => scrub::kept(&self.0, LONGEST_STORED),
        }
    }

    fn shown(&self) -> String {
        scrub::line(&self.0, LONGEST_SHOWN)
    }

    /// Whether it has the form of an identifier: visible ASCII, not too long, and no secret.
    pub(super) fn is_identifier(&self) -> bool {
        let printable = self.0.bytes().all(|byte| byte.is_ascii_graphic());
        printable && (1..=LONGEST_ID).contains(&self.0.len()) && self.shown() == self.raw()
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Text {
        Text::new(raw)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.raw() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.raw() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.raw() == other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

/// As it came, for requests.
impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.raw())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Box::deserialize(deserializer).map(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Secret;

    #[test]
    fn what_is_shown_is_clean_and_what_is_compared_is_not() {
        let text = Text::new("a\u{202e}b\u{1b}[31m\nc pul-0123456789abcdef");
        assert_eq!(text.to_string(), "ab[31m c [redacted]");
        assert_eq!(format!("{text:?}"), "\"ab[31m c [redacted]\"");
        assert!(text == "a\u{202e}b\u{1b}[31m\nc pul-0123456789abcdef");
    }

    #[test]
    fn the_state_keeps_what_it_has_and_gets_nothing_that_hides() {
        let odd = Text::new("two\nlines\u{200b}");
        assert_eq!(odd.stored(Some("two\nlines\u{200b}")), "two\nlines\u{200b}");
        assert_eq!(odd.stored(Some("other")), "two\nlines");
        assert_eq!(odd.stored(None), "two\nlines");
    }

    #[test]
    fn the_state_gets_what_somebody_wrote() {
        scrub::remember(&Secret::new("corp"));
        scrub::remember(&Secret::new("a-longer-password"));
        for written in [
            "pul-deploy-production",
            "used by pul-token-rotator",
            "corp-ci",
            "Basic authentication",
            "<b>ci</b>",
            "a \u{1f468}\u{200d}\u{1f4bb} of ours",
        ] {
            assert_eq!(Text::new(written).stored(None), written);
        }
        for (secret, stored) in [
            ("pul-0123456789abcdef0123", "[redacted]"),
            ("pul-0123456789\u{200d}abcdef0123", "[redacted]"),
            ("by a-longer-password", "by [redacted]"),
            ("corp", "[redacted]"),
        ] {
            assert_eq!(Text::new(secret).stored(None), stored);
        }
    }

    #[test]
    fn an_identifier_is_plain() {
        assert!(Text::new("5a3c7b1e-0000").is_identifier());
        for odd in ["", "a b", "ä", "a\u{7}", "pul-0123456789abcdef", &"x".repeat(257)] {
            assert!(!Text::new(odd).is_identifier(), "{odd:.20}");
        }
    }
}
