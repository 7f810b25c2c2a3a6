//! The rules of an attribute, as data: planning, checks and documentation all read them.

use std::fmt;
use std::ops::RangeInclusive;

use super::attr::Name;
use super::attribute_type::{self, AttributeType, Invalid};
use super::diagnostics::{Diagnostics, messages};
use super::duration::{DAY, Duration};
use super::path::{Path, Step};
use super::schema::{Attribute, Given, Nested};
use super::value::Value;

messages! {
    /// What the rules of a declaration refuse.
    pub mod said {
        LENGTH = "{attribute} has not the right length";
        RANGE = "{attribute} is out of range";
        ONE_OF = "{attribute} is none of the words that it can be";
        SECRET = "A secret is in the wrong place";
        EXCLUDED = "{attribute} excludes another attribute";
        TOO_LONG = "{attribute} is too long";
        MISSING_ONE = "{attribute}, or another attribute in its place, is missing";
    }
}

/// What is to be planned for an attribute, and what it may be.
pub struct Rules {
    /// What it is if the configuration doesn't say.
    pub default: Option<Value>,
    /// Whether it stays as it is if the configuration doesn't say.
    pub kept: bool,
    /// Whether a change of it needs another object.
    pub replaces: bool,
    /// Where it comes from if the configuration doesn't say and no value can stand here: text for
    /// the documentation.
    pub otherwise: Option<String>,
    /// What a value must be.
    pub checks: Vec<Check>,
    /// Whether a text, or one of a list or set, is a secret, which has no business here.
    pub is_secret: Option<fn(&str) -> bool>,
    /// The attributes that can't be given beside it.
    pub excludes: Vec<&'static str>,
    /// The attributes of which exactly one is given, this one included.
    pub one_of: Vec<&'static str>,
    valid: fn(Value) -> Result<(), Invalid>,
    same: fn(&Value, &Value) -> bool,
}

/// What a value must be.
#[derive(Clone, Debug)]
pub enum Check {
    /// A text of so many characters.
    Length(RangeInclusive<usize>),
    /// A number in this range.
    Range(RangeInclusive<i64>),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A length of time that is more than nothing.
    LongerThanZero,
    /// A length of time of at most so many days, for this reason.
    AtMostDays(i64, &'static str),
}

impl Rules {
    /// Whether two values mean the same to the attribute's type.
    pub fn same(&self, a: &Value, b: &Value) -> bool {
        a == b || (a.is_wholly_known() && b.is_wholly_known() && (self.same)(a, b))
    }

    /// What the documentation says of the rules, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        for check in &self.checks {
            said.push(match check {
                Check::Length(range) if *range == (1..=usize::MAX) => "Not empty.".to_owned(),
                Check::Length(range) if *range.start() == 0 => {
                    format!("At most {} characters.", range.end())
                }
                Check::Length(range) if *range.end() == usize::MAX => {
                    format!("At least {} characters.", range.start())
                }
                Check::Length(range) => {
                    format!("{} to {} characters.", range.start(), range.end())
                }
                Check::Range(range) if *range.end() == i64::MAX => {
                    format!("At least `{}`.", range.start())
                }
                Check::Range(range) => format!("From `{}` to `{}`.", range.start(), range.end()),
                Check::OneOf(words) => format!("One of {}.", quoted(words)),
                Check::LongerThanZero => "Longer than zero.".to_owned(),
                Check::AtMostDays(days, _) => format!("At most `{days}d`."),
            });
        }
        if let Some(default) = &self.default {
            said.push(format!("Default: `{}`.", default.for_people()));
        }
        if let Some(otherwise) = &self.otherwise {
            said.push(format!("Default: {otherwise}."));
        }
        if !self.one_of.is_empty() {
            said.push(format!("Exactly one of {} is given.", quoted(&self.one_of)));
        }
        if !self.excludes.is_empty() {
            said.push(format!("Not beside {}.", quoted(&self.excludes)));
        }
        if self.replaces {
            said.push("Changing it replaces the object.".to_owned());
        }
        said
    }

    /// Checks a value of the attribute at `path`. What isn't known yet is let through.
    fn check(&self, value: &Value, path: &Path, found: &mut Diagnostics) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        let texts = value.as_elements().unwrap_or(std::slice::from_ref(value));
        if let Some(is_secret) = self.is_secret
            && texts.iter().filter_map(Value::as_str).any(is_secret)
        {
            // Not at the attribute: the engine would show the line of HCL, and with it the secret.
            let detail = format!(
                "What {path} holds looks like a secret, which belongs elsewhere. It isn't shown \
                 here. Give {path} what it is for, and revoke the secret if others have seen it."
            );
            found.error(said::SECRET, detail);
            return;
        }
        if let Err(invalid) = (self.valid)(value.clone()) {
            let mut at = path.clone();
            invalid.at.steps().iter().for_each(|step| at.push(step.clone()));
            found.error_at(at, invalid.summary, invalid.detail);
            return;
        }
        for check in &self.checks {
            check.hold(value, path, found);
        }
    }
}

