//! Identities, and state that comes from another provider's address.

use emulator::ORG;
use pulumiservice::framework::types::Type;
use pulumiservice::protocol::wire::{
    DynamicValue, RawState, ResourceIdentityData, import_resource_state, move_resource_state,
    plan_resource_change, read_resource,
};
use serde_json::json;

use crate::harness::{KEPT, Lab, TOKEN, is_kept, msgpack, null, only_error};

fn identity_type() -> Type {
    Type::from_json(br#"["object",{"org_name":"string","token_id":"string"}]"#).unwrap()
}

fn given(id: &str) -> ResourceIdentityData {
    let parts = json!({"org_name": ORG, "token_id": id});
    ResourceIdentityData { identity_data: Some(msgpack(parts, &identity_type())) }
}

#[tokio::test]
async fn every_call_tells_the_identity_whatever_the_state_has() {
    let mut lab = Lab::configured().await;
    let config = lab.msgpack(json!({"org_name": ORG, "name": "ci"}));
    let plan = lab.plan_new(config.clone()).await;
    assert_eq!(plan.planned_identity, None, "the token's id is not known yet");
    let applied = lab.apply(null(), config, plan.planned_state).await;
    let id = lab.cloud.token_named(ORG, "ci").unwrap().id;
    assert_eq!(applied.new_identity, Some(given(&id)));

    let state = applied.new_state.unwrap();
    for current_identity in [None, Some(given(&id))] {
        let request = read_resource::Request {
            type_name: TOKEN.into(),
            current_state: Some(state.clone()),
            current_identity,
            ..Default::default()
        };
        let read = lab.client.read_resource(request).await.unwrap().into_inner();
        assert_eq!(read.new_identity, Some(given(&id)));
    }

    let changed = lab.msgpack(json!({"org_name": ORG, "name": "ci", "reason": "audit"}));
    let request = plan_resource_change::Request {
        type_name: TOKEN.into(),
        prior_state: Some(state.clone()),
        proposed_new_state: Some(changed.clone()),
        config: Some(changed.clone()),
        ..Default::default()
    };
    let plan = lab.client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(plan.planned_identity, Some(given(&id)));
    let applied = lab.apply(state, changed, plan.planned_state).await;
    assert_eq!(applied.new_identity, Some(given(&id)));

    let request = import_resource_state::Request {
        type_name: TOKEN.into(),
        identity: Some(given(&id)),
        ..Default::default()
    };
    let answer = lab.client.import_resource_state(request).await.unwrap().into_inner();
    let [imported] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
    assert_eq!(imported.identity, Some(given(&id)));
    assert_eq!(lab.read(&imported.state)["id"], format!("{ORG}/{id}"));
}

#[tokio::test]
async fn state_of_the_same_type_moves_from_any_address_with_its_value() {
    let mut lab = Lab::configured().await;
    let older = json!({
        "id": "acme/t1", "token_id": "t1", "token_value": "pul-kept", "name": "ci",
        "org_name": "acme", "expires": 0, "admin": false, "description": "",
    });
    for (source_type, target_type) in [
        (TOKEN, TOKEN),
        (TOKEN, "pulumiservice_api_tokens_org_token"),
        ("pulumiservice_api_tokens_org_token", TOKEN),
    ] {
        let answer = moved(&mut lab, source_type, target_type, &older).await;
        assert_eq!(answer.diagnostics, []);
        let state = lab.read(&answer.target_state);
        assert_eq!(state["token_value"], "pul-kept");
        assert_eq!(state["delete_on_destroy"], true, "as if written by this version");
        assert_eq!(answer.target_identity, Some(given("t1")));
        is_kept(&answer.target_private);
    }
    for foreign in ["pulumiservice_api_tokens_teamtoken", "random_password"] {
        let answer = moved(&mut lab, foreign, TOKEN, &older).await;
        only_error(&answer.diagnostics);
        let nothing: Option<&DynamicValue> = answer.target_state.as_ref().filter(|s| **s != null());
        assert_eq!(nothing, None);
    }
}

async fn moved(
    lab: &mut Lab,
    source_type: &str,
    target_type: &str,
    state: &serde_json::Value,
) -> move_resource_state::Response {
    let request = move_resource_state::Request {
        source_provider_address: "registry.example.com/pulumi/pulumiservice".into(),
        source_type_name: source_type.into(),
        target_type_name: target_type.into(),
        source_state: Some(RawState { json: state.to_string().into_bytes(), ..Default::default() }),
        source_private: KEPT.to_vec(),
        ..Default::default()
    };
    lab.client.move_resource_state(request).await.unwrap().into_inner()
}
