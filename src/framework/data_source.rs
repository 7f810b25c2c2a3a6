//! Data sources: what is read on the way to a plan, and changed by nobody here.

use std::marker::PhantomData;

use async_trait::async_trait;

use super::attributes::Attributes;
use super::checks;
use super::context::{ClientCapabilities, Context, Data, Deferral, Reported};
use super::diagnostics::Diagnostics;
use super::plan;
use super::schema::Schema;
use super::value::Value;

/// A data source: a declared struct, whose computed attributes reading fills in.
pub trait DataSource: Attributes {
    /// Its name in HCL, without the provider's prefix.
    const NAME: &'static str;

    /// Reads what the configuration asks for.
    fn read(cx: &Context, config: Self) -> impl Future<Output = Result<Self, Reported>> + Send;
}

/// A data source, as the registry holds it.
pub struct DataSourceEntry {
    /// Its name in HCL.
    pub name: String,
    /// Its attributes.
    pub schema: Schema,
    typed: Box<dyn Typed>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct DataRead {
    /// The object, or null.
    pub state: Value,
    /// Set if reading is put off.
    pub deferral: Option<Deferral>,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// An entry of the registry for a data source.
pub fn data_source<T: DataSource>() -> DataSourceEntry {
    DataSourceEntry {
        name: T::NAME.to_owned(),
        schema: T::schema(),
        typed: Box::new(Of::<T>(PhantomData)),
    }
}

impl DataSourceEntry {
    /// Checks a configuration as it is written.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        checks::of_written(self.schema.attributes(), config)
    }

    /// Reads what the configuration asks for.
    pub async fn read(&self, data: Data, client: ClientCapabilities, config: Value) -> DataRead {
        let cx = Context::new(data, client);
        let read = match cx.passed(self.validate(&config)) {
            Ok(()) => {
                let config = plan::with_defaults(self.schema.attributes(), config);
                self.typed.read(&cx, config).await
            }
            Err(reported) => Err(reported),
        };
        let state = cx.outcome(read).unwrap_or_default();
        let (diagnostics, _, deferral) = cx.into_parts();
        DataRead { state, deferral, diagnostics }
    }
}

#[async_trait]
trait Typed: Send + Sync {
    async fn read(&self, cx: &Context, config: Value) -> Result<Value, Reported>;
}

struct Of<T>(PhantomData<fn() -> T>);

#[async_trait]
impl<T: DataSource> Typed for Of<T> {
    async fn read(&self, cx: &Context, config: Value) -> Result<Value, Reported> {
        Ok(T::read(cx, cx.read(&config)?).await?.into_value())
    }
}
