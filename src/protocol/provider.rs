//! The provider as a whole: what it offers, its block, its configuration.

use std::collections::HashMap;

use super::convert::{self, Answer, diagnostics, value};
use super::wire::{self, get_provider_schema::Response as Schemas};
use super::{action, data_source, ephemeral, function, list, resource};
use crate::framework::provider::{AnyProvider, ConfigureRequest};

pub fn metadata(provider: &AnyProvider) -> wire::get_metadata::Response {
    use wire::get_metadata::{
        ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
        ListResourceMetadata, ResourceMetadata,
    };
    let registry = &provider.registry;
    let names = || registry.resources.iter().flat_map(|r| r.names.iter().map(move |n| (r, n)));
    let listed = names().filter(|(resource, _)| resource.filter.is_some());
    wire::get_metadata::Response {
        server_capabilities: Some(capabilities()),
        resources: names().map(|(_, n)| ResourceMetadata { type_name: n.clone() }).collect(),
        list_resources: listed
            .map(|(_, n)| ListResourceMetadata { type_name: n.clone() })
            .collect(),
        data_sources: registry
            .data_sources
            .iter()
            .map(|d| DataSourceMetadata { type_name: d.name.clone() })
            .collect(),
        ephemeral_resources: registry
            .ephemerals
            .iter()
            .map(|e| EphemeralMetadata { type_name: e.name.clone() })
            .collect(),
        functions: registry
            .functions
            .iter()
            .map(|f| FunctionMetadata { name: f.name.to_owned() })
            .collect(),
        actions: registry
            .actions
            .iter()
            .map(|a| ActionMetadata { type_name: a.name.clone() })
            .collect(),
        ..Default::default()
    }
}

/// All schemas, one by one: what follows a message adds to it, so that together they are one, and
/// none needs the memory of all.
pub fn schemas(provider: &AnyProvider) -> impl Iterator<Item = Schemas> {
    let registry = &provider.registry;
    let of_resource =
        |one| Schemas { resource_schemas: HashMap::from([one]), ..Schemas::default() };
    let of_source =
        |one| Schemas { data_source_schemas: HashMap::from([one]), ..Schemas::default() };
    let of_ephemeral =
        |one| Schemas { ephemeral_resource_schemas: HashMap::from([one]), ..Schemas::default() };
    let of_list =
        |one| Schemas { list_resource_schemas: HashMap::from([one]), ..Schemas::default() };
    let others = Schemas {
        provider: Some(convert::schema(&provider.schema)),
        functions: function::signatures(registry),
        action_schemas: action::schemas(registry),
        server_capabilities: Some(capabilities()),
        ..Schemas::default()
    };
    std::iter::once(others)
        .chain(resource::schemas(registry).map(of_resource))
        .chain(data_source::schemas(registry).map(of_source))
        .chain(ephemeral::schemas(registry).map(of_ephemeral))
        .chain(list::schemas(registry).map(of_list))
}

fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities {
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
        ..Default::default()
    }
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_provider_config::Request,
) -> Answer<wire::validate_provider_config::Response> {
    let config = value(request.config.as_ref(), provider.schema.object())?;
    Ok(wire::validate_provider_config::Response {
        diagnostics: diagnostics(provider.validate(config)),
    })
}

pub async fn configure(
    provider: &AnyProvider,
    request: wire::configure_provider::Request,
) -> Answer<wire::configure_provider::Response> {
    let config = value(request.config.as_ref(), provider.schema.object())?;
    let request = ConfigureRequest {
        terraform_version: request.terraform_version,
        config,
        client: convert::client(request.client_capabilities),
    };
    Ok(wire::configure_provider::Response {
        diagnostics: diagnostics(provider.configure(request).await),
    })
}
