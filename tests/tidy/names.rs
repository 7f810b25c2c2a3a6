//! Attributes are named by the constants of their declarations, and as texts nowhere else.

use std::collections::BTreeSet;

use crate::sources::{Source, below, none_of};

/// How a declaration begins, and how it ends.
const DECLARATION: (&str, &str) = ("attributes! {", "\n}\n");

#[test]
fn no_attribute_is_named_by_a_text() {
    // Functions have parameters, and those have no constants.
    let mut sources = below("src/provider", ".rs");
    sources.retain(|source| !source.path.starts_with("src/provider/functions/"));
    sources.retain(|source| !source.path.contains("/tests"));
    let declared: BTreeSet<String> = sources.iter().flat_map(attributes).collect();
    assert!(declared.len() > 50, "{declared:?}");
    let mut found = Vec::new();
    for source in &sources {
        let code = without_declarations(&source.working_code());
        // A name of one word may as well be a word of the service.
        for name in declared.iter().filter(|name| name.contains('_')) {
            if code.contains(&format!("\"{name}\"")) {
                found.push(format!("{}: {name:?}", source.path));
            }
        }
        for way in ["Name::new(", ".attribute(\""] {
            if code.contains(way) {
                found.push(format!("{}: {way}", source.path));
            }
        }
    }
    none_of(found, "take the declaration's constant instead");
}

/// The names of the attributes that a file declares.
fn attributes(source: &Source) -> Vec<String> {
    let code = source.code();
    let declarations = code.split(DECLARATION.0).skip(1);
    let inside = declarations.map(|text| text.split(DECLARATION.1).next().unwrap_or_default());
    let names = inside.flat_map(str::lines).filter_map(|line| line.split_once(": Attr<"));
    names.map(|(name, _)| name.trim().to_owned()).collect()
}

fn without_declarations(code: &str) -> String {
    let mut parts = code.split(DECLARATION.0);
    let first = parts.next().unwrap_or_default();
    let behind = parts.filter_map(|part| part.split_once(DECLARATION.1));
    std::iter::once(first).chain(behind.map(|(_, rest)| rest)).collect()
}

#[test]
fn names_are_found_outside_of_declarations_alone() {
    let text = "const A: &str = \"team_id\";\ncrate::attributes! {\n    pub struct Team {\n        \
                team_id: Attr<String> = excludes(\"team_id\"),\n    }\n}\nfn f() {}\n";
    let source = Source { path: String::new(), text: text.to_owned() };
    assert_eq!(attributes(&source), ["team_id"]);
    assert_eq!(without_declarations(text), "const A: &str = \"team_id\";\ncrate::fn f() {}\n");
}
