//! Ephemeral tokens, RPC by RPC: what opening gives, and what closing says.

use std::time::Duration;

use emulator::{Fault, ID_TOKEN, LOGIN, ORG, On, RetryAfter, Token};
use pulumiservice::framework::msgpack;
use pulumiservice::framework::types::Type;
use pulumiservice::protocol::wire::{
    Diagnostic, close_ephemeral_resource, get_provider_schema, open_ephemeral_resource,
    stop_provider,
};
use serde_json::{Value, json};

use crate::harness::{Lab, msgpack as encoded, object, only_error, plain};

/// Each kind, with what it needs to be told.
fn kinds() -> [(&'static str, Value); 3] {
    [
        ("pulumiservice_api_tokens_orgtoken", json!({"org_name": ORG})),
        ("pulumiservice_api_tokens_teamtoken", json!({"org_name": ORG, "team_name": "platform"})),
        ("pulumiservice_api_tokens_personaltoken", json!({})),
    ]
}

/// What was opened.
struct Opened {
    result: Value,
    private: Option<Vec<u8>>,
    /// The moments before and after, by the service's clock.
    between: [i64; 2],
}

async fn object_type(lab: &mut Lab, kind: &str) -> Type {
    let request = get_provider_schema::Request {};
    let schemas = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    object(&schemas.ephemeral_resource_schemas[kind])
}

async fn open(lab: &mut Lab, kind: &str, config: Value) -> Opened {
    let ty = object_type(lab, kind).await;
    let before = lab.cloud.clock().now();
    let request = open_ephemeral_resource::Request {
        type_name: kind.into(),
        config: Some(encoded(config, &ty)),
        ..Default::default()
    };
    let answer = lab.client.open_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, [], "{kind}");
    assert_eq!(answer.deferred, None, "{kind}");
    assert_eq!(answer.renew_at, None, "{kind}: nobody can make a token live longer");
    let result = plain(&msgpack::decode(&answer.result.unwrap().msgpack, &ty).unwrap());
    Opened { result, private: answer.private, between: [before, lab.cloud.clock().now()] }
}

async fn close(lab: &mut Lab, kind: &str, private: Option<Vec<u8>>) -> Vec<Diagnostic> {
    let request = close_ephemeral_resource::Request { type_name: kind.into(), private };
    lab.client.close_ephemeral_resource(request).await.unwrap().into_inner().diagnostics
}

/// The ephemeral tokens that there are, by the service's books.
fn existing(lab: &Lab) -> Vec<Token> {
    let all = lab.cloud.tokens(ORG).into_iter().chain(lab.cloud.personal_tokens());
    all.filter(|token| token.exists() && token.description == "this run").collect()
}

#[tokio::test]
async fn what_is_opened_agrees_with_the_services_books_and_ends_when_it_is_closed() {
    let mut lab = Lab::configured().await;
    for (kind, needed) in kinds() {
        for (life, seconds) in [(None, 3600), (Some("20m"), 1200), (Some("2d"), 172_800)] {
            let mut config = needed.clone();
            config["expire_after"] = life.into();
            config["description"] = "this run".into();
            config["reason"] = "a run".into();
            let Opened { result, private, between } = open(&mut lab, kind, config).await;
            let tokens = existing(&lab);
            let [token] = &tokens[..] else { panic!("{kind}: {tokens:#?}") };
            assert_eq!(result["token_id"], token.id, "{kind}");
            assert_eq!(result["token_value"], token.value, "{kind}");
            assert_eq!(result["expires"], token.expires, "{kind}");
            let expires_at: jiff::Timestamp =
                result["expires_at"].as_str().unwrap().parse().unwrap();
            assert_eq!(expires_at.as_second(), token.expires, "{kind}");
            // A life is counted by the service's clock, which tells whole seconds: what it told last
            // may be one behind.
            let [from, to] = between.map(|moment| moment + seconds);
            assert!((from - 1..=to).contains(&token.expires), "{kind}, {life:?}: {token:#?}");
            // What was asked for is given back as it was asked for, with what counts otherwise.
            assert_eq!(result["expire_after"], life.unwrap_or("1h"), "{kind}");
            assert_eq!(result["description"], "this run", "{kind}");
            assert_eq!(token.description, "this run", "{kind}");
            assert_eq!(token.org, needed["org_name"].as_str().unwrap_or_default(), "{kind}");
            assert_eq!(token.team.as_deref(), needed["team_name"].as_str(), "{kind}");
            assert_eq!(token.created_by, LOGIN, "{kind}");
            assert_eq!(token.name.starts_with("tf-"), !token.org.is_empty(), "{kind}");

            // What is kept for closing is no secret: an engine may write it into its log.
            let kept = String::from_utf8(private.clone().unwrap()).unwrap();
            assert!(kept.contains(&token.id) && !kept.contains(&token.value), "{kind}: {kept}");
            assert_eq!(close(&mut lab, kind, private).await, [], "{kind}");
            assert_eq!(existing(&lab), [], "{kind}");
        }
    }
}

#[tokio::test]
async fn a_token_that_can_not_be_closed_is_named_and_ends_with_its_expiry() {
    let mut lab = Lab::configured().await;
    for (kind, mut config) in kinds() {
        config["description"] = "this run".into();
        let Opened { result, private, .. } = open(&mut lab, kind, config).await;
        let id = result["token_id"].as_str().unwrap();
        // Something in front of the service answers in its place, and the list has the token still.
        lab.cloud.fault(On::deletions().containing(id), Fault::sign_in_page());
        let said = close(&mut lab, kind, private.clone()).await;
        only_error(&said);
        assert!(said[0].detail.contains(id), "{kind}: {said:#?}");
        assert!(said[0].detail.contains("The list has the token all the same"), "{said:#?}");
        assert!(said[0].detail.ends_with("It ends with its expiry."), "{kind}: {said:#?}");
        assert!(!said[0].detail.contains(result["token_value"].as_str().unwrap()));
        assert_eq!(existing(&lab).len(), 1, "{kind}");

        // It can be closed later.
        assert_eq!(close(&mut lab, kind, private).await, [], "{kind}");
        assert_eq!(existing(&lab), [], "{kind}");
    }
}

#[tokio::test]
async fn an_interrupt_ends_an_exchange_that_waits_for_another_try() {
    for variables in [
        &[("PULUMI_ID_TOKEN", ID_TOKEN)][..],
        // Here the local service stands in for the CI system.
        &[
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "{service}/idtoken?api-version=2.0"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the-jobs-own-token"),
        ],
    ] {
        let mut lab = Lab::with(variables).await;
        let later = Fault::too_many(Some(RetryAfter::Seconds(200)));
        lab.cloud.fault(On::any().always(), later);
        let kind = "pulumiservice_api_oauth_token";
        let ty = object_type(&mut lab, kind).await;
        let request = open_ephemeral_resource::Request {
            type_name: kind.into(),
            config: Some(encoded(json!({"org_name": ORG}), &ty)),
            ..Default::default()
        };
        let mut client = lab.client.clone();
        let opening =
            tokio::spawn(async move { client.open_ephemeral_resource(request).await.unwrap() });
        while lab.cloud.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        lab.client.stop_provider(stop_provider::Request {}).await.unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(60), opening).await.expect("at once");
        let answer = ended.unwrap().into_inner();
        only_error(&answer.diagnostics);
        let detail = &answer.diagnostics[0].detail;
        assert!(detail.contains("was given up because the run was stopped"), "{detail}");
    }
}
