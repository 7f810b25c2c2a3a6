//! Settings of organizations: only what is given is managed.

use emulator::{DEPLOYER_ROLE, MEMBER_ROLE};
use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, one_engine};

const TYPE: &str = "pulumiservice_api_organizationsettings";

fn settings(project: &Project, arguments: &str) {
    project
        .write(&format!("resource \"{TYPE}\" \"s\" {{\n  org_name = \"acme\"\n  {arguments}\n}}"));
}

#[test]
fn settings_live_and_stay() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let all = format!(
            "default_stack_permission = \"read\"\n  default_environment_permission = \"open\"\n  \
             default_account_permission = \"admin\"\n  members_can_create_teams = true\n  \
             preferred_vcs = \"github\"\n  neo_cli_explanations_disabled = false\n  \
             max_access_token_expiry_days = 400\n  default_role_id = \"{DEPLOYER_ROLE}\"\n  \
             default_deployment_role_id = \"{DEPLOYER_ROLE}\""
        );
        settings(&project, &all);
        project.apply().says("Tokens that live longer are refused");
        project.plan().is_clean();
        let books = project.cloud.settings("acme");
        assert_eq!(books["defaultStackPermission"], 101);
        assert_eq!(books["defaultAccountPermission"], 3);
        assert_eq!(books["neoCLIExplanationsDisabled"], false);
        assert_eq!(books["maxAccessTokenExpiryDays"], 400);
        assert_eq!(books["defaultRoleId"], DEPLOYER_ROLE);
        let made = attributes(&project, TYPE);
        assert_eq!(
            (&made["id"], &made["members_can_create_stacks"]),
            (&json!("acme"), &json!(true))
        );

        forget(&project, &format!("{TYPE}.s"));
        project.run(&["import", "-no-color", &format!("{TYPE}.s"), "acme"]).succeeds();
        assert_eq!(attributes(&project, TYPE), made, "every attribute is imported");
        project.plan().is_clean();

        // Drift of what is given is planned back, of what isn't it is taken in.
        project.cloud.edit_org("acme", |org| {
            org.settings.insert("preferredVCS".to_owned(), json!("gitlab"));
            org.settings.insert("neoEnabled".to_owned(), json!(true));
        });
        project.plan().has_changes().says("preferred_vcs");
        project.apply();
        assert_eq!(project.cloud.settings("acme")["preferredVCS"], "github");
        assert_eq!(project.cloud.settings("acme")["neoEnabled"], true);

        // What is no longer given stays; what clears is said.
        settings(
            &project,
            &format!(
                "max_access_token_expiry_days = 0\n  default_role_id = \"{MEMBER_ROLE}\"\n  \
                 default_deployment_role_id = \"\""
            ),
        );
        project.apply();
        project.plan().is_clean();
        let books = project.cloud.settings("acme");
        assert!(!books.contains_key("maxAccessTokenExpiryDays"));
        assert!(!books.contains_key("defaultDeploymentRoleId"));
        assert_eq!(
            (&books["preferredVCS"], &books["defaultRoleId"]),
            (&json!("github"), &json!(MEMBER_ROLE))
        );

        let patches = project.requests("PATCH").len();
        project.destroy().says("stay as they are");
        assert_eq!(project.requests("PATCH").len(), patches, "nothing is taken away");
        assert_eq!(project.cloud.breaches(), [""; 0]);
    });
}

#[test]
fn a_hidden_organization_keeps_its_settings_in_the_state() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| org.quirks.shows_null_policy = true);
        settings(&project, "members_can_create_teams = true");
        project.apply();
        project.plan().is_clean();
        project.cloud.hide_org(emulator::ACCESS_TOKEN, "acme");
        project.plan_fails().says("misspelt");
    });
}

#[test]
fn a_setting_that_the_service_newly_tells_waits_for_the_next_refresh() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| drop(org.settings.remove("aiEnablement")));
        settings(&project, "members_can_create_teams = false");
        project.apply();
        assert_eq!(attributes(&project, TYPE)["ai_enablement"], json!(null));

        settings(&project, "members_can_create_teams = true");
        project.run(&["plan", "-no-color", "-out=later"]).succeeds();
        project.cloud.edit_org("acme", |org| {
            org.settings.insert("aiEnablement".to_owned(), json!("enabled"));
        });
        project.run(&["apply", "-no-color", "later"]).succeeds();
        project.apply();
        assert_eq!(attributes(&project, TYPE)["ai_enablement"], json!("enabled"));
        project.plan().is_clean();
    });
}
