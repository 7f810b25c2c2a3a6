//! What no engine sends: each is a diagnostic where the fault is, and never a failed call.

use emulator::ORG;
use pulumiservice::framework::types::Type;
use pulumiservice::protocol::wire::{
    DynamicValue, apply_resource_change, configure_provider, import_resource_state,
    plan_resource_change, read_resource, upgrade_resource_state, validate_provider_config,
    validate_resource_config,
};
use serde_json::json;

use crate::harness::{Lab, TOKEN, bytes, in_json, null, only_error};

/// An object with these bytes for one attribute, and null for the others.
fn with(ty: &Type, attribute: &str, value: &[u8]) -> DynamicValue {
    let Type::Object(known) = ty else { panic!("no object") };
    let mut object = Vec::new();
    rmp::encode::write_map_len(&mut object, known.len().try_into().unwrap()).unwrap();
    for name in known.names() {
        rmp::encode::write_str(&mut object, name).unwrap();
        object.extend_from_slice(if name == attribute { value } else { &[0xc0] });
    }
    bytes(object)
}

/// Values that are not what the schema asks for, and the path that is to be named.
fn wrong(ty: &Type) -> Vec<(DynamicValue, &'static str)> {
    let json_of = |text: &str| DynamicValue { msgpack: Vec::new(), json: text.into() };
    vec![
        (with(ty, "name", &[0x05]), "name"),
        (with(ty, "name", &[0xa3, b'c', b'i']), ""),
        (with(ty, "name", &[0xa2, 0xff, 0xfe]), "name"),
        (with(ty, "name", &[0xc1]), "name"),
        (with(ty, "admin", &[0x93, 1, 2, 3]), "admin"),
        (with(ty, "expires", &[0xa4, b's', b'o', b'o', b'n']), "expires"),
        (with(ty, "rotate_when_changed", &[0x81, 0xa1, b'k', 0x90]), "rotate_when_changed[\"k\"]"),
        (with(ty, "rotate_when_changed", &[0xdf, 0xff, 0xff, 0xff, 0xff]), "rotate_when_changed"),
        (in_json(json!({"name": [1]}), ty), "name"),
        (in_json(json!({"expires": "soon"}), ty), "expires"),
        (in_json(json!({"rotate_when_changed": {"k": []}}), ty), "rotate_when_changed[\"k\"]"),
        (bytes(vec![0x05]), ""),
        (bytes(vec![0xde, 0xff]), ""),
        (bytes(vec![0x91; 100_000]), ""),
        (json_of("{"), ""),
        (json_of("nonsense"), ""),
        (json_of(&"[".repeat(100_000)), ""),
    ]
}

#[tokio::test]
async fn a_value_that_is_none_is_an_error_at_its_attribute() {
    let mut lab = Lab::configured().await;
    for (value, at) in wrong(&lab.token.clone()) {
        let what = format!("{:?}", &value).chars().take(200).collect::<String>();
        let request = validate_resource_config::Request {
            type_name: TOKEN.into(),
            config: Some(value.clone()),
            ..Default::default()
        };
        let answer = lab.client.validate_resource_config(request).await.unwrap().into_inner();
        let found = only_error(&answer.diagnostics);
        // Where the bytes end too early, which attribute lacks them is anybody's guess.
        assert!(found == at || at.is_empty(), "{found:?} instead of {at:?}: {what}");

        let plan = lab.plan_new(value.clone()).await;
        assert!(plan.planned_state.is_none(), "{what}");
        assert_eq!(only_error(&plan.diagnostics), found, "{what}");

        let config = lab.msgpack(json!({"org_name": ORG, "name": "ci"}));
        let applied = lab.apply(null(), config, Some(value.clone())).await;
        assert!(applied.new_state.is_none(), "{what}");
        assert_eq!(only_error(&applied.diagnostics), found, "{what}");

        let request = read_resource::Request {
            type_name: TOKEN.into(),
            current_state: Some(value),
            ..Default::default()
        };
        let answer = lab.client.read_resource(request).await.unwrap().into_inner();
        assert!(answer.new_state.is_none(), "{what}");
        assert_eq!(only_error(&answer.diagnostics), found, "{what}");
    }
    assert!(lab.cloud.tokens(ORG).is_empty());
}

#[tokio::test]
async fn a_provider_block_that_is_none_is_an_error_at_its_attribute() {
    let mut lab = Lab::new().await;
    let config = with(&lab.provider, "api_url", &[0x05]);
    let request = validate_provider_config::Request { config: Some(config.clone()) };
    let answer = lab.client.validate_provider_config(request).await.unwrap().into_inner();
    assert_eq!(only_error(&answer.diagnostics), "api_url");
    let request = configure_provider::Request { config: Some(config), ..Default::default() };
    let answer = lab.client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(only_error(&answer.diagnostics), "api_url");
}

#[tokio::test]
async fn a_resource_that_there_is_not_is_an_error() {
    let mut lab = Lab::configured().await;
    let client = &mut lab.client;
    let type_name = String::from("pulumiservice_nothing");
    macro_rules! refused {
        ($rpc:ident, $messages:ident) => {
            let request = $messages::Request { type_name: type_name.clone(), ..Default::default() };
            let answer = client.$rpc(request).await.unwrap().into_inner();
            assert_eq!(only_error(&answer.diagnostics), "");
            assert!(answer.diagnostics[0].detail.contains(&type_name), "{answer:#?}");
        };
    }
    refused!(validate_resource_config, validate_resource_config);
    refused!(upgrade_resource_state, upgrade_resource_state);
    refused!(read_resource, read_resource);
    refused!(plan_resource_change, plan_resource_change);
    refused!(apply_resource_change, apply_resource_change);
    refused!(import_resource_state, import_resource_state);
}

#[tokio::test]
async fn work_before_configuring_is_refused() {
    let mut lab = Lab::new().await;
    let config = lab.msgpack(json!({"org_name": ORG, "name": "ci"}));
    let plan = lab.plan_new(config).await;
    only_error(&plan.diagnostics);
}
