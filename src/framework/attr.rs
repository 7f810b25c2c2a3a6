//! What an attribute holds, with its type: null, unknown or known.

use std::fmt;

use super::duration::Duration;
use super::path::Path;

/// The value of an attribute.
///
/// Reading a known value out of an unknown one takes a decision at the place where it is read:
/// there is no way that turns "not known yet" into a default by itself.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attr<T> {
    /// There is no value.
    #[default]
    Null,
    /// There will be a value, or null, once more is known.
    Unknown,
    /// This value.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, if it is known and not null.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value itself, if it is known and not null.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value itself will only be known later.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether this is exactly that value.
    pub fn is(&self, value: &(impl PartialEq<T> + ?Sized)) -> bool {
        self.known().is_some_and(|known| value == known)
    }

    /// This, or the other if this is null.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_null() { other } else { self }
    }

    /// This, or the other if this is unknown.
    #[must_use]
    pub fn unless_unknown(self, other: Self) -> Self {
        if self.is_unknown() { other } else { self }
    }

    /// The same with another value in the place of a known one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }
}

impl Attr<String> {
    /// The text, if it is known and not null.
    pub fn text(&self) -> Option<&str> {
        self.known().map(String::as_str)
    }
}

impl<T: Copy> Attr<T> {
    /// A copy of the value, if it is known and not null.
    pub fn get(&self) -> Option<T> {
        self.known().copied()
    }
}

impl Attr<Duration> {
    /// The length of time in seconds, if it is known.
    pub fn seconds(&self) -> Option<i64> {
        self.known().map(Duration::seconds)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

/// Null for `None`.
impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

/// Any text may be a misplaced secret, so that no value is shown.
impl<T> fmt::Debug for Attr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Unknown => "Unknown",
            Self::Known(_) => "Known",
        })
    }
}

/// An attribute's name, as its declaration gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(&'static str);

impl Name {
    /// For [`attributes!`](crate::attributes), which is the one place that names attributes.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name in HCL.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<Name> for Path {
    fn from(name: Name) -> Self {
        Self::attribute(name.0)
    }
}
