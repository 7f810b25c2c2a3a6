//! Plan, apply, refresh and destroy, where all goes well.

use emulator::contract;

use crate::harness::{Project, each_engine};

#[test]
fn apply_issues_a_token_and_destroy_retires_it() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token(r#"name = "ci""#);
        project.plan().has_changes();
        assert!(project.requests("POST").is_empty(), "a plan makes nothing");
        project.cloud.clear_requests();
        let apply = project.apply();

        let made = project.cloud.token_named("acme", "ci").unwrap();
        let state = project.only_token();
        assert_eq!(state["token_value"], made.value.as_str(), "{apply}");
        assert_eq!(state["token_id"], made.id.as_str());
        assert_eq!(state["id"], format!("acme/{}", made.id));
        assert_eq!(state["name"], "ci");
        assert_eq!(state["description"], "");
        assert_eq!(state["admin"], false);
        assert_eq!(state["expires"], 0);
        assert!(state["role_id"].is_null());
        assert!(!apply.text().contains(&made.value), "the secret is shown\n{apply}");

        let sent = project.requests("POST");
        assert_eq!(sent.len(), 1, "{apply}");
        for request in project.cloud.requests() {
            contract::check_request(&request).unwrap();
        }

        project.plan().is_clean();
        project.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
        assert_eq!(project.only_token(), state, "a refresh changes nothing");

        project.destroy();
        assert!(project.cloud.existing("acme").is_empty());
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn every_argument_reaches_the_service() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let expires = project.cloud.clock().now() + 86_400;
        project.token(&format!(
            "name = \"GitLab CI/CD\"\n description = \"deploys “café”\"\n expires = {expires}\n \
             role_id = \"{}\"\n reason = \"ticket 7 & more\"",
            emulator::DEPLOYER_ROLE
        ));
        project.apply();
        let made = project.cloud.token_named("acme", "GitLab CI/CD").unwrap();
        assert_eq!(made.description, "deploys “café”");
        assert_eq!(made.expires, expires);
        assert_eq!(made.role.unwrap().id, emulator::DEPLOYER_ROLE);
        assert_eq!(made.reason.as_deref(), Some("ticket 7 & more"));
        project.plan().is_clean();
        project.destroy();
        assert!(project.cloud.existing("acme").is_empty());
    });
}

#[test]
fn an_admin_token_plans_clean_however_it_became_one() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"by-flag\"\n admin = true");
        project.apply();
        assert!(project.cloud.token_named("acme", "by-flag").unwrap().admin);
        project.plan().is_clean();

        let project = Project::new(engine);
        project.token(&format!("name = \"by-role\"\n role_id = \"{}\"", emulator::ADMIN_ROLE));
        project.apply();
        assert!(project.cloud.token_named("acme", "by-role").unwrap().admin);
        project.plan().is_clean();
        assert_eq!(project.only_token()["admin"], false, "as asked for");
    });
}

#[test]
fn a_reason_alone_changes_the_state_and_calls_nothing() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"\n reason = \"first\"");
        project.apply();
        let before = project.only_token();
        project.token("name = \"ci\"\n reason = \"second\"");
        project.cloud.clear_requests();
        project.plan().has_changes().says("will be updated in-place");
        project.apply();
        assert_eq!(project.only_token()["reason"], "second");
        assert_eq!(project.only_token()["token_value"], before["token_value"]);
        assert!(project.cloud.requests().iter().all(|request| request.method == "GET"));
        project.plan().is_clean();
    });
}

#[test]
fn configuration_written_for_pulumis_own_runtime_runs_unchanged() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.file(
            "main.tf",
            &format!(
                r#"
                terraform {{
                  required_providers {{
                    pulumiservice = {{ source = "pulumi/pulumiservice" }}
                  }}
                }}
                resource "pulumiservice_api_tokens_orgtoken" "t" {{
                  name        = "from-pulumi"
                  org_name    = "acme"
                  description = "all inputs given"
                  admin       = false
                  expires     = 0
                  role_id     = "{}"
                  reason      = "a reason"
                }}
                output "id" {{ value = pulumiservice_api_tokens_orgtoken.t.token_id }}
                "#,
                emulator::DEPLOYER_ROLE
            ),
        );
        project.apply();
        project.plan().is_clean();
        project.destroy();
    });
}

#[test]
fn tokens_beyond_the_first_page_are_found() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        project.cloud.add_tokens("acme", "other-", 2500);
        project.cloud.clear_requests();
        project.plan().is_clean();
        let lists = project.requests("GET");
        let pages = lists.iter().filter(|request| request.path.ends_with("/tokens")).count();
        assert_eq!(pages, 3, "one listing of 2501 tokens");
    });
}

#[test]
fn a_token_that_is_gone_leaves_the_state_with_a_warning() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.delete("acme", &id);
        project.cloud.clock().advance(301);
        project
            .plan()
            .has_changes()
            .says("The token is gone")
            .says("Its name stays taken")
            .says("will be created");
        // The name is spent; the service says so, and nothing is lost.
        project.apply_fails().says("409").says("Choose another name, or use name_prefix");
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn an_expired_token_plans_clean_with_a_warning() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let mut token = project.cloud.new_token("acme", "old");
        token.expires = 1_600_000_000;
        let token = project.cloud.add_token(token);
        project.token("name = \"old\"\n expires = 1600000000");
        project
            .run(&[
                "import",
                "-input=false",
                "pulumiservice_api_tokens_orgtoken.t",
                &format!("acme/{}", token.id),
            ])
            .succeeds();
        project.plan().is_clean().says("The token has expired").says("2020-09-13T12:26:40Z");
    });
}

#[test]
fn destroying_what_is_gone_already_is_done() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.delete("acme", &id);
        project.run(&["destroy", "-refresh=false", "-auto-approve", "-input=false"]).succeeds();
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn the_engine_finds_nothing_wrong_with_any_answer() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("TF_LOG", "WARN");
        let check = |run: &crate::harness::Run<'_>| {
            run.says_nothing_of("produced an").says_nothing_of("legacy");
        };
        project.token("name = \"ci\"\n description = \"d\"");
        check(&project.apply());
        project.token("name = \"ci\"\n description = \"d\"\n reason = \"r\"");
        check(&project.apply());
        project.token("name = \"ci2\"\n description = \"e\"");
        check(&project.apply());
        check(&project.plan());
        check(&project.destroy());
    });
}

#[test]
fn state_with_attributes_of_another_version_is_read() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        // As a version wrote it that knew fewer attributes, and one that the present doesn't have.
        let mut state = project.state();
        let attributes =
            state["resources"][0]["instances"][0]["attributes"].as_object_mut().unwrap();
        for unknown_then in [
            "name_prefix",
            "expire_after",
            "expires_at",
            "rotate_before",
            "rotate_when_changed",
            "ready_for_rotation",
            "delete_on_destroy",
        ] {
            assert!(attributes.remove(unknown_then).is_some(), "{unknown_then}");
        }
        attributes.insert("from_the_future".to_owned(), "x".into());
        project.file("terraform.tfstate", &state.to_string());
        project.plan().is_clean();
    });
}
