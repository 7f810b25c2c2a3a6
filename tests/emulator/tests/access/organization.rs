//! An organization's settings and metadata.

use emulator::{DEPLOYER_ROLE, ORG};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, message};
use crate::client::{self, Cloud};

#[tokio::test]
async fn settings_are_written_with_set_and_read_without() {
    let lab = Lab::new();
    let wanted = json!({
        "setDefaultStackPermission": 102,
        "setDefaultEnvironmentPermission": "open",
        "setMembersCanCreateTeams": true,
        "setNeoCLIExplanationsDisabled": false,
        "setPreferredVCS": "github",
        "setMaxAccessTokenExpiryDays": 30,
        "setDefaultDeploymentRoleId": DEPLOYER_ROLE,
        "setMembersCanInviteCollaborators": true,
        "setDefaultAgentPoolID": "pool",
    });
    let (status, metadata) = lab.patch("", wanted).await;
    assert_eq!(status, 200, "{metadata}");
    assert_eq!(lab.get("/metadata").await, (200, metadata.clone()));
    for (name, value) in [
        ("defaultStackPermission", json!(102)),
        ("defaultEnvironmentPermission", json!("open")),
        ("membersCanCreateTeams", json!(true)),
        ("membersCanCreateStacks", json!(true)),
        ("neoCLIExplanationsDisabled", json!(false)),
        ("preferredVCS", json!("github")),
        ("maxAccessTokenExpiryDays", json!(30)),
        ("defaultDeploymentRoleId", json!(DEPLOYER_ROLE)),
    ] {
        assert_eq!(metadata[name], value, "{name}");
        assert_eq!(lab.emulator.settings(ORG)[name], value, "{name}");
    }
    assert_eq!(metadata.get("membersCanInviteCollaborators"), None, "it can't be read");
    assert_eq!(lab.emulator.settings(ORG)["defaultAgentPoolID"], "pool");
    lab.emulator.edit_org(ORG, |org| {
        org.settings.insert("preferredVCS".to_owned(), "none".into());
    });
    assert_eq!(lab.get("/metadata").await.1["preferredVCS"], "none");
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn some_settings_can_be_cleared() {
    let lab = Lab::new();
    let set = json!({
        "setMaxAccessTokenExpiryDays": 30, "setDefaultDeploymentRoleId": DEPLOYER_ROLE,
    });
    lab.patch("", set).await;
    let clear = json!({"setMaxAccessTokenExpiryDays": 0, "setDefaultDeploymentRoleId": ""});
    let (_, metadata) = lab.patch("", clear).await;
    assert_eq!(metadata.get("maxAccessTokenExpiryDays"), None);
    assert_eq!(metadata.get("defaultDeploymentRoleId"), None);
    lab.emulator.edit_org(ORG, |org| org.quirks.shows_null_policy = true);
    let metadata = lab.get("/metadata").await.1;
    assert_eq!(metadata.get("maxAccessTokenExpiryDays"), Some(&Value::Null));
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_wrong_setting_changes_nothing() {
    let lab = Lab::new();
    for wrong in [
        json!({"setMaxAccessTokenExpiryDays": 3_651}),
        json!({"setMaxAccessTokenExpiryDays": -1}),
        json!({"setDefaultStackPermission": 104}),
        json!({"setDefaultStackPermission": 7}),
        json!({"setDefaultDeploymentRoleId": "none"}),
        json!({"setNeoApprovalMode": "never"}),
        json!({"preferredVCS": "github"}),
        json!({"setPreferredVCS": "github", "setMembersCanCreateTeams": "yes"}),
    ] {
        assert_eq!(lab.patch("", wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!(lab.get("/metadata").await.1["preferredVCS"], "none");
}

#[tokio::test]
async fn metadata_tells_features_kind_and_who_asks() {
    let lab = Lab::new();
    let (_, metadata) = lab.get("/metadata").await;
    assert_eq!((&metadata["kind"], &metadata["userRole"]), (&json!("pulumi"), &json!("admin")));
    assert_eq!(metadata["features"]["customRolesEnabled"], true);
    assert_eq!(metadata["features"]["scimEnabled"], false);
    lab.emulator.edit_org(ORG, |org| {
        org.kind = "saml".to_owned();
        org.features.insert("teamsEnabled".to_owned(), false);
    });
    let (_, metadata) = lab.get("/metadata").await;
    assert_eq!(
        (&metadata["kind"], &metadata["features"]["teamsEnabled"]),
        (&json!("saml"), &json!(false))
    );
    let refused = lab.get("/teams").await;
    assert!(refused.0 == 403 && message(&refused).contains("teamsEnabled"), "{refused:?}");
    let (status, org) = lab.get("").await;
    assert_eq!((status, &org["githubLogin"], &org["repos"]), (200, &json!(ORG), &json!([])));
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_policy_bites_on_every_request_of_a_token_that_lives_longer() {
    let lab = Lab::new();
    let cloud = Cloud::new(&lab.emulator);
    let body = json!({"description": "", "expires": 0});
    let made = client::json(cloud.post("/api/user/tokens", &body).await).await;
    let own = made["tokenValue"].as_str().unwrap();
    let metadata = async || lab.send_as(own, Method::GET, "/metadata", Value::Null).await;
    assert_eq!(metadata().await.0, 200);
    // The token that sets it is the first to be locked out.
    let set = json!({"setMaxAccessTokenExpiryDays": 30});
    assert_eq!(lab.send_as(own, Method::PATCH, "", set).await.0, 200);
    let refused = metadata().await;
    assert!(refused.0 == 403 && message(&refused).contains("within 30 days"), "{refused:?}");
    assert_eq!(lab.get("/metadata").await.0, 200);
}
