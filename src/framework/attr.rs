//! What an attribute holds, with its type: null, unknown or known.

use std::fmt;

use super::duration::Duration;
use super::path::Path;

/// The value of an attribute.
///
/// What isn't known yet can't be taken for null, or for a default, by accident: a value comes out by
/// a match, which has an arm for it, or by a reader that fails for it.
///
/// ```compile_fail
/// use pulumiservice::framework::attr::Attr;
/// let expires: Attr<i64> = Attr::Unknown;
/// let never: i64 = expires.copied().unwrap_or(0);
/// ```
///
/// ```
/// use pulumiservice::framework::attr::Attr;
/// let expires: Attr<i64> = Attr::Unknown;
/// assert!(expires.copied().is_err());
/// let never = Attr::Null.copied().map(|expires: Option<i64>| expires.unwrap_or(0));
/// assert_eq!(never.ok(), Some(0));
/// ```
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

/// Something was read that is not known yet, though it had to be. In a call `?` makes it a
/// [`Reported`](super::context::Reported), which is told as a bug of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKnownYet(());

impl<T> Attr<T> {
    /// The value, or `None` for null.
    ///
    /// # Errors
    /// It is not known yet.
    pub fn value(&self) -> Result<Option<&T>, NotKnownYet> {
        match self {
            Self::Null => Ok(None),
            Self::Unknown => Err(NotKnownYet(())),
            Self::Known(value) => Ok(Some(value)),
        }
    }

    /// The value, if there is a known one, as the only one of a sequence.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.value().into_iter().flatten()
    }

    /// Whether there is a known value of which this is so.
    pub fn is_known_and(&self, so: impl FnOnce(&T) -> bool) -> bool {
        matches!(self, Self::Known(value) if so(value))
    }

    /// Whether there is no value, or a known one of which this is so.
    pub fn is_null_or(&self, so: impl FnOnce(&T) -> bool) -> bool {
        self.is_null() || self.is_known_and(so)
    }

    /// Whether there is a known value.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
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
        self.is_known_and(|known| value == known)
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
    /// The text, or `None` for null.
    ///
    /// # Errors
    /// It is not known yet.
    pub fn text(&self) -> Result<Option<&str>, NotKnownYet> {
        Ok(self.value()?.map(String::as_str))
    }
}

impl<T: Copy> Attr<T> {
    /// A copy of the value, or `None` for null.
    ///
    /// # Errors
    /// It is not known yet.
    pub fn copied(&self) -> Result<Option<T>, NotKnownYet> {
        Ok(self.value()?.copied())
    }
}

impl Attr<Duration> {
    /// The length of time in seconds, or `None` for null.
    ///
    /// # Errors
    /// It is not known yet.
    pub fn seconds(&self) -> Result<Option<i64>, NotKnownYet> {
        Ok(self.value()?.map(Duration::seconds))
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
