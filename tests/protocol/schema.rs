//! What the provider says of itself.

use pulumiservice::protocol::wire::{
    StringKind, get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas,
};

use crate::harness::{Lab, TOKEN};

#[tokio::test]
async fn metadata_and_schema_agree() {
    let mut lab = Lab::new().await;
    let request = get_metadata::Request {};
    let metadata = lab.client.get_metadata(request).await.unwrap().into_inner();
    assert_eq!(metadata.diagnostics, []);
    let names: Vec<_> = metadata.resources.iter().map(|r| r.type_name.as_str()).collect();
    assert_eq!(names, [TOKEN]);
    assert!(metadata.data_sources.is_empty() && metadata.functions.is_empty());

    let request = get_provider_schema::Request {};
    let schema = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.diagnostics, []);
    assert!(schema.resource_schemas.keys().eq([TOKEN]));
    assert_eq!(schema.server_capabilities, metadata.server_capabilities);
    let capabilities = schema.server_capabilities.unwrap();
    assert!(capabilities.get_provider_schema_optional, "a host may do without a second asking");
    assert!(!capabilities.plan_destroy, "there is nothing to say of a destroy");
    assert!(!capabilities.move_resource_state);
    assert!(!capabilities.generate_resource_config);
}

#[tokio::test]
async fn everything_is_described_and_consistent() {
    let mut lab = Lab::new().await;
    let request = get_provider_schema::Request {};
    let answer = lab.client.get_provider_schema(request).await.unwrap().into_inner();
    let mut schemas = answer.resource_schemas;
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
async fn what_every_host_asks_for_is_answered_with_none() {
    let mut lab = Lab::new().await;
    let functions = lab.client.get_functions(get_functions::Request {}).await.unwrap();
    assert_eq!(functions.into_inner(), Default::default());
    let request = get_resource_identity_schemas::Request {};
    let identities = lab.client.get_resource_identity_schemas(request).await.unwrap();
    assert_eq!(identities.into_inner(), Default::default());
}
