//! What the rules of a declaration refuse, and where they say so.

use pulumiservice::attributes;
use pulumiservice::framework::checks::{of_values, of_written};
use pulumiservice::framework::prelude::*;

attributes! {
    /// A part.
    pub struct Part {
        /// Its name.
        name: Attr<String> = required().length(1..=3),
    }
}

attributes! {
    /// An attribute for each check.
    pub struct Thing {
        /// A length.
        short: Attr<String> = optional().length(1..=3),
        /// A range.
        digit: Attr<i64> = optional().range(0..=9),
        /// Words.
        colour: Attr<String> = optional().one_of_words(&["red", "blue"]),
        /// No secret.
        open: Attr<String> = optional().no_secret(|text| text.starts_with("pul-")).length(1..=5),
        /// A length of time.
        life: Attr<Duration> = optional().excludes(&["end"]),
        /// An instant.
        end: Attr<i64> = optional(),
        /// This.
        this: Attr<String> = optional().exactly_one_of(&["this", "that"]),
        /// That.
        that: Attr<String> = optional(),
        /// Parts in order.
        parts: Attr<List<Part>> = optional(),
        /// Parts by key.
        by_key: Attr<Map<Part>> = optional(),
        /// Parts without order.
        set: Attr<Set<Part>> = optional(),
    }
}

fn value(attributes: &[(&str, Value)]) -> Value {
    let all = Thing::attributes();
    let mut all: std::collections::BTreeMap<_, _> =
        all.iter().map(|attribute| (attribute.name, Value::Null)).collect();
    all.insert("this", "this".into());
    for (name, value) in attributes {
        all.insert(name, value.clone());
    }
    Value::object(all)
}

/// What is said of a configuration, each with its place.
fn said(attributes: &[(&str, Value)]) -> Vec<(String, String)> {
    let found = of_written(&Thing::attributes(), &value(attributes));
    let at = |path: &Option<Path>| path.as_ref().map(Path::to_string).unwrap_or_default();
    found.iter().map(|d| (at(&d.attribute), format!("{}: {}", d.summary, d.detail))).collect()
}

#[track_caller]
fn refused(attributes: &[(&str, Value)], place: &str, text: &str) {
    let found = said(attributes);
    let [(at, what)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((at.as_str(), what.as_str()), (place, text));
}

#[test]
fn what_is_allowed_passes() {
    assert_eq!(said(&[]), []);
    let allowed = [
        ("short", "äöü".into()),
        ("digit", 9.into()),
        ("colour", "blue".into()),
        ("open", "door".into()),
        ("life", "1d12h".into()),
    ];
    assert_eq!(said(&allowed), []);
}

#[test]
fn what_is_not_known_yet_passes() {
    let unknown = ["short", "digit", "colour", "open", "life", "end", "that", "parts", "set"];
    let unknown = unknown.map(|name| (name, Value::Unknown));
    assert_eq!(said(&unknown), []);
    assert_eq!(said(&[("this", Value::Unknown)]), []);
    let part = Value::object([("name", Value::Unknown)]);
    assert_eq!(said(&[("parts", Value::List(vec![part, Value::Unknown]))]), []);
}

#[test]
fn each_rule_refuses_at_its_attribute() {
    refused(
        &[("short", "abcd".into())],
        "short",
        "short has the wrong length: short must have 1 to 3 characters, and has 4.",
    );
    refused(
        &[("digit", 10.into())],
        "digit",
        "digit is out of range: It is 10. It must be a whole number from 0 to 9.",
    );
    refused(
        &[("colour", "green".into())],
        "colour",
        "colour is none of the words that are allowed: It must be one of \"red\", \"blue\".",
    );
    let (at, what) = said(&[("life", "a while".into())]).remove(0);
    assert_eq!(at, "life");
    assert!(what.starts_with("life is not a length of time: It is not a duration"), "{what}");
    let fraction = pulumiservice::framework::number::Number::parse("1.5").unwrap();
    refused(
        &[("digit", fraction.into())],
        "digit",
        "digit is not a whole number: It is 1.5. It must be a whole number.",
    );
}

/// Engines show the line of HCL at which an error is, and with it the secret.
#[test]
fn a_secret_is_refused_without_being_shown() {
    let found = said(&[("open", "pul-0123".into())]);
    let [(at, what)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(at, "");
    assert!(what.contains("open") && !what.contains("pul-"), "{what}");
}

#[test]
fn attributes_exclude_each_other_and_one_of_them_is_needed() {
    refused(
        &[("life", "1d".into()), ("end", 1.into())],
        "life",
        "life excludes another attribute: life and end exclude each other. Remove one of the two.",
    );
    refused(
        &[("that", "that".into())],
        "this",
        "this excludes another attribute: this and that exclude each other. Remove one of the two.",
    );
    refused(
        &[("this", Value::Null)],
        "this",
        "this, or another attribute in its place, is missing: Give one of this, that.",
    );
}

#[test]
fn parts_are_held_against_their_own_rules() {
    let part = |name: &str| Value::object([("name", name.into())]);
    let long = "name has the wrong length";
    let refused_at = |name: &str, value: Value, place: &str| {
        let (at, what) = said(&[(name, value)]).remove(0);
        assert_eq!(at, place);
        assert!(what.contains(long), "{what}");
    };
    refused_at("parts", Value::List(vec![part("a"), part("long")]), "parts[1].name");
    let map = [("k".to_owned(), part("long"))];
    refused_at("by_key", Value::Map(map.into()), "by_key[\"k\"].name");
    refused_at("set", Value::set(vec![part("a"), part("long")]), "set.name");
}

/// Beside what was written there may be what the provider, or `ignore_changes`, filled in.
#[test]
fn values_are_checked_each_by_itself() {
    let both = value(&[("life", "1d".into()), ("end", 1.into()), ("that", "that".into())]);
    assert!(!of_values(&Thing::attributes(), &Value::Null, &both).has_error());
    let digit = value(&[("digit", 10.into())]);
    assert!(of_values(&Thing::attributes(), &Value::Null, &digit).has_error());
    assert!(of_values(&Thing::attributes(), &both, &digit).has_error());
    // What it was already may be more than the declaration knows.
    assert!(!of_values(&Thing::attributes(), &digit, &digit).has_error());
}
