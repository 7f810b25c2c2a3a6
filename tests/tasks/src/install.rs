//! `cargo install-local`: puts the provider into a filesystem mirror, and prints the configuration
//! that makes Terraform and OpenTofu install it from there.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::CHECKOUT;
use crate::package::build::Package;
use crate::package::executable_name;
use crate::package::platform::Platform;

/// Where Terraform and OpenTofu look for `pulumiservice/pulumiservice`.
pub const ADDRESSES: [&str; 2] = [
    "registry.terraform.io/pulumiservice/pulumiservice",
    "registry.opentofu.org/pulumiservice/pulumiservice",
];

/// What `cargo install-local --help` prints.
pub const HELP: &str = "\
Builds the provider for this machine, and puts it into a filesystem mirror.

Usage: cargo install-local [OPTION]...

Options:
  --dir DIR  The mirror, instead of the one in the home folder that Terraform and OpenTofu
             look into by themselves
  --release  Build it as small as a release is, which takes minutes; else it is what `cargo demo`
             builds
  --help     Print this help
";

/// What to put where.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Options {
    folder: Option<PathBuf>,
    release: bool,
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
            match *argument {
                "--dir" => {
                    options.folder = Some(arguments.next().context("--dir of what?")?.into());
                }
                "--release" => options.release = true,
                "--help" => return Ok(None),
                _ => bail!("unknown argument: {argument}; see --help"),
            }
        }
        Ok(Some(options))
    }
}

/// Builds the provider, installs it and tells how to use it.
///
/// # Errors
/// It doesn't build, or a file can't be written.
pub fn run(arguments: &[&str], mut out: impl Write) -> Result<()> {
    let Some(options) = Options::read(arguments)? else {
        return Ok(write!(out, "{HELP}")?);
    };
    let mirror = match &options.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => implied_mirror()?,
    };
    let package = Package::find(Path::new(CHECKOUT))?;
    let binary = package.build(options.release)?;
    for path in install(&mirror, &binary, &package.version, Platform::here()?)? {
        writeln!(out, "Installed {}", path.display())?;
    }
    let configuration = cli_configuration(&mirror);
    writeln!(
        out,
        "\nTo use it, put this into the CLI's configuration, ~/.terraformrc or ~/.tofurc, or into \
         a file that TF_CLI_CONFIG_FILE names:\n\n{configuration}"
    )?;
    if options.folder.is_none() {
        writeln!(
            out,
            "Without any provider_installation block, that is what Terraform and OpenTofu do \
             by themselves."
        )?;
    }
    writeln!(
        out,
        "Where .terraform.lock.hcl has checksums of another {} build, `init` refuses this one: \
         remove the provider's block from it.",
        package.version
    )?;
    Ok(())
}

/// The folder that the engines look into if their configuration names none.
fn implied_mirror() -> Result<PathBuf> {
    let folder = match cfg!(windows) {
        true => env::var_os("APPDATA").map(|folder| Path::new(&folder).join("terraform.d")),
        false => env::home_dir().map(|folder| folder.join(".terraform.d")),
    };
    Ok(folder.context("no home folder; name a folder with --dir")?.join("plugins"))
}

/// Puts a binary into a mirror, unpacked, for both registries' addresses.
///
/// # Errors
/// A file can't be read or written.
pub fn install(
    mirror: &Path,
    binary: &Path,
    version: &str,
    platform: &Platform,
) -> Result<Vec<PathBuf>> {
    let mut installed = Vec::new();
    for address in ADDRESSES {
        let folder = mirror.join(address).join(version).join(platform.name());
        fs::create_dir_all(&folder)
            .with_context(|| format!("can't make the folder {}", folder.display()))?;
        let path = folder.join(executable_name(version, platform));
        // Beside it first: the older one may be running, and can't be written to.
        let beside = path.with_extension("new");
        fs::copy(binary, &beside)
            .and_then(|_| fs::rename(&beside, &path))
            .with_context(|| format!("can't write {}", path.display()))?;
        installed.push(path);
    }
    Ok(installed)
}

/// The CLI's configuration that installs the provider from this mirror, and all others as usual.
pub fn cli_configuration(mirror: &Path) -> String {
    let path = mirror.to_string_lossy().replace('\\', "/").replace('"', "\\\"");
    let addresses = ADDRESSES.map(|address| format!("\"{address}\"")).join(", ");
    format!(
        "provider_installation {{
  filesystem_mirror {{
    path    = \"{path}\"
    include = [{addresses}]
  }}
  direct {{
    exclude = [{addresses}]
  }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let wanted = Options { folder: Some("m".into()), release: true };
        assert_eq!(Options::read(&["--dir", "m", "--release"]).unwrap(), Some(wanted));
        assert_eq!(Options::read(&["--help"]).unwrap(), None);
        assert!(Options::read(&["--dir"]).is_err());
        assert!(Options::read(&["--what"]).is_err());
    }

    #[test]
    fn a_binary_replaces_the_one_before_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let platform = Platform::of("x86_64-unknown-linux-gnu").unwrap();
        let binary = folder.path().join("built");
        for text in ["older", "newer"] {
            fs::write(&binary, text).unwrap();
            let paths = install(folder.path(), &binary, "1.2.3", platform).unwrap();
            assert_eq!(paths.len(), 2);
            for path in paths {
                assert!(path.ends_with(
                    "pulumiservice/pulumiservice/1.2.3/linux_amd64/\
                     terraform-provider-pulumiservice_v1.2.3"
                ));
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
                assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
            }
        }
    }
}
