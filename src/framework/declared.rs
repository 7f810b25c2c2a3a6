//! What stands to the right of the equals sign in a declaration.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use super::attr::Name;
use super::attribute_type::{self, AttributeType};
use super::duration::Duration;
use super::rules::{Check, Replaces, Rules};
use super::schema::{Attribute, Given};
use super::value::Value;

/// How an attribute of a declaration is given, with its rules: what stands to the right of the
/// equals sign in [`attributes!`](crate::attributes).
pub struct Declared<T> {
    given: Given,
    write_only: bool,
    rules: Rules,
    ty: PhantomData<fn() -> T>,
}

/// An attribute that the configuration always gives.
pub fn required<T: AttributeType>() -> Declared<T> {
    Declared::new(Given::Required)
}

/// An attribute that the configuration may give.
pub fn optional<T: AttributeType>() -> Declared<T> {
    Declared::new(Given::Optional)
}

/// An attribute that the provider alone gives.
pub fn computed<T: AttributeType>() -> Declared<T> {
    Declared::new(Given::Computed)
}

impl<T: AttributeType> Declared<T> {
    fn new(given: Given) -> Self {
        let same = |a: &Value, b: &Value| match (T::read(a.clone()), T::read(b.clone())) {
            (Ok(a), Ok(b)) => a.same(&b),
            _ => false,
        };
        let rules = Rules {
            default: None,
            kept: false,
            replaces: Replaces::Never,
            otherwise: None,
            checks: Vec::new(),
            is_secret: None,
            excludes: Vec::new(),
            one_of: Vec::new(),
            valid: |value| attribute_type::read::<T>(value).map(drop),
            same,
        };
        Self { given, write_only: false, rules, ty: PhantomData }
    }

    /// The provider gives it if the configuration doesn't.
    pub fn computed(mut self) -> Self {
        self.given = Given::OptionalComputed;
        self
    }

    /// What it is if the configuration doesn't say. It also makes an optional attribute computed.
    pub fn default(mut self, value: impl Into<T>) -> Self {
        self.rules.default = Some(value.into().write());
        if self.given == Given::Optional { self.computed() } else { self }
    }

    /// Where it comes from if the configuration doesn't say: text for the documentation.
    pub fn otherwise(mut self, text: impl Into<String>) -> Self {
        self.rules.otherwise = Some(text.into());
        self
    }

    /// It stays as it is if the configuration doesn't say; until then it is known after a creation.
    pub fn kept(mut self) -> Self {
        self.rules.kept = true;
        self
    }

    /// A change of it needs another object.
    pub fn replaces(mut self) -> Self {
        self.rules.replaces = Replaces::Always;
        self
    }

    /// A change of it needs another object under a condition, which the resource's
    /// [`modify_plan`](super::resource::Resource::modify_plan) decides about. The clause says which:
    /// `unless the name begins with the new prefix`.
    pub fn may_replace(mut self, clause: &'static str) -> Self {
        self.rules.replaces = Replaces::Sometimes(clause);
        self
    }

    /// A text must have so many characters.
    pub fn length(self, characters: RangeInclusive<usize>) -> Self {
        self.checked(Check::Length(characters))
    }

    /// A number must be in this range.
    pub fn range(self, range: RangeInclusive<i64>) -> Self {
        self.checked(Check::Range(range))
    }

    /// A text must be one of these words.
    pub fn one_of_words(self, words: &'static [&'static str]) -> Self {
        self.checked(Check::OneOf(words))
    }

    /// A text for which `is_secret` holds, alone or in a list or set, is refused without being shown.
    pub fn no_secret(mut self, is_secret: fn(&str) -> bool) -> Self {
        self.rules.is_secret = Some(is_secret);
        self
    }

    /// It can't be given beside these.
    pub fn excludes(mut self, others: &[&'static str]) -> Self {
        self.rules.excludes.extend(others);
        self
    }

    /// Exactly one of these is given; the attribute itself is among them.
    pub fn exactly_one_of(mut self, all: &[&'static str]) -> Self {
        self.rules.one_of.extend(all);
        self
    }

    /// It is given to the provider and never stored. Engines that don't know such attributes refuse
    /// a configuration that has them.
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    fn checked(mut self, check: Check) -> Self {
        self.rules.checks.push(check);
        self
    }

    /// The attribute without its Rust type.
    pub fn attribute(self, name: Name, about: &'static str) -> Attribute {
        Attribute {
            name: name.as_str(),
            place: 0,
            ty: T::ty,
            nested: T::nested(),
            given: self.given,
            sensitive: T::SENSITIVE,
            write_only: self.write_only,
            about,
            rules: self.rules,
        }
    }
}

impl Declared<Duration> {
    /// A length of time must be more than nothing.
    pub fn longer_than_zero(self) -> Self {
        self.checked(Check::LongerThanZero)
    }

    /// A length of time can't be more than so many days. `why` is a part of a sentence, such as `a
    /// loan ends within two years`.
    pub fn at_most_days(self, days: i64, why: &'static str) -> Self {
        self.checked(Check::AtMostDays(days, why))
    }
}
