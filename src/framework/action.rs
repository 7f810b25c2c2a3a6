//! Actions: what is done once, on demand, and leaves no state.

use std::marker::PhantomData;

use async_trait::async_trait;

use super::attributes::Attributes;
use super::checks;
use super::context::{ClientCapabilities, Context, Data, Reported};
use super::diagnostics::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// An action: a declared struct of what it needs, and what it does.
pub trait Action: Attributes {
    /// Its name in HCL, without the provider's prefix.
    const NAME: &'static str;

    /// Does it. [`Context::progress`] tells how far it has come.
    fn invoke(cx: &Context, config: Self) -> impl Future<Output = Result<(), Reported>> + Send;
}

/// An action, as the registry holds it.
pub struct ActionEntry {
    /// Its name in HCL.
    pub name: String,
    /// Its attributes.
    pub schema: Schema,
    typed: Box<dyn Typed>,
}

/// An entry of the registry for an action.
pub fn action<T: Action>() -> ActionEntry {
    ActionEntry {
        name: T::NAME.to_owned(),
        schema: T::schema(),
        typed: Box::new(Of::<T>(PhantomData)),
    }
}

impl ActionEntry {
    /// Checks a configuration as it is written.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        checks::of_written(self.schema.attributes(), config)
    }

    /// Does what the configuration asks for; `progress` is given each line that it tells.
    pub async fn invoke(
        &self,
        data: Data,
        client: ClientCapabilities,
        config: Value,
        progress: impl Fn(String) + Send + Sync + 'static,
    ) -> Diagnostics {
        let cx = Context::new(data, client.without_deferral()).with_progress(Box::new(progress));
        if cx.passed(self.validate(&config)).is_ok() {
            cx.outcome(self.typed.invoke(&cx, config).await);
        }
        cx.into_parts().0
    }
}

#[async_trait]
trait Typed: Send + Sync {
    async fn invoke(&self, cx: &Context, config: Value) -> Result<(), Reported>;
}

struct Of<T>(PhantomData<fn() -> T>);

#[async_trait]
impl<T: Action> Typed for Of<T> {
    async fn invoke(&self, cx: &Context, config: Value) -> Result<(), Reported> {
        T::invoke(cx, cx.read(&config)?).await
    }
}
