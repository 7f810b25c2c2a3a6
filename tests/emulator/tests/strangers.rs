//! Answers that are not the service's, and texts and lists that no client should believe.

mod client;

use std::time::Duration;

use client::{Cloud, TOKENS, json, read, wanted};
use emulator::{
    ACCESS_TOKEN, ADMIN_ROLE, Clock, Config, Emulator, Fault, Lag, On, Operation, Permissions,
    RateLimit, hostile_texts,
};
use reqwest::Method;
use serde_json::{Value, json};

const METADATA: &str = "/api/orgs/acme/metadata";

fn start() -> Emulator {
    Emulator::start(Config { seed: Some(1), ..Config::default() })
}

#[tokio::test]
async fn a_gateway_answers_a_deletion_and_nothing_is_deleted() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let token = emulator.add_token(emulator.new_token("acme", "ci"));
    let path = format!("{TOKENS}/{}", token.id);
    for fault in [Fault::no_route(), Fault::sign_in_page(), Fault::queued()] {
        emulator.fault(On::deletions(), fault);
    }
    let no_route = r#"{"message":"no Route matched with those values"}"#;
    assert_eq!(read(cloud.delete(&path).await).await, (404, no_route.to_owned()));
    let (status, page) = read(cloud.delete(&path).await).await;
    assert!(status == 200 && page.starts_with("<html>"), "{status} {page}");
    assert_eq!(read(cloud.delete(&path).await).await, (202, r#"{"queued":true}"#.to_owned()));
    assert_eq!(emulator.live("acme").len(), 1);
    assert_eq!(read(cloud.delete(&path).await).await, (204, String::new()));
    assert_eq!(emulator.live("acme").len(), 0);
}

#[tokio::test]
async fn a_creation_is_answered_with_the_id_of_anothers_token() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let theirs = emulator.add_token(emulator.new_token("acme", "theirs"));
    emulator.fault(On::creations(), Fault::only_id(&theirs.id));
    emulator.fault(On::creations(), Fault::only_id(&theirs.id).after());
    emulator.fault(On::creations(), Fault::rewrite("/tokenValue", json!("pul-\u{1b}[2J\n")));
    assert_eq!(json(cloud.create("a").await).await, json!({"id": theirs.id}));
    assert_eq!(json(cloud.create("b").await).await, json!({"id": theirs.id}));
    assert_eq!(json(cloud.create("c").await).await["tokenValue"], "pul-\u{1b}[2J\n");
    assert_eq!(emulator.token_named("acme", "a"), None);
    assert!(emulator.token_named("acme", "b").is_some());
}

#[tokio::test]
async fn lists_lag_for_a_given_time() {
    let clock = Clock::frozen(1_800_000_000);
    let emulator = Emulator::start(Config { clock, ..Config::default() });
    let cloud = Cloud::new(&emulator);
    emulator.set_lag(Lag { lists: 0, seconds: 120 });
    cloud.create("late").await.unwrap();
    let count = async || json(cloud.get(TOKENS).await).await["tokens"].as_array().unwrap().len();
    emulator.clock().advance(119);
    assert_eq!((count().await, count().await), (0, 0));
    emulator.clock().advance(1);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn an_organization_can_be_hidden_from_an_access_token_and_shown_again() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let token = emulator.add_token(emulator.new_token("acme", "ci"));
    emulator.hide_org(ACCESS_TOKEN, "acme");
    for (method, path) in [
        (Method::GET, TOKENS),
        (Method::GET, METADATA),
        (Method::GET, "/api/orgs/acme/roles?uxPurpose=role"),
        (Method::DELETE, &format!("{TOKENS}/{}", token.id)),
    ] {
        let (status, body) = read(cloud.request(method, path).send().await).await;
        assert_eq!(status, 404, "{path}");
        assert!(body.contains("Not Found: Organization 'acme' not found"), "{body}");
    }
    assert_eq!(read(cloud.create("a").await).await.0, 404);
    assert_eq!(json(cloud.get("/api/user").await).await["organizations"], json!([]));
    emulator.show_org(ACCESS_TOKEN, "acme");
    assert_eq!(read(cloud.get(TOKENS).await).await.0, 200);
    assert_eq!(emulator.live("acme").len(), 1);
}

#[tokio::test]
async fn a_renamed_organization_keeps_its_tokens() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let token = emulator.add_token(emulator.new_token("acme", "ci"));
    emulator.rename_org("acme", "umbrella");
    assert_eq!(read(cloud.get(TOKENS).await).await.0, 404);
    let listed = json(cloud.get("/api/orgs/umbrella/tokens").await).await;
    assert_eq!(listed["tokens"][0]["id"], token.id.as_str());
    assert_eq!(emulator.live("umbrella")[0].org, "umbrella");
}

#[tokio::test]
async fn metadata_can_lack_a_field_or_hang() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let metadata = On::operation(Operation::GetOrganizationMetadata);
    emulator.fault(metadata.clone(), Fault::remove("/defaultRoleId"));
    assert_eq!(json(cloud.get(METADATA).await).await.get("defaultRoleId"), None);
    emulator.fault(metadata, Fault::hang());
    let hanging = cloud.request(Method::GET, METADATA).timeout(Duration::from_millis(20));
    assert!(hanging.send().await.unwrap_err().is_timeout());
    assert!(json(cloud.get(METADATA).await).await["defaultRoleId"].is_string());
    emulator.set_permissions(ACCESS_TOKEN, Permissions { metadata: false, ..Permissions::ALL });
    assert_eq!(read(cloud.get(METADATA).await).await.0, 403);
}

