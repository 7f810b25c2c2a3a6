//! Which room may know which, and which of the world outside.

use crate::sources::{Source, below, none_of, words};

/// Each room with the rooms that it may import.
const ROOMS: [(&str, &[&str]); 5] = [
    ("plugin", &[]),
    ("protocol", &["framework"]),
    ("framework", &[]),
    ("cloud", &[]),
    ("provider", &["framework", "cloud"]),
];

/// What may not be named in a room. A test at the foot of a file may use what it likes.
const OUTSIDE: [(&str, &[&str]); 4] = [
    (
        "framework",
        &[
            "tonic",
            "prost",
            "tokio",
            "hyper",
            "reqwest",
            "rustls",
            "log",
            "fs",
            "io",
            "net",
            "process",
            "thread",
            "SystemTime",
            "Instant",
        ],
    ),
    ("cloud", &["tonic", "prost", "prost_types"]),
    ("protocol", &["reqwest", "hyper", "rustls", "fs", "net", "process"]),
    ("provider", &["tonic", "prost", "prost_types", "reqwest", "hyper", "rustls"]),
];

#[test]
fn a_room_imports_only_the_rooms_that_it_may() {
    let mut found = Vec::new();
    for (room, allowed) in ROOMS {
        for source in below(&format!("src/{room}"), ".rs") {
            for other in imports(&source.code()) {
                let known = ROOMS.iter().any(|(name, _)| *name == other);
                if !known || (other != room && !allowed.contains(&other.as_str())) {
                    found.push(format!("{} imports crate::{other}", source.path));
                }
            }
            if leaves_by_super(&source) {
                found.push(format!("{} leaves its room by super::, not crate::", source.path));
            }
        }
    }
    none_of(found, "imports across rooms");
}

#[test]
fn the_list_of_rooms_is_complete() {
    let declared: Vec<String> = crate::sources::file("src/lib.rs")
        .code()
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    let mut known = ROOMS.map(|(room, _)| room.to_owned());
    known.sort_unstable();
    assert_eq!(declared, known);
}

#[test]
fn a_room_knows_nothing_of_what_it_leaves_to_others() {
    let mut found = Vec::new();
    for (room, outside) in OUTSIDE {
        for source in below(&format!("src/{room}"), ".rs") {
            let code = source.working_code();
            for name in outside {
                if words(&code, name).any(|at| code[at + name.len()..].starts_with("::")) {
                    found.push(format!("{} uses {name}", source.path));
                }
            }
        }
    }
    none_of(found, "a room reaches outside");
}

#[test]
fn only_the_protocol_room_sees_the_protocol() {
    let mut found = Vec::new();
    for source in below("src", ".rs") {
        let code = source.code();
        let inside = source.path.starts_with("src/protocol/");
        if !inside && (code.contains("tfplugin6") || code.contains("protocol::wire")) {
            found.push(format!("{} names the protocol's messages", source.path));
        }
    }
    none_of(found, "protobuf outside its room");
}

#[test]
fn the_client_of_the_service_has_never_heard_of_terraform() {
    let mut found = Vec::new();
    for source in below("src/cloud", ".rs") {
        let text = source.code().to_lowercase();
        for word in ["terraform", "opentofu"] {
            if text.contains(word) {
                found.push(format!("{} speaks of {word}", source.path));
            }
        }
    }
    none_of(found, "the cloud room");
}

/// The first names of all paths from the crate's root.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        let Some(path) = code[at..].strip_prefix("crate::") else { continue };
        // A macro that is called is the framework's.
        if name(path).len() < path.len() && path[name(path).len()..].starts_with('!') {
            found.push("framework".to_owned());
            continue;
        }
        if let Some(group) = path.strip_prefix('{') {
            found.extend(heads(group));
        } else {
            found.push(name(path));
        }
    }
    found
}

/// The first name of each member of a group, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let mut found = vec![name(group.trim_start())];
    let mut depth = 1;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => found.push(name(group[at + 1..].trim_start())),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether a chain of `super::` is long enough to reach the crate's root.
fn leaves_by_super(source: &Source) -> bool {
    let module = source.path.trim_start_matches("src/").trim_end_matches(".rs");
    let depth = module.trim_end_matches("/mod").split('/').count();
    let code = source.code();
    let tests = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
    code.match_indices("super::").any(|(at, _)| {
        let chain = code[at..].split("::").take_while(|part| *part == "super").count();
        chain >= depth + usize::from(at > tests)
    })
}

#[test]
fn imports_are_seen_however_they_are_written() {
    assert_eq!(imports("use crate::cloud::{A, B};\nuse crate::framework;"), ["cloud", "framework"]);
    assert_eq!(
        imports("use crate::{cloud::{A, B}, framework::value::Value, plugin};"),
        ["cloud", "framework", "plugin"]
    );
    assert_eq!(imports("fn f() -> crate::protocol::X {}"), ["protocol"]);
    assert_eq!(imports("pub(crate) fn f()"), [""; 0]);
    assert_eq!(imports("crate::attributes! {}"), ["framework"]);

    let leaves = |path: &str, text: &str| {
        leaves_by_super(&Source { path: path.to_owned(), text: text.to_owned() })
    };
    assert!(!leaves("src/cloud/mod.rs", "use self::retry;"));
    assert!(leaves("src/cloud/mod.rs", "use super::framework;"));
    assert!(!leaves("src/cloud/retry.rs", "use super::error;"));
    assert!(leaves("src/cloud/retry.rs", "use super::super::framework;"));
    assert!(!leaves("src/cloud/retry.rs", "\n#[cfg(test)]\nmod tests {\nuse super::super::error;"));
}
