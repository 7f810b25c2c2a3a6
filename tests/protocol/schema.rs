//! What the provider says of itself.

use pulumiservice::protocol::wire::{
    StringKind, get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas,
};

use crate::harness::{Lab, TOKEN};

/// Names in the order of the alphabet.
fn sorted<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.into_iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn metadata_and_schema_agree() {
    let mut lab = Lab::new().await;
    let request = get_metadata::Request {};
    let metadata = lab.client.get_metadata(request).await.unwrap().into_inner();
    assert_eq!(metadata.diagnostics, []);

    let request = get_provider_schema::Request {};
    let schema = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.diagnostics, []);
    let resources = sorted(metadata.resources.iter().map(|r| &r.type_name));
    assert!(resources.contains(&TOKEN));
    assert_eq!(resources, sorted(schema.resource_schemas.keys()));
    let data_sources = metadata.data_sources.iter().map(|d| &d.type_name);
    assert_eq!(sorted(data_sources), sorted(schema.data_source_schemas.keys()));
    let ephemerals = metadata.ephemeral_resources.iter().map(|e| &e.type_name);
    assert_eq!(sorted(ephemerals), sorted(schema.ephemeral_resource_schemas.keys()));
    let lists = metadata.list_resources.iter().map(|l| &l.type_name);
    assert_eq!(sorted(lists), sorted(schema.list_resource_schemas.keys()));
    let functions = metadata.functions.iter().map(|f| &f.name);
    assert_eq!(sorted(functions), sorted(schema.functions.keys()));
    let actions = metadata.actions.iter().map(|a| &a.type_name);
    assert_eq!(sorted(actions), sorted(schema.action_schemas.keys()));

    let functions = lab.client.get_functions(get_functions::Request {}).await.unwrap();
    assert_eq!(functions.into_inner().functions, schema.functions);
    assert_eq!(schema.server_capabilities, metadata.server_capabilities);
    let capabilities = schema.server_capabilities.unwrap();
    assert!(capabilities.get_provider_schema_optional, "a host may do without a second asking");
    assert!(!capabilities.plan_destroy, "there is nothing to say of a destroy");
    assert!(capabilities.move_resource_state, "a type can have two names");
    assert!(capabilities.generate_resource_config);
}

#[tokio::test]
async fn everything_is_described_and_consistent() {
    let mut lab = Lab::new().await;
    let request = get_provider_schema::Request {};
    let answer = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    let mut schemas = answer.resource_schemas;
    schemas.extend(answer.data_source_schemas);
    schemas.extend(answer.ephemeral_resource_schemas);
    schemas.insert("provider".into(), answer.provider.unwrap());
    for (of, schema) in schemas {
        let block = schema.block.unwrap();
        assert!(!block.description.is_empty(), "{of}");
        assert_eq!(block.description_kind(), StringKind::Markdown, "{of}");
        assert!(!block.attributes.is_empty(), "{of}");
        for attribute in &block.attributes {
            let name = format!("{of}.{}", attribute.name);
            assert!(!attribute.description.trim().is_empty(), "{name} has no description");
            assert_eq!(attribute.description_kind(), StringKind::Markdown, "{name}");
            // What a host's own check of schemas asks for.
            assert!(attribute.required || attribute.optional || attribute.computed, "{name}");
            assert!(!(attribute.required && (attribute.optional || attribute.computed)), "{name}");
            assert!(of != "provider" || !attribute.computed, "{name}");
            let secret = matches!(attribute.name.as_str(), "token_value" | "access_token");
            assert!(!secret || attribute.sensitive, "{name} shows a secret");
        }
        let mut names: Vec<_> = block.attributes.iter().map(|a| &a.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), block.attributes.len(), "{of} has an attribute twice");
    }
}

#[tokio::test]
async fn an_identity_is_made_of_attributes() {
    let mut lab = Lab::new().await;
    let schemas = lab.client.get_provider_schema(get_provider_schema::Request {}).await.unwrap();
    let schemas = schemas.into_inner().resource_schemas;
    let request = get_resource_identity_schemas::Request {};
    let identities = lab.client.get_resource_identity_schemas(request).await.unwrap().into_inner();
    assert_eq!(identities.diagnostics, []);
    assert!(identities.identity_schemas.contains_key(TOKEN));
    for (of, identity) in identities.identity_schemas {
        let attributes = &schemas[&of].block.as_ref().unwrap().attributes;
        assert!(!identity.identity_attributes.is_empty(), "{of}");
        for part in identity.identity_attributes {
            let name = format!("{of}.{}", part.name);
            let attribute = attributes.iter().find(|a| a.name == part.name).expect(&name);
            assert_eq!(attribute.r#type, part.r#type, "{name}");
            assert!(part.required_for_import && !part.optional_for_import, "{name}");
            assert!(!part.description.is_empty(), "{name}");
        }
    }
}
