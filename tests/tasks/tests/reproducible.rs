//! Two builds of the same sources, in two folders, make the same archive. It takes minutes:
//!
//! ```sh
//! cargo test --package tasks --test reproducible -- --ignored
//! ```

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;
use std::process::Command;

use tasks::CHECKOUT;
use tasks::package;
use tasks::package::build::Package;
use tasks::package::inventory::{LICENCES, SBOM};
use tasks::package::platform::{Platform, Toolchain};
use zip::ZipArchive;

/// Copies what Git knows, as it is now.
fn copy(to: &Path) {
    let listing =
        Command::new("git").args(["ls-files", "-z"]).current_dir(CHECKOUT).output().unwrap();
    assert!(listing.status.success(), "{}", String::from_utf8_lossy(&listing.stderr));
    for name in String::from_utf8(listing.stdout).unwrap().split_terminator('\0') {
        let (from, to) = (Path::new(CHECKOUT).join(name), to.join(name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&from, &to).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
#[ignore = "builds the release twice, which takes minutes"]
fn two_folders_make_the_same_archive() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::here().unwrap();
    let (triple, linker) = Toolchain::find().unwrap().for_platform(platform).unwrap().unwrap();
    let checkouts = ["one", "quite/another folder"].map(|name| folder.path().join(name));
    checkouts.iter().for_each(|checkout| copy(checkout));
    let [one, other] = checkouts.map(|checkout| {
        let mut package = Package::find(&checkout).unwrap();
        // Even if the environment names one for all.
        package.target = checkout.join("target");
        let binary = package.build_release(&triple, linker).unwrap();
        let text = fs::read(&binary).unwrap();
        let own = folder.path().to_str().unwrap().as_bytes();
        assert!(!text.windows(own.len()).any(|window| window == own), "names its folder");
        fs::read(package::pack(&package, platform, &binary, &checkout).unwrap()).unwrap()
    });
    assert_eq!(one.len(), other.len());
    assert!(one == other, "the archives differ");

    let mut archive = ZipArchive::new(Cursor::new(one)).unwrap();
    let mut text = |name| io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    let (sbom, licences) = (text(SBOM), text(LICENCES));
    // What both sides of the wire are made of, and C code that a package has bundled.
    for package in ["tonic", "rustls", "aws-lc-sys"] {
        assert!(sbom.contains(&format!("\"name\": \"{package}\"")), "{package} in {sbom}");
        assert!(licences.contains(&format!("\n{package} ")), "{package} in {licences}");
    }
}
