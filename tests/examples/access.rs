//! An organization's access as code: what `examples/access` makes, and who is let in by it.

use emulator::{ACCESS_TOKEN, AccessToken, Config, IdToken, Permissions};
use serde_json::json;

use crate::folders;
use crate::harness::{Project, Run, one_engine};

const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// An id token as GitHub gives one to a job in an environment, in a repository whose subjects have
/// the ids of owner and repository in them, as has been the default since July 2026.
fn job(repository: &str, environment: &str) -> IdToken {
    let (owner, name) = repository.split_once('/').unwrap();
    let claims = json!({
        "aud": "urn:pulumi:org:acme",
        "iss": GITHUB,
        "sub": format!("repo:{owner}@12/{name}@4711:environment:{environment}"),
        "repository": repository,
        "repository_id": "4711",
        "environment": environment,
        "ref": "refs/heads/main",
        "event_name": "push",
    });
    IdToken::of(GITHUB, &format!("id token of {environment} in {repository}"), claims)
}

/// A service with the user whose tokens the pipelines of `examples/ci` get.
pub fn config() -> Config {
    let mut config = Config::default();
    let scopes = ["org_token:read", "org_token:create", "org_token:delete"];
    config.access_tokens.push(AccessToken {
        value: "pul-of-the-token-manager".to_owned(),
        login: "token-manager".to_owned(),
        permissions: scopes.into_iter().fold(Permissions::MEMBER, Permissions::with),
    });
    config
}

/// What a pipeline with an organization token of the role does, in the place of `pulumi up`.
const DEPLOYS: &str = r#"
terraform {
  required_providers {
    pulumiservice = { source = "pulumiservice/pulumiservice" }
  }
}
provider "pulumiservice" {
  oidc = { org_name = "acme" }
}
data "pulumiservice_api_teams_team" "payments" {
  org_name = "acme"
  name     = "payments"
}
"#;

const PLAN: [&str; 4] = ["plan", "-no-color", "-input=false", "-detailed-exitcode"];
const APPLY: [&str; 4] = ["apply", "-no-color", "-input=false", "-auto-approve"];
const DESTROY: [&str; 4] = ["destroy", "-no-color", "-input=false", "-auto-approve"];

/// Runs a command in one of the examples.
fn run<'p>(project: &'p Project, example: &str, command: &[&str]) -> Run<'p> {
    let there = format!("-chdir=examples/{example}");
    project.run(&[&[there.as_str()], command].concat())
}

/// Makes the commands to come those of a job that has this token and no other secret.
fn become_job(project: &mut Project, token: IdToken) {
    project.unset("PULUMI_ACCESS_TOKEN");
    project.set("PULUMI_ID_TOKEN", &token.value);
    project.cloud.trust(token);
}

#[test]
fn the_pipelines_of_two_repositories_are_let_in_and_nobody_else() {
    one_engine(|engine| {
        // What its required_version asks for.
        if !engine.is_at_least((1, 8), (1, 8)) {
            return;
        }
        let mut project = Project::with(engine, config());
        folders::copy(&folders::examples(), &project.folder().join("examples"));
        std::fs::create_dir(project.folder().join("examples/deploys")).unwrap();
        project.file("examples/deploys/main.tf", DEPLOYS);

        run(&project, "access", &["get"]).succeeds();
        run(&project, "access", &APPLY).succeeds();
        run(&project, "access", &PLAN).is_clean();
        let team = project.cloud.team("acme", "payments").unwrap();
        let role = project.cloud.roles("acme").pop().unwrap();
        assert_eq!(role.name, "Payments deployer");
        let each = role.details["entries"].as_array().unwrap();
        assert!(each.iter().all(|entry| entry["condition"]["right"]["value"] == "payments"));
        assert_eq!(team.roles[0].role_id, role.id);
        assert!(team.member("alice").unwrap().admin && !team.member("bob").unwrap().admin);
        assert_eq!(project.cloud.live("acme")[0].role.as_ref().unwrap().id, role.id);

        become_job(&mut project, job("acme/payments", "production"));
        run(&project, "deploys", &PLAN).is_clean();
        for (repository, environment) in [
            ("acme/payments-fork", "production"),
            ("acme/payments", "staging"),
            ("acme/tokens", "production"),
        ] {
            become_job(&mut project, job(repository, environment));
            let refused = run(&project, "deploys", &PLAN).fails();
            refused.says("/api/oauth/token was answered with status 403");
        }

        run(&project, "ci", &["get"]).succeeds();
        run(&project, "ci", &APPLY).succeeds();
        let made = project.cloud.live("acme").pop().unwrap();
        assert!(made.name.starts_with("github-deploy-"), "{made:?}");
        assert_eq!(made.created_by, "token-manager");
        run(&project, "ci", &DESTROY).succeeds();
        become_job(&mut project, job("acme/payments", "production"));
        run(&project, "ci", &PLAN).fails().says("/api/oauth/token");

        project.set("PULUMI_ACCESS_TOKEN", ACCESS_TOKEN);
        run(&project, "access", &DESTROY).succeeds();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
        assert_eq!(project.cloud.breaches(), [""; 0]);
    });
}
