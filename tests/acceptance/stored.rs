//! Which of an engine's files hold a secret: the state, its backups, saved plans, and whatever else
//! lies in a project's folder.

use std::io::{Cursor, Read};
use std::path::Path;

use data_encoding::BASE64;
use serde_json::Value;
use zip::ZipArchive;

use crate::harness::Project;

/// The files below the project's folder that hold one of these secrets, in the order of their names.
pub fn holders(project: &Project, secrets: &[String]) -> Vec<String> {
    assert!(!secrets.is_empty() && secrets.iter().all(|secret| !secret.is_empty()));
    let mut holders = Vec::new();
    look(project.folder(), &mut |path, text| {
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            holders.push(path.strip_prefix(project.folder()).unwrap().display().to_string());
        }
    });
    holders.sort();
    holders
}

fn look(folder: &Path, found: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        // A link leads to the provider under test, which is none of the engine's files.
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            look(&path, found);
        } else if kind.is_file() {
            found(&path, &text(&path));
        }
    }
}

/// What a file says. A plan is a zip archive, with the state that it was made from in it.
fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    if !bytes.starts_with(b"PK") {
        return plain(&bytes);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|index| {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        plain(&part)
    });
    parts.collect()
}

fn plain(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if let Ok(state) = serde_json::from_slice(bytes) {
        private(&state, &mut text);
    }
    text
}

/// Adds what a provider keeps beside its objects: a state has that in base64.
fn private(value: &Value, text: &mut String) {
    match value {
        Value::Object(parts) => {
            for (name, part) in parts {
                match part.as_str().map(|kept| BASE64.decode(kept.as_bytes())) {
                    Some(Ok(kept)) if name == "private" => {
                        text.push_str(&String::from_utf8_lossy(&kept))
                    }
                    _ => private(part, text),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| private(element, text)),
        _ => {}
    }
}
