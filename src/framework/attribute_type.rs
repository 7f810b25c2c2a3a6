//! The types that an attribute of a declaration can have, and how each is read and written.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::attr::Attr;
use super::duration::Duration;
use super::invalid::{Invalid, said};
use super::path::Step;
use super::schema::{Nested, Nesting};
use super::types::Type;
use super::value::{Value, keyed};

/// A type that an attribute can have.
pub trait AttributeType: Sized + Clone + PartialEq + Send + Sync + 'static {
    /// Whether the engine hides such values from people.
    const SENSITIVE: bool = false;

    /// The type on the wire.
    fn ty() -> Type;

    /// Reads a known value that is not null and has the type on the wire.
    ///
    /// # Errors
    /// A value that the type on the wire allows, and this one doesn't.
    fn read(value: Value) -> Result<Self, Invalid>;

    /// Writes the value.
    fn write(self) -> Value;

    /// Whether the two mean the same, however they are written.
    fn same(&self, other: &Self) -> bool {
        self == other
    }

    /// The attributes inside, if they have descriptions of their own.
    fn nested() -> Option<Nested> {
        None
    }
}

/// An attribute's value from one on the wire.
///
/// # Errors
/// As [`AttributeType::read`].
pub fn read<T: AttributeType>(value: Value) -> Result<Attr<T>, Invalid> {
    if value.is_null() {
        Ok(Attr::Null)
    } else if value.is_unknown() {
        Ok(Attr::Unknown)
    } else {
        T::read(value).map(Attr::Known)
    }
}

/// An attribute's value for the wire.
pub fn write<T: AttributeType>(attr: Attr<T>) -> Value {
    match attr {
        Attr::Null => Value::Null,
        Attr::Unknown => Value::Unknown,
        Attr::Known(value) => value.write(),
    }
}

/// The engine checks types before it sends, so that this is only met by a broken one.
fn unexpected(wanted: &str, found: &Value) -> Invalid {
    Invalid::new(said::INVALID, format!("{wanted} is required, not {}.", found.kind()))
}

impl AttributeType for String {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(unexpected("A string", &other)),
        }
    }

    fn write(self) -> Value {
        Value::String(self)
    }
}

impl AttributeType for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        value.as_bool().ok_or_else(|| unexpected("A bool", &value))
    }

    fn write(self) -> Value {
        Value::Bool(self)
    }
}

/// A whole number.
impl AttributeType for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let number = value.as_number().ok_or_else(|| unexpected("A number", &value))?;
        number.as_i64().ok_or_else(|| {
            let which =
                if number.is_integer() { "one of a sensible size" } else { "a whole number" };
            Invalid::new(said::NOT_WHOLE, format!("It is {number}. It must be {which}."))
        })
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl AttributeType for Duration {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let text = String::read(value)?;
        Self::parse(text).map_err(|error| Invalid::new(said::NOT_A_DURATION, format!("{error}.")))
    }

    fn write(self) -> Value {
        Value::String(self.into_text())
    }

    fn same(&self, other: &Self) -> bool {
        self.seconds() == other.seconds()
    }
}

/// A text that the engine hides from people, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl AttributeType for Secret {
    const SENSITIVE: bool = true;

    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        String::read(value).map(Self::new)
    }

    fn write(mut self) -> Value {
        Value::String(std::mem::take(&mut *self.0))
    }
}

/// Whatever type the configuration gives.
impl AttributeType for Value {
    fn ty() -> Type {
        Type::Dynamic
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        Ok(value)
    }

    fn write(self) -> Value {
        self
    }
}

/// Elements in order.
pub type List<T> = Vec<Attr<T>>;

impl<T: AttributeType> AttributeType for List<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn ty() -> Type {
        Type::List(Box::new(T::ty()))
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::List(elements) => read_elements(elements),
            other => Err(unexpected("A list", &other)),
        }
    }

    fn write(self) -> Value {
        Value::List(self.into_iter().map(write).collect())
    }

    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| same(a, b))
    }

    fn nested() -> Option<Nested> {
        T::nested().map(|nested| Nested { nesting: Nesting::List, ..nested })
    }
}

/// Elements without order or duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set<T>(pub Vec<Attr<T>>);

impl<T: AttributeType> AttributeType for Set<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn ty() -> Type {
        Type::Set(Box::new(T::ty()))
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::Set(elements) => read_elements(elements).map(Self),
            other => Err(unexpected("A set", &other)),
        }
    }

    fn write(self) -> Value {
        Value::set(self.0.into_iter().map(write).collect())
    }

    fn same(&self, other: &Self) -> bool {
        let covers = |a: &Self, b: &Self| a.0.iter().all(|x| b.0.iter().any(|y| same(x, y)));
        covers(self, other) && covers(other, self)
    }

    fn nested() -> Option<Nested> {
        T::nested().map(|nested| Nested { nesting: Nesting::Set, ..nested })
    }
}

/// Elements by key.
pub type Map<T> = BTreeMap<String, Attr<T>>;

impl<T: AttributeType> AttributeType for Map<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn ty() -> Type {
        Type::Map(Box::new(T::ty()))
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        let elements = match value {
            Value::Map(elements) => elements,
            other => return Err(unexpected("A map", &other)),
        };
        let mut map = Self::new();
        for (key, element) in elements {
            match read(element) {
                Ok(element) => map.insert(key, element),
                Err(invalid) => return Err(invalid.within(Step::Key(key))),
            };
        }
        Ok(map)
    }

    fn write(self) -> Value {
        Value::Map(keyed(self.into_iter().map(|(key, element)| (key, write(element)))))
    }

    fn same(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().zip(other).all(|((k, a), (l, b))| k == l && same(a, b))
    }

    fn nested() -> Option<Nested> {
        T::nested().map(|nested| Nested { nesting: Nesting::Map, ..nested })
    }
}

fn read_elements<T: AttributeType>(elements: Vec<Value>) -> Result<Vec<Attr<T>>, Invalid> {
    let read = |(index, element)| {
        read(element).map_err(|invalid: Invalid| invalid.within(Step::Index(index as i64)))
    };
    elements.into_iter().enumerate().map(read).collect()
}

/// Whether two attributes mean the same.
pub fn same<T: AttributeType>(a: &Attr<T>, b: &Attr<T>) -> bool {
    match (a, b) {
        (Attr::Known(a), Attr::Known(b)) => a.same(b),
        (a, b) => a == b,
    }
}
