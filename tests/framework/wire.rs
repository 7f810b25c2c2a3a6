//! What the protocol carries: each kind of thing that a provider can offer, called as an engine
//! calls it, without a socket.

use std::sync::Arc;

use pulumiservice::framework::attributes::Attributes;
use pulumiservice::framework::msgpack;
use pulumiservice::framework::private::Private;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::protocol::routes;
use pulumiservice::protocol::wire::invoke_action::event::Type as Event;
use pulumiservice::protocol::wire::provider_client::ProviderClient;
use pulumiservice::protocol::wire::{self, DynamicValue, deferred::Reason};
use tonic::service::Routes;

use crate::probe::{Count, Door, Filter, Probe, laboratory, with};

const PROBE: &str = "lab_probe";

fn client() -> ProviderClient<Routes> {
    ProviderClient::new(routes(Arc::new(laboratory())))
}

fn ty<T: Attributes>() -> Type {
    T::schema().object().clone()
}

fn sent(value: &Value, ty: &Type) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: msgpack::encode(value, ty).unwrap(), json: Vec::new() })
}

fn probe(value: &Value) -> Option<DynamicValue> {
    sent(value, &ty::<Probe>())
}

fn read(value: &Option<DynamicValue>, ty: &Type) -> Value {
    msgpack::decode(&value.as_ref().unwrap().msgpack, ty).unwrap()
}

fn capable(deferral_allowed: bool) -> Option<wire::ClientCapabilities> {
    Some(wire::ClientCapabilities { deferral_allowed, ..Default::default() })
}

/// A key that serde_json gives a meaning of its own.
#[tokio::test]
async fn no_key_of_a_map_has_a_meaning() {
    let mut client = client();
    let key = "$serde_json::private::Number";
    let tags = Value::Map([(key.to_owned(), "1".into())].into());
    let config = with(&[("tags", tags.clone())]);
    let request = wire::plan_resource_change::Request {
        type_name: PROBE.into(),
        prior_state: probe(&Value::Null),
        proposed_new_state: probe(&config),
        config: probe(&config),
        ..Default::default()
    };
    let plan = client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(plan.diagnostics, []);
    assert_eq!(read(&plan.planned_state, &ty::<Probe>()).attribute("tags"), &tags);
    let request = wire::apply_resource_change::Request {
        type_name: PROBE.into(),
        prior_state: probe(&Value::Null),
        planned_state: plan.planned_state,
        config: probe(&config),
        ..Default::default()
    };
    let applied = client.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(applied.diagnostics, []);
    assert_eq!(read(&applied.new_state, &ty::<Probe>()).attribute("tags"), &tags);
    let json = format!(r#"{{"owner":"acme","name":"x","tags":{{"{key}":"1"}},"mode":null}}"#);
    let request = wire::upgrade_resource_state::Request {
        type_name: PROBE.into(),
        version: 0,
        raw_state: Some(wire::RawState { json: json.into_bytes(), ..Default::default() }),
    };
    let upgraded = client.upgrade_resource_state(request).await.unwrap().into_inner();
    assert_eq!(upgraded.diagnostics, []);
    let upgraded = read(&upgraded.upgraded_state, &ty::<Probe>());
    assert_eq!(upgraded.attribute("tags"), &tags);
    assert_eq!(upgraded.attribute("mode").as_str(), Some("slow"), "the default of what it lacks");
    assert_eq!(upgraded.attribute("id").as_str(), Some("acme/x"));
}

#[tokio::test]
async fn a_deferral_is_told_only_to_who_takes_it() {
    let config = with(&[("order", "wait".into())]);
    let plan = async |deferral_allowed| {
        let request = wire::plan_resource_change::Request {
            type_name: PROBE.into(),
            proposed_new_state: probe(&config),
            config: probe(&config),
            client_capabilities: capable(deferral_allowed),
            ..Default::default()
        };
        client().plan_resource_change(request).await.unwrap().into_inner()
    };
    let patient = plan(true).await;
    assert_eq!(patient.diagnostics, []);
    assert_eq!(patient.deferred.unwrap().reason(), Reason::AbsentPrereq);
    let refused = plan(false).await;
    assert_eq!(refused.deferred, None);
    assert_eq!(refused.diagnostics.len(), 1);
}

#[tokio::test]
async fn a_configuration_is_generated() {
    let state = with(&[("made", "made".into()), ("id", "acme/x".into()), ("mode", "slow".into())]);
    let request =
        wire::generate_resource_config::Request { type_name: PROBE.into(), state: probe(&state) };
    let generated = client().generate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(generated.diagnostics, []);
    assert_eq!(read(&generated.config, &ty::<Probe>()), with(&[]));
}

#[tokio::test]
async fn a_state_moves_from_another_name_and_another_provider() {
    let mut private = Private::default();
    private.set("kept", "yes");
    let request = wire::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/elsewhere/lab".into(),
        source_type_name: "lab_examination".into(),
        source_state: Some(wire::RawState {
            json: br#"{"owner":"acme","name":"x"}"#.to_vec(),
            ..Default::default()
        }),
        target_type_name: PROBE.into(),
        source_private: private.to_bytes(),
        ..Default::default()
    };
    let moved = client().move_resource_state(request).await.unwrap().into_inner();
    assert_eq!(moved.diagnostics, []);
    let state = read(&moved.target_state, &ty::<Probe>());
    assert_eq!(state.attribute("id").as_str(), Some("acme/x"));
    assert_eq!(Private::from_bytes(&moved.target_private), private);
    assert!(moved.target_identity.is_some());
}

