//! Texts on their way between attributes and the service: read, stored, sent and shown.

use crate::cloud::Text;
use crate::framework::attr::{Attr, NotKnownYet};

/// A text that the service has: as the state has it if it is the same, else without what a text of
/// a stranger shouldn't have.
pub fn stored(text: &Text, before: &Attr<String>) -> Attr<String> {
    match before {
        Attr::Known(before) => text.stored(Some(before)).into(),
        Attr::Null | Attr::Unknown => received(text),
    }
}

/// A text that the service has, for an attribute that had none before.
pub fn received(text: &Text) -> Attr<String> {
    text.stored(None).into()
}

/// A text that is known by now; empty for null.
///
/// # Errors
/// It is not known yet.
pub fn text(attr: &Attr<String>) -> Result<&str, NotKnownYet> {
    Ok(attr.text()?.unwrap_or_default())
}

/// A text for a sentence.
pub fn shown(attr: &Attr<String>) -> &str {
    match attr {
        Attr::Known(text) => text,
        Attr::Null => "",
        Attr::Unknown => "(not known yet)",
    }
}

/// A text for a sentence, in quotation marks.
pub fn quoted(attr: &Attr<String>) -> String {
    format!("{:?}", shown(attr))
}

/// A text to send, if it isn't what it was before.
pub fn changed(now: &Attr<String>, before: &Attr<String>) -> Option<String> {
    match now {
        Attr::Known(text) if now != before => Some(text.clone()),
        _ => None,
    }
}
