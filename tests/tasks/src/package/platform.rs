//! The platforms a release is for, and whether this machine has what it takes to build for one.

use std::env::consts::{ARCH, OS};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// An operating system and an architecture, by the names that the registries use.
#[derive(Debug)]
pub struct Platform {
    /// The operating system, such as `darwin`.
    pub os: &'static str,
    /// The architecture, such as `arm64`.
    pub arch: &'static str,
    /// What Rust calls it, the one to choose first.
    triples: &'static [&'static str],
}

/// All of a release, in the order of its checksums.
pub const PLATFORMS: [Platform; 8] = [
    Platform::new("darwin", "amd64", &["x86_64-apple-darwin"]),
    Platform::new("darwin", "arm64", &["aarch64-apple-darwin"]),
    Platform::new("freebsd", "amd64", &["x86_64-unknown-freebsd"]),
    Platform::new("freebsd", "arm64", &["aarch64-unknown-freebsd"]),
    Platform::new("linux", "amd64", &["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"]),
    Platform::new("linux", "arm64", &["aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl"]),
    Platform::new("windows", "amd64", &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"]),
    Platform::new("windows", "arm64", &["aarch64-pc-windows-msvc", "aarch64-pc-windows-gnullvm"]),
];

impl Platform {
    const fn new(os: &'static str, arch: &'static str, triples: &'static [&'static str]) -> Self {
        Self { os, arch, triples }
    }

    /// The platform that this target of Rust's builds for.
    ///
    /// # Errors
    /// No release is for it.
    pub fn of(triple: &str) -> Result<&'static Self> {
        PLATFORMS
            .iter()
            .find(|platform| platform.triples.contains(&triple))
            .with_context(|| format!("no release is for {triple}"))
    }

    /// The platform that this runs on.
    ///
    /// # Errors
    /// No release is for it.
    pub fn here() -> Result<&'static Self> {
        let os = if OS == "macos" { "darwin" } else { OS };
        let arch = match ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        PLATFORMS
            .iter()
            .find(|platform| platform.os == os && platform.arch == arch)
            .with_context(|| format!("no release is for {os} on {arch}"))
    }

    /// What Rust calls it.
    pub fn triple(&self) -> &'static str {
        self.triples[0]
    }

    /// As archives and mirrors name it, such as `linux_amd64`.
    pub fn name(&self) -> String {
        format!("{}_{}", self.os, self.arch)
    }

    /// What ends an executable's name.
    pub fn executable_suffix(&self) -> &'static str {
        if self.os == "windows" { ".exe" } else { "" }
    }
}

/// What links the binary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Linker {
    /// The target's own.
    System,
    /// Zig's, which links against as old a glibc as one asks for.
    Zig,
}

/// What this machine can build with.
pub struct Toolchain {
    host: String,
    auditable: bool,
    zig: bool,
}

impl Toolchain {
    /// Asks `rustc`, `cargo-auditable` and `cargo-zigbuild`.
    ///
    /// # Errors
    /// `rustc` can't be asked.
    pub fn find() -> Result<Self> {
        let version = output(Command::new("rustc").arg("-vV"))?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let zig = Command::new("cargo-zigbuild").args(["zig", "cc", "--", "--version"]).output();
        let auditable = Command::new("cargo-auditable").args(["auditable", "--version"]).output();
        Ok(Self {
            host: host.context("`rustc -vV` names no host")?.to_owned(),
            auditable: auditable.is_ok(),
            zig: zig.is_ok_and(|output| output.status.success()),
        })
    }

    /// The target to build for this platform, and how to link it; or what is missing.
    ///
    /// # Errors
    /// `rustc` can't be asked.
    pub fn for_platform(&self, platform: &Platform) -> Result<Result<(String, Linker), String>> {
        let mut missing = Vec::new();
        for triple in platform.triples {
            match self.linker(triple)? {
                Ok(linker) => return Ok(Ok(((*triple).to_owned(), linker))),
                Err(reason) => missing.push(reason),
            }
        }
        Ok(Err(missing.join("; ")))
    }

    /// How to link this target; or what is missing.
    ///
    /// # Errors
    /// `rustc` can't be asked.
    pub fn linker(&self, triple: &str) -> Result<Result<Linker, String>> {
        if !self.auditable {
            return Ok(Err(
                "no cargo-auditable; `cargo install cargo-auditable --locked` brings it".to_owned(),
            ));
        }
        let library =
            output(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?;
        if !Path::new(library.trim()).exists() {
            return Ok(Err(format!("no standard library for {triple}")));
        }
        Ok(if self.zig && triple.contains("-linux-") {
            Ok(Linker::Zig)
        } else if triple == self.host || self.links_natively(triple) {
            Ok(Linker::System)
        } else {
            Err(format!("no linker for {triple}"))
        })
    }

    /// Apple's and Microsoft's linkers serve all architectures of their systems.
    fn links_natively(&self, triple: &str) -> bool {
        ["-apple-darwin", "-pc-windows-msvc"]
            .iter()
            .any(|system| triple.ends_with(system) && self.host.ends_with(system))
    }
}

/// What a command prints.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("can't run {name}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{name} prints what is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_has_both_architectures_in_the_order_of_names() {
        let names: Vec<_> = PLATFORMS.iter().map(Platform::name).collect();
        assert!(names.is_sorted());
        for os in ["darwin", "freebsd", "linux", "windows"] {
            for arch in ["amd64", "arm64"] {
                assert!(names.contains(&format!("{os}_{arch}")), "{os} {arch}");
            }
        }
    }

    #[test]
    fn a_target_is_found_by_its_triple() {
        assert_eq!(Platform::of("aarch64-apple-darwin").unwrap().name(), "darwin_arm64");
        assert_eq!(Platform::of("x86_64-unknown-linux-musl").unwrap().name(), "linux_amd64");
        assert!(Platform::of("sparc64-unknown-netbsd").is_err());
    }

    fn toolchain(host: &str, auditable: bool) -> Toolchain {
        Toolchain { host: host.to_owned(), auditable, zig: false }
    }

    #[test]
    fn without_cargo_auditable_nothing_is_built() {
        let host = "x86_64-unknown-linux-gnu";
        let missing = toolchain(host, false).linker(host).unwrap().unwrap_err();
        assert!(missing.contains("cargo install cargo-auditable"), "{missing}");
    }

    #[test]
    fn apples_and_microsofts_linkers_serve_both_architectures() {
        let mac = toolchain("aarch64-apple-darwin", true);
        assert!(mac.links_natively("x86_64-apple-darwin"));
        assert!(!mac.links_natively("x86_64-pc-windows-msvc"));
        let linux = toolchain("x86_64-unknown-linux-gnu", true);
        assert!(!linux.links_natively("aarch64-unknown-linux-gnu"));
    }
}
