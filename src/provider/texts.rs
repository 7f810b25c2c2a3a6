//! The service's texts, as the state holds them.

use crate::cloud::Text;
use crate::framework::attr::Attr;

/// A text that the service has: as the state has it if it is the same, else without what a text of
/// a stranger shouldn't have.
pub fn stored(text: &Text, before: &Attr<String>) -> Attr<String> {
    match before {
        Attr::Known(before) => text.stored(Some(before)).into(),
        Attr::Null | Attr::Unknown => text.stored(None).into(),
    }
}
