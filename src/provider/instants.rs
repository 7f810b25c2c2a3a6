//! Instants, as people read them.

use jiff::Timestamp;

use crate::framework::attr::Attr;

/// An instant in RFC 3339, from Unix seconds; `None` if no calendar has it.
pub fn rfc3339(unix: i64) -> Option<String> {
    Timestamp::from_second(unix).ok().map(|instant| instant.to_string())
}

/// An instant for a sentence: RFC 3339, or the bare seconds if no calendar has it.
pub fn when(unix: i64) -> String {
    rfc3339(unix).unwrap_or_else(|| format!("Unix second {unix}"))
}

/// When a token expires, in RFC 3339, for an `expires` in Unix seconds; null is never.
pub fn expires_at(expires: &Attr<i64>) -> Attr<String> {
    match expires {
        Attr::Unknown => Attr::Unknown,
        Attr::Known(instant) if *instant > 0 => rfc3339(*instant).into(),
        Attr::Null | Attr::Known(_) => Attr::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written() {
        assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(rfc3339(1_800_000_000).as_deref(), Some("2027-01-15T08:00:00Z"));
        assert_eq!(rfc3339(i64::MAX), None);
        assert_eq!(expires_at(&Attr::Known(0)), Attr::Null);
        assert_eq!(expires_at(&Attr::Unknown), Attr::Unknown);
    }
}
