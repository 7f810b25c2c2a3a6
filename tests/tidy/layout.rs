//! `start.ld` names code by patterns, which nothing else holds against the code. Files of the library
//! in C (`*.o`) are not looked at.

use std::fs;
use std::process::Command;

use crate::sources::{below, file, none_of};

/// What is of the compiler's own libraries, or of the one for cryptography in C.
const ELSEWHERE: [&str; 9] = [
    "drop_in_place",
    "raw_vec",
    "core",
    "slice",
    "gimli",
    "rustc_demangle",
    "mldsa",
    "mlkem",
    "aes_nohw",
];

#[test]
fn the_modules_that_the_layout_names_are_there() {
    let layout = file("start.ld").text;
    let sources = below("src", ".rs");
    let sources: String = sources.iter().map(|s| format!("{}\n{}\n", s.path, s.text)).collect();
    let packages = file("Cargo.lock").text.replace('-', "_");
    let is_ours = |name: &str| {
        let forms = [format!("/{name}.rs\n"), format!("/{name}/"), format!(" {name}(")];
        name.ends_with("pulumiservice")
            || forms.iter().any(|form| sources.contains(form))
            || sources.contains(&format!("trait {name}:"))
    };
    // `poly` is of `poly1305`.
    let is_library =
        |name: &str| ELSEWHERE.contains(&name) || packages.contains(&format!("\nname = \"{name}"));
    let patterns = layout.split_whitespace().filter_map(|word| word.strip_prefix(".text.*"));
    let mut patterns: Vec<&str> = patterns.filter(|pattern| pattern.ends_with('*')).collect();
    assert!(patterns.len() > 40, "where are they?");
    patterns.retain(|pattern| {
        let names = pattern.split(|c: char| !c.is_ascii_alphabetic() && c != '_');
        let names: Vec<&str> = names.filter(|name| name.len() > 2).collect();
        !names.iter().all(|name| is_ours(name)) && !is_library(names[0])
    });
    none_of(
        patterns.into_iter().map(str::to_owned).collect(),
        "in start.ld, and not in the program",
    );
}

/// Whatever linker this machine has takes it, and does with it what it is for.
#[test]
#[cfg(target_os = "linux")]
fn a_linker_puts_what_a_start_does_not_run_behind_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    let text = "mod reqwest { #[inline(never)] pub fn send() -> usize { send as *const () as usize } }
                mod plugin { #[inline(never)] pub fn serve() -> usize { serve as *const () as usize } }
                fn main() { println!(\"{}\", reqwest::send() > plugin::serve()) }";
    fs::write(&source, text).unwrap();
    let layout = format!("-Clink-arg=-T{}/start.ld", env!("CARGO_MANIFEST_DIR"));
    let rustc = Command::new("rustc").args([&layout, "-o"]).args([&program, &source]).output();
    let rustc = rustc.unwrap();
    assert!(rustc.status.success(), "{}", String::from_utf8_lossy(&rustc.stderr));
    assert_eq!(Command::new(&program).output().unwrap().stdout, b"true\n");
    let binary = fs::read(&program).unwrap();
    assert_eq!(tasks::package::hardening::missing(&binary).unwrap(), [""; 0]);
}
