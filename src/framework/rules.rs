//! The rules of an attribute, as data: planning, checks and documentation all read them.

use std::fmt;
use std::ops::RangeInclusive;

use super::diagnostics::{Diagnostics, messages};
use super::duration::{DAY, Duration};
use super::invalid::{self, Invalid};
use super::path::Path;
use super::value::Value;

messages! {
    /// What the rules of a declaration refuse.
    pub mod said {
        LENGTH = "{attribute} has the wrong length";
        RANGE = "{attribute} is out of range";
        ONE_OF = "{attribute} is none of the words that are allowed";
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
    pub replaces: Replaces,
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
    /// Whether the attribute's Rust type takes a value that its type on the wire allows.
    pub(super) valid: fn(Value) -> Result<(), Invalid>,
    /// Whether two known values mean the same to that type.
    pub(super) same: fn(&Value, &Value) -> bool,
}

/// Whether a change of an attribute needs another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// It is made in place.
    Never,
    /// It does, whatever it is.
    Always,
    /// It does under a condition, as a clause for the documentation. The resource plans it.
    Sometimes(&'static str),
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
        said.extend(self.replacing());
        said
    }

    /// What the documentation says of a change of the attribute.
    pub fn replacing(&self) -> Option<String> {
        match self.replaces {
            Replaces::Never => None,
            Replaces::Always => Some("Changing it replaces the object.".to_owned()),
            Replaces::Sometimes(clause) => {
                Some(format!("Changing it replaces the object {clause}."))
            }
        }
    }

    /// Checks a value of the attribute at `path`. What isn't known yet is let through.
    pub(super) fn check(&self, value: &Value, path: &Path, found: &mut Diagnostics) {
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
                    found.error_at(path.clone(), invalid::said::NOT_A_DURATION, detail);
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
