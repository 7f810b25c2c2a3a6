//! What one request or client can do to another: nothing.

use std::sync::Arc;

use async_trait::async_trait;
use emulator::{ORG, On, When};
use pulumiservice::framework::diagnostics::Diagnostics;
use pulumiservice::framework::provider::{ConfigureRequest, Provider};
use pulumiservice::framework::resource::{Applied, PlanRequest, PlanResponse, Resource};
use pulumiservice::framework::schema::{Attribute, Given, Schema};
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::protocol::wire::{
    apply_resource_change, import_resource_state, plan_resource_change, read_resource,
    validate_resource_config,
};
use serde_json::json;

use crate::harness::{Client, Lab, Server, TOKEN, msgpack, null, only_error};

const CRASHER: &str = "test_crasher";

/// A provider with a resource that panics where it is told to.
struct Crashing {
    schema: Schema,
    resources: Vec<Box<dyn Resource>>,
}

struct Crasher(Schema);

fn schema() -> Schema {
    let name = Attribute::new("name", Type::String, Given::Required, "What to do.");
    Schema::new(0, "Panics where it is told to.", vec![name])
}

fn crash_if_told(object: &Value) {
    assert!(object.attribute("name").as_str() != Some("crash"), "as a bug would");
}

#[async_trait]
impl Resource for Crasher {
    fn type_name(&self) -> &'static str {
        CRASHER
    }

    fn schema(&self) -> &Schema {
        &self.0
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        crash_if_told(config);
        Diagnostics::new()
    }

    async fn plan(&self, request: PlanRequest<'_>) -> PlanResponse {
        tokio::task::yield_now().await;
        crash_if_told(request.config);
        PlanResponse {
            planned: request.config.clone(),
            requires_replace: Vec::new(),
            diagnostics: Diagnostics::new(),
        }
    }

    async fn create(&self, planned: Value) -> Applied {
        tokio::task::yield_now().await;
        crash_if_told(&planned);
        Applied::state(planned)
    }

    async fn read(&self, state: Value) -> Applied {
        crash_if_told(&state);
        Applied::state(state)
    }

    async fn update(&self, _: Value, planned: Value) -> Applied {
        Applied::state(planned)
    }

    async fn delete(&self, _: Value) -> Applied {
        Applied::state(Value::Null)
    }

    async fn import(&self, id: &str) -> Applied {
        let state = Value::object([("name", id.into())]);
        crash_if_told(&state);
        Applied::state(state)
    }
}

#[async_trait]
impl Provider for Crashing {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &[Box<dyn Resource>] {
        &self.resources
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }

    fn stop(&self) {}
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_the_server_goes_on() {
    let resources: Vec<Box<dyn Resource>> = vec![Box::new(Crasher(schema()))];
    let server = Server::start(Arc::new(Crashing { schema: schema(), resources }));
    let mut client = server.client().await;
    let type_name = String::from(CRASHER);
    let of = |name: &str| Some(msgpack(json!({"name": name}), schema().object()));

    for (name, crashes) in [("crash", true), ("work", false), ("crash", true), ("work", false)] {
        let check = |diagnostics: &[_]| match crashes {
            true => assert_eq!(only_error(diagnostics), ""),
            false => assert_eq!(diagnostics, []),
        };
        let answer = client
            .validate_resource_config(validate_resource_config::Request {
                type_name: type_name.clone(),
                config: of(name),
                ..Default::default()
            })
            .await;
        check(&answer.unwrap().into_inner().diagnostics);
        let answer = client
            .plan_resource_change(plan_resource_change::Request {
                type_name: type_name.clone(),
                prior_state: Some(null()),
                config: of(name),
                ..Default::default()
            })
            .await;
        check(&answer.unwrap().into_inner().diagnostics);
        let answer = client
            .apply_resource_change(apply_resource_change::Request {
                type_name: type_name.clone(),
                prior_state: Some(null()),
                planned_state: of(name),
                ..Default::default()
            })
            .await;
        check(&answer.unwrap().into_inner().diagnostics);
        let answer = client
            .read_resource(read_resource::Request {
                type_name: type_name.clone(),
                current_state: of(name),
                ..Default::default()
            })
            .await;
        check(&answer.unwrap().into_inner().diagnostics);
        let answer = client
            .import_resource_state(import_resource_state::Request {
                type_name: type_name.clone(),
                id: name.into(),
                ..Default::default()
            })
            .await;
        check(&answer.unwrap().into_inner().diagnostics);
    }
}

#[tokio::test]
async fn two_clients_are_served_at_once() {
    let mut one = Lab::configured().await;
    let other = one.server.client().await;
    // Each creation is held until both are on their way, so that neither waits for the other.
    let hold = one.cloud.hold(On::creations().times(2), When::BeforeActing);
    let apply = |mut client: Client, name: &str| {
        let attributes = json!({"org_name": ORG, "name": name});
        let config = one.msgpack(attributes);
        async move {
            let request = plan_resource_change::Request {
                type_name: TOKEN.into(),
                prior_state: Some(null()),
                proposed_new_state: Some(config.clone()),
                config: Some(config.clone()),
                ..Default::default()
            };
            let plan = client.plan_resource_change(request).await.unwrap().into_inner();
            let request = apply_resource_change::Request {
                type_name: TOKEN.into(),
                prior_state: Some(null()),
                planned_state: plan.planned_state,
                config: Some(config),
                ..Default::default()
            };
            client.apply_resource_change(request).await.unwrap().into_inner()
        }
    };
    let both =
        [tokio::spawn(apply(one.client.clone(), "one")), tokio::spawn(apply(other, "other"))];
    hold.arrivals(2).await;
    hold.release();
    for (applied, name) in both.into_iter().zip(["one", "other"]) {
        let applied = applied.await.unwrap();
        assert_eq!(applied.diagnostics, []);
        let made = one.cloud.token_named(ORG, name).unwrap();
        assert_eq!(one.read(&applied.new_state)["token_value"], made.value);
    }
    let config = one.msgpack(json!({"org_name": ORG, "name": "one"}));
    only_error(&one.plan_new(config).await.diagnostics);
}
