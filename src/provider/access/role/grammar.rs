//! The grammar of permission trees, as the service's API document and its pages give it.

use crate::provider::access::tree::Tree;
use crate::provider::prelude::*;

/// The most entries of a group.
const MOST_ENTRIES: usize = 2_000;

/// What can stand at a place of a tree.
#[derive(Clone, Copy)]
enum Place {
    /// An object that grants something.
    Descriptor,
    /// An expression that is true or false.
    Condition,
    /// Any expression.
    Expression,
    /// What is being asked about.
    Subject,
    /// A list of these.
    Descriptors,
    Options,
    Texts,
    Text,
    Bool,
    Number,
    Constraints,
}

use Place::*;

/// A kind of object, and its fields: those whose name ends in `?` may be absent.
type Kind = (&'static str, &'static [(&'static str, Place)]);

const DESCRIPTORS: &[Kind] = &[
    ("PermissionDescriptorAllow", &[("permissions", Texts), ("constraints?", Constraints)]),
    ("PermissionDescriptorGroup", &[("entries", Descriptors)]),
    ("PermissionDescriptorCompose", &[("permissionDescriptors", Texts)]),
    ("PermissionDescriptorCondition", &[("condition", Condition), ("subNode", Descriptor)]),
    (
        "PermissionDescriptorIfThenElse",
        &[
            ("condition", Condition),
            ("subNodeForTrue", Descriptor),
            ("subNodeForFalse?", Descriptor),
        ],
    ),
    ("PermissionDescriptorSelect", &[("selector", Expression), ("options", Options)]),
];

const CONDITIONS: &[Kind] = &[
    ("PermissionExpressionAnd", &[("left", Condition), ("right", Condition)]),
    ("PermissionExpressionOr", &[("left", Condition), ("right", Condition)]),
    ("PermissionExpressionNot", &[("node", Condition)]),
    ("PermissionExpressionEqual", &[("left", Expression), ("right", Expression)]),
    ("PermissionExpressionHasTag", &[("context", Subject), ("key", Text), ("node?", Condition)]),
];

const SUBJECTS: &[Kind] = &[
    ("PermissionExpressionStack", &[]),
    ("PermissionExpressionEnvironment", &[]),
    ("PermissionExpressionInsightsAccount", &[]),
    ("PermissionExpressionTeam", &[]),
];

const VALUES: &[Kind] = &[
    ("PermissionExpressionTag", &[("context", Subject), ("key", Text)]),
    ("PermissionLiteralExpressionBool", &[("value", Bool)]),
    ("PermissionLiteralExpressionNumber", &[("value", Number)]),
    ("PermissionLiteralExpressionString", &[("value", Text)]),
    ("PermissionLiteralExpressionStack", &[("identity", Text)]),
    ("PermissionLiteralExpressionEnvironment", &[("identity", Text)]),
    ("PermissionLiteralExpressionInsightsAccount", &[("identity", Text)]),
    ("PermissionLiteralExpressionTeam", &[("identity", Text)]),
];

/// Where a tree leaves the grammar, and how.
type Wrong = (Path, String);

/// The key that says what an object of a tree is.
const TYPE: &str = "__type";

/// The first place where a tree leaves the grammar, and how, in sentences. What isn't known yet is
/// let through.
pub fn wrong(tree: &Tree) -> Option<String> {
    let (at, why) = place(Descriptor, &tree.0, &Path::root()).err()?;
    let at = if at.is_root() { "the top".to_owned() } else { at.to_string() };
    Some(format!("At {at}: {why}"))
}

/// Calls `with` for every scope that a tree gives.
pub fn each_scope(tree: &Value, with: &mut impl FnMut(&str)) {
    for (key, part) in tree.entries().into_iter().flatten() {
        match part.as_elements() {
            Some(scopes) if key == "permissions" => {
                scopes.iter().filter_map(Value::as_str).for_each(&mut *with);
            }
            Some(parts) => parts.iter().for_each(|part| each_scope(part, with)),
            None => each_scope(part, with),
        }
    }
}

fn place(wanted: Place, value: &Value, at: &Path) -> Result<(), Wrong> {
    if value.is_unknown() {
        return Ok(());
    }
    let must_be = |what: &str| Err((at.clone(), format!("It must be {what}.")));
    match wanted {
        Descriptor => object(&[DESCRIPTORS], value, at),
        Condition => object(&[CONDITIONS], value, at),
        Subject => object(&[SUBJECTS], value, at),
        Expression => object(&[CONDITIONS, SUBJECTS, VALUES], value, at),
        Text if value.as_str().is_none() => must_be("a string"),
        Bool if value.as_bool().is_none() => must_be("a bool"),
        Number if value.as_number().is_none() => must_be("a number"),
        Text | Bool | Number => Ok(()),
        Descriptors => each(Descriptor, value, at),
        Texts => each(Text, value, at),
        Options => elements(value, at)?.try_for_each(|(option, at)| {
            fields("an option", &[("value", Expression), ("node", Descriptor)], option, &at)
        }),
        Constraints => fields("constraints", &[("MaxOpenDuration?", Number)], value, at),
    }
}

fn each(wanted: Place, value: &Value, at: &Path) -> Result<(), Wrong> {
    elements(value, at)?.try_for_each(|(element, at)| place(wanted, element, &at))
}

fn elements<'v>(
    value: &'v Value,
    at: &Path,
) -> Result<impl Iterator<Item = (&'v Value, Path)>, Wrong> {
    let Some(elements) = value.as_elements() else {
        return Err((at.clone(), "It must be a list.".to_owned()));
    };
    if elements.len() > MOST_ENTRIES {
        let count = elements.len();
        let problem = format!("It has {count} entries. The service takes {MOST_ENTRIES} at most.");
        return Err((at.clone(), problem));
    }
    let at = at.clone();
    let place = move |(index, element)| (element, at.clone().join(Step::Index(index as i64)));
    Ok(elements.iter().enumerate().map(place))
}

fn object(kinds: &[&[Kind]], value: &Value, at: &Path) -> Result<(), Wrong> {
    let all = || kinds.iter().copied().flatten();
    let fitting = || all().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    if value.entries().is_none() {
        return Err((at.clone(), format!("It must be an object whose __type is {}.", fitting())));
    }
    let named = value.attribute(TYPE);
    if named.is_null() {
        return Err((at.clone(), format!("It lacks a __type, which is one of {}.", fitting())));
    }
    if named.is_unknown() {
        return Ok(());
    }
    let named = named.as_str().unwrap_or_default();
    match all().find(|(name, _)| *name == named) {
        Some((name, known)) => fields(name, known, value, at),
        None => Err((at.clone(), format!("The __type {named:?} can't stand here: {}.", fitting()))),
    }
}

fn fields(
    name: &str,
    known: &[(&'static str, Place)],
    value: &Value,
    at: &Path,
) -> Result<(), Wrong> {
    let Some(parts) = value.entries() else {
        return Err((at.clone(), "It must be an object.".to_owned()));
    };
    let bare = |field: &'static str| field.trim_end_matches('?');
    let within = |key: &str| at.clone().join(Step::Attribute(key.to_owned()));
    for (key, part) in parts.filter(|(key, _)| *key != TYPE) {
        if !part.is_null() && !known.iter().any(|(field, _)| bare(field) == key) {
            let fields: Vec<_> = known.iter().map(|(field, _)| bare(field)).collect();
            let takes = if fields.is_empty() { "nothing".to_owned() } else { fields.join(", ") };
            return Err((within(key), format!("{name} has no such key; it takes {takes}.")));
        }
    }
    for (field, wanted) in known {
        let part = value.attribute(bare(field));
        if !part.is_null() {
            place(*wanted, part, &within(bare(field)))?;
        } else if !field.ends_with('?') {
            return Err((at.clone(), format!("{name} lacks {field}.")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::json::decode_untyped;

    fn wrong_in(text: &str) -> Option<String> {
        wrong(&Tree(decode_untyped(text.as_bytes()).unwrap()))
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let allow = r#"{"__type":"PermissionDescriptorAllow","permissions":["stack:read"]}"#;
        let group = |condition: &str| {
            format!(
                r#"{{"__type":"PermissionDescriptorGroup","entries":[{allow},
                {{"__type":"PermissionDescriptorCondition","subNode":{allow},
                  "condition":{condition}}}]}}"#
            )
        };
        let equal = |right: &str| {
            let left = r#"{"__type":"PermissionExpressionStack"}"#;
            format!(r#"{{"__type":"PermissionExpressionEqual","left":{left},"right":{right}}}"#)
        };
        let stack = r#"{"__type":"PermissionLiteralExpressionStack","identity":"x"}"#;
        assert_eq!(wrong_in(&group(&equal(stack))), None);
        for (condition, expected) in [
            (equal(r#"{"__type":"Nope"}"#), "entries[1].condition.right: The __type \"Nope\""),
            (equal("true"), "entries[1].condition.right: It must be an object"),
            (stack.to_owned(), "entries[1].condition: The __type"),
            (
                equal(r#"{"__type":"PermissionLiteralExpressionStack","identity":1}"#),
                "entries[1].condition.right.identity: It must be a string",
            ),
            (
                equal(r#"{"__type":"PermissionLiteralExpressionStack","id":"1"}"#),
                "entries[1].condition.right.id: PermissionLiteralExpressionStack has no such key",
            ),
        ] {
            let found = wrong_in(&group(&condition)).unwrap();
            assert!(found.starts_with(&format!("At {expected}")), "{found}");
        }
        assert!(wrong_in("{}").unwrap().contains("lacks a __type"));
        let open = Value::object([("__type", Value::Unknown)]);
        assert_eq!(wrong(&Tree(open)), None);
    }
}
