//! The folders of `examples/`, and copies of them to run an engine in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder with the examples.
pub fn examples() -> PathBuf {
    root().join("examples")
}

/// Every file under a folder that is in the repository's care, in a fixed order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            // An engine that somebody ran by hand leaves such folders.
            if path.file_name().is_none_or(|name| name != ".terraform") {
                files.extend(self::files(&path));
            }
        } else if !path.to_string_lossy().contains(".tfstate") {
            files.push(path);
        }
    }
    files
}

/// Every example that is a configuration of its own, by its path in the folder with the examples.
pub fn roots() -> BTreeSet<PathBuf> {
    let files = files(&examples()).into_iter();
    let hcl = files.filter(|file| file.extension().is_some_and(|e| e == "tf" || e == "hcl"));
    let folders = hcl.map(|file| file.parent().unwrap().strip_prefix(examples()).unwrap().into());
    let is_module = |folder: &PathBuf| {
        let is = |part: &str| part == "modules" || part.starts_with("stand-in-");
        folder.components().any(|part| is(&part.as_os_str().to_string_lossy()))
    };
    folders.filter(|folder| !is_module(folder)).collect()
}

/// Copies what is in a folder into another.
pub fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}
