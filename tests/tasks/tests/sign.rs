//! What `cargo package-release` makes of archives that other machines have built: checksums, and
//! a signature that GnuPG verifies.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tasks::CHECKOUT;
use tasks::package::build::Package;
use tasks::package::platform::PLATFORMS;
use tasks::package::{NAME, archive_name};
use tempfile::TempDir;

/// A keyring of its own, with one key. Its agent ends with it.
struct Keyring(TempDir);

impl Keyring {
    fn new(kind: &str) -> Self {
        let keyring = Self(tempfile::tempdir().unwrap());
        let parameters = ["--quick-generate-key", "--passphrase", "", "release@example.com"];
        let made = keyring.gpg(&[&parameters[..], &[kind, "sign", "never"]].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        keyring
    }

    fn gpg(&self, arguments: &[&str]) -> Output {
        self.command("gpg").args(["--batch", "--yes"]).args(arguments).output().unwrap()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("GNUPGHOME", self.0.path());
        command
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.command("gpgconf").args(["--kill", "all"]).output();
    }
}

#[test]
fn archives_become_a_signed_release() {
    let version = Package::find(Path::new(CHECKOUT)).unwrap().version;
    let folder = tempfile::tempdir().unwrap();
    for platform in &PLATFORMS {
        fs::write(folder.path().join(archive_name(&version, platform)), platform.name()).unwrap();
    }
    let keyring = Keyring::new("rsa2048");
    let run = keyring
        .command(env!("CARGO_BIN_EXE_tasks"))
        .args(["package-release", "--no-build", "--key", "release@example.com", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let sums = folder.path().join(format!("{NAME}_{version}_SHA256SUMS"));
    let signature = folder.path().join(format!("{NAME}_{version}_SHA256SUMS.sig"));
    assert_eq!(fs::read_to_string(&sums).unwrap().lines().count(), PLATFORMS.len() + 1);
    assert!(!fs::read(&signature).unwrap().starts_with(b"-----BEGIN"), "it is armored");
    let verify = |sums: &Path| {
        keyring.gpg(&["--verify", signature.to_str().unwrap(), sums.to_str().unwrap()])
    };
    let verified = verify(&sums);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    fs::write(&sums, "others").unwrap();
    assert!(!verify(&sums).status.success());
}

#[test]
fn a_key_that_the_registries_do_not_take_is_refused() {
    let version = Package::find(Path::new(CHECKOUT)).unwrap().version;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(archive_name(&version, &PLATFORMS[0])), "zip").unwrap();
    let run = Keyring::new("ed25519")
        .command(env!("CARGO_BIN_EXE_tasks"))
        .args(["package-release", "--no-build", "--key", "release@example.com", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!run.status.success());
    let error = String::from_utf8_lossy(&run.stderr);
    assert!(error.contains("neither of RSA nor of DSA"), "{error}");
    let signature = folder.path().join(format!("{NAME}_{version}_SHA256SUMS.sig"));
    assert!(!signature.exists(), "the signature is there to be published");
}

#[test]
fn a_key_that_is_not_there_is_an_error() {
    let version = Package::find(Path::new(CHECKOUT)).unwrap().version;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(archive_name(&version, &PLATFORMS[0])), "zip").unwrap();
    let keyring = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .env("GNUPGHOME", keyring.path())
        .args(["package-release", "--no-build", "--key", "nobody@example.com", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!run.status.success());
    let error = String::from_utf8_lossy(&run.stderr);
    assert!(error.contains("can't sign the checksums"), "{error}");
}
