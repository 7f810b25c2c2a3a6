//! `cargo package-release`: the archives, the manifest, the checksums and the signature that the
//! registries want. What this machine has no toolchain for is left to the release workflow.

pub mod archive;
pub mod build;
pub mod checksums;
pub mod glibc;
pub mod hardening;
pub mod inventory;
pub mod platform;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::CHECKOUT;
use build::Package;
use glibc::{Glibc, OLDEST_SERVED};
use platform::{Linker, PLATFORMS, Platform, Toolchain};

/// The provider's executable, and what the names of a release's files start with.
pub const NAME: &str = "terraform-provider-pulumiservice";

/// What `cargo package-release --help` prints.
pub const HELP: &str = "\
Builds the provider for the registries, and packs it.

Usage: cargo package-release [OPTION]...

Without --target, it builds for every platform that this machine has a toolchain for.

Options:
  --target TRIPLE  Build for this target of Rust's; may be given again
  --out DIR        Write to this folder, instead of target/release-files
  --key KEY        Sign the checksums with this key of GnuPG's
  --no-build       Only write the manifest and the checksums of the archives in the folder
  --any-glibc      On Linux, accept a binary that doesn't run on older distributions
  --help           Print this help
";

/// What a release is made of.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Options {
    targets: Vec<String>,
    out: Option<PathBuf>,
    key: Option<String>,
    no_build: bool,
    any_glibc: bool,
}

impl Options {
    /// Reads the arguments; none if they ask for help.
    ///
    /// # Errors
    /// There is something else among them.
    pub fn read(arguments: &[&str]) -> Result<Option<Self>> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} of what?"));
            match *argument {
                "--target" => options.targets.push(value()?.to_string()),
                "--out" => options.out = Some(value()?.into()),
                "--key" => options.key = Some(value()?.to_string()),
                "--no-build" => options.no_build = true,
                "--any-glibc" => options.any_glibc = true,
                "--help" => return Ok(None),
                _ => bail!("unknown argument: {argument}; see --help"),
            }
        }
        Ok(Some(options))
    }
}

/// Makes the release of the checkout, and tells of it.
///
/// # Errors
/// It doesn't build, a target that was asked for has no toolchain here, or a file can't be written.
pub fn run(arguments: &[&str], mut out: impl Write) -> Result<()> {
    let Some(options) = Options::read(arguments)? else {
        return Ok(write!(out, "{HELP}")?);
    };
    let package = Package::find(Path::new(CHECKOUT))?;
    let folder = options.out.clone().unwrap_or_else(|| package.target.join("release-files"));
    fs::create_dir_all(&folder)
        .with_context(|| format!("can't make the folder {}", folder.display()))?;
    if !options.no_build {
        for (platform, triple, linker) in targets(&options, &mut out)? {
            writeln!(out, "{}: building {triple} …", platform.name())?;
            let binary = package.build_release(&triple, linker)?;
            let needs = serves_enough(&binary, platform, options.any_glibc)?;
            is_hardened(&binary, platform)?;
            let path = pack(&package, platform, &binary, &folder)?;
            writeln!(out, "{}: {}; {needs}", platform.name(), path.display())?;
        }
    }
    let sums = checksums::write(&folder, &package.version)?;
    writeln!(out, "{}", sums.display())?;
    match &options.key {
        Some(key) => writeln!(out, "{}", checksums::sign(&sums, key)?.display())?,
        None => writeln!(out, "not signed: no --key")?,
    }
    Ok(())
}

/// What to build and how, after telling of what can't be built here.
fn targets(
    options: &Options,
    mut out: impl Write,
) -> Result<Vec<(&'static Platform, String, Linker)>> {
    let toolchain = Toolchain::find()?;
    let mut targets = Vec::new();
    for triple in &options.targets {
        let platform = Platform::of(triple)?;
        match toolchain.linker(triple)? {
            Ok(linker) => targets.push((platform, triple.clone(), linker)),
            Err(missing) => bail!("can't build for {}: {missing}", platform.name()),
        }
    }
    if options.targets.is_empty() {
        for platform in &PLATFORMS {
            match toolchain.for_platform(platform)? {
                Ok((triple, linker)) => targets.push((platform, triple, linker)),
                Err(missing) => {
                    writeln!(out, "{}: left to the release workflow: {missing}", platform.name())?
                }
            }
        }
    }
    Ok(targets)
}

