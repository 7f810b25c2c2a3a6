//! What an executable is made of, by the list of packages that `cargo auditable` has put into it:
//! as an SBOM, and as the licences of all that others wrote.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use auditable_cyclonedx::auditable_serde::{DependencyKind, VersionInfo};
use auditable_info::audit_info_from_slice;
use serde_json::Value;

/// Under this name the SBOM is in the archives.
pub const SBOM: &str = "sbom.cdx.json";
/// Under this name the licences are in the archives.
pub const LICENCES: &str = "THIRD-PARTY-LICENSES.txt";

/// How the names of files with a licence start.
const STARTS: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
/// How they may go on after a full stop; what else starts so is code.
const ENDS: [&str; 8] = ["", "md", "txt", "rst", "mit", "apache", "apache2", "third-party"];

/// The most that the list may take, unpacked, in bytes.
const LIMIT: usize = 16 << 20;

/// Reads the list of packages.
///
/// # Errors
/// The executable has none.
pub fn read(binary: &[u8]) -> Result<VersionInfo> {
    audit_info_from_slice(binary, LIMIT)
        .context("the binary has no list of its packages: build it by `cargo auditable`")
}

/// The list as CycloneDX has it, in JSON. The same list makes the same text.
///
/// # Errors
/// It can't be expressed.
pub fn sbom(list: &VersionInfo) -> Result<Vec<u8>> {
    let mut bom = auditable_cyclonedx::auditable_to_minimal_cdx(list);
    // The provider itself is in no registry of packages, so that its address would lead nowhere.
    if let Some(provider) = bom.metadata.as_mut().and_then(|about| about.component.as_mut()) {
        provider.purl = None;
    }
    let mut json = Vec::new();
    bom.output_as_json_v1_5(&mut json)?;
    Ok(json)
}

/// A package as Cargo knows it.
struct Described {
    title: String,
    repository: String,
    licences: Vec<PathBuf>,
}

impl Described {
    fn new(package: &Value) -> Result<Self> {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let folder =
            Path::new(text("manifest_path")).parent().context("a manifest in no folder")?;
        let mut licences = Vec::new();
        collect(folder, &mut licences)?;
        licences.sort_unstable();
        let (name, version, licence) = (text("name"), text("version"), text("license"));
        let repository = text("repository").trim_end_matches('/').to_owned();
        Ok(Self { title: format!("{name} {version}, {licence}"), repository, licences })
    }
}

/// The licences of the packages that are in the executable, each text once, with those whose it is.
/// `metadata` is what `cargo metadata` says of them.
///
/// # Errors
/// Cargo doesn't know one of them, or none of its repository comes with its licence.
pub fn licences(list: &VersionInfo, metadata: &Value) -> Result<String> {
    let mut described = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo names no packages")? {
        let key = [&package["name"], &package["version"]].map(|text| text.as_str().unwrap_or(""));
        described.insert(key.map(str::to_owned), package);
    }
    let inside = list.packages.iter().filter(|package| !package.root);
    let mut packages = Vec::new();
    for package in inside.filter(|package| package.kind == DependencyKind::Runtime) {
        let key = [package.name.clone(), package.version.to_string()];
        let known = described.get(&key).with_context(|| format!("{}, which none needs", key[0]))?;
        packages.push(Described::new(known)?);
    }

    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for package in &packages {
        // Some packages leave it to another one of their repository to bring the licence.
        let same = |other: &&Described| {
            !other.licences.is_empty() && other.repository == package.repository
        };
        let bringing = match package.licences.is_empty() {
            true => packages.iter().find(same),
            false => Some(package),
        };
        let bringing =
            bringing.with_context(|| format!("no licence comes with {}", package.title))?;
        for file in &bringing.licences {
            let bytes = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
            let users = texts.entry(text.trim_matches('\n').to_owned()).or_default();
            if users.last() != Some(&package.title.as_str()) {
                users.push(&package.title);
            }
        }
    }
    ensure!(!texts.is_empty(), "the binary has no packages but its own");
    let mut page = String::from(
        "The provider contains the work of others, besides Rust's standard library (MIT or \
         Apache-2.0).\nEach licence follows those whose it is.\n",
    );
    for (text, users) in texts {
        write!(page, "\n{}\n\n{}\n\n{text}\n", "=".repeat(80), users.join("\n"))?;
    }
    Ok(page)
}

