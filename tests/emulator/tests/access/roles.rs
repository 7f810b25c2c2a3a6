//! Roles, policies and permission sets.

use emulator::{ADMIN_ROLE, Config, DEPLOYER_ROLE, Emulator, Member, Org};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, message};

fn allow(scopes: &[&str]) -> Value {
    json!({"__type": "PermissionDescriptorAllow", "permissions": scopes})
}

fn on_environment(id: &str, node: Value) -> Value {
    json!({
        "__type": "PermissionDescriptorCondition",
        "condition": {
            "__type": "PermissionExpressionEqual",
            "left": {"__type": "PermissionExpressionEnvironment"},
            "right": {"__type": "PermissionLiteralExpressionEnvironment", "identity": id},
        },
        "subNode": node,
    })
}

fn wanted(name: &str, details: Value) -> Value {
    json!({"name": name, "description": "what for", "uxPurpose": "role", "details": details})
}

async fn create(lab: &Lab, name: &str, details: Value) -> String {
    let (status, role) = lab.post("/roles", wanted(name, details)).await;
    assert_eq!(status, 200, "{role}");
    role["id"].as_str().unwrap().to_owned()
}

fn token(name: &str, role: &str) -> Value {
    json!({"name": name, "description": "", "expires": 0, "admin": false, "roleID": role})
}

