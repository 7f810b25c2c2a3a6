//! Managed resources.

use std::collections::BTreeMap;

use super::convert::{self, Answer, client, deferred, diagnostics, dynamic, entry, value};
use super::wire;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::json;
use crate::framework::path::Path;
use crate::framework::private::Private;
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;
use crate::framework::resource::{
    ApplyRequest, ImportRequest, MoveRequest, PlanRequest, ReadRequest, ResourceEntry,
};
use crate::framework::types::Type;
use crate::framework::value::Value;

pub fn schemas(registry: &Registry) -> impl Iterator<Item = (String, wire::Schema)> {
    registry.resources.iter().flat_map(|resource| {
        let schema = || convert::schema(&resource.schema);
        resource.names.iter().map(move |name| (name.clone(), schema()))
    })
}

pub fn identity_schemas(registry: &Registry) -> wire::get_resource_identity_schemas::Response {
    use wire::resource_identity_schema::IdentityAttribute;
    let identified = registry.resources.iter().filter(|resource| !resource.parts.is_empty());
    let schemas = identified.flat_map(|resource| {
        // Engines ask once: nothing is kept for that.
        let all = resource.schema.declared();
        let attribute = |name: &str| {
            let declared = all.iter().find(|a| a.name == name);
            IdentityAttribute {
                name: name.to_owned(),
                r#type: Type::String.to_json(),
                required_for_import: true,
                description: declared.map(|a| a.about.trim().to_owned()).unwrap_or_default(),
                ..Default::default()
            }
        };
        let attributes = resource.parts.iter().map(|part| attribute(part.as_str()));
        let schema =
            wire::ResourceIdentitySchema { version: 0, identity_attributes: attributes.collect() };
        resource.names.iter().map(move |name| (name.clone(), schema.clone()))
    });
    wire::get_resource_identity_schemas::Response {
        identity_schemas: schemas.collect(),
        ..Default::default()
    }
}

/// The type of the object that is a resource's identity.
pub fn identity_type(resource: &ResourceEntry) -> Type {
    let parts = resource.parts.iter().map(|part| (part.as_str().to_owned(), Type::String));
    Type::Object(parts.collect::<BTreeMap<_, _>>().into())
}

/// An identity for the engine.
pub fn identity(
    resource: &ResourceEntry,
    identity: Option<&Value>,
) -> Answer<Option<wire::ResourceIdentityData>> {
    let Some(identity) = identity else { return Ok(None) };
    let identity_data = Some(dynamic(identity, &identity_type(resource))?);
    Ok(Some(wire::ResourceIdentityData { identity_data }))
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_resource_config::Request,
) -> Answer<wire::validate_resource_config::Response> {
    let resource = resource(provider, &request.type_name)?;
    let config = value(request.config.as_ref(), resource.schema.object())?;
    let client = client(request.client_capabilities);
    let found = resource.validate(provider.configured(), client, config);
    Ok(wire::validate_resource_config::Response { diagnostics: diagnostics(found) })
}

pub fn upgrade(
    provider: &AnyProvider,
    request: &wire::upgrade_resource_state::Request,
) -> Answer<wire::upgrade_resource_state::Response> {
    let resource = resource(provider, &request.type_name)?;
    let raw = request.raw_state.as_ref().map_or(&[][..], |raw| &raw.json);
    let state = resource.upgrade(raw)?;
    Ok(wire::upgrade_resource_state::Response {
        upgraded_state: Some(dynamic(&state, resource.schema.object())?),
        diagnostics: Vec::new(),
    })
}

/// There is one version of every identity, so that a stored one is as it should be.
pub fn upgrade_identity(
    provider: &AnyProvider,
    request: &wire::upgrade_resource_identity::Request,
) -> Answer<wire::upgrade_resource_identity::Response> {
    let resource = resource(provider, &request.type_name)?;
    let raw = request.raw_identity.as_ref().map_or(&[][..], |raw| &raw.json);
    let stored = json::decode_lenient(raw, &identity_type(resource)).map_err(|error| {
        let mut found = Diagnostics::new();
        let detail = format!("{error}. It is read anew by the next refresh.");
        found.error_at(Path::root(), convert::said::UNREADABLE, detail);
        found
    })?;
    Ok(wire::upgrade_resource_identity::Response {
        upgraded_identity: identity(resource, Some(&stored))?,
        diagnostics: Vec::new(),
    })
}

