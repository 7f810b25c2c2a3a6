//! What a provider keeps beside an object's attributes: small texts by key, which the engine stores
//! and never shows.

use std::collections::BTreeMap;

/// The private data of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, String>);

impl Private {
    /// Reads what [`Private::to_bytes`] wrote. Whatever else it is, an older version's or another
    /// provider's, counts as nothing.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(bytes).unwrap_or_default())
    }

    /// As the engine stores it; empty if there is nothing.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        // Texts by text always have a form in JSON.
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// What is kept under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keeps a text under a key.
    pub fn set(&mut self, key: &str, text: impl Into<String>) {
        self.0.insert(key.to_owned(), text.into());
    }

    /// Keeps nothing under a key any more.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_nonsense_is_nothing() {
        let mut private = Private::default();
        assert_eq!(private.to_bytes(), b"");
        private.set("origin", "https://a");
        let again = Private::from_bytes(&private.to_bytes());
        assert_eq!(again.get("origin"), Some("https://a"));
        for nonsense in [&b""[..], b"\xff", b"[]", b"{\"a\":1}"] {
            assert_eq!(Private::from_bytes(nonsense), Private::default());
        }
    }
}
