//! What can be said of every example, and of every block of HCL in the pages, without applying it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::folders;
use crate::github::GitHub;
use crate::harness::{Project, each_engine};

#[test]
fn every_example_is_formatted() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let examples = folders::examples();
        let examples = examples.to_str().unwrap();
        project.run(&["fmt", "-check", "-diff", "-recursive", examples]).succeeds();
    });
}

/// A part of a file's path, and the versions of Terraform and of OpenTofu.
type Need = (&'static str, (u32, u32), (u32, u32));

/// What an engine must be to read some of the examples: the versions of Terraform and of OpenTofu. A
/// version that is to come is one that no engine has.
const NEEDS: [Need; 4] = [
    ("import-by-identity.tf", (1, 12), (99, 0)),
    ("/ephemeral-resources/", (1, 10), (1, 11)),
    ("/functions/", (1, 8), (1, 7)),
    ("/actions/", (1, 14), (99, 0)),
];

#[test]
fn every_example_is_valid() {
    each_engine(|engine| {
        // Import blocks and `plantimestamp` came with these.
        if !engine.is_at_least((1, 5), (1, 6)) {
            return;
        }
        let mut project = Project::new(engine);
        project.set("TF_VAR_state_passphrase", "a passphrase for this test");
        let github = GitHub::new().serve();
        project.set("TF_REATTACH_PROVIDERS", github.reattach.clone());
        let copies = project.folder().join("examples");
        folders::copy(&folders::examples(), &copies);
        let mut with_hcl = BTreeSet::new();
        for file in folders::files(&copies) {
            let path = file.to_string_lossy().replace('\\', "/");
            let unread = NEEDS.iter().any(|(part, terraform, tofu)| {
                path.contains(part) && !engine.is_at_least(*terraform, *tofu)
            });
            if unread {
                std::fs::remove_file(&file).unwrap();
            } else if path.ends_with(".tf") {
                with_hcl.insert(file.parent().unwrap().to_owned());
            }
        }
        assert!(with_hcl.len() >= 8, "{with_hcl:?}");
        let validate = |folder: &Path| {
            let there = format!("-chdir={}", folder.display());
            project.run(&[&there, "get"]).succeeds();
            project.run(&[&there, "validate", "-no-color"]).succeeds();
        };
        for folder in with_hcl {
            // An object is imported once: by its identity, or else by its id.
            let by_identity = folder.join("import-by-identity.tf");
            if by_identity.exists() {
                without(&folder.join("import-by-string-id.tf"), || validate(&folder));
                std::fs::remove_file(by_identity).unwrap();
            }
            validate(&folder);
        }
    });
}

/// Runs a check while a file is away.
fn without(file: &Path, check: impl FnOnce()) {
    let text = std::fs::read(file).unwrap();
    std::fs::remove_file(file).unwrap();
    check();
    std::fs::write(file, text).unwrap();
}

#[test]
fn every_block_of_hcl_in_the_pages_is_formatted() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let mut count = 0;
        let pages = folders::files(&folders::root().join("docs"));
        for page in pages.iter().filter(|file| file.extension().is_some_and(|e| e == "md")) {
            let text = std::fs::read_to_string(page).unwrap();
            let name = page.file_stem().unwrap().to_string_lossy();
            let blocks = text.split("```").skip(1).step_by(2);
            for block in blocks.filter_map(|block| block.strip_prefix("terraform\n")) {
                count += 1;
                project.file(&format!("{name}-{count}.tf"), block);
            }
        }
        assert!(count > 10, "{count} blocks");
        project.run(&["fmt", "-check", "-diff"]).succeeds();
    });
}
