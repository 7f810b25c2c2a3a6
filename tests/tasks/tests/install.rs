//! `cargo install-local` beside `cargo demo`: what one has built the other takes.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const TASKS: &str = env!("CARGO_BIN_EXE_tasks");

/// Builds nothing: writes down what it was to build, and says that it is there.
const CARGO: &str = r#"#!/bin/sh
case $1 in
  build) echo "$*" >> "$ASKED"; echo "{\"executable\":\"$BUILT\"}" ;;
  *) exec "$REAL" "$@" ;;
esac
"#;

/// What this command has Cargo build.
fn asked(folder: &Path, command: &[&str]) -> String {
    let (cargo, asked) = (folder.join("cargo"), folder.join("asked"));
    fs::write(&cargo, CARGO).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    // The demo needs no more than this to get as far as building.
    let engine = folder.join("terraform");
    fs::write(&engine, "#!/bin/sh\n[ \"$1\" != version ] || echo Terraform v1.2.3\n").unwrap();
    fs::set_permissions(&engine, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = fs::remove_file(&asked);
    let output = Command::new(TASKS)
        .args(command)
        .env("CARGO", &cargo)
        .env("REAL", env!("CARGO"))
        .env("ASKED", &asked)
        .env("BUILT", TASKS)
        .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
        .output()
        .unwrap();
    fs::read_to_string(&asked).unwrap_or_else(|_| panic!("nothing was built: {output:?}"))
}

#[test]
fn it_installs_what_the_demo_builds() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = folder.path().join("mirror");
    let installed = asked(folder.path(), &["install-local", "--dir", mirror.to_str().unwrap()]);
    assert_eq!(installed, asked(folder.path(), &["demo"]));
    assert!(!installed.contains("--release"), "{installed}");
    assert!(mirror.exists());
}
