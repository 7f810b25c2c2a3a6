//! Objects of organizations in the hands of an engine, without the cost of one: a table with a row
//! for each, and what a service that is otherwise than usual does to them.

mod causes;
mod lives;
mod roles;
pub mod rows;
mod services;

use std::sync::Arc;

use emulator::ORG;
use pulumiservice::cloud::Seams;
use pulumiservice::framework::msgpack as encoding;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::types::Type;
use pulumiservice::protocol::wire::diagnostic::Severity;
use pulumiservice::protocol::wire::{
    ClientCapabilities, Diagnostic, DynamicValue, ResourceIdentityData, apply_resource_change,
    plan_resource_change, read_resource,
};
use pulumiservice::provider::PulumiService;
use serde_json::{Value, json};

use crate::harness::{Lab, msgpack, null, plain};

/// An object in the state of an engine.
pub struct Object {
    ty: String,
    /// The object; null if there is none.
    state: DynamicValue,
    private: Vec<u8>,
    /// The identity beside the state, as the last call told it.
    pub identity: Option<ResourceIdentityData>,
}

impl Object {
    /// One that is yet to be made.
    pub fn new(name: &str) -> Self {
        let ty = format!("pulumiservice_{name}");
        Self { ty, state: null(), private: Vec::new(), identity: None }
    }

    /// Plans and applies, as an engine does. What there is to say is the answer.
    pub async fn apply(&mut self, lab: &mut Lab, config: &Value) -> Vec<Diagnostic> {
        let mut said = self.plan(lab, config).await;
        if is_failure(&said.diagnostics) {
            return said.diagnostics;
        }
        assert_eq!(said.requires_replace, [], "in place");
        let planned = said.planned_state.take();
        let config = self.config(lab, config);
        self.identity = said.planned_identity;
        said.diagnostics
            .extend(self.change(lab, planned, Some(config), said.planned_private).await);
        said.diagnostics
    }

    /// What is planned for this configuration, without its unknown parts in words.
    pub async fn planned(&mut self, lab: &mut Lab, config: &Value) -> Value {
        let plan = self.plan(lab, config).await;
        assert_eq!(plan.diagnostics, []);
        self.shown(lab, plan.planned_state.as_ref().unwrap())
    }

    /// Reads the object anew.
    pub async fn read(&mut self, lab: &mut Lab) -> Vec<Diagnostic> {
        let request = read_resource::Request {
            type_name: self.ty.clone(),
            current_state: Some(self.state.clone()),
            private: self.private.clone(),
            current_identity: self.identity.clone(),
            ..Default::default()
        };
        let answer = lab.client.read_resource(request).await.unwrap().into_inner();
        (self.state, self.private) = (answer.new_state.unwrap(), answer.private);
        self.identity = answer.new_identity;
        answer.diagnostics
    }

    /// Deletes the object.
    pub async fn delete(&mut self, lab: &mut Lab) -> Vec<Diagnostic> {
        let private = self.private.clone();
        self.change(lab, Some(null()), None, private).await
    }

    /// The attributes; null if there is no object.
    pub fn state(&self, lab: &Lab) -> Value {
        self.shown(lab, &self.state)
    }

    fn config(&self, lab: &Lab, config: &Value) -> DynamicValue {
        let (mut config, ty) = (config.clone(), &lab.types[&self.ty]);
        // A user's token is of no organization.
        if matches!(ty, Type::Object(attributes) if attributes.get("org_name").is_some()) {
            config["org_name"] = ORG.into();
        }
        msgpack(config, ty)
    }

    /// A value of an answer, with its unknown parts in words.
    pub fn shown(&self, lab: &Lab, value: &DynamicValue) -> Value {
        plain(&encoding::decode(&value.msgpack, &lab.types[&self.ty]).unwrap())
    }

    /// Plans, as an engine does.
    pub async fn plan(&self, lab: &mut Lab, config: &Value) -> plan_resource_change::Response {
        let config = self.config(lab, config);
        self.plan_by(lab, config, false).await
    }

    /// Plans with the provider's organization, as an engine that takes, or doesn't, that this is put
    /// off.
    pub async fn plan_of_provider(
        &self,
        lab: &mut Lab,
        config: &Value,
        deferral_allowed: bool,
    ) -> plan_resource_change::Response {
        let config = msgpack(config.clone(), &lab.types[&self.ty]);
        self.plan_by(lab, config, deferral_allowed).await
    }

    async fn plan_by(
        &self,
        lab: &mut Lab,
        config: DynamicValue,
        deferral_allowed: bool,
    ) -> plan_resource_change::Response {
        let request = plan_resource_change::Request {
            type_name: self.ty.clone(),
            prior_state: Some(self.state.clone()),
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            prior_private: self.private.clone(),
            prior_identity: self.identity.clone(),
            client_capabilities: Some(ClientCapabilities {
                deferral_allowed,
                ..Default::default()
            }),
            ..Default::default()
        };
        lab.client.plan_resource_change(request).await.unwrap().into_inner()
    }

    async fn change(
        &mut self,
        lab: &mut Lab,
        planned: Option<DynamicValue>,
        config: Option<DynamicValue>,
        planned_private: Vec<u8>,
    ) -> Vec<Diagnostic> {
        let request = apply_resource_change::Request {
            type_name: self.ty.clone(),
            prior_state: Some(self.state.clone()),
            planned_state: planned,
            config: Some(config.unwrap_or_else(null)),
            planned_private,
            planned_identity: self.identity.clone(),
            ..Default::default()
        };
        let answer = lab.client.apply_resource_change(request).await.unwrap().into_inner();
        (self.state, self.private) = (answer.new_state.unwrap(), answer.private);
        self.identity = answer.new_identity;
        answer.diagnostics
    }
}

/// Whether there is an error among them.
pub fn is_failure(said: &[Diagnostic]) -> bool {
    said.iter().any(|one| one.severity() == Severity::Error)
}

/// Asserts that there is an error, and that it says this.
#[track_caller]
pub fn says(what: &str, said: &[Diagnostic], wanted: &str) {
    assert!(is_failure(said), "{what}: no error");
    let texts: Vec<_> = said.iter().map(|one| format!("{}: {}", one.summary, one.detail)).collect();
    let all = texts.join("\n");
    assert!(all.contains(wanted), "{what} doesn't say {wanted:?}: {all}");
}

/// Asserts that it went well.
#[track_caller]
pub fn goes_well(what: &str, said: &[Diagnostic]) {
    assert!(!is_failure(said), "{what}: {said:#?}");
}

/// A value for an attribute whose type is open.
fn dynamic(value: Value) -> Value {
    json!({"type": type_of(&value), "value": value})
}

fn type_of(value: &Value) -> Value {
    match value {
        Value::Array(elements) => {
            json!(["tuple", elements.iter().map(type_of).collect::<Vec<_>>()])
        }
        Value::Object(parts) => {
            let parts = parts.iter().map(|(name, part)| (name.clone(), type_of(part)));
            json!(["object", parts.collect::<serde_json::Map<_, _>>()])
        }
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        _ => "string".into(),
    }
}

/// The managed resources of the registry: how each may be spelled, without the provider's prefix,
/// the documented spelling first.
pub fn registered() -> Vec<Vec<String>> {
    let provider = PulumiService::new(Box::new(|_| None), Seams::system());
    let provider = AnyProvider::new(Arc::new(provider));
    let bare = |name: &String| name.trim_start_matches("pulumiservice_").to_owned();
    let resources = provider.registry.resources.iter();
    resources.map(|resource| resource.names.iter().map(bare).collect()).collect()
}
