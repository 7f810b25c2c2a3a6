//! What a managed resource is to the engine: a small mandatory part, and the rest with defaults.
//!
//! Create, update and delete give back a state *and* diagnostics: what exists must reach the state
//! even when something after it failed.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::path::Path;
use super::schema::Schema;
use super::value::Value;

/// A resource type. Every value that a method is given or gives back is an object of its schema,
/// or null where there is no object.
#[async_trait]
pub trait Resource: Send + Sync {
    /// Its name in HCL, with the provider's prefix.
    fn type_name(&self) -> &'static str;

    /// Its attributes.
    fn schema(&self) -> &Schema;

    /// Checks a configuration as it is written: values may be unknown, and whether an object
    /// exists already is not known.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// What applying the configuration would do. The engine asks again during apply, when more
    /// is known: known values of the first answer must then be the same.
    async fn plan(&self, request: PlanRequest<'_>) -> PlanResponse;

    /// Makes the object that was planned. Null with errors: there is no object.
    async fn create(&self, planned: Value) -> Applied;

    /// What has become of the object; null where it is gone.
    async fn read(&self, state: Value) -> Applied;

    /// Changes the object in place, as planned.
    async fn update(&self, prior: Value, planned: Value) -> Applied;

    /// Removes the object. Gives back null, or what is left of it with errors.
    async fn delete(&self, prior: Value) -> Applied;

    /// Finds an existing object by the id that a user gave. Null with errors: there is none.
    async fn import(&self, id: &str) -> Applied;

    /// Completes a state that an older version wrote: attributes that it lacked are null here.
    fn upgrade(&self, state: Value) -> Value {
        state
    }
}

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The object as it is; null where it is to be created.
    pub prior: &'a Value,
    /// The configuration, with values that `ignore_changes` names already taken from `prior`.
    pub config: &'a Value,
}

/// A plan.
#[derive(Debug)]
pub struct PlanResponse {
    /// The object as it will be; unknown where only apply can tell.
    pub planned: Value,
    /// Changed attributes that make the engine replace the object. It ignores those whose value
    /// did not change.
    pub requires_replace: Vec<Path>,
    /// Errors here mean that nothing may be applied.
    pub diagnostics: Diagnostics,
}

/// What a call left behind.
#[derive(Debug)]
pub struct Applied {
    /// The object after the call, or null.
    pub state: Value,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

impl Applied {
    /// The object, with nothing to say about it.
    pub fn state(state: Value) -> Self {
        Self { state, diagnostics: Diagnostics::new() }
    }

    /// No object, and why.
    pub fn nothing(diagnostics: Diagnostics) -> Self {
        Self { state: Value::Null, diagnostics }
    }
}
