//! What answers say: JSON objects, the messages of refusals, and whether a deletion is proven.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// The body of a success.
pub(in crate::cloud) type Body = Zeroizing<Vec<u8>>;

/// A success.
#[derive(Debug)]
pub(in crate::cloud) struct Answer {
    /// The HTTP status, from 200 to 299.
    pub(in crate::cloud) status: u16,
    pub(in crate::cloud) body: Body,
}

impl Answer {
    /// Whether the answer says no more than that it is done.
    pub(super) fn is_empty(&self) -> bool {
        self.status == 204 || self.body.is_empty()
    }
}

/// Reads a JSON object. The error says where and why; it may quote the body.
pub(in crate::cloud) fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    // serde would also take an array with the fields in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("it is not a JSON object".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// What a refusal with this status says: the message of the service's form, that of OAuth's, or
/// the text as it is; and whether it had the service's form.
pub(super) fn refusal_text(status: u16, body: &[u8]) -> (String, bool) {
    #[derive(Deserialize)]
    struct Service {
        code: Option<u16>,
        message: String,
    }
    #[derive(Deserialize)]
    struct OAuth {
        error: String,
        error_description: Option<String>,
    }
    if let Ok(Service { code, message }) = read_object(body) {
        return (message, code == Some(status));
    }
    match read_object(body) {
        Ok(OAuth { error, error_description: None }) => (error, false),
        Ok(OAuth { error, error_description: Some(text) }) => (format!("{error}: {text}"), false),
        Err(_) => (String::from_utf8_lossy(body).into_owned(), false),
    }
}

/// What is left out of an answer, or null, is empty.
pub(in crate::cloud) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_in_any_form() {
        let read = |body: &[u8]| refusal_text(404, body);
        let said = |text: &str, by_service| (text.to_owned(), by_service);
        assert_eq!(read(br#"{"code":404,"message":"gone","more":1}"#), said("gone", true));
        assert_eq!(read(br#"{"code":500,"message":"gone"}"#), said("gone", false));
        assert_eq!(read(br#"{"message":"no Route matched"}"#), said("no Route matched", false));
        assert_eq!(read(br#"{"code":404}"#), said(r#"{"code":404}"#, false));
        assert_eq!(read(br#"{"error":"invalid_grant"}"#), said("invalid_grant", false));
        let oauth = br#"{"error":"invalid_grant","error_description":"too old"}"#;
        assert_eq!(read(oauth), said("invalid_grant: too old", false));
        assert_eq!(read(b"Bad \xff Gateway"), said("Bad \u{fffd} Gateway", false));
        assert_eq!(read(b""), said("", false));
    }
}
