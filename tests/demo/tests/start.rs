//! What a newcomer sees before anything is built.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs the demo's start with a Cargo that only tells how it was called, and ends so.
fn start(options: &[&str], ends: i32) -> Output {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\necho \"cargo $*\" >&2\nexit {ends}\n")).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let demo = env!("CARGO_BIN_EXE_demo");
    Command::new(demo).args(options).env("CARGO", cargo).output().unwrap()
}

#[test]
fn it_says_what_it_does_and_then_builds_in_sight() {
    let output = start(&["--keep"], 0);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let (before, after) = said.split_once("cargo run").unwrap();
    assert!(before.starts_with("This shows the provider at work"), "{before}");
    assert!(before.contains("some minutes"), "{before}");
    assert_eq!(after.trim(), "--package tasks -- demo --keep");
}

#[test]
fn it_fails_as_the_demo_does() {
    assert_eq!(start(&[], 3).status.code(), Some(3));
}

#[test]
fn help_builds_nothing() {
    let output = start(&["--help"], 0);
    assert!(output.stderr.is_empty(), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("--keep"));
}
