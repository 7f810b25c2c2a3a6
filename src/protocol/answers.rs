//! What each RPC does: decode what the engine sent, ask the framework, encode its answer.

use super::convert::{self, diagnostics, dynamic, value};
use super::wire;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::json;
use crate::framework::provider::{ConfigureRequest, Provider};
use crate::framework::resource::{Applied, PlanRequest, Resource};
use crate::framework::value::Value;

/// The answer, or why there is none.
pub type Answer<T> = Result<T, Diagnostics>;

pub fn metadata(provider: &dyn Provider) -> wire::get_metadata::Response {
    let mut metadata = wire::get_metadata::Response {
        server_capabilities: Some(capabilities()),
        ..Default::default()
    };
    for resource in provider.resources() {
        let type_name = resource.type_name().to_owned();
        metadata.resources.push(wire::get_metadata::ResourceMetadata { type_name });
    }
    metadata
}

pub fn provider_schema(provider: &dyn Provider) -> wire::get_provider_schema::Response {
    let mut schemas = wire::get_provider_schema::Response {
        provider: Some(convert::schema(provider.schema())),
        server_capabilities: Some(capabilities()),
        ..Default::default()
    };
    for resource in provider.resources() {
        let schema = convert::schema(resource.schema());
        schemas.resource_schemas.insert(resource.type_name().to_owned(), schema);
    }
    schemas
}

fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities { get_provider_schema_optional: true, ..Default::default() }
}

pub fn validate_provider(
    provider: &dyn Provider,
    request: &wire::validate_provider_config::Request,
) -> Answer<wire::validate_provider_config::Response> {
    let config = value(request.config.as_ref(), provider.schema().object())?;
    Ok(wire::validate_provider_config::Response {
        diagnostics: diagnostics(provider.validate(&config)),
    })
}

pub async fn configure(
    provider: &dyn Provider,
    request: wire::configure_provider::Request,
) -> Answer<wire::configure_provider::Response> {
    let config = value(request.config.as_ref(), provider.schema().object())?;
    let request = ConfigureRequest { terraform_version: request.terraform_version, config };
    Ok(wire::configure_provider::Response {
        diagnostics: diagnostics(provider.configure(request).await),
    })
}

pub fn validate_resource(
    provider: &dyn Provider,
    request: &wire::validate_resource_config::Request,
) -> Answer<wire::validate_resource_config::Response> {
    let resource = resource(provider, &request.type_name)?;
    let config = value(request.config.as_ref(), resource.schema().object())?;
    Ok(wire::validate_resource_config::Response {
        diagnostics: diagnostics(resource.validate(&config)),
    })
}

pub fn upgrade(
    provider: &dyn Provider,
    request: &wire::upgrade_resource_state::Request,
) -> Answer<wire::upgrade_resource_state::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema().object();
    let raw = request.raw_state.as_ref().map_or(&[][..], |raw| &raw.json);
    let state = json::decode_lenient(raw, ty).map_err(|error| {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error_at(
            error.path.clone(),
            "The stored state can't be read",
            format!(
                "The state of a {} is not what any version of this provider writes: {error}.",
                request.type_name
            ),
        );
        diagnostics
    })?;
    let state = if state.is_null() { state } else { resource.upgrade(state) };
    Ok(wire::upgrade_resource_state::Response {
        upgraded_state: Some(dynamic(&state, ty)?),
        diagnostics: Vec::new(),
    })
}

pub async fn read(
    provider: &dyn Provider,
    request: wire::read_resource::Request,
) -> Answer<wire::read_resource::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema().object();
    let state = value(request.current_state.as_ref(), ty)?;
    let read = if state.is_null() { Applied::state(state) } else { resource.read(state).await };
    Ok(wire::read_resource::Response {
        new_state: Some(dynamic(&read.state, ty)?),
        diagnostics: diagnostics(read.diagnostics),
        private: request.private,
        ..Default::default()
    })
}

pub async fn plan(
    provider: &dyn Provider,
    request: wire::plan_resource_change::Request,
) -> Answer<wire::plan_resource_change::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema().object();
    let prior = value(request.prior_state.as_ref(), ty)?;
    let config = value(request.config.as_ref(), ty)?;
    let mut response = wire::plan_resource_change::Response {
        planned_private: request.prior_private,
        ..Default::default()
    };
    if config.is_null() {
        // A destroy: there is nothing to decide.
        response.planned_state = Some(dynamic(&Value::Null, ty)?);
        return Ok(response);
    }
    let plan = resource.plan(PlanRequest { prior: &prior, config: &config }).await;
    response.planned_state = Some(dynamic(&plan.planned, ty)?);
    response.requires_replace = plan.requires_replace.iter().map(convert::path).collect();
    response.diagnostics = diagnostics(plan.diagnostics);
    Ok(response)
}

pub async fn apply(
    provider: &dyn Provider,
    request: wire::apply_resource_change::Request,
) -> Answer<wire::apply_resource_change::Response> {
    let resource = resource(provider, &request.type_name)?;
    let ty = resource.schema().object();
    let prior = value(request.prior_state.as_ref(), ty)?;
    let planned = value(request.planned_state.as_ref(), ty)?;
    let applied = match (prior.is_null(), planned.is_null()) {
        (true, true) => Applied::state(Value::Null),
        (true, false) => resource.create(planned).await,
        (false, true) => resource.delete(prior).await,
        (false, false) => resource.update(prior, planned).await,
    };
    Ok(wire::apply_resource_change::Response {
        new_state: Some(dynamic(&applied.state, ty)?),
        diagnostics: diagnostics(applied.diagnostics),
        private: request.planned_private,
        ..Default::default()
    })
}

pub async fn import(
    provider: &dyn Provider,
    request: wire::import_resource_state::Request,
) -> Answer<wire::import_resource_state::Response> {
    let resource = resource(provider, &request.type_name)?;
    let imported = resource.import(&request.id).await;
    let mut found = Vec::new();
    if !imported.state.is_null() {
        found.push(wire::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: Some(dynamic(&imported.state, resource.schema().object())?),
            ..Default::default()
        });
    }
    Ok(wire::import_resource_state::Response {
        imported_resources: found,
        diagnostics: diagnostics(imported.diagnostics),
        deferred: None,
    })
}

fn resource<'a>(provider: &'a dyn Provider, type_name: &str) -> Answer<&'a dyn Resource> {
    match provider.resources().iter().find(|r| r.type_name() == type_name) {
        Some(resource) => Ok(resource.as_ref()),
        None => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.error(
                "No such resource type",
                format!("This version of the provider has no resource {type_name:?}."),
            );
            Err(diagnostics)
        }
    }
}