#[tokio::test]
async fn a_role_is_made_read_changed_and_deleted() {
    let lab = Lab::new();
    let group = json!({
        "__type": "PermissionDescriptorGroup",
        "entries": [
            allow(&["stack:write", "stack:read"]),
            on_environment("e-1", allow(&["environment:open"])),
        ],
    });
    let (status, made) = lab.post("/roles", wanted("ops", group)).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!((&made["resourceType"], &made["version"]), (&json!("global"), &json!(1)));
    assert_eq!((&made["isOrgDefault"], &made["defaultIdentifier"]), (&json!(false), &json!("")));
    let scopes = made["details"]["entries"][0]["permissions"].clone();
    assert_eq!(scopes, json!(["stack:read", "stack:write"]), "the order is the service's own");
    let path = format!("/roles/{}", made["id"].as_str().unwrap());
    assert_eq!(lab.get(&path).await, (200, made));
    let (status, changed) = lab.patch(&path, json!({"description": "else"})).await;
    assert_eq!((status, &changed["version"]), (200, &json!(2)));
    assert_eq!((&changed["name"], &changed["description"]), (&json!("ops"), &json!("else")));
    assert_eq!(lab.patch(&path, json!({"name": "Deployer"})).await.0, 409);
    assert_eq!(lab.patch("/roles/none", json!({})).await.0, 404);
    assert_eq!(lab.emulator.leftovers("acme"), ["role ops"]);
    assert_eq!(lab.delete(&path).await, (204, Value::Null));
    assert_eq!(lab.get(&path).await.0, 404);
    assert_eq!(lab.delete(&path).await.0, 404);
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_role_has_a_name_and_a_tree_that_is_one() {
    let lab = Lab::new();
    for (role, status) in [
        (wanted("Deployer", allow(&[])), 409),
        (wanted("", allow(&[])), 400),
        (json!({"name": "x", "uxPurpose": "role"}), 400),
        (json!({"uxPurpose": "role", "details": allow(&[])}), 400),
        (wanted("x", json!({"__type": "PermissionDescriptorDeny"})), 400),
        (wanted("x", json!({"permissions": []})), 400),
        (wanted("x", allow(&["stack:fly"])), 400),
        (wanted("x", on_environment("e", json!({"__type": "None"}))), 400),
        (
            wanted(
                "x",
                on_environment("e", json!({"__type": "PermissionDescriptorAllow", "scopes": 1})),
            ),
            400,
        ),
        (
            wanted(
                "x",
                json!({
                    "__type": "PermissionDescriptorCompose", "permissionDescriptors": ["none"],
                }),
            ),
            400,
        ),
        (
            wanted(
                "x",
                json!({
                    "__type": "PermissionDescriptorGroup", "entries": vec![allow(&[]); 2_001],
                }),
            ),
            400,
        ),
        (wanted("x", allow(&vec!["stack:read"; 100_000])), 400),
    ] {
        let answer = lab.post("/roles", role).await;
        assert_eq!(answer.0, status, "{answer:?}");
    }
    let mut of_stacks = wanted("stacks", allow(&["environment:open"]));
    of_stacks["resourceType"] = "stack".into();
    assert_eq!(lab.post("/roles", of_stacks).await.0, 400, "the scope is of something else");
    lab.emulator.edit_org("acme", |org| org.new_scopes.push("stack:fly".to_owned()));
    create(&lab, "flyer", allow(&["stack:fly"])).await;
    assert_eq!(lab.get("/roles").await.0, 400, "uxPurpose is required");
    assert_eq!(lab.get("/roles?uxPurpose=all").await.0, 400);
}

#[tokio::test]
async fn a_role_in_use_is_kept() {
    let lab = Lab::new();
    let id = create(&lab, "ops", allow(&["stack:read"])).await;
    let path = format!("/roles/{id}");
    lab.emulator.edit_org("acme", |org| org.members.push(Member::new("alice")));
    lab.post("/tokens", token("t", &id)).await;
    lab.post(&format!("/teams/platform/roles/{id}"), Value::Null).await;
    lab.patch("/members/alice", json!({"fgaRoleId": id})).await;
    let refused = lab.delete(&path).await;
    assert_eq!(refused.0, 409);
    for holder in ["member alice", "team platform", "token t"] {
        assert!(message(&refused).contains(holder), "{refused:?}");
    }
    let users = lab.get(&format!("{path}/users")).await.1;
    assert_eq!(users["users"][0]["githubLogin"], "alice");
    assert_eq!(lab.get(&format!("{path}/tokens")).await.1["tokens"][0]["name"], "t");
    assert_eq!(lab.delete(&format!("{path}?force=true")).await.0, 204);
    let org = lab.emulator.org("acme");
    assert_eq!(org.member("alice").unwrap().role_id, None);
    assert!(org.team("platform").unwrap().roles.is_empty());
    assert_eq!(lab.emulator.token_named("acme", "t").unwrap().role.unwrap().name, "Member");
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_role_that_another_includes_is_kept_even_by_force() {
    let lab = Lab::new();
    let part = create(&lab, "part", allow(&["stack:read"])).await;
    let compose = json!({"__type": "PermissionDescriptorCompose", "permissionDescriptors": [part]});
    let whole = create(&lab, "whole", compose).await;
    assert_eq!(lab.delete(&format!("/roles/{part}?force=true")).await.0, 409);
    assert_eq!(lab.delete(&format!("/roles/{whole}")).await.0, 204);
    assert_eq!(lab.delete(&format!("/roles/{part}")).await.0, 204);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_role_can_be_made_as_the_console_does() {
    let lab = Lab::new();
    let path = "/roles?createPolicyAndRole=true";
    let (status, role) = lab.post(path, wanted("ops", allow(&["stack:read"]))).await;
    assert_eq!(status, 200);
    assert_eq!(role["details"]["__type"], "PermissionDescriptorCompose");
    let policies = lab.get("/roles?uxPurpose=policy").await.1["roles"].clone();
    assert_eq!(role["details"]["permissionDescriptors"], json!([policies[0]["id"]]));
    assert_eq!(policies[0]["details"], allow(&["stack:read"]));
    lab.delete(&format!("/roles/{}", role["id"].as_str().unwrap())).await;
    assert_eq!(lab.get("/roles?uxPurpose=policy").await.1["roles"], json!([]));
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn built_in_roles_stay_and_have_other_ids_elsewhere() {
    let lab = Lab::new();
    let admin = format!("/roles/{ADMIN_ROLE}");
    assert_eq!(lab.patch(&admin, json!({"name": "Boss"})).await.0, 400);
    assert_eq!(lab.delete(&admin).await.0, 400);
    let sets = lab.get("/roles?uxPurpose=set").await.1["roles"].clone();
    assert!(sets.as_array().unwrap().iter().all(|set| set["defaultIdentifier"] != ""));
    let orgs = vec![Org::new("acme"), Org::new("other")];
    let two = Emulator::start(Config { orgs, ..Config::default() });
    let id = |org: &str| two.org(org).built_in("admin").unwrap().id.clone();
    assert_eq!(id("acme"), ADMIN_ROLE);
    assert_ne!(id("other"), ADMIN_ROLE);
}

#[tokio::test]
async fn another_role_can_be_the_default() {
    let lab = Lab::new();
    let path = format!("/roles/{DEPLOYER_ROLE}");
    assert_eq!(lab.patch(&format!("{path}/default"), Value::Null).await, (204, Value::Null));
    assert_eq!(lab.get(&path).await.1["isOrgDefault"], true);
    assert_eq!(lab.get("/metadata").await.1["defaultRoleId"], DEPLOYER_ROLE);
    assert_eq!(lab.delete(&path).await.0, 400);
    let set = lab.emulator.org("acme").built_in("stack-read").unwrap().id.clone();
    let wrong = lab.patch(&format!("/roles/{set}/default"), Value::Null).await;
    assert_eq!((wrong.0, message(&wrong)), (400, "Bad Request: Invalid role type"));
    assert_eq!(lab.emulator.settings("acme")["defaultRoleId"], DEPLOYER_ROLE);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn scopes_are_listed_by_what_they_are_for() {
    let lab = Lab::new();
    lab.emulator.edit_org("acme", |org| org.new_scopes.push("stack:fly".to_owned()));
    let (status, scopes) = lab.get("/roles/scopes").await;
    assert_eq!(status, 200);
    let of = |kind: &str| -> Vec<String> {
        let groups = scopes[kind].as_array().unwrap().iter();
        let scopes = groups.flat_map(|group| group["scopes"].as_array().unwrap());
        scopes.map(|scope| scope["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("global").len(), 190 + 1);
    assert!(of("stack").contains(&"stack:fly".to_owned()));
    assert!(of("environment").iter().all(|scope| scope.starts_with("environment")));
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_token_may_do_what_its_role_says() {
    let lab = Lab::new();
    let id = create(&lab, "team maker", allow(&["team:create"])).await;
    let (_, made) = lab.post("/tokens", token("robot", &id)).await;
    let value = made["tokenValue"].as_str().unwrap();
    let team = json!({"name": "made", "displayName": "", "description": ""});
    assert_eq!(lab.send_as(value, Method::POST, "/teams/pulumi", team).await.0, 201);
    assert_eq!(lab.send_as(value, Method::DELETE, "/teams/made", Value::Null).await.0, 403);
    let made = lab.emulator.team("acme", "made").unwrap();
    assert!(made.members.is_empty(), "an organization's token is no member");
}
