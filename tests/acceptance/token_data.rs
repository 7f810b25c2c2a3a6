//! Data sources of tokens.

use emulator::books::TokenRole;
use emulator::{ADMIN_ROLE, DEPLOYER_ROLE, LOGIN, MEMBER_ROLE, Token};
use serde_json::json;

use crate::harness::{Project, each_engine};
use crate::rotation::{DAY, START, Timed};

/// A role of the organization, as tokens have it.
fn role(project: &Project, id: &str) -> TokenRole {
    let roles = project.cloud.roles("acme");
    roles.iter().find(|role| role.id == id).expect("a role").into()
}

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
        expired.created = now - DAY;
        project.cloud.add_token(expired);
        let mut theirs = project.cloud.new_token("acme", "theirs");
        theirs.team = Some("platform".to_owned());
        theirs.last_used = 1_800_000_000;
        theirs.created = 1_700_000_000;
        let theirs = project.cloud.add_token(theirs);
        let mut mine = project.cloud.new_personal_token(LOGIN, "laptop");
        mine.expires = 1_900_000_000;
        mine.created = 1_700_000_000;
        let mine = project.cloud.add_personal_token(mine);
        let mut admin = project.cloud.new_token("acme", "admin");
        admin.admin = true;
        admin.role = Some(role(&project, ADMIN_ROLE));
        let admin = project.cloud.add_token(admin);
        project.write(
            &r#"
            data "pulumiservice_api_tokens_orgtokens" "active" { name_prefix = "c" }
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
            data "pulumiservice_api_tokens_orgtoken" "by_id" {
              org_name = "acme"
              token_id = "ADMIN"
            }
            output "by_id" { value = data.pulumiservice_api_tokens_orgtoken.by_id }
            output "team" { value = data.pulumiservice_api_tokens_teamtokens.t.tokens }
            output "personal" { value = data.pulumiservice_api_tokens_personaltokens.p.tokens }
            output "by_name" { value = data.pulumiservice_api_tokens_orgtoken.by_name }
            "#
            .replace("ADMIN", &admin.id),
        );
        project.apply();
        let ci_role = ci.role.unwrap();
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
                "role_id": ci_role.id,
                "role_name": ci_role.name,
            }])
        );
        assert_eq!(project.output("all"), json!(["ci", "expired", "admin"]), "oldest first");
        assert_eq!(project.output("none"), json!([]));
        let theirs = json!([{
            "token_id": theirs.id,
            "name": "theirs",
            "description": "",
            "created": emulator::clock::iso_8601(1_700_000_000),
            "created_by": "someone-else",
            "last_used": 1_800_000_000,
            "expires": 0,
            "expires_at": null,
            "admin": false,
            "role_id": null,
            "role_name": null,
        }]);
        assert_eq!(project.output("team"), theirs);
        let mine = json!([{
            "token_id": mine.id,
            "name": null,
            "description": "laptop",
            "created": emulator::clock::iso_8601(1_700_000_000),
            "created_by": LOGIN,
            "last_used": 0,
            "expires": 1_900_000_000,
            "expires_at": "2030-03-17T17:46:40Z",
            "admin": false,
            "role_id": null,
            "role_name": null,
        }]);
        assert_eq!(project.output("personal"), mine, "login sessions are no tokens");
        assert_eq!(project.output("by_name")["expires"], now - DAY);
        assert_eq!(project.output("by_name")["org_name"], "acme", "the provider's");
        let admin = json!({
            "org_name": "acme",
            "token_id": admin.id,
            "name": "admin",
            "description": "",
            "created": emulator::clock::iso_8601(admin.created),
            "created_by": "someone-else",
            "last_used": 0,
            "expires": 0,
            "expires_at": null,
            "admin": true,
            "role_id": ADMIN_ROLE,
            "role_name": "Admin",
        });
        assert_eq!(project.output("by_id"), admin);
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
            .says("lists no token named \"nobody\"");
        data("org_name = \"acme\"\n token_id = \"1\"").says("lists no token with the id \"1\"");
        data("name = \"ci\"").says("No organization is given");
        data("org_name = \"acme\"").says("Give one of name, token_id");
        data("org_name = \"acme\"\n name = \"a\"\n token_id = \"b\"").says("exclude each other");
        data("org_name = \"umbrella\"\n name = \"a\"").says("404");
    });
}

/// A kind of token that a data source lists.
struct Kind {
    data: &'static str,
    /// Whose tokens are listed.
    owner: &'static str,
    /// What the tokens of this test are told apart by.
    called: &'static str,
    /// Makes a token of this kind that is called so.
    make: fn(&Project, &str) -> Token,
    add: fn(&Project, Token) -> Token,
}

