//! What makes the executable harder to exploit, in the one that these tests were built with.

use crate::sources::file;

#[test]
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn it_is_position_independent_with_fixed_relocations_and_without_an_executable_stack() {
    let binary = std::fs::read(env!("CARGO_BIN_EXE_terraform-provider-pulumiservice")).unwrap();
    let nothing: [&str; 0] = [];
    assert_eq!(tasks::package::hardening::missing(&binary).unwrap(), nothing);
}

#[test]
fn a_release_checks_for_overflows_and_nothing_turns_hardening_off() {
    let manifest = file("Cargo.toml").text;
    let (_, release) = manifest.split_once("\n[profile.release]\n").expect("a profile");
    let release = release.split("\n[").next().unwrap_or_default();
    assert!(release.lines().any(|line| line == "overflow-checks = true"), "{release}");
    let build = file("tests/tasks/src/package/build.rs").text;
    let configuration = file(".cargo/config.toml").text;
    for off in ["relocation-model", "relro-level", "execstack", "no-pie"] {
        assert!(!build.contains(off) && !configuration.contains(off), "{off}");
    }
}
