//! Lengths of time as people write them in HCL.

use thiserror::Error;

/// What a day counts, in seconds. Days here are always 24 hours.
pub const DAY: i64 = 24 * 60 * 60;

const UNITS: [(char, i64); 5] = [('w', 7 * DAY), ('d', DAY), ('h', 3600), ('m', 60), ('s', 1)];

/// A length of time, as it was written: `90d` and `2160h` are two texts that mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    text: String,
    seconds: i64,
}

/// Why a text is no duration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "It is not a duration: write whole numbers with the units w, d, h, m and s, the largest \
     first and each at most once, such as \"90d\" or \"1d12h\""
)]
pub struct NotADuration;

impl Duration {
    /// Reads a duration such as `90d`, `12h`, `2w`, `90m`, `45s` or `1d12h`.
    ///
    /// # Errors
    /// Any other text. It may be a misplaced secret, so that the error doesn't show it.
    pub fn parse(text: impl Into<String>) -> Result<Self, NotADuration> {
        let text = text.into();
        parse(&text).map(|seconds| Self { text, seconds }).ok_or(NotADuration)
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

fn parse(text: &str) -> Option<i64> {
    let mut units = UNITS.iter();
    let mut total: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(count.checked_mul(*size)?)?;
        rest = &rest[digits + unit.len_utf8()..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("90d", 90 * DAY),
            ("12h", 12 * 3600),
            ("2w", 14 * DAY),
            ("90m", 5400),
            ("45s", 45),
            ("1d12h", 36 * 3600),
            ("1w2d3h4m5s", 9 * DAY + 3 * 3600 + 245),
            ("0s", 0),
            ("106751991167300d", 106_751_991_167_300 * DAY),
        ] {
            let duration = Duration::parse(text).unwrap();
            assert_eq!((duration.seconds(), duration.text()), (expected, text));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            " ",
            "90",
            "d",
            "90 d",
            "-1d",
            "+1d",
            "1.5d",
            "1y",
            "1D",
            "1h1d",
            "1d1d",
            "٣d",
            "d1",
            "99999999999999999999s",
            "106751991167301d",
            "1d\u{1F600}",
        ] {
            assert!(Duration::parse(text).is_err(), "{text:?}");
        }
    }
}
