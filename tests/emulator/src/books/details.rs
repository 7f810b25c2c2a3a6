//! The permission tree of a role: whether it is one, what it names, and how the service gives it
//! back.

use serde_json::Value;

use super::Refusal;
use crate::contract;

/// The largest tree, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// The most entries of a group.
const ENTRY_LIMIT: usize = 2_000;

/// Checks a tree against the grammar. `known` says whether there is a record of an id, and
/// `has_scope` whether there is a scope of a name.
pub fn check(
    details: &Value,
    known: &dyn Fn(&str) -> bool,
    has_scope: &dyn Fn(&str) -> bool,
) -> Result<(), Refusal> {
    if details.to_string().len() > SIZE_LIMIT {
        return Err(Refusal::bad_request("the permissions are larger than 1 MB"));
    }
    contract::fits_schema("PermissionDescriptor", details).map_err(Refusal::bad_request)?;
    let mut wrong = None;
    each_scope(details, &mut |scope| {
        if !has_scope(scope) {
            wrong = Some(format!("invalid permission '{scope}'"));
        }
    });
    each_node(details, &mut |node| {
        for id in strings(&node["permissionDescriptors"]).filter(|id| !known(id)) {
            wrong = Some(format!("permission descriptor '{id}' does not exist"));
        }
        if node["entries"].as_array().is_some_and(|entries| entries.len() > ENTRY_LIMIT) {
            wrong = Some(format!("a group has more than {ENTRY_LIMIT} entries"));
        }
    });
    wrong.map_or(Ok(()), |why| Err(Refusal::bad_request(why)))
}

/// Calls `with` for every scope in the tree.
pub fn each_scope(details: &Value, with: &mut dyn FnMut(&str)) {
    each_node(details, &mut |node| strings(&node["permissions"]).for_each(&mut *with));
}

/// Whether the tree includes the record of this id.
pub fn composes(details: &Value, id: &str) -> bool {
    let mut found = false;
    each_node(details, &mut |node| {
        found |= strings(&node["permissionDescriptors"]).any(|other| other == id);
    });
    found
}

/// The tree as the service gives it back: every list of permissions in an order of its own.
pub fn reordered(details: &Value) -> Value {
    let mut details = details.clone();
    reorder(&mut details);
    details
}

fn reorder(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            if let Some(Value::Array(scopes)) = fields.get_mut("permissions") {
                scopes.sort_by_key(|scope| {
                    scope.as_str().map(|scope| scope.chars().rev().collect::<String>())
                });
            }
            fields.values_mut().for_each(reorder);
        }
        Value::Array(values) => values.iter_mut().for_each(reorder),
        _ => {}
    }
}

fn each_node(node: &Value, with: &mut dyn FnMut(&Value)) {
    match node {
        Value::Object(fields) => {
            with(node);
            fields.values().for_each(|value| each_node(value, with));
        }
        Value::Array(values) => values.iter().for_each(|value| each_node(value, with)),
        _ => {}
    }
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
