//! Teams, what they are given, and their roles.

use emulator::{
    ACCESS_TOKEN, ADMIN_ROLE, DEPLOYER_ROLE, Fault, LOGIN, MEMBER_ROLE, Member, On, Operation,
    Permissions, Team, TeamKind,
};
use serde_json::{Value, json};

use super::{Lab, message};

const OPS: &str = "/teams/ops";

fn wanted(name: &str) -> Value {
    json!({"name": name, "displayName": "Operations", "description": "runs it"})
}

/// A lab with the team `ops` and the member `alice`.
async fn lab() -> Lab {
    let lab = Lab::new();
    lab.emulator.edit_org("acme", |org| org.members.push(Member::new("alice")));
    assert_eq!(lab.post("/teams/pulumi", wanted("ops")).await.0, 201);
    lab
}

#[tokio::test]
async fn a_team_is_made_read_and_deleted() {
    let lab = Lab::new();
    let (status, made) = lab.post("/teams/pulumi", wanted("ops")).await;
    assert_eq!(
        (status, &made["kind"], &made["userRole"]),
        (201, &json!("pulumi"), &json!("admin"))
    );
    assert_eq!(made["members"][0]["githubLogin"], LOGIN);
    assert_eq!(made["members"][0]["role"], "admin");
    assert_eq!(made.get("stacks"), None, "empty lists are left out");
    assert_eq!(lab.get(OPS).await, (200, made));
    assert_eq!(lab.get("/teams").await.1["teams"].as_array().unwrap().len(), 3);
    assert_eq!(lab.emulator.leftovers("acme"), ["team ops"]);
    assert_eq!(lab.delete(OPS).await, (204, Value::Null));
    let gone = lab.get(OPS).await;
    assert_eq!((gone.0, message(&gone)), (404, "Not Found: Team ops not found"));
    assert_eq!(lab.delete(OPS).await.0, 404);
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    // The name can be used again, unlike a token's.
    assert_eq!(lab.post("/teams/pulumi", wanted("ops")).await.0, 201);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_teams_name_is_plain_and_unique() {
    let lab = lab().await;
    let taken = lab.post("/teams/pulumi", wanted("ops")).await;
    assert_eq!(taken.0, 409);
    assert_eq!(message(&taken), "Conflict: Team with name \"ops\" already exists");
    for name in ["", "a b", "a/b", "é"] {
        assert_eq!(lab.post("/teams/pulumi", wanted(name)).await.0, 400, "{name}");
    }
    let mut long = wanted("long");
    long["displayName"] = "x".repeat(101).into();
    assert_eq!(lab.post("/teams/pulumi", long).await.0, 400);
    assert_eq!(lab.post("/teams/pulumi", json!({"name": "plain"})).await.0, 201);
    assert_eq!(lab.get("/teams/plain").await.1["displayName"], "plain");
    // What is a kind in one path is a name in another.
    assert_eq!(lab.post("/teams/pulumi", wanted("pulumi")).await.0, 201);
    assert_eq!(lab.get("/teams/pulumi").await.0, 200);
    assert_eq!(lab.delete("/teams/pulumi").await.0, 204);
    assert_eq!(lab.post("/teams/gitlab", wanted("x")).await.0, 405);
    lab.keeps_to_the_document(&["required", "/teams/gitlab"]);
}

#[tokio::test]
async fn names_for_people_change_and_an_empty_one_clears_or_not() {
    let lab = lab().await;
    let change = json!({"newDisplayName": "Ops", "newDescription": ""});
    assert_eq!(lab.patch(OPS, change.clone()).await, (204, Value::Null));
    let team = lab.emulator.team("acme", "ops").unwrap();
    assert_eq!((team.display_name.as_str(), team.description.as_str()), ("Ops", ""));
    lab.patch(OPS, json!({"newDescription": "again"})).await;
    lab.emulator.edit_org("acme", |org| org.quirks.empty_text_clears = false);
    lab.patch(OPS, change).await;
    assert_eq!(lab.emulator.team("acme", "ops").unwrap().description, "again");
    assert_eq!(lab.patch("/teams/none", json!({})).await.0, 404);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn members_come_and_go_one_at_a_time() {
    let lab = lab().await;
    let change = async |login: &str, action: &str| {
        lab.patch(OPS, json!({"member": login, "memberAction": action})).await
    };
    assert_eq!(change("alice", "promote").await.0, 404);
    assert_eq!(change("alice", "add").await, (204, Value::Null));
    assert_eq!(change("alice", "add").await.0, 409);
    assert!(!lab.emulator.team("acme", "ops").unwrap().member("alice").unwrap().admin);
    assert_eq!(change("alice", "promote").await.0, 204);
    assert!(lab.emulator.team("acme", "ops").unwrap().member("alice").unwrap().admin);
    assert_eq!(change("alice", "demote").await.0, 204);
    assert_eq!(change("alice", "remove").await.0, 204);
    let absent = change("alice", "remove").await;
    assert_eq!((absent.0, message(&absent)), (404, "Not Found: User 'alice' not found"));
    lab.emulator.edit_org("acme", |org| org.quirks.absent_removals_fail = false);
    assert_eq!(change("alice", "remove").await.0, 204);
    assert_eq!(change("nobody", "add").await.0, 404);
    assert_eq!(change("alice", "praise").await.0, 400);
    let two = json!({"member": "alice", "memberAction": "add", "newDescription": "x"});
    assert_eq!(lab.patch(OPS, two).await.0, 400);
    lab.keeps_to_the_document(&["praise"]);
}

#[tokio::test]
async fn a_team_is_granted_stacks() {
    let lab = lab().await;
    let stack =
        |level: i64| json!({"projectName": "web", "stackName": "prod", "permission": level});
    assert_eq!(lab.patch(OPS, json!({"editStackPermission": stack(101)})).await.0, 404);
    for (operation, level) in [("add", 101), ("add", 102), ("edit", 103)] {
        let change = json!({format!("{operation}StackPermission"): stack(level)});
        assert_eq!(lab.patch(OPS, change).await, (204, Value::Null));
        assert_eq!(lab.get(OPS).await.1["stacks"][0]["permission"], level);
    }
    for level in [104, 7] {
        assert_eq!(lab.patch(OPS, json!({"addStackPermission": stack(level)})).await.0, 400);
    }
    let remove = json!({"removeStack": {"projectName": "web", "stackName": "prod"}});
    assert_eq!(lab.patch(OPS, remove.clone()).await.0, 204);
    assert_eq!(lab.patch(OPS, remove).await.0, 404);
    assert_eq!(lab.get(OPS).await.1.get("stacks"), None);
    lab.keeps_to_the_document(&["7 is not one of"]);
}

#[tokio::test]
async fn a_team_is_granted_environments() {
    let lab = lab().await;
    let environment = |project: &str, open: Value| {
        let mut level = json!({"projectName": project, "envName": "prod", "permission": "open"});
        if !open.is_null() {
            level["maxOpenDuration"] = open;
        }
        json!({"addEnvironmentPermission": level})
    };
    assert_eq!(lab.patch(OPS, environment("default", json!("90m"))).await.0, 204);
    assert_eq!(lab.patch(OPS, environment("other", Value::Null)).await.0, 204);
    let of = async |project: &str| {
        let team = lab.get(OPS).await.1;
        let all = team["environments"].as_array().unwrap().clone();
        all.into_iter().find(|grant| grant["projectName"] == project).unwrap()
    };
    assert_eq!(of("default").await["maxOpenDuration"], "1h30m0s");
    assert_eq!(of("other").await.get("maxOpenDuration"), None);
    lab.emulator.edit_org("acme", |org| org.quirks.normalizes_durations = false);
    assert_eq!(of("default").await["maxOpenDuration"], "90m");
    assert_eq!(lab.patch(OPS, environment("default", json!("soon"))).await.0, 400);
    assert_eq!(lab.patch(OPS, environment("default", json!(""))).await.0, 204);
    assert_eq!(of("default").await.get("maxOpenDuration"), None);
    let remove = json!({"removeEnvironment": {"projectName": "other", "envName": "prod"}});
    assert_eq!(lab.patch(OPS, remove.clone()).await.0, 204);
    assert_eq!(lab.patch(OPS, remove).await.0, 404);
    assert_eq!(lab.get(OPS).await.1["environments"].as_array().unwrap().len(), 1);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_deleted_team_takes_its_tokens_along() {
    let lab = lab().await;
    let token = json!({"name": "t", "description": "", "expires": 0});
    let (_, made) = lab.post("/teams/ops/tokens", token).await;
    let value = made["tokenValue"].as_str().unwrap();
    assert_eq!(lab.emulator.live("acme").len(), 1);
    lab.delete(OPS).await;
    assert_eq!(lab.emulator.live("acme"), []);
    let answer = lab.send_as(value, reqwest::Method::GET, "/teams", Value::Null).await;
    assert_eq!(answer.0, 401);
}

#[tokio::test]
async fn teams_of_others_are_kept_elsewhere() {
    let lab = Lab::new();
    let github = json!({"githubTeamID": 7});
    assert_eq!(lab.post("/teams/github", github.clone()).await.0, 400);
    lab.emulator.edit_org("acme", |org| {
        org.kind = "github".to_owned();
        org.github_teams.insert(7, "core".to_owned());
        org.members.push(Member::new("alice"));
        org.teams.push(Team { kind: TeamKind::Scim, ..Team::new("from-idp") });
    });
    let (status, made) = lab.post("/teams/github", github.clone()).await;
    assert_eq!((status, &made["name"], &made["kind"]), (201, &json!("core"), &json!("github")));
    assert_eq!(made.get("members"), None);
    assert_eq!(lab.post("/teams/github", github).await.0, 409);
    assert_eq!(lab.post("/teams/github", json!({"githubTeamID": 8})).await.0, 404);
    assert_eq!(lab.post("/teams/github", json!({})).await.0, 400);
    let add = json!({"member": "alice", "memberAction": "add"});
    let describe = json!({"newDescription": "x"});
    assert_eq!(lab.patch("/teams/core", add.clone()).await.0, 400);
    assert_eq!(lab.patch("/teams/core", describe.clone()).await.0, 204);
    assert_eq!(lab.patch("/teams/from-idp", add).await.0, 400);
    assert_eq!(lab.patch("/teams/from-idp", describe).await.0, 400);
    lab.emulator.remove_team("acme", "from-idp");
    assert_eq!(lab.get("/teams/from-idp").await.0, 404);
    lab.emulator.edit_org("acme", |org| org.kind = "single-user".to_owned());
    assert_eq!(lab.post("/teams/pulumi", wanted("x")).await.0, 400);
    lab.keeps_to_the_document(&["required"]);
}

#[tokio::test]
async fn members_can_be_unknown_for_a_while() {
    let lab = lab().await;
    let why = "the identity provider can't be asked";
    lab.emulator.edit_org("acme", |org| {
        org.team_mut("ops").unwrap().list_members_error = Some(why.to_owned());
    });
    let (status, team) = lab.get(OPS).await;
    assert_eq!((status, &team["listMembersError"]), (200, &json!(why)));
    assert_eq!(team.get("members"), None);
    lab.emulator.edit_org("acme", |org| org.quirks.leaves_out_empty = false);
    assert_eq!(lab.get(OPS).await.1["members"], json!([]));
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_team_has_one_role() {
    let lab = lab().await;
    let role = |id: &str| format!("/teams/ops/roles/{id}");
    assert_eq!(lab.post(&role("none"), Value::Null).await.0, 404);
    assert_eq!(lab.post(&role(DEPLOYER_ROLE), Value::Null).await, (204, Value::Null));
    assert_eq!(lab.post(&role(MEMBER_ROLE), Value::Null).await.0, 204);
    assert_eq!(lab.get(OPS).await.1["roleIds"], json!([MEMBER_ROLE]));
    let roles = lab.get("/teams/ops/roles").await.1["roles"].clone();
    assert_eq!((roles.as_array().unwrap().len(), &roles[0]["id"]), (1, &json!(MEMBER_ROLE)));
    let with = lab.get(&format!("/roles/{MEMBER_ROLE}/teams")).await.1;
    assert_eq!(with["teams"][0]["name"], "ops");
    assert_eq!(lab.delete(&role(DEPLOYER_ROLE)).await.0, 404);
    assert_eq!(lab.delete(&role(MEMBER_ROLE)).await, (204, Value::Null));
    assert_eq!(lab.get("/teams/ops/roles").await.1["roles"], json!([]));
    let set = lab.emulator.org("acme").built_in("stack-read").unwrap().id.clone();
    assert_eq!(lab.post(&role(&set), Value::Null).await.0, 400, "a set is no role");
    assert_eq!(lab.get("/teams/none/roles").await.0, 404);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn team_roles_may_have_to_be_enabled() {
    let lab = lab().await;
    lab.emulator.edit_org("acme", |org| org.quirks.team_roles_need_enabling = true);
    let role = format!("/teams/ops/roles/{DEPLOYER_ROLE}");
    assert_eq!(lab.post(&role, Value::Null).await.0, 400);
    let (status, record) = lab.post("/teams/ops/enable-team-roles", Value::Null).await;
    assert_eq!((status, &record["uxPurpose"]), (200, &json!("role_private")));
    let again = lab.post("/teams/ops/enable-team-roles", Value::Null).await;
    assert_eq!(message(&again), "Bad Request: Role with this name already exists");
    assert_eq!(lab.post(&role, Value::Null).await.0, 204);
    lab.delete(OPS).await;
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.emulator.edit_org("acme", |org| {
        org.features.insert("customRolesEnabled".to_owned(), false);
    });
    let off = lab.post("/teams/platform/enable-team-roles", Value::Null).await;
    assert!(off.0 == 403 && message(&off).contains("customRolesEnabled"), "{off:?}");
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn what_was_given_to_a_team_that_was_there_is_left_over() {
    let lab = Lab::new();
    let platform = "/teams/platform";
    let stack = json!({"projectName": "web", "stackName": "prod", "permission": 101});
    let env = json!({"projectName": "default", "envName": "prod", "permission": "read"});
    lab.patch(platform, json!({"member": LOGIN, "memberAction": "add"})).await;
    lab.patch(platform, json!({"addStackPermission": stack})).await;
    lab.patch(platform, json!({"addEnvironmentPermission": env})).await;
    lab.post(&format!("{platform}/roles/{DEPLOYER_ROLE}"), Value::Null).await;
    assert_eq!(
        lab.emulator.leftovers("acme"),
        [
            format!("member {LOGIN} of team platform"),
            "stack web/prod of team platform".to_owned(),
            "environment default/prod of team platform".to_owned(),
            format!("role {DEPLOYER_ROLE} of team platform"),
        ]
    );
}

#[tokio::test]
async fn faults_strike_these_operations_too() {
    let lab = lab().await;
    lab.emulator.fault(On::operation(Operation::GetTeam), Fault::status(500));
    lab.emulator.fault(On::operations(&[Operation::UpdateTeam]), Fault::drop().after());
    assert_eq!(lab.get(OPS).await.0, 500);
    assert_eq!(lab.get(OPS).await.0, 200);
    let url = format!("{}/api/orgs/acme{OPS}", lab.emulator.url());
    let lost = lab.http.patch(url).header("authorization", format!("token {ACCESS_TOKEN}"));
    let lost = lost.header("content-type", "application/json").body(r#"{"newDescription":"x"}"#);
    assert!(lost.send().await.is_err());
    assert_eq!(lab.emulator.team("acme", "ops").unwrap().description, "x");
}

#[tokio::test]
async fn a_team_admin_manages_the_team_and_its_tokens() {
    let lab = lab().await;
    lab.emulator.set_permissions(ACCESS_TOKEN, Permissions::MEMBER);
    let token = json!({"name": "t", "description": "", "expires": 0});
    assert_eq!(lab.post("/teams/ops/tokens", token.clone()).await.0, 200);
    assert_eq!(lab.post("/teams/platform/tokens", token).await.0, 403);
    assert_eq!(lab.patch(OPS, json!({"newDescription": "mine"})).await.0, 204);
    assert_eq!(lab.patch("/teams/platform", json!({"newDescription": "x"})).await.0, 403);
    let role = format!("/teams/ops/roles/{DEPLOYER_ROLE}");
    assert_eq!(lab.post(&role, Value::Null).await.0, 403, "that takes more");
    let other = lab.emulator.add_token(lab.emulator.new_token("acme", "org's"));
    let wrong = lab.delete(&format!("/teams/ops/tokens/{}?reason=x", other.id)).await;
    assert_eq!(message(&wrong), "Bad Request: the requested token is not a team token");
}

#[tokio::test]
async fn a_team_token_may_do_what_the_teams_role_says() {
    let lab = lab().await;
    let token = json!({"name": "t", "description": "", "expires": 0});
    let made = lab.post("/teams/ops/tokens", token).await.1;
    let value = made["tokenValue"].as_str().unwrap();
    let update = async || {
        let body = json!({"newDescription": "x"});
        lab.send_as(value, reqwest::Method::PATCH, "/teams/platform", body).await.0
    };
    assert_eq!(update().await, 403);
    lab.post(&format!("/teams/ops/roles/{ADMIN_ROLE}"), Value::Null).await;
    assert_eq!(update().await, 204);
}
