//! Lengths of time as people write them in HCL, and instants as people read them.

use jiff::Timestamp;
use thiserror::Error;

/// What a day counts, in seconds. Days here are always 24 hours.
pub const DAY: i64 = 24 * 60 * 60;

/// The longest that a token may live, in seconds: two years of 365 days.
pub const LONGEST_LIFE: i64 = 2 * 365 * DAY;

const UNITS: [(char, i64); 5] = [('w', 7 * DAY), ('d', DAY), ('h', 3600), ('m', 60), ('s', 1)];

/// Why a text is no duration.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "{0:?} is not a duration: write whole numbers with the units w, d, h, m and s, the largest \
     first and each at most once, such as \"90d\" or \"1d12h\""
)]
pub struct NotADuration(String);

/// The seconds of a duration such as `90d`, `12h`, `2w`, `90m`, `45s` or `1d12h`.
pub fn seconds(text: &str) -> Result<i64, NotADuration> {
    parse(text).ok_or_else(|| NotADuration(text.chars().take(40).collect()))
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

/// An instant in RFC 3339, from Unix seconds; `None` where no calendar has it.
pub fn rfc3339(unix: i64) -> Option<String> {
    Timestamp::from_second(unix).ok().map(|instant| instant.to_string())
}

/// An instant for a sentence: RFC 3339, or the bare seconds where no calendar has it.
pub fn when(unix: i64) -> String {
    rfc3339(unix).unwrap_or_else(|| format!("Unix second {unix}"))
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
            assert_eq!(seconds(text), Ok(expected), "{text}");
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
            assert!(seconds(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn instants_are_written() {
        assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(rfc3339(1_800_000_000).as_deref(), Some("2027-01-15T08:00:00Z"));
        assert_eq!(rfc3339(i64::MAX), None);
    }
}
