//! A resource of the registry: its Rust type is known inside of it, and nowhere else.

use std::marker::PhantomData;

use async_trait::async_trait;

use super::{Identity, Import, List, Listed, Plan, Resource, Upgrade, Wanted};
use crate::framework::attr::Name;
use crate::framework::attributes::Attributes;
use crate::framework::context::{Context, Reported};
use crate::framework::invalid::Invalid;
use crate::framework::plan::{self, Planned};
use crate::framework::schema::Schema;
use crate::framework::value::Value;

/// A resource, as the registry holds it.
pub struct ResourceEntry {
    /// Its names in HCL: the documented one first, then other spellings.
    pub names: Vec<String>,
    /// Its attributes.
    pub schema: Schema,
    /// The attributes by which its objects are known; empty if it has no identity.
    pub parts: &'static [Name],
    /// Whether no two services have objects of the same identity.
    pub(super) by_service: bool,
    /// What narrows down a list of its objects, if they can be listed.
    pub filter: Option<Schema>,
    pub(super) typed: Box<dyn Typed>,
    pub(super) importer: Option<Box<dyn Importer>>,
    pub(super) upgrade: Option<fn(Value) -> Result<Value, Invalid>>,
    pub(super) lister: Option<Box<dyn Lister>>,
}

impl ResourceEntry {
    /// Whether existing objects can be taken over.
    pub fn can_import(&self) -> bool {
        self.importer.is_some()
    }

    /// Whether it goes by this name.
    pub fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }
}

/// An entry in the making, which still knows the type.
pub struct ResourceBuilder<T> {
    entry: ResourceEntry,
    ty: PhantomData<fn() -> T>,
}

/// An entry for a resource, which can do what every resource can. The methods of the builder add
/// what it can do beyond that.
pub fn resource<T: Resource>() -> ResourceBuilder<T> {
    let entry = ResourceEntry {
        names: vec![T::NAME.to_owned()],
        schema: T::schema(),
        parts: &[],
        by_service: false,
        filter: None,
        typed: Box::new(Of::<T>(PhantomData)),
        importer: None,
        upgrade: None,
        lister: None,
    };
    ResourceBuilder { entry, ty: PhantomData }
}

impl<T: Resource> ResourceBuilder<T> {
    /// It goes by this name too.
    pub fn also_named(mut self, name: &str) -> Self {
        self.entry.names.push(name.to_owned());
        self
    }

    /// Its objects have an identity.
    pub fn identified(mut self) -> Self
    where
        T: Identity,
    {
        (self.entry.parts, self.entry.by_service) = (T::PARTS, T::BY_SERVICE);
        self
    }

    /// Existing objects can be taken over, by id and by identity.
    pub fn imported(mut self) -> Self
    where
        T: Import,
    {
        self.entry.importer = Some(Box::new(Of::<T>(PhantomData)));
        self.identified()
    }

    /// Older state is completed.
    pub fn upgraded(mut self) -> Self
    where
        T: Upgrade,
    {
        self.entry.upgrade = Some(|state| {
            let mut state = T::from_value(&state)?;
            T::upgrade(&mut state);
            Ok(state.into_value())
        });
        self
    }

    /// Existing objects can be listed.
    pub fn listed(mut self) -> Self
    where
        T: List,
    {
        self.entry.filter = Some(T::Filter::schema());
        self.entry.lister = Some(Box::new(Of::<T>(PhantomData)));
        self
    }
}

impl<T> From<ResourceBuilder<T>> for ResourceEntry {
    fn from(builder: ResourceBuilder<T>) -> Self {
        builder.entry
    }
}

/// [`Resource`] without its type.
#[async_trait]
pub(super) trait Typed: Send + Sync {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported>;
    async fn modify_plan(
        &self,
        cx: &Context,
        prior: Option<&Value>,
        planned: &mut Planned,
    ) -> Result<(), Reported>;
    async fn create(&self, cx: &Context, planned: &Value) -> Result<Value, Reported>;
    async fn read(&self, cx: &Context, state: &Value) -> Result<Option<Value>, Reported>;
    async fn update(&self, cx: &Context, prior: &Value, planned: &Value)
    -> Result<Value, Reported>;
    async fn delete(&self, cx: &Context, state: &Value) -> Result<(), Reported>;
    fn is_only_forgotten(&self, cx: &Context, state: &Value) -> Result<bool, Reported>;
}

/// [`Import`] without its type.
#[async_trait]
pub(super) trait Importer: Send + Sync {
    fn parse(&self, cx: &Context, id: &str) -> Option<Result<Value, Reported>>;
    async fn import(&self, cx: &Context, wanted: Value) -> Result<Value, Reported>;
}

/// [`List`] without its type.
#[async_trait]
pub(super) trait Lister: Send + Sync {
    async fn list(
        &self,
        cx: &Context,
        filter: Value,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Value>>, Reported>;
}

struct Of<T>(PhantomData<fn() -> T>);

#[async_trait]
impl<T: Resource> Typed for Of<T> {
    fn validate(&self, cx: &Context, config: Value) -> Result<(), Reported> {
        T::validate(cx, cx.read(&config)?);
        Ok(())
    }

    async fn modify_plan(
        &self,
        cx: &Context,
        prior: Option<&Value>,
        planned: &mut Planned,
    ) -> Result<(), Reported> {
        let mut typed = Plan::<T> {
            config: cx.config()?,
            prior: prior.map(|prior| cx.read(prior)).transpose()?,
            planned: cx.read(&planned.value)?,
            replaces: std::mem::take(&mut planned.replaces),
        };
        let modified = T::modify_plan(cx, &mut typed).await;
        let before = std::mem::replace(&mut planned.value, typed.planned.into_value());
        plan::keep_types(&before, &mut planned.value);
        planned.replaces = typed.replaces;
        modified
    }

    async fn create(&self, cx: &Context, planned: &Value) -> Result<Value, Reported> {
        Ok(T::create(cx, cx.read(planned)?).await?.into_value())
    }

    async fn read(&self, cx: &Context, state: &Value) -> Result<Option<Value>, Reported> {
        Ok(T::read(cx, cx.read(state)?).await?.map(T::into_value))
    }

    async fn update(
        &self,
        cx: &Context,
        prior: &Value,
        planned: &Value,
    ) -> Result<Value, Reported> {
        Ok(T::update(cx, cx.read(prior)?, cx.read(planned)?).await?.into_value())
    }

    async fn delete(&self, cx: &Context, state: &Value) -> Result<(), Reported> {
        T::delete(cx, cx.read(state)?).await
    }

    fn is_only_forgotten(&self, cx: &Context, state: &Value) -> Result<bool, Reported> {
        Ok(T::is_only_forgotten(&cx.read(state)?))
    }
}

#[async_trait]
impl<T: Import> Importer for Of<T> {
    fn parse(&self, cx: &Context, id: &str) -> Option<Result<Value, Reported>> {
        T::parse(cx, id).map(|parsed| parsed.map(T::into_value))
    }

    async fn import(&self, cx: &Context, wanted: Value) -> Result<Value, Reported> {
        Ok(T::import(cx, cx.read(&wanted)?).await?.into_value())
    }
}

#[async_trait]
impl<T: List> Lister for Of<T> {
    async fn list(
        &self,
        cx: &Context,
        filter: Value,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Value>>, Reported> {
        let listed = T::list(cx, cx.read(&filter)?, wanted).await?;
        Ok(listed.into_iter().map(|listed| listed.map(T::into_value)).collect())
    }
}
