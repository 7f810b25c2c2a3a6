//! Data sources of tokens.

use serde_json::{Value, json};

use crate::harness::{Project, each_engine};

const DAY: i64 = 86_400;

#[test]
fn tokens_are_listed_with_all_that_the_service_tells() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("PULUMI_ORG", "acme");
        let now = project.cloud.clock().now();
        let mut ci = project.cloud.new_token("acme", "ci");
        ci.description = "deploys".to_owned();
        ci.expires = 1_900_000_000;
        ci.last_used = 1_800_000_000;
        ci.created = 1_700_000_000;
        let ci = project.cloud.add_token(ci);
        let mut expired = project.cloud.new_token("acme", "expired");
        expired.expires = now - DAY;
        project.cloud.add_token(expired);
        let mut theirs = project.cloud.new_token("acme", "theirs");
        theirs.team = Some("platform".to_owned());
        let theirs = project.cloud.add_token(theirs);
        project.write(
            r#"
            data "pulumiservice_api_tokens_orgtokens" "active" {}
            data "pulumiservice_api_tokens_orgtokens" "all" {
              org_name = "acme"
              status   = "all"
            }
            data "pulumiservice_api_tokens_orgtokens" "none" { name_prefix = "no-" }
            data "pulumiservice_api_tokens_teamtokens" "t" { team_name = "platform" }
            data "pulumiservice_api_tokens_personaltokens" "p" {}
            data "pulumiservice_api_tokens_orgtoken" "by_name" { name = "expired" }
            output "active" { value = data.pulumiservice_api_tokens_orgtokens.active.tokens }
            output "all" { value = data.pulumiservice_api_tokens_orgtokens.all.tokens[*].name }
            output "none" { value = data.pulumiservice_api_tokens_orgtokens.none.tokens }
            output "team" { value = data.pulumiservice_api_tokens_teamtokens.t.tokens[*].token_id }
            output "personal" { value = data.pulumiservice_api_tokens_personaltokens.p.tokens }
            output "by_name" { value = data.pulumiservice_api_tokens_orgtoken.by_name }
            "#,
        );
        project.apply();
        let role = ci.role.unwrap();
        assert_eq!(
            project.output("active"),
            json!([{
                "token_id": ci.id,
                "name": "ci",
                "description": "deploys",
                "created": emulator::clock::iso_8601(1_700_000_000),
                "created_by": "someone-else",
                "last_used": 1_800_000_000,
                "expires": 1_900_000_000,
                "expires_at": "2030-03-17T17:46:40Z",
                "admin": false,
                "role_id": role.id,
                "role_name": role.name,
            }])
        );
        assert_eq!(project.output("all"), json!(["ci", "expired"]));
        assert_eq!(project.output("none"), json!([]));
        assert_eq!(project.output("team"), json!([theirs.id]));
        assert_eq!(project.output("personal"), json!([]), "login sessions are no tokens");
        assert_eq!(project.output("by_name")["expires"], now - DAY);
        assert_eq!(project.output("by_name")["org_name"], Value::Null);
        project.plan().is_clean();
    });
}

#[test]
fn a_token_of_the_same_run_is_found_by_its_id() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.set_lag(emulator::Lag { lists: 1_000, seconds: 0 });
        project.write(
            r#"
            resource "pulumiservice_api_tokens_orgtoken" "t" {
              org_name = "acme"
              name     = "ci"
            }
            data "pulumiservice_api_tokens_orgtoken" "t" {
              org_name = "acme"
              token_id = pulumiservice_api_tokens_orgtoken.t.token_id
            }
            output "name" { value = data.pulumiservice_api_tokens_orgtoken.t.name }
            "#,
        );
        project.apply();
        assert_eq!(project.output("name"), "ci");
    });
}

#[test]
fn what_can_not_be_found_is_said() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let data = |arguments: &str| {
            let block = "pulumiservice_api_tokens_orgtoken";
            project.write(&format!("data \"{block}\" \"t\" {{\n {arguments}\n}}"));
            project.plan_fails()
        };
        data("org_name = \"acme\"\n name = \"nobody\"")
            .says("There is no such token")
            .says("no token named \"nobody\" is listed");
        data("org_name = \"acme\"\n token_id = \"1\"").says("no token with the id \"1\" is listed");
        data("name = \"ci\"").says("No organization is given");
        data("org_name = \"acme\"").says("Give one of name, token_id");
        data("org_name = \"acme\"\n name = \"a\"\n token_id = \"b\"").says("exclude each other");
        data("org_name = \"umbrella\"\n name = \"a\"").says("404");
    });
}
