//! The right that each operation takes.

use emulator::{ACCESS_TOKEN, DEPLOYER_ROLE, Member, Permissions};
use reqwest::Method;
use serde_json::{Value, json};

use super::Lab;

#[tokio::test]
async fn every_operation_takes_its_scope() {
    let lab = Lab::new();
    lab.emulator.edit_org("acme", |org| org.members.push(Member::new("alice")));
    let url = "https://token.actions.githubusercontent.com";
    let (_, issuer) = lab.post("/oidc/issuers", json!({"name": "x", "url": url})).await;
    let issuer = format!("/oidc/issuers/{}", issuer["id"].as_str().unwrap());
    let policy = lab.emulator.issuers("acme")[0].policy.id.clone();
    let of_issuer = issuer.replace("/oidc/issuers/", "/auth/policies/oidcissuers/");
    let role = format!("/roles/{DEPLOYER_ROLE}");
    let team_role = format!("/teams/platform/roles/{DEPLOYER_ROLE}");
    let team = json!({"name": "x", "displayName": "", "description": ""});
    let details = json!({"__type": "PermissionDescriptorAllow", "permissions": []});
    let none = || Value::Null;
    let operations: Vec<(&[&str], Method, String, Value)> = vec![
        (&["team:list"], Method::GET, "/teams".into(), none()),
        (&["team:read"], Method::GET, "/teams/platform".into(), none()),
        (&["team:create"], Method::POST, "/teams/pulumi".into(), team),
        (&["github_team:create"], Method::POST, "/teams/github".into(), json!({"githubTeamID": 1})),
        (&["team:update"], Method::PATCH, "/teams/platform".into(), json!({"newDescription": "x"})),
        (&["team:delete"], Method::DELETE, "/teams/platform".into(), none()),
        (&["team:read"], Method::GET, "/teams/platform/roles".into(), none()),
        (&["team:update", "role:update"], Method::POST, team_role.clone(), none()),
        (&["team:update", "role:update"], Method::DELETE, team_role, none()),
        (
            &["team:update", "role:update"],
            Method::POST,
            "/teams/platform/enable-team-roles".into(),
            none(),
        ),
        (&["role:read"], Method::GET, "/roles?uxPurpose=role".into(), none()),
        (&["role:read"], Method::GET, "/roles/scopes".into(), none()),
        (&["role:read"], Method::GET, role.clone(), none()),
        (&["role:read", "team:list"], Method::GET, format!("{role}/teams"), none()),
        (&["role:read", "org_member:read"], Method::GET, format!("{role}/users"), none()),
        (&["role:create"], Method::POST, "/roles".into(), json!({"name": "x", "details": details})),
        (&["role:update"], Method::PATCH, role.clone(), json!({"name": "x"})),
        (&["role:delete"], Method::DELETE, role.clone(), none()),
        (&["organization:update"], Method::PATCH, format!("{role}/default"), none()),
        (&["org_member:read"], Method::GET, "/members".into(), none()),
        (&["org_member:add"], Method::POST, "/members/bob".into(), json!({"role": "member"})),
        (
            &["org_member:update"],
            Method::PATCH,
            "/members/alice".into(),
            json!({"fgaRoleId": DEPLOYER_ROLE}),
        ),
        (&["org_member:delete"], Method::DELETE, "/members/alice".into(), none()),
        (&["oidc_issuers:read"], Method::GET, "/oidc/issuers".into(), none()),
        (&["oidc_issuers:read"], Method::GET, issuer.clone(), none()),
        (
            &["oidc_issuers:create"],
            Method::POST,
            "/oidc/issuers".into(),
            json!({"name": "y", "url": "https://y.example"}),
        ),
        (&["oidc_issuers:update"], Method::PATCH, issuer.clone(), json!({"name": "y"})),
        (
            &["oidc_issuers:regenerate_thumbprints"],
            Method::POST,
            format!("{issuer}/regenerate-thumbprints"),
            none(),
        ),
        (&["oidc_issuers:delete"], Method::DELETE, issuer.clone(), none()),
        (&["auth_policies:read"], Method::GET, of_issuer, none()),
        (
            &["auth_policies:update"],
            Method::PATCH,
            format!("/auth/policies/{policy}"),
            json!({"policies": []}),
        ),
        (&["organization:update"], Method::PATCH, String::new(), json!({"setNeoEnabled": true})),
    ];
    for (scopes, method, path, body) in operations {
        for scope in scopes {
            let but_this = Permissions::ALL.without(scope);
            lab.emulator.set_permissions(ACCESS_TOKEN, but_this);
            let answer = lab.send(method.clone(), &path, body.clone()).await;
            assert_eq!(answer.0, 403, "{method} {path} without {scope}: {answer:?}");
        }
    }
    assert_eq!(lab.emulator.requests().iter().filter(|r| r.operation.is_none()).count(), 0);
    // By force, it takes more rights, and the answer is another one.
    lab.emulator.set_permissions(ACCESS_TOKEN, Permissions::ALL.without("team:update"));
    assert_eq!(lab.delete(&format!("{role}?force=true")).await.0, 401);
    lab.keeps_to_the_document(&["githubTeamID", "createPolicy"]);
}
