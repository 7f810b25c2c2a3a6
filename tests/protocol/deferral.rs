//! What an engine that can put things off is told while not enough is known yet: for everything that
//! the schema offers, so that nothing which is added is forgotten.

use std::collections::BTreeMap;

use emulator::ORG;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::framework::{json, msgpack};
use pulumiservice::protocol::wire::deferred::Reason;
use pulumiservice::protocol::wire::{
    ClientCapabilities, Deferred, Diagnostic, DynamicValue, ResourceIdentityData, Schema,
    configure_provider, get_provider_schema, get_resource_identity_schemas, import_resource_state,
    invoke_action, open_ephemeral_resource, plan_resource_change, read_data_source, read_resource,
    schema,
};
use serde_json::json;

use crate::access::rows::rows;
use crate::access::says;
use crate::harness::{
    KEPT, Lab, TOKEN, bytes, in_json, is_kept, msgpack, null, object, only_error,
};

fn capable(deferral_allowed: bool) -> Option<ClientCapabilities> {
    Some(ClientCapabilities { deferral_allowed, ..Default::default() })
}

/// An object with attributes of its own that aren't known yet.
fn with_unknown(attributes: serde_json::Value, unknown: &str, ty: &Type) -> DynamicValue {
    let mut value = json::decode(&in_json(attributes, ty).json, ty).unwrap();
    if let Value::Object(parts) = &mut value {
        parts.replace(unknown, Value::Unknown);
    }
    bytes(msgpack::encode(&value, ty).unwrap())
}

/// A provider that is told one thing only after apply, such as its service's address.
async fn told_late(unknown: &str) -> Lab {
    let mut lab = Lab::new().await;
    let config = Some(with_unknown(json!({}), unknown, &lab.provider));
    let request = configure_provider::Request { config, ..Default::default() };
    let answer = lab.client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    lab
}

