//! Teams: calls on the request layer.

use emulator::{Emulator, ErrorBody, Fault, ORG, On, Operation};
use pulumiservice::cloud::{NewTeam, TeamChange};
use serde_json::{Value, json};

use crate::support::*;

fn team() -> Value {
    json!({"name": "ops", "displayName": "Ops", "description": "d", "kind": "pulumi", "new": []})
}

fn then(cloud: &Emulator, status: u16, body: ErrorBody) {
    cloud.fault(On::any(), Fault::answer(status, body));
}

fn not_found() -> Value {
    json!({"code": 404, "message": "Not Found: Team ops not found"})
}

/// The method, path and body of the last request.
fn asked(cloud: &Emulator) -> (String, String, Value) {
    let request = cloud.requests().pop().unwrap();
    let body = serde_json::from_str(&request.body).unwrap_or(Value::Null);
    (request.method, request.path, body)
}

fn expected(method: &str, path: &str, body: Value) -> (String, String, Value) {
    (method.to_owned(), path.to_owned(), body)
}

#[tokio::test]
async fn a_team_is_created_changed_and_deleted() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(
        On::operation(Operation::CreatePulumiTeam),
        Fault::answer(201, ErrorBody::Json(team())),
    );
    let new = NewTeam {
        name: "ops".to_owned(),
        display_name: "Ops".to_owned(),
        description: "d".to_owned(),
    };
    let made = client.create_team(ORG, &new).await.unwrap();
    assert_eq!((made.name.raw(), made.display_name.raw()), ("ops", "Ops"));
    let body = json!({"name": "ops", "displayName": "Ops", "description": "d"});
    assert_eq!(asked(&cloud), expected("POST", "/api/orgs/acme/teams/pulumi", body));

    then(&cloud, 204, ErrorBody::Nothing);
    let change = TeamChange { new_description: Some(String::new()), ..TeamChange::default() };
    client.update_team(ORG, "o p", &change).await.unwrap();
    let body = json!({"newDescription": ""});
    assert_eq!(asked(&cloud), expected("PATCH", "/api/orgs/acme/teams/o%20p", body));

    then(&cloud, 204, ErrorBody::Nothing);
    client.delete_team(ORG, "ops").await.unwrap();
    assert_eq!(asked(&cloud), expected("DELETE", "/api/orgs/acme/teams/ops", Value::Null));
}

#[tokio::test]
async fn a_change_is_not_done_because_a_gateway_says_so() {
    let cloud = start();
    then(&cloud, 200, ErrorBody::Html);
    let change = TeamChange::default();
    assert!(client(&cloud).update_team(ORG, "ops", &change).await.is_err());
}

#[tokio::test]
async fn a_team_is_gone_if_the_list_agrees() {
    let cloud = start();
    then(&cloud, 200, ErrorBody::Json(team()));
    let client = client(&cloud);
    assert_eq!(client.team(ORG, "ops").await.unwrap().unwrap().kind, "pulumi");
    for (listed, found) in [(json!({"teams": []}), false), (json!({"teams": [team()]}), true)] {
        then(&cloud, 404, ErrorBody::Json(not_found()));
        then(&cloud, 200, ErrorBody::Json(listed.clone()));
        assert_eq!(client.team(ORG, "ops").await.unwrap().is_some(), found);
        then(&cloud, 404, ErrorBody::Json(not_found()));
        then(&cloud, 200, ErrorBody::Json(listed));
        assert_eq!(client.delete_team(ORG, "ops").await.is_err(), found);
    }
    // The organization may be hidden.
    then(&cloud, 404, ErrorBody::Json(not_found()));
    then(&cloud, 404, ErrorBody::Json(not_found()));
    assert!(client.team(ORG, "ops").await.is_err());
}

#[tokio::test]
async fn a_lost_creation_says_that_it_may_have_been_done() {
    let cloud = start();
    let client = client(&cloud);
    let new =
        NewTeam { name: "ops".to_owned(), display_name: String::new(), description: String::new() };
    for (fault, acted) in [
        (Fault::drop(), true),
        (Fault::status(503), true),
        (Fault::answer(200, ErrorBody::Html), true),
        (Fault::status(409), false),
        (Fault::status(400), false),
    ] {
        cloud.fault(On::operation(Operation::CreatePulumiTeam), fault.clone());
        let error = client.create_team(ORG, &new).await.unwrap_err();
        assert_eq!(error.may_have_acted(), acted, "{fault:?}");
    }
    let creations = requests(&cloud, Operation::CreatePulumiTeam);
    assert_eq!(creations.len(), 5, "none is made twice");
}
