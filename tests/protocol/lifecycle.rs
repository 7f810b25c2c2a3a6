//! The life of a token, RPC by RPC.

use emulator::ORG;
use pulumiservice::protocol::wire::{
    DynamicValue, RawState, import_resource_state, read_resource, stop_provider,
    upgrade_resource_state, validate_provider_config, validate_resource_config,
};
use serde_json::json;

use crate::harness::{KEPT, Lab, TOKEN, UNKNOWN, in_json, is_kept, msgpack, null, only_error};

#[tokio::test]
async fn a_token_is_validated_planned_made_read_changed_and_deleted() {
    let mut lab = Lab::configured().await;
    let config = lab.msgpack(json!({"org_name": ORG, "name": "ci"}));
    let request = validate_resource_config::Request {
        type_name: TOKEN.into(),
        config: Some(config.clone()),
        ..Default::default()
    };
    let answer = lab.client.validate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);

    let plan = lab.plan_new(config.clone()).await;
    assert_eq!(plan.diagnostics, []);
    is_kept(&plan.planned_private);
    assert!(plan.requires_replace.is_empty());
    let planned = lab.read(&plan.planned_state);
    assert_eq!(planned["name"], "ci");
    assert_eq!(planned["admin"], false);
    assert_eq!(planned["expires"], 0);
    assert_eq!(planned["token_value"], UNKNOWN);
    assert!(lab.cloud.tokens(ORG).is_empty(), "a plan makes nothing");

    let applied = lab.apply(null(), config.clone(), plan.planned_state).await;
    assert_eq!(applied.diagnostics, []);
    is_kept(&applied.private);
    let state = lab.read(&applied.new_state);
    let made = lab.cloud.token_named(ORG, "ci").unwrap();
    assert_eq!(state["token_value"], made.value);
    assert_eq!(state["id"], format!("{ORG}/{}", made.id));
    for (name, value) in planned.as_object().unwrap() {
        assert!(value == UNKNOWN || state[name] == *value, "{name} is not as planned");
        assert!(state[name] != UNKNOWN, "{name} is not known after apply");
    }

    let state = applied.new_state.unwrap();
    assert_eq!(read(&mut lab, state.clone()).await, lab.read(&Some(state.clone())));

    let plan = lab.plan(state.clone(), config.clone()).await;
    assert_eq!(lab.read(&plan.planned_state), lab.read(&Some(state.clone())), "clean");

    let changed = lab.msgpack(json!({"org_name": ORG, "name": "ci", "reason": "audit"}));
    let plan = lab.plan(state.clone(), changed.clone()).await;
    assert!(plan.requires_replace.is_empty());
    let applied = lab.apply(state, changed, plan.planned_state).await;
    assert_eq!(lab.read(&applied.new_state)["reason"], "audit");
    assert_eq!(lab.read(&applied.new_state)["token_value"], made.value);

    let state = applied.new_state.unwrap();
    let plan = lab.plan(state.clone(), null()).await;
    assert_eq!(plan.planned_state, Some(null()));
    let applied = lab.apply(state.clone(), null(), plan.planned_state).await;
    assert_eq!(applied.diagnostics, []);
    assert_eq!(applied.new_state, Some(null()));
    assert!(lab.cloud.existing(ORG).is_empty());
    assert_eq!(read(&mut lab, state).await, serde_json::Value::Null, "gone");
}

async fn read(lab: &mut Lab, state: DynamicValue) -> serde_json::Value {
    let request = read_resource::Request {
        type_name: TOKEN.into(),
        current_state: Some(state),
        private: KEPT.to_vec(),
        ..Default::default()
    };
    let answer = lab.client.read_resource(request).await.unwrap().into_inner();
    is_kept(&answer.private);
    lab.read(&answer.new_state)
}

#[tokio::test]
async fn json_is_taken_where_messagepack_is() {
    let mut lab = Lab::configured().await;
    let config = in_json(json!({"org_name": ORG, "name": "ci", "expires": 0}), &lab.token);
    let plan = lab.plan_new(config.clone()).await;
    assert_eq!(plan.diagnostics, []);
    let applied = lab.apply(null(), config, plan.planned_state).await;
    assert_eq!(applied.diagnostics, []);
    let made = lab.cloud.token_named(ORG, "ci").unwrap();
    assert_eq!(lab.read(&applied.new_state)["token_value"], made.value);
}