const KINDS: [Kind; 3] = [
    Kind {
        data: "pulumiservice_api_tokens_orgtokens",
        owner: "org_name = \"acme\"",
        called: "name",
        make: |project, name| project.cloud.new_token("acme", name),
        add: |project, token| project.cloud.add_token(token),
    },
    Kind {
        data: "pulumiservice_api_tokens_teamtokens",
        owner: "org_name = \"acme\"\n team_name = \"platform\"",
        called: "name",
        make: |project, name| Token {
            team: Some("platform".to_owned()),
            ..project.cloud.new_token("acme", name)
        },
        add: |project, token| project.cloud.add_token(token),
    },
    Kind {
        data: "pulumiservice_api_tokens_personaltokens",
        owner: "",
        called: "description",
        make: |project, description| project.cloud.new_personal_token(LOGIN, description),
        add: |project, token| project.cloud.add_personal_token(token),
    },
];

#[test]
fn every_filter_means_what_it_says_of_every_kind_of_token() {
    each_engine(|engine| {
        for kind in KINDS {
            // Both clocks stand still, so that a second more or less shows.
            let timed = Timed::new(engine);
            let project = &timed.project;
            let add = |name: &str, change: fn(&mut Token)| {
                let mut token = (kind.make)(project, name);
                token.created = START - 200 * DAY;
                token.last_used = START;
                change(&mut token);
                (kind.add)(project, token);
            };
            add("expired", |token| token.expires = START - 1);
            add("ending", |token| token.expires = START + 30 * DAY);
            add("lasting", |token| token.expires = START + 30 * DAY + 1);
            add("idle", |token| token.last_used = START - 90 * DAY);
            add("used", |token| token.last_used = START - 90 * DAY + 1);
            add("never", |token| {
                (token.created, token.last_used) = (START - 90 * DAY, 0);
            });
            add("new", |token| (token.created, token.last_used) = (START - 90 * DAY + 1, 0));

            let active = "ending idle lasting never new used";
            let mut cases = vec![
                (String::new(), active),
                ("status = \"active\"".to_owned(), active),
                ("status = \"expired\"".to_owned(), "expired"),
                ("status = \"all\"".to_owned(), "ending expired idle lasting never new used"),
                ("expires_within = \"30d\"".to_owned(), "ending"),
                ("expires_within = \"30d\"\n status = \"all\"".to_owned(), "ending expired"),
                ("unused_for = \"90d\"".to_owned(), "idle never"),
                ("unused_for = \"90d\"\n expires_within = \"30d\"".to_owned(), ""),
            ];
            if kind.called == "name" {
                cases.push(("name_prefix = \"ne\"".to_owned(), "never new"));
                cases.push(("name_prefix = \"ne\"\n unused_for = \"90d\"".to_owned(), "never"));
            }
            if kind.data == "pulumiservice_api_tokens_orgtokens" {
                for (name, id) in [("admins", ADMIN_ROLE), ("deploys", DEPLOYER_ROLE)] {
                    let mut token = project.cloud.new_token("acme", name);
                    (token.last_used, token.expires) = (START, START - 1);
                    token.admin = id == ADMIN_ROLE;
                    token.role = Some(role(project, id));
                    project.cloud.add_token(token);
                }
                let expired = |filter: &str| format!("status = \"expired\"\n {filter}");
                cases[2].1 = "admins deploys expired";
                cases[3].1 = "admins deploys ending expired idle lasting never new used";
                cases[5].1 = "admins deploys ending expired";
                let by_role = |id: &str| expired(&format!("role_id = {id:?}"));
                cases.extend([
                    (by_role(DEPLOYER_ROLE), "deploys"),
                    (by_role(MEMBER_ROLE), "expired"),
                    (expired("admin = true"), "admins"),
                    (expired("admin = false"), "deploys expired"),
                ]);
            }
            let blocks = cases.iter().enumerate().map(|(index, (filter, _))| {
                let Kind { data, owner, called, .. } = kind;
                format!(
                    "data \"{data}\" \"d{index}\" {{\n {owner}\n {filter}\n}}\n\
                     output \"o{index}\" {{\n value = \
                     join(\" \", sort(data.{data}.d{index}.tokens[*].{called}))\n}}\n"
                )
            });
            project.write(&blocks.collect::<String>());
            project.apply();
            for (index, (filter, meant)) in cases.iter().enumerate() {
                let found = project.output(&format!("o{index}"));
                assert_eq!(found, *meant, "{} with {filter:?}", kind.data);
            }
        }
    });
}
