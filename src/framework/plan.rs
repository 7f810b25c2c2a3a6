//! Planning by declaration: what an attribute will be if its rules alone decide.

use super::attr::Name;
use super::path::{Path, Step};
use super::rules::Replaces;
use super::schema::{Attribute, Nested, Schema};
use super::value::{Value, keyed};

/// What the rules come to.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The object as it will be; unknown if only apply can tell.
    pub value: Value,
    /// The changed attributes that need another object.
    pub replaces: Vec<Name>,
}

/// Plans an object from what it is, what the engine proposes and what the configuration says.
///
/// The engine's proposal is the configuration, with what the provider once gave in the place of
/// what the configuration leaves to it.
pub fn plan(schema: &Schema, prior: &Value, proposed: &Value, config: &Value) -> Planned {
    let proposed = if proposed.is_null() { config } else { proposed };
    let attributes = schema.attributes();
    if prior.is_null() {
        let value = fill(attributes, prior, proposed, config, true);
        return Planned { value, replaces: Vec::new() };
    }
    let settled = fill(attributes, prior, proposed, config, false);
    let changed = |attribute: &&Attribute| {
        let planned = attribute.of(&settled);
        let known = planned.is_wholly_known();
        !(known && attribute.rules.same(planned, attribute.of(prior)))
    };
    let replaces = attributes
        .iter()
        .filter(|attribute| attribute.rules.replaces == Replaces::Always)
        .filter(changed)
        .map(|attribute| Name::new(attribute.name))
        .collect();
    let differs = |attribute: &Attribute| attribute.of(&settled) != attribute.of(prior);
    let value = if attributes.iter().any(differs) {
        fill(attributes, prior, proposed, config, true)
    } else {
        settled
    };
    Planned { value, replaces }
}

/// An object with each attribute as its rules say. What the provider gives by itself, and doesn't
/// keep, is unknown if `changing`, and as before otherwise.
fn fill(
    attributes: &[Attribute],
    prior: &Value,
    proposed: &Value,
    config: &Value,
    changing: bool,
) -> Value {
    let Value::Object(config) = config else { return config.clone() };
    let mut filled = config.clone();
    for attribute in attributes {
        let place = attribute.place;
        let Some(value) = filled.get_mut_near(place, attribute.name) else { continue };
        if attribute.write_only {
            *value = Value::Null;
        } else if !value.is_null() {
            let proposed = attribute.of(proposed);
            match &attribute.nested {
                Some(nested) => {
                    *value = inside(nested, attribute.of(prior), proposed, value, changing);
                }
                None if proposed.is_null() => {}
                None => *value = proposed.clone(),
            }
        } else if let Some(default) = &attribute.rules.default {
            *value = default.clone();
        } else if !attribute.given.by_provider() {
            // Null, with a type of its own if the attribute's is open.
        } else if !prior.is_null() && (attribute.rules.kept || !changing) {
            *value = attribute.of(prior).clone();
        } else {
            *value = Value::Unknown;
        }
    }
    Value::Object(filled)
}

fn inside(
    nested: &Nested,
    prior: &Value,
    proposed: &Value,
    given: &Value,
    changing: bool,
) -> Value {
    let proposed = if proposed.is_null() { given } else { proposed };
    let one = |prior: &Value, proposed: &Value, given: &Value| match given {
        Value::Object(_) => fill(&nested.attributes, prior, proposed, given, changing),
        other => other.clone(),
    };
    let null = Value::Null;
    match (given, proposed) {
        (Value::Object(_), _) => one(prior, proposed, given),
        (Value::List(given), Value::List(proposed)) if given.len() == proposed.len() => {
            let before = prior.as_elements().unwrap_or_default();
            let elements = given.iter().zip(proposed).enumerate();
            let element = |(index, (given, proposed)): (usize, (&Value, &Value))| {
                one(before.get(index).unwrap_or(&null), proposed, given)
            };
            Value::List(elements.map(element).collect())
        }
        // Elements of a set have nothing that they could be found again by.
        (Value::Set(given), _) => {
            Value::set(given.iter().map(|given| one(&null, given, given)).collect())
        }
        (Value::Map(given), _) => {
            let elements = given.iter().map(|(key, given)| {
                (key.clone(), one(prior.attribute(key), proposed.attribute(key), given))
            });
            Value::Map(keyed(elements))
        }
        (given, _) => given.clone(),
    }
}

/// The same with the types of `before` for what is null, or not known, in both: if an attribute's
/// type is open, such a value has one of its own, which an author doesn't see.
pub fn keep_types(before: &Value, value: &mut Value) {
    match (before, value) {
        (Value::Dynamic(_), value @ Value::Null) if before.is_null() => *value = before.clone(),
        (Value::Dynamic(_), value @ Value::Unknown) if before.is_unknown() => {
            *value = before.clone();
        }
        // Objects of one type have the same attributes, in the same order.
        (Value::Object(before), Value::Object(after)) => {
            let parts = before.parts().iter().zip(after.parts_mut());
            parts.for_each(|(before, part)| keep_types(before, part));
        }
        (Value::Map(before), Value::Map(parts)) => {
            for (name, part) in parts {
                if let Some(before) = before.get(name) {
                    keep_types(before, part);
                }
            }
        }
        (Value::List(before), Value::List(elements)) => {
            before.iter().zip(elements).for_each(|(before, element)| keep_types(before, element));
        }
        _ => {}
    }
}

/// Keeps the spelling of the state for all that means the same as what was read.
pub fn keep_spelling(attributes: &[Attribute], state: &Value, read: Value) -> Value {
    let Value::Object(mut object) = read else { return read };
    for attribute in attributes {
        let before = attribute.of(state);
        if let Some(now) = object.get_mut(attribute.name)
            && !before.is_null()
            && attribute.rules.same(before, now)
        {
            *now = before.clone();
        }
    }
    Value::Object(object)
}

/// Gives an older state the defaults of attributes that it lacks.
pub fn with_defaults(attributes: &[Attribute], state: Value) -> Value {
    let Value::Object(mut object) = state else { return state };
    for attribute in attributes {
        if let (Some(default), Some(value)) =
            (&attribute.rules.default, object.get_mut(attribute.name))
            && value.is_null()
        {
            *value = default.clone();
        }
    }
    Value::Object(object)
}

/// The first part of a value that is not known.
pub fn first_unknown(value: &Value, at: &Path) -> Option<Path> {
    let within = |step: Step, part: &Value| first_unknown(part, &at.clone().join(step));
    match value {
        Value::Unknown => Some(at.clone()),
        Value::Object(parts) => {
            parts.iter().find_map(|(name, part)| within(Step::Attribute(name.to_owned()), part))
        }
        other if other.is_wholly_known() => None,
        _ => Some(at.clone()),
    }
}

/// The same with null in the place of what is not known.
pub fn without_unknown(value: Value) -> Value {
    match value {
        Value::Object(mut parts) => {
            let known = |part: &mut Value| *part = without_unknown(std::mem::take(part));
            parts.parts_mut().iter_mut().for_each(known);
            Value::Object(parts)
        }
        value if value.is_wholly_known() => value,
        _ => Value::Null,
    }
}
