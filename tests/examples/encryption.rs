//! State that only its owner can read.

use crate::folders;
use crate::harness::{Project, each_engine};

#[test]
fn opentofu_writes_no_secret_that_can_be_read() {
    each_engine(|engine| {
        if !engine.name.starts_with("OpenTofu") || !engine.is_at_least((0, 0), (1, 8)) {
            return;
        }
        let mut project = Project::new(engine);
        folders::copy(&folders::examples().join("state-encryption"), project.folder());
        project.set("TF_VAR_state_passphrase", "a passphrase for this test");
        project.run(&["plan", "-input=false", "-out=tokens.tfplan"]).succeeds();
        project.run(&["apply", "-input=false", "tokens.tfplan"]).succeeds();
        let live = project.cloud.live("acme");
        assert_eq!(live.len(), 1);
        for file in ["terraform.tfstate", "tokens.tfplan"] {
            let bytes = std::fs::read(project.folder().join(file)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(&live[0].value) && !text.contains("ci-deploy"), "{file}");
        }
        project.plan().is_clean();
    });
}
