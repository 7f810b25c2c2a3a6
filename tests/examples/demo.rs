//! What `examples/README.md` promises: every example runs against the service of the demo, one
//! after the other, as a reader would run them.

use std::fs;
use std::path::Path;

use emulator::{Config, ID_TOKEN};

use crate::folders;
use crate::harness::{Engine, Project, engines};
use crate::written::can_read;

/// What doesn't run there by itself, and why.
const NOT_THERE: [(&str, &str); 2] = [
    ("data-sources/pulumiservice_api_tokens_orgtoken", "names a token, which has to exist"),
    ("ci", "wants a user that the demo doesn't have"),
];

/// What other tests here apply, against the same service. They apply `ci` too, with such a user.
const ELSEWHERE: [&str; 5] = [
    "access",
    "rotation/ci-secret-store",
    "rotation/github-secret",
    "rotation/staged-handover",
    "rotation/time-rotating",
];

/// The engine that can read the most of them.
fn newest() -> &'static Engine {
    engines().iter().max_by_key(|engine| engine.is_at_least((1, 14), (1, 11))).unwrap()
}

/// The names of what is not run here.
fn left_out() -> impl Iterator<Item = &'static Path> {
    NOT_THERE.iter().map(|(name, _)| *name).chain(ELSEWHERE).map(Path::new)
}

/// Applies and destroys the examples of which this holds.
fn run(wanted: impl Fn(&Path) -> bool) {
    let engine = newest();
    let mut project = Project::with(engine, Config::default());
    // The demo's service trusts it, whatever is asked for.
    project.set("PULUMI_ID_TOKEN", ID_TOKEN);
    // OpenTofu asks for it in `state-encryption`.
    project.set("TF_VAR_state_passphrase", "a passphrase of the demo");
    let copies = project.folder().join("examples");
    folders::copy(&folders::examples(), &copies);
    let mut examples = folders::roots();
    examples.retain(|example| wanted(example) && left_out().all(|name| name != example));
    for example in examples {
        let there = copies.join(&example);
        let mut text = String::new();
        for file in folders::files(&there) {
            // Imports name objects that the demo doesn't have.
            let imports = file.file_name().unwrap().to_string_lossy().starts_with("import");
            if imports || !can_read(engine, &file) {
                fs::remove_file(&file).unwrap();
            } else {
                text += &fs::read_to_string(&file).unwrap();
            }
        }
        let chdir = format!("-chdir={}", there.display());
        let run = |command: &[&str]| {
            project.run(&[&[chdir.as_str()], command, &["-no-color"]].concat()).succeeds();
        };
        if text.is_empty() {
            continue;
        } else if text.contains("\nlist \"") {
            fs::copy(copies.join("provider/provider.tf"), there.join("provider.tf")).unwrap();
            run(&["query"]);
        } else {
            run(&["apply", "-auto-approve"]);
        }
        if text.contains("\nresource \"") {
            run(&["destroy", "-auto-approve"]);
        }
        assert_eq!(project.cloud.leftovers("acme"), [""; 0], "{}", example.display());
    }
}

#[test]
fn every_resource_runs_in_the_demo() {
    run(|folder| folder.starts_with("resources"));
}

#[test]
fn every_other_example_runs_in_the_demo() {
    run(|folder| !folder.starts_with("resources"));
}

#[test]
fn what_is_not_run_here_is_an_example() {
    let all = folders::roots();
    assert!(all.len() > 40, "{all:?}");
    assert!(left_out().all(|name| all.contains(name)), "{all:?}");
    let readme = fs::read_to_string(folders::examples().join("README.md")).unwrap();
    for said in NOT_THERE.iter().map(|(name, _)| *name).chain([ID_TOKEN]) {
        assert!(readme.contains(said), "the README says nothing of {said}");
    }
}
