//! Trees of JSON that the service takes as they are: whatever type the configuration gives them,
//! with the wire's own keys. No key has a meaning here, except that scopes have no order.

use serde_json::value::RawValue;

use crate::framework::json;
use crate::framework::types::Type;
use crate::provider::prelude::*;

/// The key whose elements have no order.
const UNORDERED: &str = "permissions";

/// A tree of JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree(pub Value);

impl AttributeType for Tree {
    fn ty() -> Type {
        Type::Dynamic
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        Ok(Self(value))
    }

    fn write(self) -> Value {
        self.0
    }

    fn same(&self, other: &Self) -> bool {
        plain(&self.0, true) == plain(&other.0, true)
    }
}

impl Tree {
    /// What the service answered; `None` if it is nothing.
    pub fn from_wire(raw: &RawValue) -> Option<Self> {
        json::decode_untyped(raw.get().as_bytes()).ok().filter(|v| !v.is_null()).map(Self)
    }

    /// As the service wants it, without the keys that are null.
    ///
    /// # Errors
    /// Why it can't be written.
    pub fn to_wire(&self) -> Result<Box<RawValue>, String> {
        let text = json::encode_untyped(&plain(&self.0, false)).map_err(|e| e.to_string())?;
        RawValue::from_string(text).map_err(|error| error.to_string())
    }

    /// The tree of these parts, as a value that brings its type along.
    pub fn of(value: &Value) -> Self {
        let text = json::encode_untyped(&plain(value, false)).unwrap_or_default();
        Self(json::decode_untyped(text.as_bytes()).unwrap_or_default())
    }
}

/// The same without types, nulls and, if `sorted`, the order of scopes.
fn plain(value: &Value, sorted: bool) -> Value {
    if let Some(parts) = value.entries() {
        let parts = parts.filter(|(_, part)| !part.is_null());
        let parts = parts.map(|(key, part)| match plain(part, sorted) {
            Value::Tuple(scopes) if sorted && key == UNORDERED => (key, Value::set(scopes)),
            part => (key, part),
        });
        return Value::object(parts);
    }
    if let Some(elements) = value.as_elements() {
        return Value::Tuple(elements.iter().map(|element| plain(element, sorted)).collect());
    }
    match value {
        Value::Dynamic(typed) => plain(&typed.1, sorted),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree(json::decode_untyped(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_order_of_scopes_means_nothing_and_all_other_order_does() {
        let same = |a: &str, b: &str| tree(a).same(&tree(b));
        assert!(same(r#"{"permissions":["a","b"],"c":null}"#, r#"{"permissions":["b","a"]}"#));
        assert!(!same(r#"{"permissions":["a"]}"#, r#"{"permissions":["a","b"]}"#));
        assert!(!same(r#"{"entries":[1,2]}"#, r#"{"entries":[2,1]}"#));
    }

    #[test]
    fn no_key_has_a_meaning() {
        let text = r#"{"$serde_json::private::RawValue":"[1]","x":[null,1.50]}"#;
        let wire = tree(text).to_wire().unwrap();
        assert_eq!(wire.get(), r#"{"$serde_json::private::RawValue":"[1]","x":[null,1.5]}"#);
        assert!(Tree::from_wire(&wire).unwrap().same(&tree(text)));
    }
}
