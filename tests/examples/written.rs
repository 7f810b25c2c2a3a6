//! What can be said of every example, and of every block of HCL in the pages, without applying it.

use std::path::Path;

use emulator::DEPLOYER_ROLE;

use crate::folders;
use crate::github::GitHub;
use crate::harness::{Engine, Project, each_engine, one_engine};

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
const NEEDS: [Need; 6] = [
    ("import-by-identity.tf", (1, 12), (1, 12)),
    // OpenTofu has functions since 1.7, and takes `required_version` for its own.
    ("/examples/access/", (1, 8), (1, 8)),
    (".tfquery.hcl", (1, 14), (99, 0)),
    ("/ephemeral-resources/", (1, 10), (1, 11)),
    ("/functions/", (1, 8), (1, 8)),
    ("/actions/", (1, 14), (99, 0)),
];

/// Whether an engine knows all that is in a file.
pub fn can_read(engine: &Engine, file: &Path) -> bool {
    let path = file.to_string_lossy().replace('\\', "/");
    NEEDS.iter().all(|(part, terraform, tofu)| {
        !path.contains(part) || engine.is_at_least(*terraform, *tofu)
    })
}

/// All examples are modules of one configuration, and what one imports is imported by that.
#[test]
fn every_example_is_valid() {
    each_engine(|engine| {
        // Import blocks and `plantimestamp` came with these.
        if !engine.is_at_least((1, 5), (1, 6)) {
            return;
        }
        let mut project = Project::new(engine);
        let github = GitHub::new().serve();
        project.set("TF_REATTACH_PROVIDERS", github.reattach.clone());
        let copies = project.folder().join("examples");
        folders::copy(&folders::examples(), &copies);
        let mut all = String::new();
        // An object is imported once: by its id, or by its identity.
        let mut imports = [String::new(), String::new()];
        for file in folders::files(&copies) {
            let by = ["import-by-string-id.tf", "import-by-identity.tf"];
            if let Some(by) = by.iter().position(|name| file.ends_with(name)) {
                if can_read(engine, &file) {
                    let name = module(file.parent().unwrap().strip_prefix(&copies).unwrap());
                    let text = std::fs::read_to_string(&file).unwrap();
                    imports[by] += &text.replace("  to = ", &format!("  to = module.{name}."));
                }
                std::fs::remove_file(&file).unwrap();
            } else if !can_read(engine, &file) || file.ends_with("encryption.tofu") {
                std::fs::remove_file(&file).unwrap();
            }
        }
        for example in folders::roots() {
            let files = folders::files(&copies.join(&example));
            if files.iter().any(|file| file.extension().is_some_and(|ending| ending == "tf")) {
                let (name, source) = (module(&example), example.display());
                all += &format!("module \"{name}\" {{\n  source = \"./examples/{source}\"\n}}\n");
            }
        }
        // OpenTofu 1.12 looks in the root for the provider of an import into a module.
        project.write(&all);
        project.run(&["get"]).succeeds();
        for imports in imports.iter().filter(|imports| !imports.is_empty()) {
            project.file("imports.tf", imports);
            project.run(&["validate", "-no-color"]).succeeds();
        }
    });
}

#[test]
fn every_example_with_the_id_of_a_role_says_how_to_find_it() {
    for file in folders::files(&folders::examples()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_test = file.to_string_lossy().contains(".tftest.");
        let shows = text.contains(DEPLOYER_ROLE) && !is_test;
        let says = ["pulumiservice_api_role", "#the-id-of-a-role"];
        assert!(!shows || says.iter().any(|said| text.contains(said)), "{}", file.display());
    }
}

/// What an example is called as a module.
fn module(example: &Path) -> String {
    example.to_string_lossy().replace(['/', '\\'], "_")
}

#[test]
fn what_the_readme_shows_is_a_configuration() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let readme = std::fs::read_to_string(folders::root().join("README.md")).unwrap();
        let blocks = readme.split("```").skip(1).step_by(2);
        let all: String = blocks.filter_map(|block| block.strip_prefix("hcl\n")).collect();
        project.file("main.tf", &all);
        project.apply().says("1 added");
        project.plan().is_clean();
    });
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
