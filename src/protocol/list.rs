//! Lists of existing objects, for queries.

use tokio_stream::Stream;
use tonic::Status;

use super::convert::{self, Answer, diagnostics, dynamic, value};
use super::resource::{identity, resource};
use super::wire::{self, list_resource};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;
use crate::framework::resource::{ListRequest, ListedObject, ResourceEntry, Wanted};

pub fn schemas(registry: &Registry) -> impl Iterator<Item = (String, wire::Schema)> {
    let listed = registry.resources.iter().filter_map(|r| Some((r, r.filter.as_ref()?)));
    listed.flat_map(|(resource, filter)| {
        resource.names.iter().map(move |name| (name.clone(), convert::schema(filter)))
    })
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_list_resource_config::Request,
) -> Answer<wire::validate_list_resource_config::Response> {
    let resource = resource(provider, &request.type_name)?;
    let Some(schema) = &resource.filter else { return Ok(Default::default()) };
    let filter = value(request.config.as_ref(), schema.object())?;
    Ok(wire::validate_list_resource_config::Response {
        diagnostics: diagnostics(resource.validate_list(&filter)),
    })
}

/// An event for each object, and one for what there is to say.
pub async fn list(
    provider: &AnyProvider,
    request: list_resource::Request,
) -> impl Stream<Item = Result<list_resource::Event, Status>> + Send + use<> {
    let events = match listed(provider, request).await {
        Ok(events) => events,
        Err(found) => vec![said(found)],
    };
    tokio_stream::iter(events.into_iter().map(Ok))
}

async fn listed(
    provider: &AnyProvider,
    request: list_resource::Request,
) -> Answer<Vec<list_resource::Event>> {
    let resource = resource(provider, &request.type_name)?;
    let Some(schema) = &resource.filter else { return Ok(Vec::new()) };
    let list = ListRequest {
        filter: value(request.config.as_ref(), schema.object())?,
        wanted: Wanted {
            limit: usize::try_from(request.limit).unwrap_or_default(),
            whole: request.include_resource_object,
        },
    };
    let (objects, found) = resource.list(provider.configured(), list).await;
    let events = objects.into_iter().map(|object| event(resource, object));
    let mut events = events.collect::<Answer<Vec<_>>>()?;
    if found.iter().next().is_some() {
        events.push(said(found));
    }
    Ok(events)
}

fn event(resource: &ResourceEntry, object: ListedObject) -> Answer<list_resource::Event> {
    let whole = object.object.as_ref();
    Ok(list_resource::Event {
        identity: identity(resource, Some(&object.identity))?,
        display_name: object.display_name,
        resource_object: whole.map(|whole| dynamic(whole, resource.schema.object())).transpose()?,
        diagnostic: Vec::new(),
    })
}

fn said(found: Diagnostics) -> list_resource::Event {
    list_resource::Event { diagnostic: diagnostics(found), ..Default::default() }
}