#[tokio::test]
async fn a_list_is_a_stream_of_objects_and_then_of_errors() {
    let list = async |owner: &str, limit| {
        let request = wire::list_resource::Request {
            type_name: PROBE.into(),
            config: sent(&Value::object([("owner", owner.into())]), &ty::<Filter>()),
            include_resource_object: true,
            limit,
        };
        let mut events = client().list_resource(request).await.unwrap().into_inner();
        let mut all = Vec::new();
        while let Some(event) = events.message().await.unwrap() {
            all.push(event);
        }
        all
    };
    let events = list("acme", 2).await;
    let names: Vec<_> = events.iter().map(|event| event.display_name.as_str()).collect();
    assert_eq!(names, ["probe a", "probe b"]);
    for event in &events {
        assert_eq!(event.diagnostic, []);
        assert!(event.identity.is_some() && event.resource_object.is_some());
    }
    let events = list("fail", 2).await;
    let [event] = &events[..] else { panic!("{events:#?}") };
    assert_eq!(event.diagnostic.len(), 1);
}

fn count(to: i64, stays: bool) -> wire::invoke_action::Request {
    let config = Value::object([("to", to.into()), ("stays", stays.into())]);
    wire::invoke_action::Request {
        action_type: "lab_count".into(),
        config: sent(&config, &ty::<Count>()),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_action_ends_with_the_stream_of_its_events() {
    let provider = Arc::new(laboratory());
    let mut client = ProviderClient::new(routes(Arc::clone(&provider)));
    let mut events = client.invoke_action(count(1, true)).await.unwrap().into_inner();
    let event = events.message().await.unwrap().unwrap();
    assert!(matches!(event.r#type, Some(Event::Progress(_))), "told as it went: {event:?}");
    drop((client, events));
    assert_eq!(Arc::strong_count(&provider), 1, "something of the action is left");
}

#[tokio::test]
async fn an_action_tells_how_far_it_is_and_how_it_ended() {
    let invoke = async |to: i64| {
        let request = count(to, false);
        let mut events = client().invoke_action(request).await.unwrap().into_inner();
        let (mut lines, mut ended) = (Vec::new(), Vec::new());
        while let Some(event) = events.message().await.unwrap() {
            match event.r#type.unwrap() {
                Event::Progress(progress) => lines.push(progress.message),
                Event::Completed(completed) => ended.push(completed.diagnostics),
            }
        }
        assert_eq!(ended.len(), 1, "it ends once");
        (lines, ended.remove(0))
    };
    assert_eq!(invoke(2).await, (vec!["1".to_owned(), "2".to_owned()], vec![]));
    let (lines, failed) = invoke(9).await;
    assert_eq!((lines.len(), failed.len()), (9, 1));
    let (lines, refused) = invoke(10).await;
    assert!(lines.is_empty());
    assert_eq!(refused[0].summary, "to is out of range");
}

#[tokio::test]
async fn what_is_ephemeral_is_opened_renewed_and_closed() {
    let mut client = client();
    let type_name = || "lab_door".to_owned();
    let open = |name: &str| wire::open_ephemeral_resource::Request {
        type_name: type_name(),
        config: sent(&Value::object([("name", name.into()), ("key", Value::Null)]), &ty::<Door>()),
        ..Default::default()
    };
    let opened = client.open_ephemeral_resource(open("front")).await.unwrap().into_inner();
    assert_eq!(opened.diagnostics, []);
    assert_eq!(read(&opened.result, &ty::<Door>()).attribute("key").as_str(), Some("sesame"));
    assert_eq!(opened.renew_at.unwrap().seconds, 1_900_000_000);

    let request =
        wire::renew_ephemeral_resource::Request { type_name: type_name(), private: opened.private };
    let renewed = client.renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(renewed.diagnostics, []);
    assert_eq!(renewed.renew_at.unwrap().seconds, 1_900_000_060);

    let request = wire::close_ephemeral_resource::Request {
        type_name: type_name(),
        private: renewed.private,
    };
    let closed = client.close_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(closed.diagnostics[0].detail, "Some(\"front\"), renewed Some(\"I\")");

    for (name, said) in
        [("stuck", "It was told to fail"), ("much too long", "name has the wrong length")]
    {
        let refused = client.open_ephemeral_resource(open(name)).await.unwrap().into_inner();
        assert_eq!(refused.diagnostics[0].summary, said);
        assert!(refused.renew_at.is_none());
    }
}

#[tokio::test]
async fn a_function_blames_the_argument() {
    let call = async |name: &str, arguments: &[(Value, Type)]| {
        let arguments = arguments.iter().map(|(value, ty)| sent(value, ty).unwrap()).collect();
        let request = wire::call_function::Request { name: name.into(), arguments };
        client().call_function(request).await.unwrap().into_inner()
    };
    let number = |number: i64| (Value::from(number), Type::Number);
    let text = |text: &str| (Value::from(text), Type::String);

    let quotient = call("divided", &[number(6), number(3)]).await;
    assert_eq!(read(&quotient.result, &Type::Number).as_i64(), Some(2));
    let sentence = call("joined", &[text("a"), text("b"), text("c")]).await;
    assert_eq!(read(&sentence.result, &Type::String).as_str(), Some("a b c"));
    let nothing = call("joined", &[]).await;
    assert_eq!(read(&nothing.result, &Type::String).as_str(), Some(""));

    let null = (Value::Null, Type::Number);
    for (name, arguments, argument, said) in [
        ("divided", vec![number(6), number(0)], Some(1), "It must not be zero."),
        ("divided", vec![null, number(1)], Some(0), "The argument must not be null."),
        ("divided", vec![number(6)], Some(1), "The argument must not be null."),
        ("divided", vec![text("six"), number(1)], Some(0), "a number is required"),
        ("divided", vec![number(1); 3], Some(2), "takes fewer arguments"),
        ("joined", vec![text("a"), text("")], Some(1), "It is empty."),
        ("nothing", vec![], None, "no function \"nothing\""),
    ] {
        let error = call(name, &arguments).await.error.expect(said);
        assert_eq!(error.function_argument, argument, "{}", error.text);
        assert!(error.text.contains(said), "{}", error.text);
    }
}
