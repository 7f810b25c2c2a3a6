//! The modules that people copy: their own tests, and the configuration that the pipelines apply.

use emulator::{ID_TOKEN, LOGIN};

use crate::access::config;
use crate::folders;
use crate::harness::{Project, each_engine, one_engine};

#[test]
fn the_modules_own_tests_pass() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 6), (1, 6)) {
            return;
        }
        let project = Project::new(engine);
        folders::copy(&folders::examples().join("modules/ci-token"), project.folder());
        let test = project.run(&["test", "-no-color"]).succeeds();
        test.says("10 passed, 0 failed");
        let left = project.cloud.existing("acme");
        assert!(left.is_empty(), "the tests left {left:?}\n{test}");
        let made = project.cloud.tokens("acme");
        assert!(!made.is_empty(), "they ran against the service");
        assert!(made.iter().all(|token| token.name.starts_with("module-test-")));
    });
}

#[test]
fn the_module_for_github_passes_its_own_tests() {
    one_engine(|engine| {
        if !engine.is_at_least((1, 6), (1, 6)) {
            return;
        }
        let project = Project::new(engine);
        folders::copy(&folders::examples().join("modules/github-oidc"), project.folder());
        project.run(&["test", "-no-color"]).succeeds().says("11 passed, 0 failed");
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
    });
}

#[test]
fn the_pipelines_configuration_issues_a_token_with_the_given_role() {
    each_engine(|engine| {
        // What the module's required_version asks for.
        if !engine.is_at_least((1, 2), (1, 6)) {
            return;
        }
        // By the pipeline's id token, and by an access token that is stored in the CI system.
        for by in ["token-manager", LOGIN] {
            let mut project = Project::with(engine, config());
            folders::copy(&folders::examples(), &project.folder().join("examples"));
            if by == "token-manager" {
                project.unset("PULUMI_ACCESS_TOKEN");
                project.set("PULUMI_ID_TOKEN", ID_TOKEN);
            } else {
                project.file("examples/ci/main.tf", &without_oidc());
            }
            let run = |command: &[&str]| {
                let mut arguments = vec!["-chdir=examples/ci"];
                arguments.extend(command);
                project.run(&arguments).succeeds()
            };
            run(&["get"]);
            run(&["plan", "-input=false", "-out=tokens.tfplan"]);
            run(&["apply", "-input=false", "tokens.tfplan"]);
            let live = project.cloud.live("acme");
            assert_eq!(live.len(), 1);
            assert!(live[0].name.starts_with("github-deploy-"));
            assert_eq!(live[0].role.as_ref().unwrap().name, "Deployer");
            assert_eq!(live[0].reason.as_deref(), Some("Rotation by the token pipeline"));
            assert_eq!(live[0].created_by, by);
            assert!(!live[0].admin && live[0].expires > 0);
        }
    });
}

fn pipeline(file: &str) -> String {
    std::fs::read_to_string(folders::examples().join("ci").join(file)).unwrap()
}

/// The pipelines' configuration as it is with a stored access token.
fn without_oidc() -> String {
    let main = pipeline("main.tf");
    let (before, oidc) = main.split_once("  oidc = {\n").expect("an exchange");
    let (_, after) = oidc.split_once("\n  }\n").expect("its end");
    format!("{before}{after}")
}

#[test]
fn the_pipelines_prove_who_they_are_and_store_no_access_token() {
    let github = pipeline("github-actions.yml");
    assert!(github.contains("\n  id-token: write\n"), "{github}");
    let gitlab = pipeline("gitlab-ci.yml");
    let token = "  id_tokens:\n    PULUMI_ID_TOKEN:\n      aud: urn:pulumi:org:acme\n";
    assert!(gitlab.contains(token), "{gitlab}");
    for pipeline in [github, gitlab] {
        assert!(!pipeline.contains("PULUMI_ACCESS_TOKEN"), "{pipeline}");
    }
}
