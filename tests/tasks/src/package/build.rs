//! Builds the provider: for a release, so that the same sources make the same bytes in every
//! folder, or just for this machine.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::glibc::OLDEST_SERVED;
use super::platform::{Linker, output};

/// A second that every tool which wants one is given as the time of the build: the earliest that a
/// zip can hold.
const EPOCH: &str = "315532800";

/// The package that is built, and where.
pub struct Package {
    /// The folder with its sources.
    pub checkout: PathBuf,
    /// Its version.
    pub version: String,
    /// Cargo's folder for what it builds.
    pub target: PathBuf,
}

impl Package {
    /// Asks Cargo about the package in this folder.
    ///
    /// # Errors
    /// There is none, or it isn't the provider.
    pub fn find(checkout: &Path) -> Result<Self> {
        let metadata = metadata(checkout, &["--no-deps"])?;
        let package = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == super::NAME))
            .with_context(|| format!("{} has no {}", checkout.display(), super::NAME))?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("no text");
        Ok(Self {
            checkout: text(&metadata["workspace_root"])?.into(),
            version: text(&package["version"])?,
            target: text(&metadata["target_directory"])?.into(),
        })
    }

    /// What Cargo knows of all that is built for this target.
    ///
    /// # Errors
    /// Cargo doesn't tell.
    pub fn metadata(&self, triple: &str) -> Result<Value> {
        metadata(&self.checkout, &["--locked", "--filter-platform", triple])
    }

    /// Builds it for this machine.
    ///
    /// # Errors
    /// It doesn't build.
    pub fn build(&self, release: bool) -> Result<PathBuf> {
        let mut command = cargo();
        command.arg("build");
        match release {
            true => command.arg("--release"),
            // Together with this package, so that what both depend on is built once for both.
            false => command.args(["--package", env!("CARGO_PKG_NAME")]),
        };
        self.run(command)
    }

    /// Builds it for a release, with the list of its packages in it. Neither the folder of the
    /// sources, nor Cargo's, nor the compiler's is found in what it builds.
    ///
    /// # Errors
    /// It doesn't build.
    pub fn build_release(&self, triple: &str, linker: Linker) -> Result<PathBuf> {
        let mut command = cargo();
        // The flags that its own build had are not for this one.
        command.env_remove("RUSTFLAGS").arg("auditable");
        match linker {
            Linker::System => command.args(["build", "--target", triple]),
            Linker::Zig if triple.ends_with("-gnu") => {
                command.args(["zigbuild", "--target", &format!("{triple}.{OLDEST_SERVED}")])
            }
            Linker::Zig => command.args(["zigbuild", "--target", triple]),
        };
        command.arg("--release").env("SOURCE_DATE_EPOCH", EPOCH).env("ZERO_AR_DATE", "1");
        let mut rust = Vec::new();
        for (folder, name) in self.folders()? {
            let folder = folder.display();
            rust.push(format!("--remap-path-prefix={folder}={name}"));
        }
        if triple.contains("-linux-") {
            rust.push("-Clink-arg=-Wl,--build-id=none".to_owned());
        }
        if triple.ends_with("-msvc") {
            // Instead of the time, the hash of the contents; and no C runtime to install first.
            rust.extend(["-Clink-arg=/Brepro", "-Ctarget-feature=+crt-static"].map(str::to_owned));
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}"));
        self.run(command)
    }

    /// The folders that differ from machine to machine, the innermost last, and what stands for
    /// them.
    fn folders(&self) -> Result<[(PathBuf, &'static str); 4]> {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
        Ok([
            (self.checkout.clone(), "provider"),
            (self.target.clone(), "target"),
            (home.context("no home folder")?, "cargo"),
            (sysroot.trim().into(), "rust"),
        ])
    }

    /// Runs this build, and finds the executable.
    fn run(&self, mut command: Command) -> Result<PathBuf> {
        command
            .args(["--locked", "--package", super::NAME, "--bin", super::NAME])
            .arg("--message-format=json-render-diagnostics")
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(&self.checkout)
            .stderr(Stdio::inherit());
        let output = command.output().context("can't run cargo")?;
        ensure!(output.status.success(), "the provider doesn't build: {}", output.status);
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .context("cargo names no executable")
    }
}

/// What Cargo knows of the packages in this folder.
fn metadata(folder: &Path, arguments: &[&str]) -> Result<Value> {
    let text = output(
        cargo().args(["metadata", "--format-version=1"]).args(arguments).current_dir(folder),
    )?;
    Ok(serde_json::from_str(&text)?)
}

/// The Cargo that runs this.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or(OsString::from("cargo")))
}
