//! Terraform's values: what is configured, planned and stored.
//!
//! A value doesn't know its type; whoever holds one knows it from the schema.
//! How values are written as bytes is for `msgpack` and `json`.
//!
//! Strings are taken as they come. Terraform brings every string into Unicode
//! normalization form C, those that it sends and those that it receives.

use std::collections::BTreeMap;
use std::fmt;

use super::number::Number;
use super::object::Object;
use super::types::Type;

/// A value of Terraform's.
///
/// The order of values serves sets: it is total, and otherwise arbitrary.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value, of whatever type.
    #[default]
    Null,
    /// A value that will be known later, of whatever type.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// Unicode text.
    String(String),
    /// Elements in order.
    List(Vec<Value>),
    /// Elements sorted and without duplicates, so that equal sets are equal
    /// values. [`Value::set`] makes it so.
    Set(Vec<Value>),
    /// Elements by key.
    Map(BTreeMap<String, Value>),
    /// Elements in order, each of its own type.
    Tuple(Vec<Value>),
    /// Attributes by name.
    Object(Object<Value>),
    /// A value where the schema leaves the type open, with the type that it
    /// has. A null or unknown whose type is open too is plainly that.
    Dynamic(Box<(Type, Value)>),
}

static NULL: Value = Value::Null;

/// A map of these parts. They are put in one by one, as `collect` sorts them first, with 4 KiB of
/// the program for each kind of iterator.
pub(super) fn keyed<V>(parts: impl IntoIterator<Item = (String, V)>) -> BTreeMap<String, V> {
    let mut map = BTreeMap::new();
    map.extend(parts);
    map
}

impl Value {
    /// A set of these elements, in whatever order, with whatever duplicates.
    /// Two unknowns may turn out to differ, so both are kept.
    pub fn set(mut elements: Vec<Self>) -> Self {
        elements.sort_unstable();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        let attributes = attributes.into_iter().map(|(name, value)| (name.into(), value));
        Self::Object(keyed(attributes).into())
    }

    /// The value itself, whether its type is open or not.
    fn plain(&self) -> &Self {
        match self {
            Self::Dynamic(typed) => typed.1.plain(),
            value => value,
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self.plain(), Self::Null)
    }

    /// Whether the value itself will only be known later.
    pub fn is_unknown(&self) -> bool {
        matches!(self.plain(), Self::Unknown)
    }

    /// Whether the value and all its parts are known.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(elements) => elements.values().all(Self::is_wholly_known),
            Self::Object(attributes) => attributes.parts().iter().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self.plain() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth of a bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.plain() {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number of a number.
    pub fn as_number(&self) -> Option<&Number> {
        match self.plain() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number of a number, if it is a 64-bit integer.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The elements of a list, set or tuple.
    pub fn as_elements(&self) -> Option<&[Self]> {
        match self.plain() {
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The elements of a map, or the attributes of an object, by name.
    pub fn entries(&self) -> Option<Box<dyn Iterator<Item = (&str, &Self)> + '_>> {
        match self.plain() {
            Self::Map(elements) => {
                Some(Box::new(elements.iter().map(|(key, element)| (key.as_str(), element))))
            }
            Self::Object(attributes) => Some(Box::new(attributes.iter())),
            _ => None,
        }
    }

    /// An object's attribute, or a map's element; null if there is none.
    pub fn attribute(&self, name: &str) -> &Self {
        let found = match self.plain() {
            Self::Object(attributes) => attributes.get(name),
            Self::Map(elements) => elements.get(name),
            _ => None,
        };
        found.unwrap_or(&NULL)
    }

    /// The value as a sentence says it. Texts are shown; what is in a map is not.
    pub fn for_people(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Unknown => "known only after apply".to_owned(),
            Self::String(text) => format!("{text:?}"),
            Self::Map(_) | Self::Object(_) => "a map".to_owned(),
            Self::List(_) | Self::Set(_) | Self::Tuple(_) => "a list".to_owned(),
            other => format!("{other:?}"),
        }
    }

    /// The kind of value, with its article, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown => "an unknown value",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Tuple(_) => "a tuple",
            Self::Object(_) => "an object",
            Self::Dynamic(_) => "a dynamically typed value",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Number(Number::from(integer))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

/// Any string may be a secret, so structure and kinds are shown, the contents
/// of strings and the keys of maps are not.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Unknown => f.write_str("Unknown"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => Concealed(text).fmt(f),
            Self::List(elements) => {
                f.write_str("List ")?;
                f.debug_list().entries(elements).finish()
            }
            Self::Set(elements) => {
                f.write_str("Set ")?;
                f.debug_list().entries(elements).finish()
            }
            Self::Tuple(elements) => {
                f.write_str("Tuple ")?;
                f.debug_list().entries(elements).finish()
            }
            Self::Map(elements) => {
                f.write_str("Map ")?;
                let elements = elements.iter().map(|(key, value)| (Concealed(key), value));
                f.debug_map().entries(elements).finish()
            }
            Self::Object(attributes) => {
                f.write_str("Object ")?;
                f.debug_map().entries(attributes.iter()).finish()
            }
            Self::Dynamic(typed) => {
                f.debug_tuple("Dynamic").field(&typed.0).field(&typed.1).finish()
            }
        }
    }
}

