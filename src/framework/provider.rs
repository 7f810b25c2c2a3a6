//! What a provider is to the engine.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::resource::Resource;
use super::schema::Schema;
use super::value::Value;

/// A provider: its configuration and the resources that it offers.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The `provider` block.
    fn schema(&self) -> &Schema;

    /// The resources, in a plain list.
    fn resources(&self) -> &[Box<dyn Resource>];

    /// Checks a `provider` block as it is written: values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Takes the evaluated `provider` block. While planning, values may still be unknown.
    async fn configure(&self, request: ConfigureRequest) -> Diagnostics;

    /// The user interrupted the run: wait for nothing, start nothing new, lose nothing.
    fn stop(&self);
}

/// What `configure` is given.
#[derive(Debug)]
pub struct ConfigureRequest {
    /// The version of the engine, such as `1.11.4`.
    pub terraform_version: String,
    /// An object of the provider's schema.
    pub config: Value,
}
