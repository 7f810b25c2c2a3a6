//! The policies of OIDC issuers.

use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, one_engine};

const TYPE: &str = "pulumiservice_api_auth_policy";

fn policy(project: &Project, entries: &str) {
    project.write(&format!(
        "resource \"pulumiservice_api_auth_oidcissuer\" \"i\" {{\n  org_name = \"acme\"\n  \
         name = \"x\"\n  url = \"https://ci.example.com\"\n}}\n\
         resource \"{TYPE}\" \"p\" {{\n  org_name = \"acme\"\n  \
         issuer_id = pulumiservice_api_auth_oidcissuer.i.issuer_id\n  policies = [{entries}]\n}}"
    ));
}

const TEAM: &str = "{ decision = \"allow\", token_type = \"team\", team_name = \"platform\", \
                    rules = { aud = \"a\", repository = \"acme/*\" } }";
const ADMIN: &str = "{ decision = \"allow\", token_type = \"organization\", \
                     authorized_permissions = [\"standard\", \"admin\"], rules = { aud = \"a\" } }";
const DENY: &str = "{ decision = \"deny\", token_type = \"personal\", user_login = \"eve\", \
                    authorized_permissions = [] }";

#[test]
fn a_policy_lives() {
    one_engine(|engine| {
        let project = Project::new(engine);
        policy(&project, &format!("{TEAM}, {ADMIN}, {DENY}"));
        project.apply();
        project.plan().is_clean();
        policy(&project, &format!("{DENY}, {TEAM}, {ADMIN}"));
        project.plan().is_clean();
        let made = attributes(&project, TYPE);
        let issuer = made["issuer_id"].as_str().unwrap();
        let id = format!("acme/{issuer}");
        assert_eq!(made["id"], json!(id));
        assert_eq!(project.cloud.issuers("acme")[0].policy.entries.len(), 3);

        policy(&project, TEAM);
        project.apply();
        project.plan().is_clean();
        let before = attributes(&project, TYPE);
        forget(&project, &format!("{TYPE}.p"));
        // What allows something is never written over.
        project.apply_fails().says("exists already").says(&format!("{TYPE}.NAME '{id}'"));
        project.run(&["import", "-no-color", &format!("{TYPE}.p"), &id]).succeeds();
        assert_eq!(attributes(&project, TYPE), before, "every attribute is imported");
        project.plan().is_clean();

        project
            .run(&["destroy", "-no-color", "-auto-approve", &format!("-target={TYPE}.p")])
            .succeeds();
        assert!(project.cloud.issuers("acme")[0].policy.only_denies());
        project.apply();
        project.cloud.remove_issuer("acme", issuer);
        project.plan().has_changes().says("2 to add");
        project.apply();
        project.destroy();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
        assert_eq!(project.cloud.breaches(), [""; 0]);
    });
}

#[test]
fn an_entry_that_can_not_be_is_refused_while_planning() {
    one_engine(|engine| {
        let project = Project::new(engine);
        for (entries, why) in [
            ("{ decision = \"allow\", token_type = \"team\" }", "takes a team_name"),
            ("{ decision = \"allow\", token_type = \"personal\" }", "takes a user_login"),
            ("{ decision = \"allow\", token_type = \"organization\" }", "takes a role_id"),
            (
                "{ decision = \"allow\", token_type = \"team\", team_name = \"t\", role_id = \"r\" }",
                "for organization tokens only",
            ),
            ("{ decision = \"perhaps\", token_type = \"team\" }", "It must be one of"),
            ("", "1 to 40 entries"),
        ] {
            policy(&project, entries);
            project.plan_fails().says(why);
        }
        assert!(project.requests("PATCH").is_empty());
    });
}

#[test]
fn an_entry_that_lets_in_too_much_is_warned_of() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let allow = |more: &str| {
            format!(
                "{{ decision = \"allow\", token_type = \"team\", team_name = \"platform\"{more} }}"
            )
        };
        policy(&project, &format!("{DENY}, {}", allow("")));
        project.plan().says("may let in too much").says("every id token of the issuer");
        policy(&project, &allow(", rules = {}"));
        project.plan().says("every id token of the issuer");
        policy(&project, &allow(", rules = { repository = \"acme/*\" }"));
        project.plan().says("made for other services");
        // What isn't known yet may be all that it takes.
        for rules in [
            "pulumiservice_api_auth_oidcissuer.i.id == \"\" ? {} : { aud = \"a\" }",
            "{ aud = pulumiservice_api_auth_oidcissuer.i.id }",
        ] {
            policy(&project, &allow(&format!(", rules = {rules}")));
            project.plan().says_nothing_of("may let in too much");
        }
        policy(&project, &format!("{DENY}, {TEAM}, {ADMIN}"));
        project.plan().says_nothing_of("may let in too much");
    });
}
