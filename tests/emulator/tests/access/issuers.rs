//! OIDC issuers and their policies.

use emulator::{DEPLOYER_ROLE, PolicyEntry, thumbprint};
use serde_json::{Value, json};

use super::{Lab, message};

const URL: &str = "https://token.actions.githubusercontent.com";
const ISSUERS: &str = "/oidc/issuers";

async fn register(lab: &Lab) -> (String, Value) {
    let (status, issuer) = lab.post(ISSUERS, json!({"name": "github", "url": URL})).await;
    assert_eq!(status, 200, "{issuer}");
    (format!("{ISSUERS}/{}", issuer["id"].as_str().unwrap()), issuer)
}

/// The path to read an issuer's policy by.
fn of_issuer(issuer: &Value) -> String {
    format!("/auth/policies/oidcissuers/{}", issuer["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_issuer_is_registered_read_changed_and_deleted() {
    let lab = Lab::new();
    let (path, issuer) = register(&lab).await;
    assert_eq!((&issuer["issuer"], &issuer["maxExpiration"]), (&json!(URL), &json!(90_000)));
    assert_eq!(issuer["thumbprints"], json!([thumbprint(URL)]));
    let created = issuer["created"].as_str().unwrap();
    assert!(created.contains(' ') && created.ends_with(".000"), "{created}");
    assert_eq!(lab.get(&path).await, (200, issuer.clone()));
    assert_eq!(lab.get(ISSUERS).await.1["oidcIssuers"], json!([issuer]));
    let again = lab.post(ISSUERS, json!({"name": "other", "url": URL})).await;
    assert_eq!(again.0, 409);
    let nameless = lab.patch(&path, json!({"maxExpiration": 60})).await;
    assert_eq!(message(&nameless), "Bad Request: the issuer name is required");
    let (status, changed) = lab.patch(&path, json!({"name": "gh", "maxExpiration": 60})).await;
    assert_eq!(
        (status, &changed["name"], &changed["maxExpiration"]),
        (200, &json!("gh"), &json!(60))
    );
    let (_, changed) = lab.patch(&path, json!({"name": "gh"})).await;
    assert_eq!(changed["maxExpiration"], 60, "what is left out stays");
    assert_eq!(lab.emulator.leftovers("acme"), ["issuer gh"]);
    assert_eq!(lab.delete(&path).await, (204, Value::Null));
    assert_eq!(lab.get(&path).await.0, 404);
    assert_eq!(lab.delete(&path).await.0, 404);
    assert_eq!(lab.get(&of_issuer(&issuer)).await.0, 400, "its policy is gone, and no 404");
    assert_eq!(lab.emulator.leftovers("acme"), [""; 0]);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn what_can_not_be_fetched_is_no_issuer() {
    let lab = Lab::new();
    for wrong in [
        json!({"name": "x", "url": "http://plain.example"}),
        json!({"name": "x", "url": "https://nowhere.invalid"}),
        json!({"name": "x"}),
        json!({"url": URL}),
        json!({"name": "x", "url": URL, "maxExpiration": 0}),
        json!({"name": "x", "url": URL, "thumbprints": ["ab"]}),
    ] {
        assert_eq!(lab.post(ISSUERS, wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!(lab.emulator.issuers("acme"), []);
}

#[tokio::test]
async fn thumbprints_are_kept_in_a_form_of_the_services_own() {
    let lab = Lab::new();
    let other = "0".repeat(64);
    let mut wanted = json!({"name": "x", "url": URL, "thumbprints": [other]});
    let wrong = lab.post(ISSUERS, wanted.clone()).await;
    assert!(message(&wrong).contains("does not match any of the provided"), "{wrong:?}");
    let with_colons: Vec<String> = thumbprint(URL)
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    wanted["thumbprints"] = json!([with_colons.join(":"), other]);
    let (status, issuer) = lab.post(ISSUERS, wanted).await;
    assert_eq!(status, 200);
    let mut kept: Vec<&str> =
        issuer["thumbprints"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    kept.sort_unstable();
    assert_eq!(kept, [other, thumbprint(URL)]);
    let path = format!("{ISSUERS}/{}", issuer["id"].as_str().unwrap());
    let (status, again) = lab.post(&format!("{path}/regenerate-thumbprints"), Value::Null).await;
    assert_eq!((status, &again["thumbprints"]), (200, &json!([thumbprint(URL)])));
    lab.emulator.edit_org("acme", |org| org.quirks.checks_thumbprints = false);
    let change = json!({"name": "x", "thumbprints": ["f".repeat(64)]});
    assert_eq!(lab.patch(&path, change).await.0, 200);
    lab.emulator.remove_issuer("acme", issuer["id"].as_str().unwrap());
    lab.emulator.edit_org("acme", |org| {
        org.quirks.fills_thumbprints = false;
        org.quirks.fills_max_expiration = false;
    });
    let (_, bare) = register(&lab).await;
    assert_eq!((bare.get("thumbprints"), bare.get("maxExpiration")), (None, None));
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn keys_take_the_place_of_certificates() {
    let lab = Lab::new();
    let jwks = json!({"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]});
    let wanted = json!({"name": "x", "url": URL, "jwks": jwks});
    let (status, issuer) = lab.post(ISSUERS, wanted).await;
    assert_eq!((status, &issuer["jwks"]), (200, &jwks));
    assert_eq!(issuer.get("thumbprints"), None);
    let path = format!("{ISSUERS}/{}", issuer["id"].as_str().unwrap());
    assert_eq!(lab.post(&format!("{path}/regenerate-thumbprints"), Value::Null).await.0, 400);
    let (_, changed) = lab.patch(&path, json!({"name": "x"})).await;
    assert_eq!(changed["jwks"], jwks);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn a_policy_denies_at_first_and_is_written_as_a_whole() {
    let lab = Lab::new();
    let (_, issuer) = register(&lab).await;
    let (status, policy) = lab.get(&of_issuer(&issuer)).await;
    let denial = json!({
        "decision": "deny", "tokenType": "organization", "authorizedPermissions": [], "rules": {},
    });
    assert_eq!(
        (status, &policy["policies"], &policy["version"]),
        (200, &json!([denial]), &json!(1))
    );
    assert_ne!(policy["id"], issuer["id"]);
    let path = format!("/auth/policies/{}", policy["id"].as_str().unwrap());
    let team = json!({
        "decision": "allow", "tokenType": "team", "teamName": "platform",
        "authorizedPermissions": [], "rules": {"sub": "repo:acme/*"},
    });
    let role = json!({
        "decision": "allow", "tokenType": "organization", "roleID": DEPLOYER_ROLE,
        "authorizedPermissions": [], "rules": {},
    });
    let (status, written) = lab.patch(&path, json!({"policies": [team, role]})).await;
    assert_eq!((status, &written["version"]), (200, &json!(2)));
    let entries = written["policies"].as_array().unwrap();
    assert!(entries.len() == 2 && entries.contains(&team) && entries.contains(&role));
    assert_eq!(lab.get(&of_issuer(&issuer)).await.1, written);
    let empty = lab.patch(&path, json!({"policies": []})).await;
    assert_eq!(message(&empty), "Bad Request: policy definition can not be empty");
    assert_eq!(lab.patch(&path, json!({"policies": [denial]})).await.0, 200);
    assert!(lab.emulator.issuers("acme")[0].policy.only_denies());
    assert_eq!(lab.get("/auth/policies/oidcissuers/none").await.0, 400);
    assert_eq!(lab.patch("/auth/policies/none", json!({"policies": [denial]})).await.0, 400);
    lab.keeps_to_the_document(&[]);
}

#[tokio::test]
async fn an_entry_has_what_its_type_wants() {
    let lab = Lab::new();
    let (_, issuer) = register(&lab).await;
    let policy = lab.emulator.issuers("acme")[0].policy.id.clone();
    let path = format!("/auth/policies/{policy}");
    let entry = |fields: Value| {
        let mut entry = json!({
            "decision": "allow", "tokenType": "organization", "authorizedPermissions": [],
            "rules": {},
        });
        entry.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"policies": [entry]})
    };
    for wrong in [
        json!({}),
        json!({"decision": "maybe"}),
        json!({"tokenType": "org"}),
        json!({"tokenType": "team"}),
        json!({"tokenType": "personal"}),
        json!({"tokenType": "runner"}),
        json!({"tokenType": "team", "teamName": "x", "roleID": DEPLOYER_ROLE}),
        json!({"tokenType": "team", "teamName": "x", "authorizedPermissions": ["admin"]}),
        json!({"roleID": "none"}),
        json!({"authorizedPermissions": ["all"]}),
        json!({"roleID": DEPLOYER_ROLE, "rules": {"sub": 7}}),
    ] {
        assert_eq!(lab.patch(&path, entry(wrong.clone())).await.0, 400, "{wrong}");
    }
    for right in [
        json!({"authorizedPermissions": ["admin"]}),
        json!({"tokenType": "personal", "userLogin": "alice"}),
        json!({"tokenType": "runner", "runnerID": "default"}),
    ] {
        assert_eq!(lab.patch(&path, entry(right.clone())).await.0, 200, "{right}");
    }
    let many = vec![json!(PolicyEntry::denial()); 41];
    assert_eq!(lab.patch(&path, json!({"policies": many})).await.0, 400);
    // An entry of an issuer that was there before is left over, if it allows something.
    lab.emulator.edit_org("acme", |org| org.issuers[0].how = emulator::books::How::ByHand);
    assert_eq!(lab.emulator.leftovers("acme"), ["policy of issuer github"]);
    assert_eq!(lab.delete(&format!("{ISSUERS}/{}", issuer["id"].as_str().unwrap())).await.0, 204);
}