/// A text for each of these attributes that takes one.
fn texts(schema: &Schema, wanted: impl Fn(&schema::Attribute) -> bool) -> DynamicValue {
    let attributes = schema.block.as_ref().unwrap().attributes.iter();
    let texts = attributes.filter(|a| a.r#type == b"\"string\"" && wanted(a));
    let texts: serde_json::Map<_, _> = texts.map(|a| (a.name.clone(), json!("x"))).collect();
    msgpack(texts.into(), &object(schema))
}

/// What a state has.
fn state(schema: &Schema) -> DynamicValue {
    texts(schema, |attribute| attribute.required || attribute.computed)
}

/// What a configuration has at least, with an organization. Of what an object can be found by, the
/// name is given.
fn config(schema: &Schema) -> DynamicValue {
    let given = ["org_name", "name"];
    texts(schema, |attribute| attribute.required || given.contains(&attribute.name.as_str()))
}

/// What came of a call.
type Answer = (Option<Deferred>, Vec<Diagnostic>);

/// That an engine which puts things off is told to, and another one why that can't be done yet.
#[track_caller]
fn waits(what: &str, answers: &[Answer]) {
    let [(patient, nothing), (refused, why)] = answers else { panic!("two answers") };
    assert_eq!(*nothing, [], "{what}");
    let reason = patient.as_ref().map(Deferred::reason);
    assert_eq!(reason, Some(Reason::ProviderConfigUnknown), "{what}");
    assert_eq!(*refused, None, "{what}");
    assert!(why.iter().any(|d| d.summary.contains("not known yet")), "{what}: {why:#?}");
}

#[tokio::test]
async fn everything_waits_for_a_service_that_is_not_known_yet() {
    let mut lab = told_late("api_url").await;
    let request = get_provider_schema::Request {};
    let schemas = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    let request = get_resource_identity_schemas::Request {};
    let identities = lab.client.get_resource_identity_schemas(request).await.unwrap().into_inner();
    for (name, schema) in &schemas.resource_schemas {
        let mut read = Vec::new();
        let mut imported = Vec::new();
        let parts = &identities.identity_schemas[name].identity_attributes;
        let types: BTreeMap<_, _> =
            parts.iter().map(|part| (part.name.clone(), Type::String)).collect();
        let parts: serde_json::Map<_, _> =
            parts.iter().map(|part| (part.name.clone(), json!("x"))).collect();
        for allowed in [true, false] {
            let request = read_resource::Request {
                type_name: name.clone(),
                current_state: Some(state(schema)),
                client_capabilities: capable(allowed),
                ..Default::default()
            };
            let answer = lab.client.read_resource(request).await.unwrap().into_inner();
            assert_ne!(answer.new_state, Some(null()), "{name} stays in the state");
            read.push((answer.deferred, answer.diagnostics));
            let identity = msgpack(parts.clone().into(), &Type::Object(types.clone().into()));
            let request = import_resource_state::Request {
                type_name: name.clone(),
                identity: Some(ResourceIdentityData { identity_data: Some(identity) }),
                client_capabilities: capable(allowed),
                ..Default::default()
            };
            let answer = lab.client.import_resource_state(request).await.unwrap().into_inner();
            imported.push((answer.deferred, answer.diagnostics));
        }
        waits(&format!("reading {name}"), &read);
        waits(&format!("importing {name}"), &imported);
    }
    for (name, schema) in &schemas.data_source_schemas {
        let mut read = Vec::new();
        for allowed in [true, false] {
            let request = read_data_source::Request {
                type_name: name.clone(),
                config: Some(config(schema)),
                client_capabilities: capable(allowed),
                ..Default::default()
            };
            let answer = lab.client.read_data_source(request).await.unwrap().into_inner();
            read.push((answer.deferred, answer.diagnostics));
        }
        waits(&format!("the data source {name}"), &read);
    }
    for (name, schema) in &schemas.ephemeral_resource_schemas {
        let mut opened = Vec::new();
        for allowed in [true, false] {
            let request = open_ephemeral_resource::Request {
                type_name: name.clone(),
                config: Some(config(schema)),
                client_capabilities: capable(allowed),
            };
            let answer = lab.client.open_ephemeral_resource(request).await.unwrap().into_inner();
            opened.push((answer.deferred, answer.diagnostics));
        }
        waits(&format!("the ephemeral resource {name}"), &opened);
    }
}

/// A destruction needs nothing that isn't known yet: Terraform Stacks have no `-target` to go on with.
#[tokio::test]
async fn nothing_keeps_an_engine_from_planning_to_destroy() {
    for unknown in ["api_url", "access_token", "org_name"] {
        let mut lab = told_late(unknown).await;
        let request = get_provider_schema::Request {};
        let schemas = lab.client.get_provider_schema(request).await.unwrap().into_inner();
        for (name, schema) in &schemas.resource_schemas {
            for allowed in [true, false] {
                let request = plan_resource_change::Request {
                    type_name: name.clone(),
                    prior_state: Some(state(schema)),
                    proposed_new_state: Some(null()),
                    config: Some(null()),
                    prior_private: KEPT.to_vec(),
                    client_capabilities: capable(allowed),
                    ..Default::default()
                };
                let plan = lab.client.plan_resource_change(request).await.unwrap().into_inner();
                assert_eq!(plan.diagnostics, [], "{name}, {unknown}");
                assert_eq!(plan.deferred, None, "{name}, {unknown}");
                assert_eq!(plan.planned_state, Some(null()), "{name}, {unknown}");
                assert_eq!(plan.requires_replace, [], "{name}, {unknown}");
                is_kept(&plan.planned_private);
            }
        }
        assert!(lab.cloud.requests().is_empty());
    }
}

/// The token that this configuration makes, as it is stored.
async fn made(lab: &mut Lab, config: serde_json::Value) -> serde_json::Value {
    let config = lab.msgpack(config);
    let plan = lab.plan_new(config.clone()).await;
    let applied = lab.apply(null(), config, plan.planned_state).await;
    assert_eq!(applied.diagnostics, []);
    lab.read(&applied.new_state)
}

/// That a change which can't be decided on is put off for this reason where the engine takes that,
/// and refused with these words where it doesn't.
async fn undecided(
    lab: &mut Lab,
    prior: &serde_json::Value,
    config: DynamicValue,
    proposed: DynamicValue,
    reason: Reason,
    words: &[&str],
) {
    for allowed in [true, false] {
        let request = plan_resource_change::Request {
            type_name: TOKEN.into(),
            prior_state: Some(lab.msgpack(prior.clone())),
            proposed_new_state: Some(proposed.clone()),
            config: Some(config.clone()),
            client_capabilities: capable(allowed),
            ..Default::default()
        };
        let plan = lab.client.plan_resource_change(request).await.unwrap().into_inner();
        if allowed {
            assert_eq!(plan.deferred.as_ref().map(Deferred::reason), Some(reason));
            assert_eq!(plan.diagnostics, []);
        } else {
            assert_eq!(plan.deferred, None);
            only_error(&plan.diagnostics);
            let detail = &plan.diagnostics[0].detail;
            assert!(words.iter().all(|wanted| detail.contains(wanted)), "{detail}");
        }
    }
}

/// What an engine proposes: what there is, with these attributes of the configuration.
fn changed(prior: &serde_json::Value, changes: serde_json::Value) -> serde_json::Value {
    let mut proposed = prior.clone();
    for (name, value) in changes.as_object().unwrap() {
        proposed[name] = value.clone();
    }
    proposed
}

#[tokio::test]
async fn a_token_whose_name_may_turn_out_to_be_its_own_waits() {
    let mut lab = Lab::configured().await;
    let prior = made(&mut lab, json!({"org_name": ORG, "name": "ci"})).await;
    let config = with_unknown(json!({"org_name": ORG}), "name", &lab.token);
    let proposed = with_unknown(prior.clone(), "name", &lab.token);
    let words = ["The name or the organization", "name_prefix"];
    undecided(&mut lab, &prior, config, proposed, Reason::ResourceConfigUnknown, &words).await;
}

#[tokio::test]
async fn a_change_waits_for_an_organization_that_the_provider_is_told_later() {
    let mut lab = told_late("org_name").await;
    let prior = made(&mut lab, json!({"org_name": ORG, "name": "ci"})).await;
    let config = lab.msgpack(json!({"name": "ci", "reason": "audit"}));
    let proposed = lab.msgpack(changed(&prior, json!({"reason": "audit"})));
    let words = ["The provider's org_name", "give an org_name here"];
    undecided(&mut lab, &prior, config, proposed, Reason::ProviderConfigUnknown, &words).await;

    // With nothing to change there is nothing to wait for.
    let request = plan_resource_change::Request {
        type_name: TOKEN.into(),
        prior_state: Some(lab.msgpack(prior.clone())),
        proposed_new_state: Some(lab.msgpack(prior.clone())),
        config: Some(lab.msgpack(json!({"name": "ci"}))),
        client_capabilities: capable(true),
        ..Default::default()
    };
    let plan = lab.client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!((plan.deferred, plan.diagnostics), (None, vec![]));
    assert_eq!(lab.read(&plan.planned_state), prior);
}

/// What an engine hands on from the token that is replaced.
#[tokio::test]
async fn a_name_that_was_used_is_refused_whatever_the_organization_turns_out_to_be() {
    let mut lab = told_late("org_name").await;
    for (name, org, refused) in [
        ("ci", json!(null), true),
        ("ci", json!("acme"), true),
        ("ci", json!("umbrella"), false),
        ("ci-2", json!(null), false),
    ] {
        let config = lab.msgpack(json!({"name": name, "org_name": org}));
        let request = plan_resource_change::Request {
            type_name: TOKEN.into(),
            prior_state: Some(null()),
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            prior_private: br#"{"name":"acme/ci"}"#.to_vec(),
            ..Default::default()
        };
        lab.cloud.fault(emulator::On::any().always(), emulator::Fault::status(403));
        let plan = lab.client.plan_resource_change(request).await.unwrap().into_inner();
        let said: Vec<_> = plan.diagnostics.iter().map(|one| one.summary.as_str()).collect();
        let same = said.contains(&"The token can't be replaced under the same name");
        assert_eq!(same, refused, "{name} of {org}: {said:?}");
    }
}

/// An action can't be put off: its answer has no place for that.
#[tokio::test]
async fn an_action_that_has_to_wait_fails() {
    for (unknown, org) in [("access_token", json!(ORG)), ("org_name", json!(null))] {
        let mut lab = told_late(unknown).await;
        let action_type = "pulumiservice_api_tokens_revoke".to_owned();
        let schema = lab.client.get_provider_schema(get_provider_schema::Request {}).await;
        let schema = schema.unwrap().into_inner().action_schemas.remove(&action_type).unwrap();
        let config = json!({"org_name": org, "names": ["ci"]});
        let request = invoke_action::Request {
            config: Some(msgpack(config, &object(schema.schema.as_ref().unwrap()))),
            action_type,
            client_capabilities: capable(true),
        };
        let mut events = lab.client.invoke_action(request).await.unwrap().into_inner();
        let mut said = Vec::new();
        while let Some(event) = events.message().await.unwrap() {
            if let Some(invoke_action::event::Type::Completed(completed)) = event.r#type {
                said.extend(completed.diagnostics);
            }
        }
        says(unknown, &said, "not known yet");
    }
}

