//! Ephemeral resources: opened for one run, closed at its end, and never stored.

use std::marker::PhantomData;

use async_trait::async_trait;

use super::attributes::Attributes;
use super::checks;
use super::context::{ClientCapabilities, Context, Data, Deferral, Reported};
use super::diagnostics::Diagnostics;
use super::plan;
use super::private::Private;
use super::schema::Schema;
use super::value::Value;

/// An ephemeral resource: a declared struct, whose computed attributes opening fills in. What
/// renewing and closing have to know is kept by [`Context::set_private`].
pub trait EphemeralResource: Attributes {
    /// Its name in HCL, without the provider's prefix.
    const NAME: &'static str;

    /// Checks more than the declaration's rules say of a configuration as it is written.
    fn validate(cx: &Context, config: Self) {
        let _ = (cx, config);
    }

    /// Makes what the configuration asks for.
    fn open(
        cx: &Context,
        config: Self,
    ) -> impl Future<Output = Result<Opened<Self>, Reported>> + Send;

    /// Renews it; gives when to do so again, in Unix seconds, if it has to be.
    fn renew(cx: &Context) -> impl Future<Output = Result<Option<i64>, Reported>> + Send {
        let _ = cx;
        async { Ok(None) }
    }

    /// Ends it.
    fn close(cx: &Context) -> impl Future<Output = Result<(), Reported>> + Send {
        let _ = cx;
        async { Ok(()) }
    }
}

/// What was opened.
#[derive(Clone, Debug)]
pub struct Opened<T> {
    /// All attributes.
    pub result: T,
    /// When to renew it, in Unix seconds, if it has to be.
    pub renew_at: Option<i64>,
}

/// An ephemeral resource, as the registry holds it.
pub struct EphemeralEntry {
    /// Its name in HCL.
    pub name: String,
    /// Its attributes.
    pub schema: Schema,
    typed: Box<dyn Typed>,
}

/// What opening, renewing or closing came to.
#[derive(Debug, Default)]
pub struct Ephemeral {
    /// The object, after opening.
    pub result: Value,
    /// When to renew it, in Unix seconds.
    pub renew_at: Option<i64>,
    /// What renewing and closing have to know.
    pub private: Private,
    /// Set if opening is put off.
    pub deferral: Option<Deferral>,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// An entry of the registry for an ephemeral resource.
pub fn ephemeral<T: EphemeralResource>() -> EphemeralEntry {
    EphemeralEntry {
        name: T::NAME.to_owned(),
        schema: T::schema(),
        typed: Box::new(Of::<T>(PhantomData)),
    }
}

impl EphemeralEntry {
    /// Checks a configuration as it is written.
    pub fn validate(&self, config: Value) -> Diagnostics {
        let cx = Context::default();
        if cx.passed(checks::of_written(self.schema.attributes(), &config)).is_ok() {
            cx.outcome(self.typed.validate(&cx, config));
        }
        cx.into_parts().0
    }

    /// Opens what the configuration asks for.
    pub async fn open(&self, data: Data, client: ClientCapabilities, config: Value) -> Ephemeral {
        let cx = Context::new(data, client);
        let opened = match cx.passed(checks::of_written(self.schema.attributes(), &config)) {
            Ok(()) => {
                let config = plan::with_defaults(self.schema.attributes(), config);
                self.typed.open(&cx, config).await
            }
            Err(reported) => Err(reported),
        };
        let (result, renew_at) = match cx.outcome(opened) {
            Some(Opened { result, renew_at }) => (result, renew_at),
            None => (Value::Null, None),
        };
        let (diagnostics, private, deferral) = cx.into_parts();
        Ephemeral { result, renew_at, private, deferral, diagnostics }
    }

    /// Renews what was opened.
    pub async fn renew(&self, data: Data, private: Private) -> Ephemeral {
        let cx = Context::new(data, ClientCapabilities::default()).with_private(private);
        let renew_at = cx.outcome(self.typed.renew(&cx).await).flatten();
        let (diagnostics, private, _) = cx.into_parts();
        Ephemeral { renew_at, private, diagnostics, ..Ephemeral::default() }
    }

    /// Ends what was opened.
    pub async fn close(&self, data: Data, private: Private) -> Diagnostics {
        let cx = Context::new(data, ClientCapabilities::default()).with_private(private);
        cx.outcome(self.typed.close(&cx).await);
        cx.into_parts().0
    }
}

#[async_trait]
trait Typed: Send + Sync {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported>;
    async fn open(&self, cx: &Context, config: Value) -> Result<Opened<Value>, Reported>;
    async fn renew(&self, cx: &Context) -> Result<Option<i64>, Reported>;
    async fn close(&self, cx: &Context) -> Result<(), Reported>;
}

struct Of<T>(PhantomData<fn() -> T>);

#[async_trait]
impl<T: EphemeralResource> Typed for Of<T> {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported> {
        T::validate(cx, cx.read(&config)?);
        Ok(())
    }

    async fn open(&self, cx: &Context, config: Value) -> Result<Opened<Value>, Reported> {
        let Opened { result, renew_at } = T::open(cx, cx.read(&config)?).await?;
        Ok(Opened { result: result.into_value(), renew_at })
    }

    async fn renew(&self, cx: &Context) -> Result<Option<i64>, Reported> {
        T::renew(cx).await
    }

    async fn close(&self, cx: &Context) -> Result<(), Reported> {
        T::close(cx).await
    }
}