#[tokio::test]
async fn the_provider_block_is_checked() {
    let mut lab = Lab::new().await;
    for (config, at) in [
        (json!({}), None),
        (json!({"api_url": "http://pulumi.example.com"}), Some("api_url")),
        (json!({"request_timeout": "soon"}), Some("request_timeout")),
    ] {
        let request = validate_provider_config::Request {
            config: Some(msgpack(config.clone(), &lab.provider)),
        };
        let answer = lab.client.validate_provider_config(request).await.unwrap().into_inner();
        match at {
            None => assert_eq!(answer.diagnostics, []),
            Some(at) => assert_eq!(only_error(&answer.diagnostics), at, "{config}"),
        }
    }
}

#[tokio::test]
async fn a_resource_is_checked_at_its_attributes() {
    let mut lab = Lab::new().await;
    for (config, at) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "ci", "expires": -1}), "expires"),
        (json!({"name": "ci", "expires": 1.5}), "expires"),
        (json!({"name_prefix": "ci-", "expire_after": "a while"}), "expire_after"),
    ] {
        let request = validate_resource_config::Request {
            type_name: TOKEN.into(),
            config: Some(lab.msgpack(config.clone())),
            ..Default::default()
        };
        let answer = lab.client.validate_resource_config(request).await.unwrap().into_inner();
        assert_eq!(only_error(&answer.diagnostics), at, "{config}");
    }
}

#[tokio::test]
async fn a_token_is_imported_by_its_id() {
    let mut lab = Lab::configured().await;
    let token = lab.cloud.add_token(lab.cloud.new_token(ORG, "theirs"));
    let request = |id: String| import_resource_state::Request {
        type_name: TOKEN.into(),
        id,
        ..Default::default()
    };
    let id = format!("{ORG}/{}", token.id);
    let answer = lab.client.import_resource_state(request(id.clone())).await.unwrap().into_inner();
    let [imported] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
    assert_eq!(imported.type_name, TOKEN);
    let state = lab.read(&imported.state);
    assert_eq!(state["id"], id);
    assert_eq!(state["name"], "theirs");
    assert_eq!(state["token_value"], serde_json::Value::Null);

    let answer = lab.client.import_resource_state(request("nonsense".into())).await.unwrap();
    let answer = answer.into_inner();
    assert!(answer.imported_resources.is_empty());
    only_error(&answer.diagnostics);
}

#[tokio::test]
async fn state_is_upgraded_whatever_version_wrote_it() {
    let mut lab = Lab::configured().await;
    let state = json!({
        "id": "acme/t1", "token_id": "t1", "token_value": "pul-kept", "name": "ci",
        "org_name": "acme", "expires": 0, "admin": false, "description": "",
        // Of a version that there never was; and what came later is not here.
        "colour": {"of": ["the", "box", 1]},
    });
    for version in [0, 1, 99] {
        let upgraded = upgrade(&mut lab, version, state.to_string().as_bytes()).await.unwrap();
        assert_eq!(upgraded["id"], "acme/t1");
        assert_eq!(upgraded["token_value"], "pul-kept");
        assert_eq!(upgraded["name_prefix"], serde_json::Value::Null);
        assert!(upgraded.get("colour").is_none());
    }
}

#[tokio::test]
async fn state_that_nothing_wrote_is_refused_at_its_attribute() {
    let mut lab = Lab::configured().await;
    for (raw, at) in [
        (&b"{\"name\": [1]}"[..], "name"),
        (b"{\"expires\": \"soon\"}", "expires"),
        (b"{\"rotate_when_changed\": {\"a\": []}}", "rotate_when_changed[\"a\"]"),
        (b"{\"name\": \"ci\"", ""),
        (b"[]", ""),
        (b"\xff\xfe", ""),
    ] {
        let at_fault = upgrade(&mut lab, 0, raw).await.unwrap_err();
        assert_eq!(at_fault, at, "{}", String::from_utf8_lossy(raw));
    }
}

async fn upgrade(lab: &mut Lab, version: i64, raw: &[u8]) -> Result<serde_json::Value, String> {
    let request = upgrade_resource_state::Request {
        type_name: TOKEN.into(),
        version,
        raw_state: Some(RawState { json: raw.to_vec(), ..Default::default() }),
    };
    let answer = lab.client.upgrade_resource_state(request).await.unwrap().into_inner();
    match &answer.diagnostics[..] {
        [] => Ok(lab.read(&answer.upgraded_state)),
        found => {
            assert!(answer.upgraded_state.is_none());
            Err(only_error(found))
        }
    }
}

#[tokio::test]
async fn a_stop_is_taken_at_any_time() {
    let mut lab = Lab::new().await;
    let answer = lab.client.stop_provider(stop_provider::Request {}).await.unwrap().into_inner();
    assert_eq!(answer.error, "");
}
