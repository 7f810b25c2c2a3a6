//! Identities, and state that comes from another provider's address.

use emulator::{ORG, Org};
use pulumiservice::framework::msgpack as encoding;
use pulumiservice::framework::types::Type;
use pulumiservice::protocol::wire::{
    DynamicValue, RawState, ResourceIdentityData, get_resource_identity_schemas,
    import_resource_state, move_resource_state,
};
use serde_json::{Value, json};

use crate::access::rows::{Row, rows, with};
use crate::access::{Object, goes_well, registered};
use crate::harness::{KEPT, Lab, TOKEN, is_kept, msgpack, null, only_error, plain};

fn identity_type() -> Type {
    Type::from_json(br#"["object",{"org_name":"string","token_id":"string"}]"#).unwrap()
}

fn given(id: &str) -> ResourceIdentityData {
    let parts = json!({"org_name": ORG, "token_id": id});
    ResourceIdentityData { identity_data: Some(msgpack(parts, &identity_type())) }
}

/// A managed resource: what there is in the organization before, and its arguments when it is made
/// and when it is changed in place.
struct Subject {
    name: &'static str,
    before: fn(&mut Org),
    config: Value,
    change: Value,
}

fn subjects() -> Vec<Subject> {
    let of_organizations = rows().into_iter().map(|row| {
        let Row { name, before, config, change, .. } = row;
        Subject { name, before, config, change }
    });
    let tokens = [
        ("api_tokens_orgtoken", json!({"name": "ci"})),
        ("api_tokens_teamtoken", json!({"name": "ci", "team_name": "platform"})),
        ("api_tokens_personaltoken", json!({"description": "laptop"})),
    ];
    let tokens = tokens.into_iter().map(|(name, config)| {
        let change = with(&config, "reason", json!("audit"));
        Subject { name, before: |_| {}, config, change }
    });
    of_organizations.chain(tokens).collect()
}

/// The identity of the object with these attributes, by the provider's own schema of identities.
async fn identity_of(lab: &mut Lab, name: &str, state: &Value) -> ResourceIdentityData {
    let request = get_resource_identity_schemas::Request {};
    let answer = lab.client.get_resource_identity_schemas(request).await.unwrap().into_inner();
    let schema = answer.identity_schemas.get(&format!("pulumiservice_{name}"));
    let schema = schema.unwrap_or_else(|| panic!("{name} has no identity"));
    let (mut types, mut parts) = (json!({}), json!({}));
    for attribute in &schema.identity_attributes {
        types[&attribute.name] = serde_json::from_slice(&attribute.r#type).unwrap();
        parts[&attribute.name] = state[&attribute.name].clone();
        assert!(state[&attribute.name].is_string(), "{name}.{}: {state:#}", attribute.name);
    }
    let ty = Type::from_json(json!(["object", types]).to_string().as_bytes()).unwrap();
    ResourceIdentityData { identity_data: Some(msgpack(parts, &ty)) }
}

/// The only object that is imported.
async fn imported(
    lab: &mut Lab,
    request: import_resource_state::Request,
) -> import_resource_state::ImportedResource {
    let answer = lab.client.import_resource_state(request).await.unwrap().into_inner();
    let [one] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
    one.clone()
}

#[tokio::test]
async fn every_call_tells_the_identity_of_every_resource_whatever_the_state_has() {
    let subjects = subjects();
    for spellings in registered() {
        let subject = subjects.iter().find(|subject| subject.name == spellings[0]);
        let Subject { before, config, change, .. } =
            subject.unwrap_or_else(|| panic!("{} is in no table", spellings[0]));
        // State of an older version, or of an engine that knows none, has no identity.
        for (name, has) in spellings.iter().flat_map(|name| [(name, false), (name, true)]) {
            let mut lab = Lab::hasty().await;
            lab.cloud.edit_org(ORG, before);
            let mut object = Object::new(name);
            let planned = object.plan(&mut lab, config).await.planned_identity;
            goes_well(name, &object.apply(&mut lab, config).await);
            let state = object.state(&lab);
            let whose = identity_of(&mut lab, name, &state).await;
            let (expected, before) = (Some(whose.clone()), has.then(|| whose.clone()));
            assert!(planned.is_none() || planned == expected, "{name}: what is known");
            assert_eq!(object.identity, expected, "{name} is made");

            object.identity = before.clone();
            goes_well(name, &object.read(&mut lab).await);
            assert_eq!(object.identity, expected, "{name} is read");

            object.identity = before.clone();
            let planned = object.plan(&mut lab, change).await.planned_identity;
            assert_eq!(planned, expected, "{name}: a change is planned");
            goes_well(name, &object.apply(&mut lab, change).await);
            assert_eq!(object.identity, expected, "{name} is changed");
            assert_ne!(object.state(&lab), state, "{name} is changed");

            let type_name = format!("pulumiservice_{name}");
            let id = state["id"].as_str().unwrap().to_owned();
            for request in [
                import_resource_state::Request { id, ..Default::default() },
                import_resource_state::Request { identity: Some(whose), ..Default::default() },
            ] {
                let request =
                    import_resource_state::Request { type_name: type_name.clone(), ..request };
                let one = imported(&mut lab, request).await;
                assert_eq!(one.identity, expected, "{name} is imported");
                let one = one.state.unwrap().msgpack;
                let one = plain(&encoding::decode(&one, &lab.types[&type_name]).unwrap());
                assert_eq!(one["id"], state["id"], "{name} is imported");
            }
            goes_well(name, &object.delete(&mut lab).await);
        }
    }
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
