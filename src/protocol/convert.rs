//! Between the framework's vocabulary and the protocol's.

use super::wire::{self, attribute_path, diagnostic, schema};
use crate::framework::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::framework::path::{Path, Step};
use crate::framework::schema::{Attribute, Given, Schema};
use crate::framework::types::Type;
use crate::framework::value::Value;
use crate::framework::{json, msgpack};

/// A value that the engine sent. One that it left out is null.
pub fn value(sent: Option<&wire::DynamicValue>, ty: &Type) -> Result<Value, Diagnostics> {
    let decoded = match sent {
        Some(sent) if !sent.msgpack.is_empty() => msgpack::decode(&sent.msgpack, ty),
        Some(sent) if !sent.json.is_empty() => json::decode(&sent.json, ty),
        _ => return Ok(Value::Null),
    };
    decoded.map_err(|error| {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error_at(
            error.path.clone(),
            "A value from the engine can't be read",
            format!("{error}. The engine and the provider disagree about the protocol."),
        );
        diagnostics
    })
}

/// A value for the engine.
pub fn dynamic(value: &Value, ty: &Type) -> Result<wire::DynamicValue, Diagnostics> {
    match msgpack::encode(value, ty) {
        Ok(msgpack) => Ok(wire::DynamicValue { msgpack, json: Vec::new() }),
        Err(error) => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.error(
                "The provider made a value that it can't send",
                format!("{error}. This is a bug in the provider."),
            );
            Err(diagnostics)
        }
    }
}

/// Diagnostics for the engine.
pub fn diagnostics(diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
    diagnostics.into_iter().map(one_diagnostic).collect()
}

fn one_diagnostic(diagnostic: Diagnostic) -> wire::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    wire::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        attribute: diagnostic.attribute.as_ref().map(path),
    }
}

/// A path for the engine.
pub fn path(path: &Path) -> wire::AttributePath {
    let step = |step: &Step| attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => attribute_path::step::Selector::AttributeName(name.clone()),
            Step::Key(key) => attribute_path::step::Selector::ElementKeyString(key.clone()),
            Step::Index(index) => attribute_path::step::Selector::ElementKeyInt(*index),
        }),
    };
    wire::AttributePath { steps: path.steps().iter().map(step).collect() }
}

/// A schema for the engine.
pub fn schema(schema: &Schema) -> wire::Schema {
    wire::Schema {
        version: schema.version,
        block: Some(schema::Block {
            version: schema.version,
            attributes: schema.attributes.iter().map(attribute).collect(),
            description: schema.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
            ..Default::default()
        }),
    }
}

fn attribute(attribute: &Attribute) -> schema::Attribute {
    schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: attribute.ty.to_json(),
        description: attribute.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        required: attribute.given == Given::Required,
        optional: matches!(attribute.given, Given::Optional | Given::OptionalComputed),
        computed: matches!(attribute.given, Given::Computed | Given::OptionalComputed),
        sensitive: attribute.sensitive,
        ..Default::default()
    }
}
