//! What one request or client can do to another: nothing.

use std::sync::Arc;

use emulator::{ORG, On, When};
use pulumiservice::attributes;
use pulumiservice::framework::prelude::*;
use pulumiservice::framework::provider::{AnyProvider, Provider};
use pulumiservice::framework::registry::Registry;
use pulumiservice::framework::resource::{Identity, Import, Plan, Resource, resource};
use pulumiservice::protocol::wire::{
    apply_resource_change, import_resource_state, plan_resource_change, read_resource,
    validate_resource_config,
};
use serde_json::json;

use crate::harness::{Client, Lab, Server, TOKEN, msgpack, null, only_error};

const CRASHER: &str = "test_crasher";

attributes! {
    /// Panics where it is told to.
    struct Crasher {
        /// What to do.
        name: Attr<String> = required(),
    }
}

impl Crasher {
    fn crash_if_told(&self) {
        assert!(!self.name.is("crash"), "as a bug would");
    }
}

impl Resource for Crasher {
    const NAME: &'static str = "crasher";

    fn validate(_: &Context, config: Self) {
        config.crash_if_told();
    }

    async fn modify_plan(_: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        tokio::task::yield_now().await;
        plan.config.crash_if_told();
        Ok(())
    }

    async fn create(_: &Context, planned: Self) -> Result<Self, Reported> {
        tokio::task::yield_now().await;
        planned.crash_if_told();
        Ok(planned)
    }

    async fn read(_: &Context, state: Self) -> Result<Option<Self>, Reported> {
        state.crash_if_told();
        Ok(Some(state))
    }

    async fn delete(_: &Context, _: Self) -> Result<(), Reported> {
        Ok(())
    }
}

impl Identity for Crasher {
    const PARTS: &'static [Name] = &[Self::name];
}

impl Import for Crasher {}

/// A provider with a resource that panics where it is told to.
struct Crashing;

impl Provider for Crashing {
    type Block = Crasher;
    type Configured = ();

    fn registry(&self) -> Registry {
        Registry::new("test").resource(resource::<Crasher>().imported())
    }

    fn unconfigured(&self) {}

    async fn configure(&self, _: &Context, _: Crasher, _: &str) -> Result<(), Reported> {
        Ok(())
    }

    fn stop(&self) {}
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_the_server_goes_on() {
    let server = Server::start(AnyProvider::new(Arc::new(Crashing)));
    let mut client = server.client().await;
    let type_name = String::from(CRASHER);
    let of = |name: &str| Some(msgpack(json!({"name": name}), &Crasher::ty()));

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
