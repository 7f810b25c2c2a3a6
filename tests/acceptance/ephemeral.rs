//! Tokens for the length of a run: they serve it, end with it, and are in no file.

use emulator::{Fault, On, Operation};

use crate::harness::{Engine, Project, by_ephemeral, each_engine};
use crate::stored::holders;

/// Runs a test with the engines that have ephemeral resources.
fn each(test: impl Fn(&'static Engine)) {
    each_engine(|engine| {
        if engine.has_ephemeral_resources() {
            test(engine);
        }
    });
}

/// A second provider block, whose access token is an ephemeral personal token.
fn by_personal_token() -> String {
    by_ephemeral("api_tokens_personaltoken", "description = \"this run\"")
}

/// The ephemeral tokens that there were, all of them ended.
fn all_ended(project: &Project) -> Vec<emulator::Token> {
    let tokens = project.cloud.personal_tokens().into_iter();
    let run: Vec<_> = tokens.filter(|token| token.description == "this run").collect();
    assert!(!run.is_empty());
    assert!(run.iter().all(|token| token.deleted.is_some() && token.expires > 0), "{run:#?}");
    run
}

#[test]
fn an_ephemeral_token_configures_a_provider_and_ends_with_the_run() {
    each(|engine| {
        let project = Project::new(engine);
        project.write(&by_personal_token());
        project.run(&["plan", "-no-color", "-input=false", "-out=plan.bin"]).succeeds();
        project.apply();
        let values: Vec<String> =
            all_ended(&project).iter().map(|token| token.value.clone()).collect();
        assert_eq!(holders(&project, &values), [""; 0]);
        assert_eq!(project.cloud.live("acme").len(), 1);
        project.plan().is_clean();
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
        all_ended(&project);
    });
}

#[test]
fn a_run_that_fails_leaves_no_ephemeral_token() {
    each(|engine| {
        let project = Project::new(engine);
        project.write(&by_personal_token());
        project.cloud.fault(On::operation(Operation::CreateOrgToken).always(), Fault::status(400));
        project.apply_fails().says("status 400");
        all_ended(&project);
    });
}

#[test]
fn names_are_spent_as_the_page_says() {
    each(|engine| {
        let project = Project::new(engine);
        project.write(
            r#"
            ephemeral "pulumiservice_api_tokens_orgtoken" "run" {
              org_name = "acme"
              reason   = "a run"
            }
            # Needs the token when it is made: if nothing does, OpenTofu opens none for the apply.
            resource "terraform_data" "sink" {
              provisioner "local-exec" {
                command     = "test -n \"$TOKEN\""
                environment = { TOKEN = ephemeral.pulumiservice_api_tokens_orgtoken.run.token_value }
              }
            }
            "#,
        );
        let spent = |command: &[&str]| {
            let before = project.cloud.tokens("acme").len();
            project.run(command).succeeds();
            assert!(project.cloud.live("acme").is_empty());
            project.cloud.tokens("acme").len() - before
        };
        assert_eq!(spent(&["plan", "-input=false"]), 1);
        let apply = ["apply", "-input=false", "-auto-approve"];
        assert_eq!(spent(&apply), 2);
        // With nothing to do, OpenTofu opens one at times.
        let at_least = if engine.name.starts_with("OpenTofu") { 1 } else { 2 };
        assert!((at_least..=2).contains(&spent(&apply)));
        assert_eq!(spent(&["destroy", "-input=false", "-auto-approve"]), 1);
        let all = project.cloud.tokens("acme");
        assert!(all.iter().all(|token| token.name.starts_with("tf-") && token.expires > 0));
        assert!(all.iter().all(|token| token.reason.as_deref() == Some("a run")));
    });
}

/// The ephemeral token's value in the hands of a provisioner, which writes it into a file.
#[test]
fn a_value_reaches_a_sink_and_no_file_of_the_engine() {
    each(|engine| {
        let project = Project::new(engine);
        let roles = project.cloud.roles("acme");
        let role = roles.iter().find(|role| role.default_identifier == "member").unwrap();
        for (ty, arguments) in [
            ("teamtoken", "org_name = \"acme\"\n team_name = \"platform\"".to_owned()),
            ("orgtoken", format!("org_name = \"acme\"\n role_id = {:?}", role.id)),
            ("orgtoken", "org_name = \"acme\"\n admin = true".to_owned()),
        ] {
            let name = format!("pulumiservice_api_tokens_{ty}");
            project.write(&format!(
                r#"
                ephemeral "{name}" "run" {{
                  name_prefix  = "run-"
                  description  = "this run"
                  expire_after = "30m"
                  reason       = "a run"
                  {arguments}
                }}
                resource "terraform_data" "sink" {{
                  triggers_replace = {arguments:?}
                  provisioner "local-exec" {{
                    command     = "printf %s \"$TOKEN\" > sink"
                    environment = {{ TOKEN = ephemeral.{name}.run.token_value }}
                  }}
                }}
                "#
            ));
            project.apply();
            let sink = project.folder().join("sink");
            let value = std::fs::read_to_string(&sink).unwrap();
            std::fs::remove_file(&sink).unwrap();
            assert_eq!(holders(&project, std::slice::from_ref(&value)), [""; 0]);
            let all = project.cloud.tokens("acme");
            let token = all.iter().find(|token| token.value == value).expect("one of ours");
            assert!(token.deleted.is_some() && token.name.starts_with("run-"), "{token:#?}");
            assert_eq!(token.description, "this run");
            assert_eq!(token.reason.as_deref(), Some("a run"));
            assert_eq!(token.team.is_some(), ty == "teamtoken");
            assert_eq!(token.admin, arguments.contains("admin = true"));
            if arguments.contains("role_id") {
                assert_eq!(token.role.as_ref().unwrap().id, role.id);
            }
            let now = project.cloud.clock().now();
            assert!((1..=1800).contains(&(token.expires - now)), "{token:#?}");
            assert!(project.cloud.live("acme").is_empty());
        }
    });
}

#[test]
fn an_organization_token_manages_none_of_its_kind_and_is_told_so() {
    each(|engine| {
        let project = Project::new(engine);
        let arguments = "org_name = \"acme\"\n admin = true";
        project.write(&by_ephemeral("api_tokens_orgtoken", arguments));
        let why = "an organization token can't manage organization tokens";
        project.apply_fails().says("403").says(why);
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn an_admin_token_with_another_role_is_refused() {
    each(|engine| {
        let project = Project::new(engine);
        let both = "org_name = \"acme\"\n admin = true\n role_id = \"r\"";
        project.write(&by_ephemeral("api_tokens_orgtoken", both));
        project.plan_fails().says("admin and role_id contradict each other");
        assert_eq!(project.requests("POST").len(), 0);
    });
}