impl Check {
    fn hold(&self, value: &Value, path: &Path, found: &mut Diagnostics) {
        match self {
            Self::Length(range) => {
                let Some(text) = value.as_str() else { return };
                let count = text.chars().count();
                if !range.contains(&count) {
                    // The text may be a misplaced secret, so that it is not shown.
                    let least = range.start();
                    let detail = match *range.end() {
                        usize::MAX if *least == 1 => format!("{path} must not be empty."),
                        usize::MAX => format!("{path} must have at least {least} characters."),
                        most => format!(
                            "{path} must have {least} to {most} characters, and has {count}."
                        ),
                    };
                    found.error_at(path.clone(), said::LENGTH, detail);
                }
            }
            Self::Range(range) => {
                let Some(number) = value.as_i64() else { return };
                if !range.contains(&number) {
                    let detail = format!(
                        "It is {number}. It must be a whole number from {} to {}.",
                        range.start(),
                        range.end()
                    );
                    found.error_at(path.clone(), said::RANGE, detail);
                }
            }
            Self::OneOf(words) => {
                let Some(text) = value.as_str() else { return };
                if !words.contains(&text) {
                    let detail = format!("It must be one of {}.", quoted(words).replace('`', "\""));
                    found.error_at(path.clone(), said::ONE_OF, detail);
                }
            }
            Self::LongerThanZero => {
                if seconds(value) == Some(0) {
                    let detail = format!("{path} must be longer than zero.");
                    found.error_at(path.clone(), attribute_type::said::NOT_A_DURATION, detail);
                }
            }
            Self::AtMostDays(days, why) => {
                let most = days.saturating_mul(DAY);
                if let Some(seconds) = seconds(value).filter(|seconds| *seconds > most) {
                    let detail =
                        format!("{path} is {seconds} seconds; {why} ({days}d, {most} seconds).");
                    found.error_at(path.clone(), said::TOO_LONG, detail);
                }
            }
        }
    }
}

/// Holds a configuration against the rules of its attributes. What isn't known yet is let through,
/// to be held against them again when it is known.
pub fn check_written(attributes: &[Attribute], config: &Value, found: &mut Diagnostics) {
    check(attributes, config, &Path::root(), true, found);
}

/// Holds values against the rules of their attributes, each by itself. Beside what was written
/// there may be what the provider, or `ignore_changes`, has filled in.
pub fn check_values(attributes: &[Attribute], object: &Value, found: &mut Diagnostics) {
    check(attributes, object, &Path::root(), false, found);
}

fn check(
    attributes: &[Attribute],
    object: &Value,
    at: &Path,
    written: bool,
    found: &mut Diagnostics,
) {
    for attribute in attributes {
        let path = at.clone().join(Step::Attribute(attribute.name.to_owned()));
        let value = object.attribute(attribute.name);
        attribute.rules.check(value, &path, found);
        if written {
            exclusions(attribute, object, &path, found);
        }
        if let Some(nested) = &attribute.nested {
            inside(nested, value, &path, written, found);
        }
    }
}

fn exclusions(attribute: &Attribute, object: &Value, path: &Path, found: &mut Diagnostics) {
    let rules = &attribute.rules;
    let given = |name: &str| {
        let value = object.attribute(name);
        !value.is_null() && !value.is_unknown()
    };
    let others = rules.one_of.iter().filter(|name| **name != attribute.name);
    for other in rules.excludes.iter().chain(others) {
        if given(attribute.name) && given(other) {
            let detail = format!(
                "{} and {other} exclude each other. Remove one of the two.",
                attribute.name
            );
            found.error_at(path.clone(), said::EXCLUDED, detail);
        }
    }
    if !rules.one_of.is_empty() && rules.one_of.iter().all(|name| object.attribute(name).is_null())
    {
        let detail = format!("Give one of {}.", rules.one_of.join(", "));
        found.error_at(path.clone(), said::MISSING_ONE, detail);
    }
}

fn inside(nested: &Nested, value: &Value, path: &Path, written: bool, found: &mut Diagnostics) {
    let mut element = |element: &Value, path: &Path| {
        if matches!(element, Value::Object(_)) {
            check(&nested.attributes, element, path, written, found);
        }
    };
    match value {
        Value::Object(_) => element(value, path),
        // An element of a set has no path that an engine could show.
        Value::Set(elements) => elements.iter().for_each(|value| element(value, path)),
        Value::List(elements) => {
            for (index, value) in elements.iter().enumerate() {
                element(value, &path.clone().join(Step::Index(index as i64)));
            }
        }
        Value::Map(elements) => {
            for (key, value) in elements {
                element(value, &path.clone().join(Step::Key(key.clone())));
            }
        }
        _ => {}
    }
}

fn seconds(value: &Value) -> Option<i64> {
    Some(Duration::parse(value.as_str()?).ok()?.seconds())
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("sentences", &self.sentences()).finish()
    }
}

/// How an attribute of a declaration is given, with its rules: what stands to the right of the
/// equals sign in [`attributes!`](crate::attributes).
pub struct Declared<T> {
    given: Given,
    write_only: bool,
    rules: Rules,
    ty: std::marker::PhantomData<fn() -> T>,
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
            replaces: false,
            otherwise: None,
            checks: Vec::new(),
            is_secret: None,
            excludes: Vec::new(),
            one_of: Vec::new(),
            valid: |value| attribute_type::read::<T>(value).map(drop),
            same,
        };
        Self { given, write_only: false, rules, ty: std::marker::PhantomData }
    }

    /// The provider gives it if the configuration doesn't.
    pub fn computed(mut self) -> Self {
        self.given = Given::OptionalComputed;
        self
    }

    /// What it is if the configuration doesn't say.
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
        self.rules.replaces = true;
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
        let nested = T::nested();
        Attribute {
            name: name.as_str(),
            ty: T::ty(),
            nested,
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
    /// token lives at most two years`.
    pub fn at_most_days(self, days: i64, why: &'static str) -> Self {
        self.checked(Check::AtMostDays(days, why))
    }
}
