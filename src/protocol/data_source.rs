//! Data sources.

use super::convert::{self, Answer, client, deferred, diagnostics, dynamic, entry, value};
use super::wire;
use crate::framework::data_source::DataSourceEntry;
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;

pub fn schemas(registry: &Registry) -> impl Iterator<Item = (String, wire::Schema)> {
    let schemas = registry.data_sources.iter();
    schemas.map(|source| (source.name.clone(), convert::schema(&source.schema)))
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_data_resource_config::Request,
) -> Answer<wire::validate_data_resource_config::Response> {
    let source = source(provider, &request.type_name)?;
    let config = value(request.config.as_ref(), source.schema.object())?;
    Ok(wire::validate_data_resource_config::Response {
        diagnostics: diagnostics(source.validate(&config)),
    })
}

pub async fn read(
    provider: &AnyProvider,
    request: wire::read_data_source::Request,
) -> Answer<wire::read_data_source::Response> {
    let source = source(provider, &request.type_name)?;
    let ty = source.schema.object();
    let config = value(request.config.as_ref(), ty)?;
    let client = client(request.client_capabilities);
    let read = source.read(provider.configured(), client, config).await;
    Ok(wire::read_data_source::Response {
        state: Some(dynamic(&read.state, ty)?),
        diagnostics: diagnostics(read.diagnostics),
        deferred: deferred(read.deferral),
    })
}

fn source<'a>(provider: &'a AnyProvider, name: &str) -> Answer<&'a DataSourceEntry> {
    entry(&provider.registry.data_sources, |source| source.name == name, "data source", name)
}
