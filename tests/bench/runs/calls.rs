//! What calls cost a provider in CPU time, over its socket and mutual TLS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use emulator::{ACCESS_TOKEN, Config, Emulator, ORG};
use pulumiservice::framework::msgpack;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::protocol::wire::{
    DynamicValue, Schema, configure_provider, get_provider_schema, plan_resource_change,
    validate_resource_config,
};

use crate::harness::BINARY;
use crate::host::{Host, Running};
use crate::options::Options;
use crate::process;
use crate::table::{self, alternate, median};

const TYPE_NAME: &str = "pulumiservice_api_tokens_orgtoken";
/// Enough for CPU time, which is counted in hundredths of a second.
const CALLS: u32 = 5_000;

/// What one call costs, of each kind.
struct Costs {
    validate: Duration,
    plan: Duration,
}

/// Prints what calls cost, one after another.
pub fn report(options: &Options) -> anyhow::Result<()> {
    let host = Host::new()?;
    let cloud = Emulator::start(Config::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let measured = |program: &Path| runtime.block_on(measure(&host, program, cloud.url()));
    let ours = PathBuf::from(BINARY);
    let other = options.against.as_deref();

    let mut our_calls = || measured(&ours);
    let mut other_calls = || measured(other.unwrap_or(&ours));
    let mut subjects: Vec<&mut dyn FnMut() -> anyhow::Result<Costs>> = vec![&mut our_calls];
    if other.is_some() {
        subjects.push(&mut other_calls);
    }
    let names = ["this provider".to_owned()];
    let names = names.into_iter().chain(other.map(|path| path.display().to_string()));

    table::head(
        &format!("CPU of the provider per call, {CALLS} calls, {} rounds", options.rounds),
        &["what", "`ValidateResourceConfig`", "`PlanResourceChange` of a creation"],
    );
    for (name, costs) in names.zip(alternate(options.rounds, &mut subjects)) {
        let costs: Vec<Costs> = costs.into_iter().collect::<anyhow::Result<_>>()?;
        table::row(&[
            name,
            table::time(median(costs.iter().map(|costs| costs.validate))),
            table::time(median(costs.iter().map(|costs| costs.plan))),
        ]);
    }
    Ok(())
}

async fn measure(host: &Host, program: &Path, url: &str) -> anyhow::Result<Costs> {
    let mut running = host.start(program).await?;
    let request = get_provider_schema::Request::default();
    let schemas = running.client.get_provider_schema(request).await?.into_inner();
    let settings = [("access_token", ACCESS_TOKEN), ("api_url", url)];
    let request = configure_provider::Request {
        config: object(schemas.provider.as_ref(), &settings)?,
        ..Default::default()
    };
    let configured = running.client.configure_provider(request).await?.into_inner();
    ensure!(configured.diagnostics.is_empty(), "{:?}", configured.diagnostics);

    let schema = schemas.resource_schemas.get(TYPE_NAME);
    let config = object(schema, &[("name", "ci-deploy"), ("org_name", ORG)])?;
    let validate = validate_resource_config::Request {
        type_name: TYPE_NAME.to_owned(),
        config: config.clone(),
        ..Default::default()
    };
    let plan = plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: Some(DynamicValue { msgpack: vec![0xc0], json: Vec::new() }),
        proposed_new_state: config.clone(),
        config,
        ..Default::default()
    };
    Ok(Costs {
        validate: each(&mut running, async |running| {
            let answer = running.client.validate_resource_config(validate.clone()).await?;
            ensure!(answer.into_inner().diagnostics.is_empty(), "not valid");
            Ok(())
        })
        .await?,
        plan: each(&mut running, async |running| {
            let answer = running.client.plan_resource_change(plan.clone()).await?.into_inner();
            ensure!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
            Ok(())
        })
        .await?,
    })
}

/// What each of many calls costs; the first one isn't counted.
async fn each(
    running: &mut Running,
    call: impl AsyncFn(&mut Running) -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    call(running).await?;
    let before = process::cpu(running.id());
    for _ in 0..CALLS {
        call(running).await?;
    }
    Ok((process::cpu(running.id()) - before) / CALLS)
}

/// An object of the schema with these texts, and null elsewhere.
fn object(schema: Option<&Schema>, given: &[(&str, &str)]) -> anyhow::Result<Option<DynamicValue>> {
    let block = schema.and_then(|schema| schema.block.as_ref()).context("no schema")?;
    let (mut types, mut values) = (Vec::new(), Vec::new());
    for attribute in &block.attributes {
        let text = given.iter().find(|(name, _)| *name == attribute.name).map(|(_, text)| *text);
        types.push((attribute.name.clone(), Type::from_json(&attribute.r#type)?));
        values.push((attribute.name.clone(), text.map_or(Value::Null, Value::from)));
    }
    let ty = Type::Object(types.into_iter().collect::<BTreeMap<_, _>>().into());
    let msgpack = msgpack::encode(&Value::object(values), &ty)?;
    Ok(Some(DynamicValue { msgpack, json: Vec::new() }))
}
