//! A provider of another service, made of what every provider has: `framework` alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use pulumiservice::attributes;
use pulumiservice::framework::data_source::{DataSource, data_source};
use pulumiservice::framework::function::{FunctionError, function};
use pulumiservice::framework::resource::{Identity, Import, Resource, resource, said};
use pulumiservice::framework::{prelude::*, provider::Provider, registry::Registry};

attributes! {
    /// What grows in a bed.
    pub struct Plant {
        /// Its kind.
        kind: Attr<String> = required(),
        /// How many there are.
        count: Attr<i64> = optional().default(1).range(1..=99),
    }
}

attributes! {
    /// A bed in the garden.
    pub struct Bed {
        /// What the bed is called.
        name: Attr<String> = required().replaces().length(1..=12),
        /// What it is filled with.
        soil: Attr<String> = optional().default("loam"),
        /// Its width in metres.
        width: Attr<i64> = optional().exactly_one_of(&["width", "area"]),
        /// Its area in square metres.
        area: Attr<i64> = optional(),
        /// What grows in it.
        plants: Attr<List<Plant>> = optional(),
        /// Whatever is written on its sign.
        sign: Attr<Value> = optional(),
        /// What is put into it once, and of which nothing is stored.
        dung: Attr<String> = optional().write_only(),
        /// How often it was dunged.
        dunged: Attr<i64> = computed(),
        /// What opens its gate.
        key: Attr<Secret> = computed().kept(),
        /// As `name`.
        id: Attr<String> = computed().kept(),
    }
}

/// The service: beds by name.
#[derive(Clone, Default)]
pub struct Garden(pub Arc<Mutex<BTreeMap<String, Bed>>>);

/// Dungs a bed as its configuration says, and writes down how often somebody was there.
fn tend(cx: &Context, mut bed: Bed, dunged: i64) -> Result<Bed, Reported> {
    bed.dunged = (dunged + i64::from(!cx.config::<Bed>()?.dung.is_null())).into();
    cx.set_private("visits", Some(&format!("{}I", cx.private("visits").unwrap_or_default())));
    cx.provider::<Garden>()?.0.lock().unwrap().insert(bed.called()?, bed.clone());
    Ok(bed)
}

impl Bed {
    fn called(&self) -> Result<String, NotKnownYet> {
        Ok(self.name.text()?.unwrap_or_default().to_owned())
    }
}

impl Resource for Bed {
    const NAME: &'static str = "bed";

    async fn create(cx: &Context, mut planned: Self) -> Result<Self, Reported> {
        planned.key = Secret::new("sesame").into();
        tend(cx, planned, 0)
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        Ok(cx.provider::<Garden>()?.0.lock().unwrap().get(&state.called()?).cloned())
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        tend(cx, planned, prior.dunged.copied()?.unwrap_or(0))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        cx.provider::<Garden>()?.0.lock().unwrap().remove(&state.called()?);
        Ok(())
    }
}

impl Identity for Bed {
    const PARTS: &'static [Name] = &[Self::name];
}

impl Import for Bed {}

attributes! {
    /// A bed of somebody else's.
    pub struct Found {
        /// What the bed is called.
        name: Attr<String> = required(),
        /// What it is filled with.
        soil: Attr<String> = computed(),
    }
}

impl DataSource for Found {
    const NAME: &'static str = "bed";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let name = config.name.text()?.unwrap_or_default();
        let bed = cx.provider::<Garden>()?.0.lock().unwrap().get(name).cloned();
        let bed = bed.ok_or_else(|| cx.error_at(Self::name, said::NOT_FOUND, "Dig one first."))?;
        config.soil = bed.soil;
        Ok(config)
    }
}

fn metres(feet: i64) -> Result<i64, FunctionError> {
    if feet < 0 { Err(FunctionError::at(0, "It is negative.")) } else { Ok(feet * 3 / 10) }
}

attributes! {
    /// The garden.
    pub struct Block {
        /// Which of its gates is used.
        gate: Attr<String> = optional(),
    }
}

impl Provider for Garden {
    type Block = Block;
    type Configured = Garden;

    fn registry(&self) -> Registry {
        let feet = [("feet", "How many feet.")];
        Registry::new("garden")
            .resource(resource::<Bed>().imported())
            .data_source(data_source::<Found>())
            .function(function("metres", "Metres", "Metres from feet.", &feet, metres))
    }

    fn unconfigured(&self) -> Garden {
        self.clone()
    }

    async fn configure(&self, _: &Context, _: Block, _: &str) -> Result<Garden, Reported> {
        Ok(self.clone())
    }

    fn stop(&self) {}
}
