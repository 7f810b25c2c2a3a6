//! `start.ld` names code by patterns, which nothing else holds against the code.

use std::fs;
use std::process::Command;

use crate::sources::{below, file, none_of};

/// Names in it that are of this library, of the compiler's own, or of the one for cryptography in C.
const ELSEWHERE: [&str; 8] = [
    "pulumiservice",
    "drop_in_place",
    "raw_vec",
    "core",
    "gimli",
    "rustc_demangle",
    "mldsa",
    "aes_nohw",
];

#[test]
fn what_the_layout_names_is_there() {
    let layout = file("start.ld").text;
    let ours: String =
        below("src", ".rs").iter().map(|s| format!("{}\n{}\n", s.path, s.text)).collect();
    let packages = file("Cargo.lock").text.replace('-', "_");
    let is_there = |name: &str| {
        ELSEWHERE.contains(&name)
            || [format!("/{name}.rs\n"), format!("/{name}/"), format!("fn {name}(")]
                .iter()
                .any(|form| ours.contains(form))
            || packages.contains(&format!("\nname = \"{name}"))
    };
    let patterns = layout.split_whitespace().filter_map(|word| word.strip_prefix(".text.*"));
    let patterns: Vec<&str> = patterns.filter(|pattern| pattern.ends_with('*')).collect();
    assert!(patterns.len() > 30, "where are they?");
    let names = |pattern: &&str| {
        let of_name = |c: char| c.is_ascii_alphabetic() || c == '_';
        pattern
            .split(|c| !of_name(c))
            .filter(|name| name.len() > 2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut missing: Vec<String> = patterns.iter().flat_map(names).collect();
    missing.retain(|name| !is_there(name));
    none_of(missing, "in start.ld, and nowhere in the program");
}

/// Whatever linker this machine has takes it, and does with it what it is for.
#[test]
#[cfg(target_os = "linux")]
fn a_linker_puts_what_a_start_does_not_run_into_a_section_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    let text = "mod reqwest { #[inline(never)] pub fn send() { println!(\"sent\") } }
                fn main() { reqwest::send() }";
    fs::write(&source, text).unwrap();
    let layout = format!("-Clink-arg=-Wl,-T,{}/start.ld", env!("CARGO_MANIFEST_DIR"));
    let rustc = Command::new("rustc").args([&layout, "-o"]).args([&program, &source]).output();
    let rustc = rustc.unwrap();
    assert!(rustc.status.success(), "{}", String::from_utf8_lossy(&rustc.stderr));
    assert_eq!(Command::new(&program).output().unwrap().stdout, b"sent\n");
    let binary = fs::read(&program).unwrap();
    let has = |section: &[u8]| binary.windows(section.len()).any(|part| part == section);
    assert!(has(b"\0.text.later\0"));
    assert_eq!(tasks::package::hardening::missing(&binary).unwrap(), [""; 0]);
}
