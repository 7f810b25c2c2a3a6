//! How long an environment may be open: a length of time as we write it, or as Go does.

use jiff::SignedDuration;

use crate::framework::invalid::said;
use crate::framework::types::Type;
use crate::provider::prelude::*;

/// A length of time as it was written: `1h30m`, `90m` and Go's `1h30m0s` mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDuration(String);

impl OpenDuration {
    /// A length of time that the service gives, whatever it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As Go writes it, if it is one: `1h30m0s`.
    pub fn in_go(&self) -> Option<String> {
        let whole = self.length()?;
        let (hours, minutes) = (whole.as_secs() / 3600, whole.as_secs() / 60 % 60);
        let seconds = whole.as_secs() % 60;
        let fraction = format!("{:09}", whole.subsec_nanos());
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        Some(format!("{hours}h{minutes}m{seconds}{point}{fraction}s"))
    }

    fn length(&self) -> Option<SignedDuration> {
        if let Ok(ours) = Duration::parse(self.0.as_str()) {
            return Some(SignedDuration::from_secs(ours.seconds()));
        }
        let go = |c: char| c.is_ascii_digit() || ".hmsuµn".contains(c);
        let text = Some(&self.0).filter(|text| text.chars().all(go))?;
        text.parse().ok()
    }
}

impl AttributeType for OpenDuration {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let read = Self(String::read(value)?);
        if read.length().is_some() {
            return Ok(read);
        }
        let detail = "Write it with the units d, h, m and s, such as \"1h30m\".";
        Err(Invalid::new(said::NOT_A_DURATION, detail))
    }

    fn write(self) -> Value {
        Value::String(self.0)
    }

    fn same(&self, other: &Self) -> bool {
        self.length() == other.length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_gos_is_written() {
        for (text, go) in [
            ("1h30m", "1h30m0s"),
            ("90m", "1h30m0s"),
            ("1.5h", "1h30m0s"),
            ("1h30m0s", "1h30m0s"),
            ("1d", "24h0m0s"),
            ("1500ms", "0h0m1.5s"),
            ("0s", "0h0m0s"),
        ] {
            assert_eq!(OpenDuration::new(text).in_go().as_deref(), Some(go), "{text}");
        }
        for text in ["", "1", "-1h", "1 hour", "PT1H", "h", "1h1x"] {
            assert_eq!(OpenDuration::new(text).in_go(), None, "{text}");
        }
    }
}
