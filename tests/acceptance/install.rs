//! The provider as its users install it: by `init`, from a mirror, with the lock file's checksums
//! verified, and without development overrides.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::json;
use tasks::install::{self, ADDRESSES};
use tasks::package::checksums::sha256;
use tasks::package::platform::Platform;
use tasks::package::{archive, archive_name, executable_name};

use crate::harness::{BINARY, Engine, Project, Run, each_engine};
use crate::mirror::Mirror;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const LOCK_FILE: &str = ".terraform.lock.hcl";

fn here() -> &'static Platform {
    Platform::here().unwrap()
}

/// The archive of the binary under test.
fn archive() -> &'static [u8] {
    static ARCHIVE: OnceLock<Vec<u8>> = OnceLock::new();
    ARCHIVE.get_or_init(|| pack(Path::new(BINARY)))
}

/// Packs a binary with nothing beside it.
fn pack(binary: &Path) -> Vec<u8> {
    archive::pack(&[], binary, &executable_name(VERSION, here())).unwrap()
}

/// An archive that is sound in itself, and not the one that was published.
fn another_archive() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    pack(&script)
}

/// A lock file's checksum of an archive.
fn zh(archive: &[u8]) -> String {
    format!("zh:{}", HEXLOWER.encode(&sha256(archive)))
}

/// A lock file's checksum of what is in the archive: here, of the only file.
fn h1() -> String {
    let binary = HEXLOWER.encode(&sha256(&fs::read(BINARY).unwrap()));
    let listing = format!("{binary}  {}\n", executable_name(VERSION, here()));
    format!("h1:{}", BASE64.encode(&sha256(listing.as_bytes())))
}

/// Where this engine looks for the provider.
fn address(engine: &Engine) -> &'static str {
    ADDRESSES[usize::from(engine.name.starts_with("OpenTofu"))]
}

/// A project with one token, that has to install its provider.
fn project(engine: &'static Engine, cli_configuration: &str) -> Project {
    let project = Project::new(engine);
    project.file("cli.tfrc", cli_configuration);
    project.token("name = \"ci\"");
    project
}

/// Puts an archive into the project's mirror, for its engine's registry.
fn publish(project: &Project, archive: &[u8]) -> PathBuf {
    let mirror = project.folder().join("mirror");
    let folder = mirror.join(address(project.engine));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(archive_name(VERSION, here())), archive).unwrap();
    mirror
}

fn init(project: &Project) -> Run<'_> {
    project.run(&["init", "-no-color", "-input=false"])
}

/// Locks the provider to a checksum.
fn lock(project: &Project, checksum: &str) {
    let address = address(project.engine);
    project.file(
        LOCK_FILE,
        &format!(
            "provider \"{address}\" {{\n  version = \"{VERSION}\"\n  hashes = [\n    \
             \"{checksum}\",\n  ]\n}}\n"
        ),
    );
}

fn is_locked_to(project: &Project, checksum: &str) {
    let lock = fs::read_to_string(project.folder().join(LOCK_FILE)).unwrap();
    assert!(lock.contains(checksum), "{checksum} isn't in\n{lock}");
    assert!(lock.contains(VERSION), "{lock}");
}

/// Plans, applies and destroys with what `init` has installed.
fn works(project: &Project) {
    project.apply().says_nothing_of("development overrides");
    assert!(project.only_token()["token_value"].is_string());
    project.plan().is_clean();
    project.destroy();
    assert!(project.cloud.existing("acme").is_empty());
}

#[test]
fn an_unpacked_mirror_serves() {
    each_engine(|engine| {
        let project = project(engine, "");
        let mirror = project.folder().join("mirror");
        install::install(&mirror, Path::new(BINARY), VERSION, here()).unwrap();
        project.file("cli.tfrc", &install::cli_configuration(&mirror));
        init(&project).succeeds();
        is_locked_to(&project, &h1());
        works(&project);
    });
}

