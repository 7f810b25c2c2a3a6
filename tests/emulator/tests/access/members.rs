//! Members of an organization.

use emulator::{DEPLOYER_ROLE, LOGIN, ListedIn, MEMBER_ROLE, Member};
use serde_json::{Value, json};

use super::{Lab, message};

const ALICE: &str = "/members/alice";

async fn add(lab: &Lab, login: &str, role: &str) -> (u16, Value) {
    lab.post(&format!("/members/{login}"), json!({"role": role})).await
}

#[tokio::test]
async fn a_member_comes_changes_and_goes() {
    let lab = Lab::new();
    let (status, member) = add(&lab, "alice", "admin").await;
    assert_eq!((status, &member["role"]), (200, &json!("admin")));
    assert_eq!(member["user"]["name"], "Alice Doe");
    assert_eq!(member["fgaRole"]["name"], "Admin");
    assert_eq!(add(&lab, "alice", "member").await.0, 409);
    assert_eq!(add(&lab, "nobody", "member").await.0, 404);
    assert_eq!(add(&lab, "bob", "stack-collaborator").await.0, 400);
    assert_eq!(lab.emulator.leftovers("acme"), ["member alice"]);
    let by_name = lab.patch(ALICE, json!({"role": "member"})).await;
    assert_eq!((by_name.0, message(&by_name)), (404, "Not Found: Role 'member' not found"));
    let both = json!({"role": "admin", "fgaRoleId": DEPLOYER_ROLE});
    assert_eq!(lab.patch(ALICE, both).await, (204, Value::Null));
    let role = lab.emulator.org("acme").member("alice").unwrap().role_id.clone();
    assert_eq!(role.as_deref(), Some(DEPLOYER_ROLE));
    let wrong = lab.patch(ALICE, json!({"fgaRoleId": "none"})).await;
    assert_eq!((wrong.0, message(&wrong)), (400, "Bad Request: Invalid parameter 'roleID'"));
    lab.emulator.edit_org("acme", |org| org.quirks.role_names_work = true);
    assert_eq!(lab.patch(ALICE, json!({"role": "member"})).await.0, 204);
    assert_eq!(lab.delete(ALICE).await, (204, Value::Null));
    assert_eq!(lab.delete(ALICE).await.0, 404);
    assert_eq!(lab.patch(ALICE, json!({"role": "member"})).await.0, 404);
    assert_eq!(lab.delete(&format!("/members/{LOGIN}")).await.0, 400, "oneself");
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn an_addition_can_be_answered_with_201() {
    let lab = Lab::new();
    lab.emulator.set_creations_answer_201(true);
    assert_eq!(add(&lab, "alice", "member").await.0, 201);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn who_goes_leaves_all_teams() {
    let lab = Lab::new();
    add(&lab, "alice", "member").await;
    lab.patch("/teams/platform", json!({"member": "alice", "memberAction": "add"})).await;
    lab.delete(ALICE).await;
    assert!(lab.emulator.team("acme", "platform").unwrap().members.is_empty());
}

#[tokio::test]
async fn the_two_lists_make_one_together() {
    let lab = Lab::new();
    lab.emulator.sign_up("eve", "");
    lab.emulator.edit_org("acme", |org| {
        let of = |login: &str, listed_in| Member { listed_in, ..Member::new(login) };
        org.members.push(of("alice", ListedIn::Backend));
        org.members.push(of("bob", ListedIn::Frontend));
        org.members.push(Member { known: false, ..of("eve", ListedIn::Both) });
    });
    let logins = |answer: &Value| -> Vec<String> {
        let members = answer["members"].as_array().unwrap().iter();
        let logins = members.map(|member| member["user"]["githubLogin"].as_str().unwrap());
        logins.map(str::to_owned).collect()
    };
    let (_, frontend) = lab.get("/members?type=frontend").await;
    let mut seen = logins(&frontend);
    seen.sort();
    assert_eq!(seen, ["bob", "eve", LOGIN]);
    assert_eq!(frontend.get("continuationToken"), None);
    let (mut backend, mut next, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let (_, page) = lab.get(&format!("/members?type=backend{next}")).await;
        backend.extend(logins(&page));
        pages += 1;
        let Some(token) = page["continuationToken"].as_str() else { break };
        let hex: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
        next = format!("&continuationToken={hex}");
    }
    assert_eq!(
        (backend, pages),
        (vec!["acme".into(), "alice".into(), "eve".into(), LOGIN.into()], 2)
    );
    assert_eq!(lab.get("/members?type=all").await.0, 400);
    assert_eq!(lab.get("/members?type=backend&continuationToken=x").await.0, 400);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_member_without_a_role_has_the_default() {
    let lab = Lab::new();
    lab.emulator.edit_org("acme", |org| org.members.push(Member::new("alice")));
    let of_alice = async || {
        let members = lab.get("/members").await.1["members"].clone();
        let mut members = members.as_array().unwrap().clone().into_iter();
        members.find(|member| member["user"]["githubLogin"] == "alice").unwrap()
    };
    let member = of_alice().await;
    assert_eq!(member["fgaRole"]["id"], MEMBER_ROLE);
    assert_eq!(member["fgaRole"]["modifiedAt"], "0001-01-01T00:00:00Z");
    lab.emulator.set_default_role("acme", DEPLOYER_ROLE);
    let member = of_alice().await;
    assert_eq!(
        (&member["fgaRole"]["name"], &member["role"]),
        (&json!("Deployer"), &json!("member"))
    );
    lab.emulator.edit_org("acme", |org| org.quirks.fga_role_ids_differ = true);
    let member = of_alice().await;
    assert_ne!(member["fgaRole"]["id"], DEPLOYER_ROLE);
    assert_eq!(member["fgaRole"]["name"], "Deployer");
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn an_adopted_member_is_left_with_the_default_role() {
    let lab = Lab::new();
    lab.emulator.edit_org("acme", |org| org.members.push(Member::new("alice")));
    lab.patch(ALICE, json!({"fgaRoleId": DEPLOYER_ROLE})).await;
    assert_eq!(lab.emulator.leftovers("acme"), [format!("role {DEPLOYER_ROLE} of alice")]);
    lab.patch(ALICE, json!({"fgaRoleId": MEMBER_ROLE})).await;
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.emulator.remove_member("acme", "alice");
    assert_eq!(lab.patch(ALICE, json!({"fgaRoleId": MEMBER_ROLE})).await.0, 404);
}

#[tokio::test]
async fn custom_roles_of_members_are_a_feature() {
    let lab = Lab::new();
    add(&lab, "alice", "member").await;
    lab.emulator.edit_org("acme", |org| {
        org.features.insert("usersCustomRolesEnabled".to_owned(), false);
    });
    let refused = lab.patch(ALICE, json!({"fgaRoleId": DEPLOYER_ROLE})).await;
    assert!(refused.0 == 403 && message(&refused).contains("usersCustomRolesEnabled"));
    assert_eq!(lab.patch(ALICE, json!({"fgaRoleId": MEMBER_ROLE})).await.0, 204);
}
