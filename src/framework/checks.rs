//! Holds values against the rules of their attributes, however deep they are nested.

use super::diagnostics::Diagnostics;
use super::path::{Path, Step};
use super::rules::said;
use super::schema::{Attribute, Nested};
use super::value::Value;

/// Holds a configuration against the rules of its attributes. What isn't known yet is let through,
/// to be held against them again when it is known.
pub fn of_written(attributes: &[Attribute], config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    check(attributes, config, &Path::root(), true, &mut found);
    found
}

/// Holds values against the rules of their attributes, each by itself, but for those that are as
/// before. Beside what was written there may be what the provider, or `ignore_changes`, has filled
/// in.
pub fn of_values(attributes: &[Attribute], prior: &Value, object: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let changed = |one: &&Attribute| one.of(prior) != one.of(object);
    for attribute in attributes.iter().filter(changed) {
        check(std::slice::from_ref(attribute), object, &Path::root(), false, &mut found);
    }
    found
}

fn check(
    attributes: &[Attribute],
    object: &Value,
    at: &Path,
    written: bool,
    found: &mut Diagnostics,
) {
    for attribute in attributes {
        let path = || at.clone().join(Step::Attribute(attribute.name.to_owned()));
        let value = attribute.of(object);
        if !value.is_null() && !value.is_unknown() {
            attribute.rules.check(value, &path(), found);
            if let Some(nested) = &attribute.nested {
                inside(nested, value, &path(), written, found);
            }
        }
        if written {
            exclusions(attribute, object, path, found);
        }
    }
}

fn exclusions(
    attribute: &Attribute,
    object: &Value,
    path: impl Fn() -> Path,
    found: &mut Diagnostics,
) {
    let rules = &attribute.rules;
    if rules.excludes.is_empty() && rules.one_of.is_empty() {
        return;
    }
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
            found.error_at(path(), said::EXCLUDED, detail);
        }
    }
    if !rules.one_of.is_empty() && rules.one_of.iter().all(|name| object.attribute(name).is_null())
    {
        let detail = format!("Give one of {}.", rules.one_of.join(", "));
        found.error_at(path(), said::MISSING_ONE, detail);
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