#[test]
fn the_mirror_in_the_home_folder_serves_without_configuration() {
    each_engine(|engine| {
        let project = project(engine, "");
        let mirror = project.folder().join(".terraform.d/plugins");
        install::install(&mirror, Path::new(BINARY), VERSION, here()).unwrap();
        init(&project).succeeds();
        is_locked_to(&project, &h1());
        works(&project);
    });
}

#[test]
fn a_packed_mirror_serves_what_the_lock_file_knows() {
    each_engine(|engine| {
        let project = project(engine, "");
        let mirror = publish(&project, archive());
        project.file("cli.tfrc", &install::cli_configuration(&mirror));
        // As the registry's checksums have it.
        lock(&project, &zh(archive()));
        init(&project).succeeds();
        is_locked_to(&project, &zh(archive()));
        is_locked_to(&project, &h1());
        works(&project);
    });
}

#[test]
fn a_packed_mirror_with_another_archive_is_refused() {
    each_engine(|engine| {
        for checksum in [zh(archive()), h1()] {
            let project = project(engine, "");
            let mirror = publish(&project, &another_archive());
            project.file("cli.tfrc", &install::cli_configuration(&mirror));
            lock(&project, &checksum);
            init(&project).fails().says("checksum");
        }
    });
}

/// A network mirror of this archive, whose index tells these checksums.
fn network_mirror(project: &mut Project, archive: &[u8], checksums: &[String]) -> Mirror {
    let folder = publish(project, archive);
    let address = address(project.engine);
    let index = |name: &str, content: serde_json::Value| {
        project.file(&format!("mirror/{address}/{name}"), &content.to_string());
    };
    index("index.json", json!({ "versions": { VERSION: {} } }));
    index(
        &format!("{VERSION}.json"),
        json!({ "archives": { here().name(): {
            "url": archive_name(VERSION, here()),
            "hashes": checksums,
        } } }),
    );
    let mirror = Mirror::start(&folder);
    project.file(
        "cli.tfrc",
        &format!(
            "provider_installation {{\n  network_mirror {{\n    url = \"{}\"\n  }}\n}}\n",
            mirror.url
        ),
    );
    project.file("authority.pem", &mirror.authority);
    let authority = project.folder().join("authority.pem");
    project.set("SSL_CERT_FILE", authority.to_string_lossy());
    mirror
}

#[test]
fn a_network_mirror_serves() {
    each_engine(|engine| {
        let mut project = project(engine, "");
        let mirror = network_mirror(&mut project, archive(), &[h1(), zh(archive())]);
        init(&project).succeeds();
        let path = |name: &str| format!("/{}/{name}", address(engine));
        assert_eq!(
            mirror.served(),
            [
                path("index.json"),
                path(&format!("{VERSION}.json")),
                path(&archive_name(VERSION, here())),
            ]
        );
        is_locked_to(&project, &h1());
        // Another machine, with the same lock file.
        fs::remove_dir_all(project.folder().join(".terraform")).unwrap();
        project.run(&["init", "-no-color", "-input=false", "-lockfile=readonly"]).succeeds();
        works(&project);
    });
}

#[test]
fn a_network_mirror_with_another_archive_is_refused() {
    each_engine(|engine| {
        // The index tells the truth, or lies as well; the lock file knows.
        let other = another_archive();
        for told in [zh(archive()), zh(&other)] {
            for locked in [zh(archive()), h1()] {
                let mut project = project(engine, "");
                let _mirror = network_mirror(&mut project, &other, std::slice::from_ref(&told));
                lock(&project, &locked);
                init(&project).fails().says("checksum");
            }
        }
    });
}

#[test]
fn a_mirror_that_no_authority_vouches_for_is_refused() {
    each_engine(|engine| {
        let mut project = project(engine, "");
        let mirror = network_mirror(&mut project, archive(), &[zh(archive())]);
        project.unset("SSL_CERT_FILE");
        init(&project).fails().says("certificate");
        assert!(mirror.served().is_empty());
    });
}
