//! A provider that does what its configuration tells it to, to see what becomes of that.

use std::sync::Arc;

use pulumiservice::attributes;
use pulumiservice::framework::action::{Action, action};
use pulumiservice::framework::ephemeral::{EphemeralResource, Opened, ephemeral};
use pulumiservice::framework::function::{FunctionError, Variadic, function};
use pulumiservice::framework::prelude::*;
use pulumiservice::framework::provider::{AnyProvider, Provider};
use pulumiservice::framework::registry::Registry;
use pulumiservice::framework::resource::{
    Identity, Import, List, Listed, Plan, Resource, ResourceEntry, Upgrade, Wanted, resource,
};

messages! {
    pub mod said {
        TOLD_TO = "It was told to fail";
        LATER = "It was told to wait";
    }
}

attributes! {
    /// Does what `order` says.
    pub struct Probe {
        /// Whose it is.
        owner: Attr<String> = required().replaces(),
        /// What it is called.
        name: Attr<String> = required().replaces(),
        /// What to do.
        order: Attr<String> = optional(),
        /// What is never stored.
        pass: Attr<Secret> = optional().write_only(),
        /// What a creation made of `pass`.
        made: Attr<String> = computed().kept(),
        /// Any values.
        tags: Attr<Map<String>> = optional(),
        /// How it is set.
        mode: Attr<String> = optional().default("slow"),
        /// Instead of `mode`.
        speed: Attr<i64> = optional().excludes(&["mode"]),
        /// `{owner}/{name}`.
        id: Attr<String> = computed().kept(),
    }
}

fn obey(cx: &Context, order: &Attr<String>, told: &str) -> Result<(), Reported> {
    if order.is(told) { Err(cx.error(said::TOLD_TO, "As you like it.")) } else { Ok(()) }
}

impl Resource for Probe {
    const NAME: &'static str = "probe";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        if plan.config.order.is("wait") {
            return Err(cx.not_yet(Deferral::Prerequisite, said::LATER, "Try again."));
        }
        Ok(())
    }

    async fn create(cx: &Context, mut planned: Self) -> Result<Self, Reported> {
        obey(cx, &planned.order, "fail")?;
        if planned.order.is("leave it unknown") {
            return Ok(planned);
        }
        if planned.order.is("read too early") {
            planned.order = planned.made.text()?.unwrap_or_default().into();
        }
        if planned.order.is("fail while it is made") {
            cx.keep(&planned);
            return Err(cx.error(said::TOLD_TO, "As you like it."));
        }
        let pass = cx.config::<Self>()?.pass;
        planned.made = format!("{} letters", pass.value()?.map_or(0, |p| p.expose().len())).into();
        cx.keep(&planned);
        obey(cx, &planned.order, "fail once it is made")?;
        Ok(planned)
    }

    async fn read(cx: &Context, mut state: Self) -> Result<Option<Self>, Reported> {
        obey(cx, &state.order, "fail to read")?;
        if state.order.is("wait to be read") {
            return Err(cx.not_yet(Deferral::Provider, said::LATER, "Try again."));
        }
        state.made = "read".into();
        Ok((!state.order.is("be gone")).then_some(state))
    }

    async fn update(cx: &Context, _: Self, planned: Self) -> Result<Self, Reported> {
        obey(cx, &planned.order, "fail")?;
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        obey(cx, &state.order, "stay")
    }
}

impl Identity for Probe {
    const PARTS: &'static [Name] = &[Self::owner, Self::name];
}

impl Import for Probe {}

impl Upgrade for Probe {
    fn upgrade(state: &mut Self) {
        state.made = std::mem::take(&mut state.made).or("upgraded".into());
    }
}

attributes! {
    /// Which probes.
    pub struct Filter {
        /// Whose.
        owner: Attr<String> = required().length(1..=5),
    }
}

impl List for Probe {
    type Filter = Filter;

    async fn list(cx: &Context, filter: Filter, _: Wanted) -> Result<Vec<Listed<Self>>, Reported> {
        obey(cx, &filter.owner, "fail")?;
        let listed = |name: &str| {
            let mut object = Self::from_value(&Value::Null).unwrap_or_else(|_| unreachable!());
            object.owner = filter.owner.clone();
            object.name = name.into();
            Listed { display_name: format!("probe {name}"), object }
        };
        Ok(["a", "b", "c"].map(listed).into())
    }
}

