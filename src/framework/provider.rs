//! What a provider is to the engine: a configuration, and what it offers.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::attributes::Attributes;
use super::checks;
use super::context::{ClientCapabilities, Context, Data, Reported};
use super::diagnostics::Diagnostics;
use super::registry::Registry;
use super::schema::Schema;
use super::value::Value;

/// A provider.
pub trait Provider: Send + Sync + 'static {
    /// The `provider` block.
    type Block: Attributes;
    /// What its resources get from [`Context::provider`].
    type Configured: Send + Sync + 'static;

    /// What it offers.
    fn registry(&self) -> Registry;

    /// What its resources get before it is configured, for checks of what is written.
    fn unconfigured(&self) -> Self::Configured;

    /// Checks more than the declaration's rules say of a block as it is written: values may be
    /// unknown.
    fn validate(&self, cx: &Context, block: Self::Block) {
        let _ = (cx, block);
    }

    /// Takes the evaluated block. While planning, values may still be unknown.
    fn configure(
        &self,
        cx: &Context,
        block: Self::Block,
        engine: &str,
    ) -> impl Future<Output = Result<Self::Configured, Reported>> + Send;

    /// The service that holds what it manages, such as its address; `None` if there is only one, or
    /// it is not known yet. An object that isn't found is taken for gone by the word of that service
    /// alone that had it.
    fn service(configured: &Self::Configured) -> Option<String> {
        let _ = configured;
        None
    }

    /// The user interrupted the run: wait for nothing, start nothing new, lose nothing.
    fn stop(&self);
}

/// A provider whose type is forgotten, with what it was configured with.
pub struct AnyProvider {
    /// The `provider` block.
    pub schema: Schema,
    /// What it offers.
    pub registry: Registry,
    typed: Box<dyn Typed>,
    configured: RwLock<Data>,
}

/// What configuring is given.
#[derive(Debug, Default)]
pub struct ConfigureRequest {
    /// The version of the engine, such as `1.11.4`.
    pub terraform_version: String,
    /// An object of the block's schema.
    pub config: Value,
    /// What the engine can do.
    pub client: ClientCapabilities,
}

impl AnyProvider {
    /// The provider, yet to be configured.
    pub fn new<P: Provider>(provider: Arc<P>) -> Self {
        Self {
            schema: P::Block::schema(),
            registry: provider.registry(),
            configured: RwLock::new(Data::new(provider.unconfigured(), None)),
            typed: Box::new(Of(provider)),
        }
    }

    /// What it was configured with, for the calls that the registry's entries take.
    pub fn configured(&self) -> Data {
        self.configured.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Checks a `provider` block as it is written.
    pub fn validate(&self, config: Value) -> Diagnostics {
        let cx = Context::default();
        if cx.passed(checks::of_written(self.schema.attributes(), &config)).is_ok() {
            cx.outcome(self.typed.validate(&cx, config));
        }
        cx.into_parts().0
    }

    /// Takes the evaluated `provider` block.
    pub async fn configure(&self, request: ConfigureRequest) -> Diagnostics {
        let ConfigureRequest { terraform_version, config, client } = request;
        let cx = Context::new(Data::default(), client);
        if cx.passed(checks::of_written(self.schema.attributes(), &config)).is_ok()
            && let Some(data) =
                cx.outcome(self.typed.configure(&cx, config, &terraform_version).await)
        {
            *self.configured.write().unwrap_or_else(PoisonError::into_inner) = data;
        }
        cx.into_parts().0
    }

    /// The user interrupted the run.
    pub fn stop(&self) {
        self.typed.stop();
    }
}

#[async_trait]
trait Typed: Send + Sync {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported>;
    async fn configure(&self, cx: &Context, config: Value, engine: &str) -> Result<Data, Reported>;
    fn stop(&self);
}

struct Of<P>(Arc<P>);

#[async_trait]
impl<P: Provider> Typed for Of<P> {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported> {
        self.0.validate(cx, cx.read(&config)?);
        Ok(())
    }

    async fn configure(&self, cx: &Context, config: Value, engine: &str) -> Result<Data, Reported> {
        let configured = self.0.configure(cx, cx.read(&config)?, engine).await?;
        let service = P::service(&configured);
        Ok(Data::new(configured, service))
    }

    fn stop(&self) {
        self.0.stop();
    }
}
