//! Ephemeral resources.

use super::convert::{self, Answer, client, deferred, diagnostics, dynamic, entry, value};
use super::wire;
use crate::framework::ephemeral::EphemeralEntry;
use crate::framework::private::Private;
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;

pub fn schemas(registry: &Registry) -> impl Iterator<Item = (String, wire::Schema)> {
    let schemas = registry.ephemerals.iter();
    schemas.map(|entry| (entry.name.clone(), convert::schema(&entry.schema)))
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_ephemeral_resource_config::Request,
) -> Answer<wire::validate_ephemeral_resource_config::Response> {
    let resource = resource(provider, &request.type_name)?;
    let config = value(request.config.as_ref(), resource.schema.object())?;
    Ok(wire::validate_ephemeral_resource_config::Response {
        diagnostics: diagnostics(resource.validate(config)),
    })
}

pub async fn open(
    provider: &AnyProvider,
    request: wire::open_ephemeral_resource::Request,
) -> Answer<wire::open_ephemeral_resource::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema.object();
    let config = value(request.config.as_ref(), ty)?;
    let client = client(request.client_capabilities);
    let opened = resource.open(provider.configured(), client, config).await;
    Ok(wire::open_ephemeral_resource::Response {
        diagnostics: diagnostics(opened.diagnostics),
        renew_at: opened.renew_at.map(convert::timestamp),
        result: Some(dynamic(&opened.result, ty)?),
        private: Some(opened.private.to_bytes()),
        deferred: deferred(opened.deferral),
    })
}

pub async fn renew(
    provider: &AnyProvider,
    request: wire::renew_ephemeral_resource::Request,
) -> Answer<wire::renew_ephemeral_resource::Response> {
    let resource = resource(provider, &request.type_name)?;
    let private = Private::from_bytes(&request.private.unwrap_or_default());
    let renewed = resource.renew(provider.configured(), private).await;
    Ok(wire::renew_ephemeral_resource::Response {
        diagnostics: diagnostics(renewed.diagnostics),
        renew_at: renewed.renew_at.map(convert::timestamp),
        private: Some(renewed.private.to_bytes()),
    })
}

pub async fn close(
    provider: &AnyProvider,
    request: wire::close_ephemeral_resource::Request,
) -> Answer<wire::close_ephemeral_resource::Response> {
    let resource = resource(provider, &request.type_name)?;
    let private = Private::from_bytes(&request.private.unwrap_or_default());
    Ok(wire::close_ephemeral_resource::Response {
        diagnostics: diagnostics(resource.close(provider.configured(), private).await),
    })
}

fn resource<'a>(provider: &'a AnyProvider, name: &str) -> Answer<&'a EphemeralEntry> {
    let entries = &provider.registry.ephemerals;
    entry(entries, |resource| resource.name == name, "ephemeral resource", name)
}
