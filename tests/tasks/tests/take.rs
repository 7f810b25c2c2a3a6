//! What the release workflow takes of the jobs that built: each archive as it was built, or none.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use data_encoding::HEXLOWER;
use tasks::CHECKOUT;
use tasks::package::checksums::sha256;
use tasks::package::platform::{PLATFORMS, Platform};
use tasks::package::{NAME, archive_name};
use tempfile::TempDir;

/// Downloads from the folder `artifacts`, and finds a provenance for what holds no "forged".
const GH: &str = r#"#!/bin/sh
set -e
case "$1 $2" in
  "run download") [ "$3 $4 $5 $6" = "7 --repo acme/provider --name" ]; cp "$ARTIFACTS/$7"/* "$9" ;;
  "attestation verify")
    case "$*" in *"--source-ref refs/tags/v1.2.3 --source-digest abc "*) ;; *) exit 1 ;; esac
    ! grep -q forged "$3" ;;
esac
"#;

/// What the jobs left and told.
struct Run {
    folder: TempDir,
    told: BTreeMap<String, String>,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gh = folder.path().join("gh");
        fs::write(&gh, GH).unwrap();
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
        let mut run = Self { folder, told: BTreeMap::new() };
        PLATFORMS.iter().for_each(|platform| run.job(platform, platform.name().as_bytes()));
        run
    }

    /// What a job does: leaves an artifact, and tells the digest.
    fn job(&mut self, platform: &Platform, archive: &[u8]) {
        self.artifact(platform, archive);
        self.told.insert(platform.name(), HEXLOWER.encode(&sha256(archive)));
    }

    fn artifact(&self, platform: &Platform, archive: &[u8]) {
        let folder = self.folder.path().join("artifacts").join(platform.name());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(archive_name("1.2.3", platform)), archive).unwrap();
    }

    fn dist(&self) -> PathBuf {
        self.folder.path().join("dist")
    }

    fn take(&self) -> Output {
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        let told: Vec<_> =
            self.told.iter().map(|(platform, digest)| format!("{platform} {digest}\n")).collect();
        Command::new("bash")
            .arg(format!("{CHECKOUT}/.github/release/take-archives"))
            .arg(self.dist())
            .env("PATH", path)
            .env("ARTIFACTS", self.folder.path().join("artifacts"))
            .env("VERSION", "1.2.3")
            .env("GITHUB_RUN_ID", "7")
            .env("GITHUB_REPOSITORY", "acme/provider")
            .env("GITHUB_REF", "refs/tags/v1.2.3")
            .env("GITHUB_SHA", "abc")
            .env("BUILT", told.concat())
            .output()
            .unwrap()
    }

    fn is_refused(&self) {
        let output = self.take();
        assert!(!output.status.success(), "{output:?}");
    }
}

fn linux() -> &'static Platform {
    Platform::of("x86_64-unknown-linux-gnu").unwrap()
}

fn freebsd() -> &'static Platform {
    Platform::of("x86_64-unknown-freebsd").unwrap()
}

#[test]
fn every_archive_is_taken_and_nothing_else() {
    let run = Run::new();
    let beside = run.folder.path().join("artifacts/freebsd_amd64");
    fs::write(beside.join(archive_name("1.2.3", linux())), "another's").unwrap();
    let output = run.take();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read_dir(run.dist()).unwrap().count(), PLATFORMS.len());
    for platform in &PLATFORMS {
        let archive = run.dist().join(format!("{NAME}_1.2.3_{}.zip", platform.name()));
        assert_eq!(fs::read_to_string(archive).unwrap(), platform.name());
    }
}

#[test]
fn an_artifact_that_was_replaced_is_refused() {
    let run = Run::new();
    run.artifact(linux(), b"replaced");
    run.is_refused();
}

#[test]
fn an_archive_that_nobody_vouches_for_is_refused() {
    let mut run = Run::new();
    run.job(freebsd(), b"forged");
    run.is_refused();
}

#[test]
fn an_archive_of_which_nothing_was_told_is_refused() {
    for told in [None, Some("")] {
        let mut run = Run::new();
        run.told.remove("linux_amd64");
        run.told.extend(told.map(|told| ("linux_amd64".to_owned(), told.to_owned())));
        run.is_refused();
    }
}

#[test]
fn a_missing_archive_is_an_error() {
    let run = Run::new();
    let artifact = run.folder.path().join("artifacts/linux_amd64");
    fs::remove_file(artifact.join(archive_name("1.2.3", linux()))).unwrap();
    fs::write(artifact.join("other"), "other").unwrap();
    run.is_refused();
}