#[tokio::test]
async fn an_organizations_default_role_can_be_admin() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.set_default_role("acme", ADMIN_ROLE);
    assert_eq!(json(cloud.get(METADATA).await).await["defaultRoleId"], ADMIN_ROLE);
    cloud.create("plain").await.unwrap();
    assert!(emulator.token_named("acme", "plain").unwrap().admin);
}

#[tokio::test]
async fn wrong_credentials_are_refused_everywhere() {
    let emulator = start();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for (method, path) in [
        (Method::GET, TOKENS),
        (Method::POST, TOKENS),
        (Method::DELETE, "/api/orgs/acme/tokens/x"),
        (Method::GET, "/api/orgs/nowhere/tokens"),
        (Method::GET, "/api/orgs/acme/teams/platform/tokens"),
        (Method::GET, "/api/user/tokens"),
        (Method::GET, "/api/orgs/acme/roles?uxPurpose=role"),
        (Method::GET, METADATA),
        (Method::GET, "/api/user"),
    ] {
        let request = http.request(method, format!("{}{path}", emulator.url()));
        let request = request.header("authorization", "token wrong").body(wanted("a").to_string());
        let (status, body) = read(request.send().await).await;
        assert!(status == 401 && body.contains("Unauthorized: "), "{path}: {status} {body}");
    }
}

#[tokio::test]
async fn five_requests_a_second_are_let_through() {
    let clock = Clock::frozen(1_800_000_000);
    let emulator = Emulator::start(Config { clock, ..Config::default() });
    let cloud = Cloud::new(&emulator);
    for (retry_after, header) in [(false, None), (true, Some("1"))] {
        emulator.set_rate_limit(Some(RateLimit::strict(retry_after)));
        for _ in 0..5 {
            assert_eq!(read(cloud.get("/api/user").await).await.0, 200);
        }
        let answer = cloud.get("/api/user").await.unwrap();
        let given = answer.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!((answer.status().as_u16(), given), (429, header));
        emulator.clock().advance(1);
    }
}

#[tokio::test]
async fn a_page_can_have_more_tokens_than_were_asked_for() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::lists(), Fault::HugePage { tokens: 5_000 });
    let page = json(cloud.get(&format!("{TOKENS}?maxResults=10")).await).await;
    let tokens = page["tokens"].as_array().unwrap();
    let ids: std::collections::HashSet<_> = tokens.iter().map(|token| &token["id"]).collect();
    assert_eq!((tokens.len(), ids.len()), (5_000, 5_000));
    assert_eq!(page.get("continuationToken"), None);
    emulator::contract::check_response("GET", TOKENS, 200, &page.to_string()).unwrap();
}

#[tokio::test]
async fn pages_of_new_tokens_go_on_for_ever() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::lists(), Fault::EndlessNewPages { tokens: 7 });
    let (mut path, mut ids) = (TOKENS.to_owned(), std::collections::HashSet::new());
    for _ in 0..4 {
        let page = json(cloud.get(&path).await).await;
        ids.extend(page["tokens"].as_array().unwrap().iter().map(|token| token["id"].to_string()));
        path =
            format!("{TOKENS}?continuationToken={}", page["continuationToken"].as_str().unwrap());
    }
    assert_eq!(ids.len(), 28);
    assert_eq!(json(cloud.get(TOKENS).await).await["tokens"], json!([]));
}

#[tokio::test]
async fn listed_tokens_can_say_anything() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let texts = hostile_texts(&[ACCESS_TOKEN, "pul-other"]);
    assert!(texts.iter().any(|text| text.len() == 1 << 20));
    for (number, text) in texts.iter().enumerate() {
        let mut token = emulator.new_token("acme", &format!("t{number}"));
        for field in ["id", "name", "created", "createdBy"] {
            token.listed_as.insert(field.to_owned(), text.as_str().into());
        }
        emulator.add_token(token);
    }
    let listed = json(cloud.get(TOKENS).await).await;
    let said: Vec<&Value> =
        listed["tokens"].as_array().unwrap().iter().map(|token| &token["createdBy"]).collect();
    assert!(texts.iter().all(|text| said.iter().any(|said| *said == text)), "all of them");
}

#[tokio::test]
async fn a_policy_of_no_days_is_none() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.set_policy("acme", Some(0));
    assert_eq!(json(cloud.get(METADATA).await).await["maxAccessTokenExpiryDays"], 0);
    assert_eq!(read(cloud.create("for ever").await).await.0, 200);
}

#[tokio::test]
async fn two_services_have_an_organization_of_the_same_name() {
    let (one, other) = (start(), Emulator::start(Config { seed: Some(2), ..Config::default() }));
    Cloud::new(&one).create("ci").await.unwrap();
    Cloud::new(&other).create("ci").await.unwrap();
    assert_ne!(one.url(), other.url());
    assert_ne!(one.live("acme")[0].id, other.live("acme")[0].id);
}
