//! JSON, read one level at a time, by what the first character of each says.
//!
//! serde_json's `Value` won't do: with the features that keep numbers exact it gives certain keys of
//! an object a meaning of their own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::path::{DecodeError, MAX_DEPTH};

/// More than any value has that is not too deep: brackets of its own, those of an open type around
/// them, and those of that type.
const MOST_BRACKETS: usize = 4 * MAX_DEPTH;

/// One level of JSON; what is inside is still text.
pub(super) enum Level<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(String),
    Array(Vec<&'a RawValue>),
    Object(BTreeMap<String, &'a RawValue>),
}

impl<'a> Level<'a> {
    /// Reads the outermost level of a text.
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, DecodeError> {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'n') => Ok(Self::Null),
            Some(b't') => Ok(Self::Bool(true)),
            Some(b'f') => Ok(Self::Bool(false)),
            Some(b'"') => level(text).map(Self::String),
            Some(b'[') => level(text).map(Self::Array),
            Some(b'{') => level(text).map(Self::Object),
            _ => Ok(Self::Number(text)),
        }
    }

    /// What it is, with its article, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

fn level<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, DecodeError> {
    serde_json::from_str(text).map_err(|_| DecodeError::new("not JSON: a string is malformed"))
}

/// A document of bearable depth, to be read level by level.
pub(super) fn document(bytes: &[u8]) -> Result<&RawValue, DecodeError> {
    // Each level is read from its own text, so that what is too deep is to be found out at once.
    if nesting(bytes) > MOST_BRACKETS {
        return Err(too_deep());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        DecodeError::new(format!("not JSON: line {}, column {}", error.line(), error.column()))
    })
}

/// How deeply brackets are nested in JSON; whatever is wrong with it is found later.
fn nesting(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

pub(super) fn too_deep() -> DecodeError {
    DecodeError::new(format!("the value is nested more than {MAX_DEPTH} levels deep"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_a_text_nest_nothing() {
        let text = format!(r#"["\"{}","\\"]"#, "[{".repeat(1_000));
        assert_eq!(nesting(text.as_bytes()), 1);
        assert_eq!(nesting(br#"{"a":[{}],"b":[]}"#), 3);
        assert!(document(text.as_bytes()).is_ok());
    }
}