#[tokio::test]
async fn no_object_changes_while_its_organization_may_turn_out_to_be_another_one() {
    for row in rows() {
        let mut lab = told_late("org_name").await;
        let object = row.made(&mut lab).await;
        let state = object.state(&lab);
        for allowed in [true, false] {
            let plan = object.plan_of_provider(&mut lab, &row.config, allowed).await;
            assert_eq!((plan.deferred, plan.diagnostics), (None, vec![]), "{}", row.name);
            let planned = object.shown(&lab, plan.planned_state.as_ref().unwrap());
            assert_eq!(planned, state, "{}", row.name);

            let plan = object.plan_of_provider(&mut lab, &row.change, allowed).await;
            let reason = plan.deferred.as_ref().map(Deferred::reason);
            assert_eq!(reason, allowed.then_some(Reason::ProviderConfigUnknown), "{}", row.name);
            if !allowed {
                says(row.name, &plan.diagnostics, "give an org_name here");
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_due_by_a_window_which_is_told_later_waits() {
    let mut lab = Lab::configured().await;
    let life = json!({"org_name": ORG, "name_prefix": "ci-", "expire_after": "90d"});
    let new = made(&mut lab, changed(&life, json!({"rotate_before": "30d"}))).await;
    // As a refresh leaves it when its time has come.
    let prior = changed(&new, json!({"ready_for_rotation": true}));
    let config = with_unknown(life, "rotate_before", &lab.token);
    let proposed = with_unknown(prior.clone(), "rotate_before", &lab.token);
    let words = ["rotate_before depends on", "is due for rotation"];
    undecided(&mut lab, &prior, config, proposed, Reason::ResourceConfigUnknown, &words).await;
}
