//! The headings of the troubleshooting page, held against the catalogues of messages.

use std::collections::BTreeSet;
use std::fs;

use pulumiservice::framework::diagnostics::Message;
use pulumiservice::{framework, protocol, provider};

fn messages() -> BTreeSet<&'static str> {
    let protocol = protocol::said::ALL.iter().copied();
    let all = provider::messages::all().chain(framework::messages()).chain(protocol);
    all.map(Message::template).collect()
}

#[test]
fn every_message_has_its_heading_and_every_heading_its_message() {
    let page = super::root().join("docs/guides/troubleshooting.md");
    let page = fs::read_to_string(page).unwrap();
    // What follows are the engines' own words.
    let page = page.split("\n## What the engine says\n").next().unwrap_or_default();
    // A heading shows `{attribute}` as code; some attributes are named in a message itself.
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let headings: Vec<String> = headings
        .map(|heading| heading.replace("`ATTRIBUTE`", "{attribute}").replace('`', ""))
        .collect();
    let messages = messages();
    assert!(messages.len() > 50, "{messages:#?}");
    let missing: Vec<_> =
        messages.iter().filter(|message| !headings.iter().any(|h| h == *message)).collect();
    assert!(missing.is_empty(), "docs/guides/troubleshooting.md says nothing of {missing:#?}");
    let unknown: Vec<_> =
        headings.iter().filter(|heading| !messages.contains(heading.as_str())).collect();
    assert!(unknown.is_empty(), "no message reads {unknown:#?}");
    let distinct: BTreeSet<_> = headings.iter().collect();
    assert_eq!(distinct.len(), headings.len(), "a heading is there twice");
}

#[test]
fn a_message_is_one_line_without_a_full_stop() {
    for message in messages() {
        assert!(!message.ends_with('.') && !message.contains('\n'), "{message:?}");
    }
}
