//! The exchange of id tokens whose issuers an organization knows.

use emulator::{DEPLOYER_ROLE, Emulator, IdToken, ORG, PolicyEntry};
use serde_json::{Value, json};

use super::{Cloud, Lab, read};

const URL: &str = "https://token.actions.githubusercontent.com";
const FORM: &str = "application/x-www-form-urlencoded";

/// A lab whose organization trusts an issuer by this policy.
async fn lab(policy: Value) -> Lab {
    let lab = Lab::new();
    let wanted = json!({"name": "github", "url": URL, "maxExpiration": 600});
    assert_eq!(lab.post("/oidc/issuers", wanted).await.0, 200);
    lab.emulator.edit_org(ORG, |org| {
        org.issuers[0].policy.entries = serde_json::from_value(policy).unwrap();
    });
    let claims = json!({"sub": "repo:acme/infra:ref:refs/heads/main", "repository": "acme/infra"});
    lab.emulator.trust(IdToken::of(URL, "of-main", claims));
    let claims = json!({"sub": "repo:other/x:ref:refs/heads/main", "repository": "other/x"});
    lab.emulator.trust(IdToken::of(URL, "of-others", claims));
    lab.emulator.trust(IdToken::of("https://elsewhere.example", "of-elsewhere", json!({})));
    lab
}

async fn exchange(emulator: &Emulator, token: &str, kind: &str, scope: &str) -> (u16, Value) {
    let body = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": "urn:pulumi:org:acme",
        "subject_token": token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": format!("urn:pulumi:token-type:access_token:{kind}"),
        "scope": scope,
        "expiration": 7_200,
    });
    let (status, body) = read(Cloud::new(emulator).post("/api/oauth/token", &body).await).await;
    (status, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn a_policy_lets_one_repository_in() {
    let rules = json!({"sub": "repo:acme/infra:*"});
    let lab = lab(json!([
        {"decision": "allow", "tokenType": "organization", "roleID": DEPLOYER_ROLE, "rules": rules},
        {"decision": "allow", "tokenType": "team", "teamName": "plat*", "rules": rules},
    ]))
    .await;
    let (status, made) = exchange(&lab.emulator, "of-main", "organization", "").await;
    assert_eq!((status, &made["expires_in"]), (200, &json!(600)), "the issuer caps it");
    assert_eq!(made["token_type"], "token");
    assert!(lab.emulator.issuers(ORG)[0].last_used.is_some());
    assert_eq!(exchange(&lab.emulator, "of-main", "team", "team:platform").await.0, 200);
    for (token, kind, scope, status) in [
        ("of-others", "organization", "", 403),
        ("of-elsewhere", "organization", "", 401),
        ("of-main", "organization", "admin", 403),
        ("of-main", "team", "team:data science", 403),
        ("of-main", "personal", "user:lab-admin", 403),
    ] {
        let answer = exchange(&lab.emulator, token, kind, scope).await;
        assert_eq!(answer.0, status, "{token} {kind} {scope}: {answer:?}");
    }
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn one_denial_outweighs_all() {
    let admin = json!({
        "decision": "allow", "tokenType": "organization", "authorizedPermissions": ["admin"],
    });
    let open = lab(json!([admin])).await;
    assert_eq!(exchange(&open.emulator, "of-main", "organization", "admin").await.0, 200);
    let mut denial = json!(PolicyEntry::denial());
    denial["rules"] = json!({"repository": "acme/*"});
    let shut = lab(json!([admin, denial])).await;
    assert_eq!(exchange(&shut.emulator, "of-main", "organization", "admin").await.0, 403);
    assert_eq!(exchange(&shut.emulator, "of-others", "organization", "admin").await.0, 200);
}

#[tokio::test]
async fn a_form_will_do_as_well() {
    let lab = Lab::new();
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
                &audience=urn%3Apulumi%3Aorg%3Aacme&subject_token=lab-id-token\
                &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token\
                &requested_token_type=urn%3Apulumi%3Atoken-type%3Aaccess_token%3Aorganization";
    let cloud = Cloud::new(&lab.emulator);
    let request = cloud.request(reqwest::Method::POST, "/api/oauth/token");
    let request = request.header("content-type", FORM).body(form);
    assert_eq!(read(request.send().await).await.0, 200);
    lab.keeps_to_the_document(&[]);
}