/// Says what the binary needs, if that is no more than a release may.
fn serves_enough(binary: &Path, platform: &Platform, any_glibc: bool) -> Result<String> {
    if platform.os != "linux" {
        return Ok(format!("runs on {}", platform.os));
    }
    let Some(needed) = Glibc::needed_by(&fs::read(binary)?)? else {
        return Ok("static: runs on any Linux".to_owned());
    };
    ensure!(
        any_glibc || needed <= OLDEST_SERVED,
        "The binary needs glibc {needed}, and a release may need no more than {OLDEST_SERVED}. \
         Install Zig and cargo-zigbuild, for example by `pip install ziglang cargo-zigbuild`, \
         or accept it for yourself with --any-glibc."
    );
    Ok(format!("needs glibc {needed}"))
}

/// Refuses what a linker didn't make as hard to exploit as it can.
fn is_hardened(binary: &Path, platform: &Platform) -> Result<()> {
    if ["freebsd", "linux"].contains(&platform.os) {
        let missing = hardening::missing(&fs::read(binary)?)?.join(", ");
        ensure!(missing.is_empty(), "the binary for {} is without {missing}", platform.name());
    }
    Ok(())
}

/// Packs a binary into an archive of the registries' name, with what goes beside it.
///
/// # Errors
/// A file can't be read or written.
pub fn pack(
    package: &Package,
    platform: &Platform,
    binary: &Path,
    folder: &Path,
) -> Result<PathBuf> {
    let name = executable_name(&package.version, platform);
    let path = folder.join(archive_name(&package.version, platform));
    let bytes = archive::pack(&beside(package, platform, binary)?, binary, &name)?;
    fs::write(&path, bytes).with_context(|| format!("can't write {}", path.display()))?;
    Ok(path)
}

/// What goes beside the binary: what to read first, what it is made of, and under which licences.
fn beside(
    package: &Package,
    platform: &Platform,
    binary: &Path,
) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let list = inventory::read(&fs::read(binary)?)?;
    let licences = inventory::licences(&list, &package.metadata(platform.triple())?)?;
    let mut beside = Vec::new();
    for name in ["CHANGELOG.md", "LICENSE", "README.md"] {
        beside.push((name, fs::read(package.checkout.join(name)).context(name)?));
    }
    beside.push((inventory::LICENCES, licences.into_bytes()));
    beside.push((inventory::SBOM, inventory::sbom(&list)?));
    Ok(beside)
}

/// An archive's name.
pub fn archive_name(version: &str, platform: &Platform) -> String {
    format!("{NAME}_{version}_{}.zip", platform.name())
}

/// The binary's name in archives and mirrors.
pub fn executable_name(version: &str, platform: &Platform) -> String {
    format!("{NAME}_v{version}{}", platform.executable_suffix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_registries_want() {
        let linux = Platform::of("x86_64-unknown-linux-gnu").unwrap();
        let windows = Platform::of("aarch64-pc-windows-msvc").unwrap();
        assert_eq!(
            archive_name("1.2.3", linux),
            "terraform-provider-pulumiservice_1.2.3_linux_amd64.zip"
        );
        assert_eq!(executable_name("1.2.3", linux), "terraform-provider-pulumiservice_v1.2.3");
        assert_eq!(
            executable_name("1.2.3", windows),
            "terraform-provider-pulumiservice_v1.2.3.exe"
        );
    }

    #[test]
    fn arguments_are_read() {
        let read = Options::read(&["--target", "a", "--key", "k", "--target", "b", "--out", "o"]);
        let wanted = Options {
            targets: vec!["a".to_owned(), "b".to_owned()],
            out: Some("o".into()),
            key: Some("k".to_owned()),
            ..Options::default()
        };
        assert_eq!(read.unwrap(), Some(wanted));
        assert_eq!(Options::read(&["--help"]).unwrap(), None);
        assert!(Options::read(&["--key"]).unwrap_err().to_string().contains("--key of what"));
        assert!(Options::read(&["--sign"]).is_err());
    }

    #[test]
    fn a_target_that_no_release_is_for_is_refused() {
        let options = Options { targets: vec!["wasm32-wasip1".to_owned()], ..Options::default() };
        let error = targets(&options, std::io::sink()).unwrap_err();
        assert!(error.to_string().contains("no release is for wasm32-wasip1"));
    }
}