attributes! {
    /// Is open for a while.
    pub struct Door {
        /// Which one.
        name: Attr<String> = required().length(1..=8),
        /// What opens it.
        key: Attr<Secret> = computed(),
    }
}

impl EphemeralResource for Door {
    const NAME: &'static str = "door";

    async fn open(cx: &Context, mut config: Self) -> Result<Opened<Self>, Reported> {
        obey(cx, &config.name, "stuck")?;
        cx.set_private("opened", config.name.text()?);
        config.key = Secret::new("sesame").into();
        Ok(Opened { result: config, renew_at: Some(1_900_000_000) })
    }

    async fn renew(cx: &Context) -> Result<Option<i64>, Reported> {
        let times = cx.private("times").unwrap_or_default();
        cx.set_private("times", Some(&format!("{times}I")));
        Ok(Some(1_900_000_060))
    }

    async fn close(cx: &Context) -> Result<(), Reported> {
        let (opened, times) = (cx.private("opened"), cx.private("times"));
        Err(cx.error(said::TOLD_TO, format!("{opened:?}, renewed {times:?}")))
    }
}

attributes! {
    /// Counts.
    pub struct Count {
        /// How far.
        to: Attr<i64> = required().range(0..=9),
        /// Whether to go on for ever after that.
        stays: Attr<bool> = optional(),
    }
}

impl Action for Count {
    const NAME: &'static str = "count";

    async fn invoke(cx: &Context, config: Self) -> Result<(), Reported> {
        for number in 1..=config.to.copied()?.unwrap_or(0) {
            cx.progress(number.to_string());
        }
        if config.stays.is(&true) {
            std::future::pending::<()>().await;
        }
        if config.to.is(&9) { Err(cx.error(said::TOLD_TO, "Too far.")) } else { Ok(()) }
    }
}

fn divided(a: i64, b: i64) -> Result<i64, FunctionError> {
    a.checked_div(b).ok_or_else(|| FunctionError::at(1, "It must not be zero."))
}

fn joined(words: Vec<String>) -> Result<String, FunctionError> {
    match words.iter().position(String::is_empty) {
        Some(empty) => Err(FunctionError::at(empty, "It is empty.")),
        None => Ok(words.join(" ")),
    }
}

/// The provider.
pub struct Laboratory;

impl Provider for Laboratory {
    type Block = Filter;
    type Configured = ();

    fn registry(&self) -> Registry {
        let probe = resource::<Probe>().also_named("examination").imported().upgraded().listed();
        let words = [("words", "What to join.")];
        Registry::new("lab")
            .resource(probe)
            .ephemeral(ephemeral::<Door>())
            .action(action::<Count>())
            .function(function("divided", "Quotient", "…", &[("a", "…"), ("b", "…")], divided))
            .function(function::<Variadic<String>, _>("joined", "Text", "…", &words, joined))
    }

    fn unconfigured(&self) {}

    async fn configure(&self, _: &Context, _: Filter, _: &str) -> Result<(), Reported> {
        Ok(())
    }

    fn stop(&self) {}
}

/// The provider without its type.
pub fn laboratory() -> AnyProvider {
    AnyProvider::new(Arc::new(Laboratory))
}

/// Its resource alone.
pub fn probe() -> ResourceEntry {
    let mut laboratory = laboratory();
    laboratory.registry.resources.remove(0)
}

/// A probe `acme/x` with these attributes more; the others are null.
pub fn with(attributes: &[(&str, Value)]) -> Value {
    let mut all = std::collections::BTreeMap::new();
    for attribute in Probe::attributes() {
        all.insert(attribute.name.to_owned(), Value::Null);
    }
    all.insert("owner".to_owned(), "acme".into());
    all.insert("name".to_owned(), "x".into());
    for (name, value) in attributes {
        assert!(all.insert((*name).to_owned(), value.clone()).is_some(), "there is no {name}");
    }
    Value::Object(all.into())
}