/// Files that hold licences, those of what a package has bundled too.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let end = name.split_once('.').map_or("", |(_, end)| end);
        if path.is_dir() {
            collect(&path, found)?;
        } else if STARTS.iter().any(|start| name.starts_with(start)) && ENDS.contains(&end) {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list() -> VersionInfo {
        let package = |name: &str| json!({"name": name, "version": "1.0.0", "source": "crates.io"});
        let mut all = ["provider", "one", "other", "tool"].map(package);
        all[0]["root"] = json!(true);
        all[0]["source"] = json!("local");
        all[0]["dependencies"] = json!([1, 2, 3]);
        all[3]["kind"] = json!("build");
        json!({ "packages": all }).to_string().parse().unwrap()
    }

    /// What Cargo says of packages, each with its repository and the text of its licence.
    fn described(folder: &Path, packages: &[(&str, &str, Option<&str>)]) -> Value {
        let packages = packages.iter().map(|(name, repository, licence)| {
            let home = folder.join(name);
            fs::create_dir_all(home.join("src")).unwrap();
            fs::write(home.join("src/license.rs"), "code").unwrap();
            if let Some(text) = licence {
                fs::write(home.join("LICENSE-MIT"), text).unwrap();
            }
            json!({
                "name": name,
                "version": "1.0.0",
                "license": "MIT",
                "repository": repository,
                "manifest_path": home.join("Cargo.toml"),
            })
        });
        json!({ "packages": packages.collect::<Vec<_>>() })
    }

    #[test]
    fn a_text_that_two_have_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let known = described(
            folder.path(),
            &[("one", "a", Some("You may.\n")), ("other", "b", Some("You may.\r\n"))],
        );
        let page = licences(&list(), &known).unwrap();
        assert!(page.ends_with("\none 1.0.0, MIT\nother 1.0.0, MIT\n\nYou may.\n"), "{page}");
        assert_eq!(page.matches("You may.").count(), 1, "{page}");
    }

    #[test]
    fn a_package_without_a_licence_has_that_of_its_repository_or_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let packages = [("one", "a", Some("You may.")), ("other", "a/", None)];
        let page = licences(&list(), &described(folder.path(), &packages)).unwrap();
        assert!(page.contains("\none 1.0.0, MIT\nother 1.0.0, MIT\n"), "{page}");
        let packages = [("one", "a", Some("You may.")), ("other", "b", None)];
        let error = licences(&list(), &described(folder.path(), &packages)).unwrap_err();
        assert_eq!(error.to_string(), "no licence comes with other 1.0.0, MIT");
    }

    #[test]
    fn the_sbom_names_every_package_and_is_always_the_same() {
        let sbom = sbom(&list()).unwrap();
        assert_eq!(sbom, super::sbom(&list()).unwrap());
        let sbom: Value = serde_json::from_slice(&sbom).unwrap();
        assert_eq!(sbom["bomFormat"], "CycloneDX");
        let provider = &sbom["metadata"]["component"];
        assert_eq!(provider["name"], "provider");
        assert!(provider["purl"].is_null(), "{provider}");
        let components = sbom["components"].as_array().unwrap();
        let urls: Vec<_> = components.iter().map(|one| one["purl"].as_str().unwrap()).collect();
        assert_eq!(urls, ["pkg:cargo/one@1.0.0", "pkg:cargo/other@1.0.0", "pkg:cargo/tool@1.0.0"]);
    }

    #[test]
    fn a_binary_without_a_list_is_refused() {
        let error = read(&fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap_err();
        assert!(error.to_string().contains("cargo auditable"), "{error:#}");
    }
}
