//! Attributes and arguments as a page shows them: in the form, and in the order, in which
//! terraform-plugin-docs shows them for most providers.

use std::fmt::Write;

use pulumiservice::framework::attr::Name;
use pulumiservice::framework::function::{FunctionEntry, Parameter};
use pulumiservice::framework::schema::{Attribute, Given, Nesting, Schema};
use pulumiservice::framework::types::Type;

/// Where the registry explains arguments that are never stored.
const WRITE_ONLY: &str = "[Write-only](https://developer.hashicorp.com/terraform/language/\
                          resources/ephemeral#write-only-arguments)";

/// The attributes by who gives their values, then those inside of them.
pub fn schema(schema: &Schema) -> String {
    let mut text = "## Schema\n\n".to_owned();
    if schema.attributes().is_empty() {
        text += "It takes no arguments.";
    }
    attributes(&mut text, schema.attributes(), &mut Vec::new());
    text.truncate(text.trim_end().len());
    text
}

fn attributes(text: &mut String, all: &[Attribute], parents: &mut Vec<&str>) {
    let sections: [(&str, &[Given]); 3] = [
        ("Required", &[Given::Required]),
        ("Optional", &[Given::Optional, Given::OptionalComputed]),
        ("Read-Only", &[Given::Computed]),
    ];
    let mut sorted: Vec<_> = all.iter().collect();
    sorted.sort_by_key(|attribute| attribute.name);
    for (title, given) in sections {
        let items = sorted.iter().filter(|attribute| given.contains(&attribute.given));
        let items: String = items.map(|attribute| item(attribute, parents)).collect();
        if items.is_empty() {
            continue;
        }
        let heading = if parents.is_empty() { format!("### {title}") } else { format!("{title}:") };
        let _ = write!(text, "{heading}\n\n{items}\n");
    }
    for attribute in sorted {
        let Some(nested) = &attribute.nested else { continue };
        parents.push(attribute.name);
        let (anchor, path) = (parents.join("--"), parents.join("."));
        let _ =
            write!(text, "<a id=\"nestedatt--{anchor}\"></a>\n### Nested Schema for `{path}`\n\n");
        attributes(text, &nested.attributes, parents);
        parents.pop();
    }
}

fn item(attribute: &Attribute, parents: &[&str]) -> String {
    let mut ty = match &attribute.nested {
        None => type_name(&(attribute.ty)()),
        Some(nested) => match nested.nesting {
            Nesting::Single => "Attributes".to_owned(),
            Nesting::List => "Attributes List".to_owned(),
            Nesting::Set => "Attributes Set".to_owned(),
            Nesting::Map => "Attributes Map".to_owned(),
        },
    };
    if attribute.sensitive {
        ty += ", Sensitive";
    }
    if attribute.write_only {
        let _ = write!(ty, ", {WRITE_ONLY}");
    }
    let mut text = format!("- `{}` ({ty}) {}", attribute.name, attribute.description());
    if attribute.nested.is_some() {
        let path = [parents, &[attribute.name]].concat().join("--");
        let _ = write!(text, " (see [below for nested schema](#nestedatt--{path}))");
    }
    text + "\n"
}

/// The attributes by which an object is known, for an import block.
pub fn identity(parts: &[Name], schema: &Schema) -> String {
    let mut text = "### Identity Schema\n\n#### Required\n\n".to_owned();
    let mut names: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
    names.sort_unstable();
    for name in names {
        let about = schema.attributes().iter().find(|attribute| attribute.name == name);
        let about = about.map_or("", |attribute| attribute.about);
        // What holds if the attribute isn't given is of no use here: an identity is whole.
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = about.split(". ").next().unwrap_or_default().trim_end_matches('.');
        let _ = writeln!(text, "- `{name}` (String) {first}.");
    }
    text.trim_end().to_owned()
}

/// How a function is called, and what it takes.
pub fn signature(function: &FunctionEntry) -> String {
    let takes = |parameter: &Parameter| format!("{} {}", parameter.name, plain(&parameter.ty));
    let mut taken: Vec<_> = function.parameters.iter().map(takes).collect();
    taken.extend(function.variadic.iter().map(|parameter| takes(parameter) + "..."));
    let (name, taken, gives) = (function.name, taken.join(", "), plain(&function.returns));
    let mut text =
        format!("## Signature\n\n```text\n{name}({taken}) {gives}\n```\n\n## Arguments\n\n");
    for Parameter { name, ty, description } in &function.parameters {
        let _ = writeln!(text, "1. `{name}` ({}) {description}", type_name(ty));
    }
    if let Some(Parameter { name, ty, description }) = &function.variadic {
        let _ = writeln!(text, "1. `{name}` (Variadic, {}) {description}", type_name(ty));
    }
    text.trim_end().to_owned()
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::List(item) => format!("List of {}", type_name(item)),
        Type::Set(item) => format!("Set of {}", type_name(item)),
        Type::Map(item) => format!("Map of {}", type_name(item)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
    }
}

/// A type in a signature.
fn plain(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        _ => type_name(ty).to_lowercase(),
    }
}
