//! Functions that write permission trees, so that nobody types a `__type`.

use super::grammar;
use crate::framework::function::{FunctionError, function};
use crate::framework::registry::Registry;
use crate::provider::access::tree::Tree;
use crate::provider::prelude::*;

const SCOPES: (&str, &str) = ("scopes", "What is allowed, such as `stack:read`.");

/// Adds the functions.
pub fn register(registry: Registry) -> Registry {
    registry
        .function(function(
            "permissions_allow",
            "Permissions: these scopes, on everything",
            "Writes a tree for `details` of a `pulumiservice_api_role` that allows these scopes on \
             everything.",
            &[SCOPES],
            |scopes: Set<String>| Ok(Tree::of(&allow(scopes, 0)?)),
        ))
        .function(function(
            "permissions_on_stack",
            "Permissions: these scopes, on one stack",
            "Writes a tree for `details` of a `pulumiservice_api_role` that allows these scopes on \
             one stack.",
            &[("id", "The stack's id, which is not its name."), SCOPES],
            |id: String, scopes: Set<String>| on("Stack", &id, scopes),
        ))
        .function(function(
            "permissions_on_environment",
            "Permissions: these scopes, on one environment",
            "Writes a tree for `details` of a `pulumiservice_api_role` that allows these scopes on \
             one environment.",
            &[("id", "The environment's id, which is not its name."), SCOPES],
            |id: String, scopes: Set<String>| on("Environment", &id, scopes),
        ))
        .function(function(
            "permissions_on_tag",
            "Permissions: these scopes, on what has a tag",
            "Writes a tree for `details` of a `pulumiservice_api_role` that allows these scopes on \
             whatever has a tag with this value.",
            &[
                (
                    "context",
                    "What has the tag: `stack`, `environment`, `insights_account` or `team`.",
                ),
                ("name", "The tag's name."),
                ("value", "The tag's value."),
                SCOPES,
            ],
            on_tag,
        ))
        .function(function(
            "permissions_union",
            "Permissions: all that any of these trees allows",
            "Writes a tree for `details` of a `pulumiservice_api_role` that allows what any of the \
             trees allows.",
            &[("trees", "Trees, as the other functions write them.")],
            union,
        ))
}

fn allow(scopes: Set<String>, argument: usize) -> Result<Value, FunctionError> {
    let named = |scope: &Attr<String>| scope.is_known_and(|scope| !scope.is_empty());
    if scopes.0.is_empty() || !scopes.0.iter().all(named) {
        return Err(FunctionError::at(
            argument,
            "Give at least one scope, and none that is empty.",
        ));
    }
    let scopes = scopes.0.iter().flat_map(Attr::iter).map(|scope| Value::from(scope.as_str()));
    Ok(typed("DescriptorAllow", [("permissions", Value::Tuple(scopes.collect()))]))
}

fn on(kind: &str, id: &str, scopes: Set<String>) -> Result<Tree, FunctionError> {
    if id.is_empty() {
        return Err(FunctionError::at(0, "The id must not be empty."));
    }
    let subject = typed(&format!("Expression{kind}"), []);
    let object = typed(&format!("LiteralExpression{kind}"), [("identity", id.into())]);
    Ok(under(subject, object, allow(scopes, 1)?))
}

fn on_tag(
    context: String,
    name: String,
    value: String,
    scopes: Set<String>,
) -> Result<Tree, FunctionError> {
    let kind = match context.as_str() {
        "stack" => "Stack",
        "environment" => "Environment",
        "insights_account" => "InsightsAccount",
        "team" => "Team",
        _ => {
            let words = "It must be one of stack, environment, insights_account, team.";
            return Err(FunctionError::at(0, words));
        }
    };
    let context = typed(&format!("Expression{kind}"), []);
    let tag = typed("ExpressionTag", [("context", context), ("key", name.into())]);
    let text = typed("LiteralExpressionString", [("value", value.into())]);
    Ok(under(tag, text, allow(scopes, 3)?))
}

fn union(trees: Vec<Tree>) -> Result<Tree, FunctionError> {
    if trees.is_empty() {
        return Err(FunctionError { text: "Give at least one tree.".to_owned(), argument: None });
    }
    for (index, tree) in trees.iter().enumerate() {
        if let Some(why) = grammar::wrong(tree) {
            return Err(FunctionError::at(index, format!("It is no tree. {why}")));
        }
    }
    let entries = Value::Tuple(trees.into_iter().map(|tree| tree.0).collect());
    Ok(Tree::of(&typed("DescriptorGroup", [("entries", entries)])))
}

/// What is allowed if the two are equal.
fn under(left: Value, right: Value, allowed: Value) -> Tree {
    let condition = typed("ExpressionEqual", [("left", left), ("right", right)]);
    let parts = [("condition", condition), ("subNode", allowed)];
    Tree::of(&typed("DescriptorCondition", parts))
}

fn typed<const N: usize>(kind: &str, parts: [(&str, Value); N]) -> Value {
    let named = [("__type", Value::String(format!("Permission{kind}")))];
    Value::object(named.into_iter().chain(parts))
}