struct Concealed<'a>(&'a str);

impl fmt::Debug for Concealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "string of {} characters", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_of_sets_ignores_order_and_duplicates() {
        let set = |elements: &[&str]| Value::set(elements.iter().map(|&e| e.into()).collect());
        assert_eq!(set(&["a", "b"]), set(&["b", "a", "b"]));
        assert_ne!(set(&["a"]), set(&["a", "b"]));
        let unknowns = Value::set(vec![Value::Unknown, Value::Null, Value::Unknown, Value::Null]);
        assert_eq!(unknowns.as_elements().map(<[_]>::len), Some(3));
    }

    #[test]
    fn the_type_being_open_hides_nothing() {
        let dynamic = |ty, value| Value::Dynamic(Box::new((ty, value)));
        assert!(dynamic(Type::String, Value::Null).is_null());
        assert!(dynamic(Type::String, Value::Unknown).is_unknown());
        assert!(!dynamic(Type::String, Value::Unknown).is_wholly_known());
        assert_eq!(dynamic(Type::String, "x".into()).as_str(), Some("x"));
        assert_eq!(dynamic(Type::Number, 5.into()).as_i64(), Some(5));
        assert_eq!(dynamic(Type::Bool, true.into()).as_bool(), Some(true));
    }

    #[test]
    fn parts_of_an_object_are_found() {
        let object = Value::object([("name", "x".into()), ("later", Value::Unknown)]);
        assert_eq!(object.attribute("name").as_str(), Some("x"));
        assert!(object.attribute("later").is_unknown());
        assert!(object.attribute("absent").is_null());
        assert!(!object.is_wholly_known());
        assert!(Value::Null.attribute("name").is_null());
        assert_eq!(object.entries().map(Iterator::count), Some(2));
    }

    #[test]
    fn no_string_is_ever_shown() {
        let secret = "pul-0123456789";
        let map = Value::Map(BTreeMap::from([(secret.to_owned(), secret.into())]));
        let value = Value::object([
            ("list", Value::List(vec![secret.into(), 5.into(), Value::Null])),
            ("set", Value::set(vec![secret.into()])),
            ("tuple", Value::Tuple(vec![secret.into(), Value::Unknown])),
            ("map", map),
            ("open", Value::Dynamic(Box::new((Type::String, secret.into())))),
        ]);
        let shown = format!("{value:?} {value:#?}");
        assert!(!shown.contains("pul-"), "{shown}");
        assert!(shown.contains("\"list\": List [string of 14 characters, 5, Null]"), "{shown}");
    }
}
