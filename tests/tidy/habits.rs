//! Habits: what every file has, and what none has.

use crate::sources::{Source, below, file, none_of, words};

/// The most lines that one file of a room may have, its tests at the foot not counted.
const LONGEST: usize = 450;

fn every_rust_file() -> Vec<Source> {
    let mut all = below("src", ".rs");
    all.extend(below("tests", ".rs"));
    all.push(file("build.rs"));
    all
}

/// The files of the rooms: all of the provider but `main.rs`, which wires them.
fn rooms() -> Vec<Source> {
    let mut all = below("src", ".rs");
    all.retain(|source| source.path != "src/main.rs");
    all
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let mut found = every_rust_file();
    found.retain(|source| !source.text.starts_with("//!"));
    none_of(found.into_iter().map(|source| source.path).collect(), "no //! at the start of");
}

#[test]
fn a_file_fits_in_one_reading() {
    let long = |source: Source| {
        let lines = source.working_code().lines().count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines", source.path))
    };
    none_of(below("src", ".rs").into_iter().filter_map(long).collect(), "too long");
}

/// The most lines of the file that declares a resource of an organization and has its life.
const LONGEST_RESOURCE: usize = 150;

/// The most lines of the plain one that others are written after.
const LONGEST_PLAIN_RESOURCE: (&str, usize) = ("src/provider/access/team/mod.rs", 120);

#[test]
fn a_resource_of_an_organization_is_short_with_its_descriptions() {
    let mut resources = below("src/provider/access", ".rs");
    resources.retain(|source| source.code().contains("impl Resource for"));
    assert!(resources.len() >= 10, "where are they?");
    let long = |source: Source| {
        let lines = source.text.lines().count();
        let is_plain = source.path == LONGEST_PLAIN_RESOURCE.0;
        let most = if is_plain { LONGEST_PLAIN_RESOURCE.1 } else { LONGEST_RESOURCE };
        (lines > most).then(|| format!("{}: {lines} lines", source.path))
    };
    none_of(resources.into_iter().filter_map(long).collect(), "too long");
}

/// The most lines of another service's provider, with a resource, a data source and a function.
const LONGEST_PROVIDER: (&str, usize) = ("tests/framework/toy.rs", 150);

#[test]
fn the_framework_serves_any_provider_and_a_small_one_is_short() {
    let (toy, most) = LONGEST_PROVIDER;
    let toy = file(toy);
    let lines = toy.text.lines().count();
    assert!(lines <= most, "{} has {lines} lines", toy.path);
    assert!(!toy.code().contains("pulumiservice::provider"), "{} knows this provider", toy.path);

    let mut rooms = below("src/framework", ".rs");
    rooms.extend(below("src/protocol", ".rs"));
    rooms.retain(|source| source.text.to_lowercase().contains("token"));
    none_of(rooms.into_iter().map(|source| source.path).collect(), "speaks of tokens");
}

#[test]
fn every_message_is_said() {
    let catalogue = file("src/provider/messages.rs").code();
    let messages = catalogue.lines().filter_map(|line| Some(line.split_once(" = \"")?.0.trim()));
    let mut sources = rooms();
    sources.retain(|source| source.path != "src/provider/messages.rs");
    let code: Vec<String> = sources.iter().map(Source::working_code).collect();
    let said = |name: &&str| code.iter().any(|code| words(code, name).next().is_some());
    let unsaid: Vec<String> = messages.filter(|name| !said(name)).map(str::to_owned).collect();
    none_of(unsaid, "said by nothing");
}

#[test]
fn the_environment_is_read_in_main_alone() {
    let reads = |source: &Source| source.code().contains("std::env");
    let found = rooms().into_iter().filter(reads).map(|source| source.path).collect();
    none_of(found, "take a lookup from the caller instead");
}

#[test]
fn nothing_is_printed_past_the_log() {
    let mut found = Vec::new();
    for source in below("src", ".rs") {
        let code = source.code();
        for printer in ["print", "println", "eprint", "eprintln", "dbg"] {
            if words(&code, printer).any(|at| code[at + printer.len()..].starts_with('!')) {
                found.push(format!("{}: {printer}!", source.path));
            }
        }
    }
    // Standard output is the handshake's.
    none_of(found, "prints");
}

/// Where a secret's text is taken, and what becomes of it there.
const EXPOSED: [(&str, usize, &str); 11] = [
    ("src/cloud/requests/credential.rs", 1, "goes into the Authorization header"),
    ("src/cloud/exchange.rs", 1, "goes to the exchange"),
    ("src/provider/exchange.rs", 1, "becomes the client's secret"),
    (
        "src/provider/tokens/ephemeral/oauth_token.rs",
        1,
        "goes to the engine, which stores it nowhere",
    ),
    ("src/provider/tokens/create.rs", 1, "goes into the state"),
    ("src/provider/tokens/encryption.rs", 1, "is encrypted for its recipients"),
    ("src/provider/block/written.rs", 1, "is freed of white space around it"),
    ("src/cloud/scrub.rs", 5, "is looked for in texts, to be taken out of them"),
    ("src/cloud/creation/attempt.rs", 1, "is held against the empty text"),
    ("src/provider/block/logins.rs", 1, "is held against the empty text"),
    ("src/provider/block/token.rs", 1, "is checked for characters that no header can hold"),
];

#[test]
fn a_secret_is_exposed_only_where_it_has_to_be() {
    let mut found = Vec::new();
    for source in below("src", ".rs") {
        let times = source.working_code().matches(".expose()").count();
        let allowed = EXPOSED.iter().find(|(path, ..)| *path == source.path);
        if times > allowed.map_or(0, |(_, times, _)| *times) {
            found.push(format!("{}: {times} times", source.path));
        }
    }
    none_of(found, "secrets are exposed in new places");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not say them.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    let mut found = Vec::new();
    for source in every_rust_file() {
        for mark in &marks {
            if words(&source.text, mark).next().is_some() {
                found.push(format!("{}: {mark}", source.path));
            }
        }
    }
    none_of(found, "left for later");
}
