//! The headings of the troubleshooting page, held against the messages in the provider's sources.

use std::fs;
use std::path::Path;

/// What every message of the provider is made with. The attribute that a message is about is given
/// by a literal of its own.
const CALLS: [&str; 6] =
    [".error(", ".error_at(", ".warning(", ".warning_at(", "failed(", "let summary = "];

/// The summaries in a file of Rust, with placeholders in braces. Unlike a detail, a summary ends
/// with no full stop.
fn summaries(source: &str) -> Vec<String> {
    let code: String = source
        .split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let calls = CALLS.iter().flat_map(|call| code.match_indices(call));
    calls
        .filter_map(|(at, call)| first_literal(&code[at + call.len()..]))
        .filter(|literal| !literal.ends_with('.'))
        .collect()
}

/// The first literal that names no attribute.
fn first_literal(code: &str) -> Option<String> {
    let (before, code) = code.split_once('"')?;
    let mut escaped = false;
    let end = code.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    if before.ends_with("attribute(") {
        return first_literal(&code[end + 1..]);
    }
    Some(code[..end].split("\\\n").map(str::trim_start).collect())
}

/// Whether a heading is this summary, with anything in place of what is in braces.
fn is(heading: &str, summary: &str) -> bool {
    let fixed: Vec<&str> = summary.split(['{', '}']).step_by(2).collect();
    let mut rest = heading;
    for part in &fixed {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty() && heading.starts_with(fixed[0])
}

fn all_summaries(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all_summaries(&path));
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            found.extend(summaries(&fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn every_message_has_its_place_on_the_page_and_every_place_its_message() {
    let root = super::root();
    let page = fs::read_to_string(root.join("docs/guides/troubleshooting.md")).unwrap();
    let headings: Vec<String> =
        page.lines().filter_map(|l| l.strip_prefix("### ")).map(|h| h.replace('`', "")).collect();
    let summaries = all_summaries(&root.join("src/provider"));
    assert!(summaries.len() > 30, "{summaries:#?}");
    let missing: Vec<_> = summaries.iter().filter(|s| !headings.iter().any(|h| is(h, s))).collect();
    assert!(missing.is_empty(), "docs/guides/troubleshooting.md says nothing of {missing:#?}");
    let unknown: Vec<_> = headings.iter().filter(|h| !summaries.iter().any(|s| is(h, s))).collect();
    assert!(unknown.is_empty(), "no message of the provider's reads {unknown:#?}");
}

#[test]
fn summaries_are_found_in_calls() {
    let found = summaries(
        r#"
        // found.error("in a comment", "x");
        found.error("One (of two)", "detail");
        found.error_at(Path::attribute("name"), "Two \
            lines", format!("{x}"));
        found.error_at(at, format!("{attribute} must have 1 to {most} characters"), "x");
        found.warning_at(Path::attribute("name"), summary, "A detail.");
        #[cfg(test)]
        found.error("in a test", "");
        "#,
    );
    assert_eq!(
        found,
        ["One (of two)", "Two lines", "{attribute} must have 1 to {most} characters"]
    );
    assert!(is("name must have 1 to 40 characters", &found[2]) && is("Two lines", &found[1]));
    assert!(!is("must have 1 to", &found[2]) && !is("Two lines more", &found[1]));
}
