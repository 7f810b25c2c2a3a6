//! The manifest, the checksums and their signature: what makes a folder of archives a release.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::platform::output;
use super::{NAME, PLATFORMS, archive_name};

/// The protocol that the provider speaks, in the registries' form.
const MANIFEST: &str = "\
{
  \"version\": 1,
  \"metadata\": {
    \"protocol_versions\": [\"6.0\"]
  }
}
";

/// Writes the manifest, and the checksums of it and of all archives of this version in the folder.
///
/// # Errors
/// There is no archive, or a file can't be read or written.
pub fn write(folder: &Path, version: &str) -> Result<PathBuf> {
    let archives = PLATFORMS.iter().map(|platform| archive_name(version, platform));
    let mut files: Vec<_> = archives.filter(|name| folder.join(name).exists()).collect();
    ensure!(!files.is_empty(), "{} has no archive of {version}", folder.display());
    let manifest = format!("{NAME}_{version}_manifest.json");
    std::fs::write(folder.join(&manifest), MANIFEST)?;
    files.push(manifest);

    let mut sums = String::new();
    for name in files {
        let bytes = std::fs::read(folder.join(&name))?;
        writeln!(sums, "{}  {name}", HEXLOWER.encode(&sha256(&bytes)))?;
    }
    let path = folder.join(format!("{NAME}_{version}_SHA256SUMS"));
    std::fs::write(&path, sums)?;
    Ok(path)
}

/// A checksum.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Signs the checksums with this key of GnuPG's, by its id, its fingerprint or its address, and
/// verifies the signature.
///
/// # Errors
/// `gpg` isn't there, or refuses; or the key is of a kind that the registries don't take.
pub fn sign(sums: &Path, key: &str) -> Result<PathBuf> {
    let mut signature = sums.as_os_str().to_owned();
    signature.push(".sig");
    // Binary, not armored: the registries take nothing else.
    output(
        Command::new("gpg")
            .args(["--batch", "--yes", "--local-user", key, "--output"])
            .arg(&signature)
            .arg("--detach-sign")
            .arg(sums),
    )
    .context("can't sign the checksums")?;
    let signature = PathBuf::from(signature);
    verify(sums, &signature).inspect_err(|_| {
        // Nobody is to publish it.
        let _ = std::fs::remove_file(&signature);
    })?;
    Ok(signature)
}

/// Verifies a signature, and that it is of a kind that the registries verify too.
fn verify(sums: &Path, signature: &Path) -> Result<()> {
    let said = output(
        Command::new("gpg")
            .args(["--batch", "--status-fd", "1", "--verify"])
            .args([signature, sums]),
    )
    .context("can't verify the signature that was just made")?;
    // Among other things, by their positions: the seventh is the key's algorithm.
    let valid = said.lines().find_map(|line| line.strip_prefix("[GNUPG:] VALIDSIG "));
    let algorithm = valid.and_then(|parts| parts.split(' ').nth(6));
    match algorithm.context("gpg doesn't call the signature valid that was just made")? {
        "1" | "17" => Ok(()),
        _ => bail!(
            "The key is neither of RSA nor of DSA, and the registries take no other: sign with a \
             key of RSA."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_cover_the_archives_of_this_version_and_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["linux_amd64", "darwin_arm64"] {
            let name = format!("{NAME}_1.2.3_{name}.zip");
            std::fs::write(folder.path().join(name), "zip").unwrap();
        }
        let older = format!("{NAME}_1.2.2_linux_amd64.zip");
        std::fs::write(folder.path().join(older), "zip").unwrap();
        let sums = std::fs::read_to_string(write(folder.path(), "1.2.3").unwrap()).unwrap();
        let names: Vec<_> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
        assert_eq!(
            names,
            [
                "terraform-provider-pulumiservice_1.2.3_darwin_arm64.zip",
                "terraform-provider-pulumiservice_1.2.3_linux_amd64.zip",
                "terraform-provider-pulumiservice_1.2.3_manifest.json",
            ]
        );
        let of_zip = "4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2";
        assert!(sums.starts_with(of_zip), "{sums}");
    }

    #[test]
    fn a_folder_without_archives_is_no_release() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), "1.2.3").unwrap_err().to_string().contains("no archive"));
    }

    #[test]
    fn the_manifest_names_the_protocol() {
        let manifest: serde_json::Value = serde_json::from_str(MANIFEST).unwrap();
        let wanted = serde_json::json!({"version": 1, "metadata": {"protocol_versions": ["6.0"]}});
        assert_eq!(manifest, wanted);
    }
}