pub async fn read(
    provider: &AnyProvider,
    request: wire::read_resource::Request,
) -> Answer<wire::read_resource::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema.object();
    let read = ReadRequest {
        state: value(request.current_state.as_ref(), ty)?,
        private: Private::from_bytes(&request.private),
        client: client(request.client_capabilities),
    };
    let read = resource.read(provider.configured(), read).await;
    Ok(wire::read_resource::Response {
        new_state: Some(dynamic(&read.state, ty)?),
        diagnostics: diagnostics(read.diagnostics),
        private: read.private.to_bytes(),
        deferred: deferred(read.deferral),
        new_identity: identity(resource, read.identity.as_ref())?,
    })
}

pub async fn plan(
    provider: &AnyProvider,
    request: wire::plan_resource_change::Request,
) -> Answer<wire::plan_resource_change::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema.object();
    let plan = PlanRequest {
        prior: value(request.prior_state.as_ref(), ty)?,
        proposed: value(request.proposed_new_state.as_ref(), ty)?,
        config: value(request.config.as_ref(), ty)?,
        private: Private::from_bytes(&request.prior_private),
        client: client(request.client_capabilities),
    };
    let plan = resource.plan(provider.configured(), plan).await;
    let replaces = plan.replaces.iter().map(|name| convert::path(&Path::from(*name)));
    Ok(wire::plan_resource_change::Response {
        planned_state: Some(dynamic(&plan.planned, ty)?),
        requires_replace: replaces.collect(),
        planned_private: plan.private.to_bytes(),
        diagnostics: diagnostics(plan.diagnostics),
        deferred: deferred(plan.deferral),
        planned_identity: identity(resource, plan.identity.as_ref())?,
        ..Default::default()
    })
}

pub async fn apply(
    provider: &AnyProvider,
    request: wire::apply_resource_change::Request,
) -> Answer<wire::apply_resource_change::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema.object();
    let apply = ApplyRequest {
        prior: value(request.prior_state.as_ref(), ty)?,
        planned: value(request.planned_state.as_ref(), ty)?,
        config: value(request.config.as_ref(), ty)?,
        private: Private::from_bytes(&request.planned_private),
    };
    let applied = resource.apply(provider.configured(), apply).await;
    Ok(wire::apply_resource_change::Response {
        new_state: Some(dynamic(&applied.state, ty)?),
        diagnostics: diagnostics(applied.diagnostics),
        private: applied.private.to_bytes(),
        new_identity: identity(resource, applied.identity.as_ref())?,
        ..Default::default()
    })
}

pub async fn import(
    provider: &AnyProvider,
    request: wire::import_resource_state::Request,
) -> Answer<wire::import_resource_state::Response> {
    let resource = resource(provider, &request.type_name)?;
    let given = request.identity.as_ref().and_then(|identity| identity.identity_data.as_ref());
    let wanted = match given {
        Some(data) => ImportRequest::Identity(value(Some(data), &identity_type(resource))?),
        None => ImportRequest::Id(request.id),
    };
    let client = client(request.client_capabilities);
    let imported = resource.import(provider.configured(), client, wanted).await;
    let mut found = Vec::new();
    if !imported.state.is_null() {
        found.push(wire::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: Some(dynamic(&imported.state, resource.schema.object())?),
            private: imported.private.to_bytes(),
            identity: identity(resource, imported.identity.as_ref())?,
        });
    }
    Ok(wire::import_resource_state::Response {
        imported_resources: found,
        diagnostics: diagnostics(imported.diagnostics),
        deferred: deferred(imported.deferral),
    })
}

pub fn generate_config(
    provider: &AnyProvider,
    request: &wire::generate_resource_config::Request,
) -> Answer<wire::generate_resource_config::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema.object();
    let state = value(request.state.as_ref(), ty)?;
    Ok(wire::generate_resource_config::Response {
        config: Some(dynamic(&resource.configuration_of(&state), ty)?),
        diagnostics: Vec::new(),
    })
}

pub fn move_state(
    provider: &AnyProvider,
    request: &wire::move_resource_state::Request,
) -> Answer<wire::move_resource_state::Response> {
    let resource = resource(provider, &request.target_type_name)?;
    let moved = resource.moved(MoveRequest {
        source_type: &request.source_type_name,
        source_state: request.source_state.as_ref().map_or(&[][..], |raw| &raw.json),
        private: Private::from_bytes(&request.source_private),
    });
    Ok(wire::move_resource_state::Response {
        target_state: Some(dynamic(&moved.state, resource.schema.object())?),
        diagnostics: diagnostics(moved.diagnostics),
        target_private: moved.private.to_bytes(),
        target_identity: identity(resource, moved.identity.as_ref())?,
    })
}

/// The resource that an engine asks for.
pub fn resource<'a>(provider: &'a AnyProvider, name: &str) -> Answer<&'a ResourceEntry> {
    entry(&provider.registry.resources, |resource| resource.is_named(name), "resource", name)
}
