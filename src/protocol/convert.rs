//! Between the protocol's messages and the framework's types.

use super::wire::{self, attribute_path, diagnostic, schema};
use crate::framework::context::{ClientCapabilities, Deferral};
use crate::framework::diagnostics::{Diagnostic, Diagnostics, Message, Severity, messages};
use crate::framework::path::{Path, Step};
use crate::framework::schema::{Attribute, Given, Nested, Nesting, Schema};
use crate::framework::types::Type;
use crate::framework::value::Value;
use crate::framework::{json, msgpack};

messages! {
    /// What is said of an engine, or a provider, that doesn't keep to the protocol.
    pub mod said {
        UNREADABLE = "A value from the engine can't be read";
        UNWRITABLE = "The provider made a value that it can't send";
        BUG = "The provider has a bug";
        NO_SUCH_TYPE = "The provider doesn't offer this";
    }
}

/// The answer, or why there is none.
pub type Answer<T> = Result<T, Diagnostics>;

/// One error, in the place of an answer.
pub fn error(summary: Message, detail: impl Into<String>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(summary, detail);
    diagnostics
}

/// The entry of a registry's list that an engine asks for.
pub fn entry<'a, T>(
    entries: &'a [T],
    is: impl Fn(&T) -> bool,
    kind: &str,
    name: &str,
) -> Answer<&'a T> {
    entries.iter().find(|entry| is(entry)).ok_or_else(|| {
        error(said::NO_SUCH_TYPE, format!("This version of the provider has no {kind} {name:?}."))
    })
}

/// A value of the engine's; null if it sent none.
pub fn value(sent: Option<&wire::DynamicValue>, ty: &Type) -> Answer<Value> {
    let decoded = match sent {
        Some(sent) if !sent.msgpack.is_empty() => msgpack::decode(&sent.msgpack, ty),
        Some(sent) if !sent.json.is_empty() => json::decode(&sent.json, ty),
        _ => return Ok(Value::Null),
    };
    decoded.map_err(|error| {
        let mut diagnostics = Diagnostics::new();
        let detail = format!("{error}. The engine and the provider disagree about the protocol.");
        diagnostics.error_at(error.path, said::UNREADABLE, detail);
        diagnostics
    })
}

/// A value for the engine.
pub fn dynamic(value: &Value, ty: &Type) -> Answer<wire::DynamicValue> {
    match msgpack::encode(value, ty) {
        Ok(msgpack) => Ok(wire::DynamicValue { msgpack, json: Vec::new() }),
        Err(problem) => {
            Err(error(said::UNWRITABLE, format!("{problem}. This is a bug in the provider.")))
        }
    }
}

/// What the engine can do.
pub fn client(capabilities: Option<wire::ClientCapabilities>) -> ClientCapabilities {
    let capabilities = capabilities.unwrap_or_default();
    ClientCapabilities {
        deferral_allowed: capabilities.deferral_allowed,
        write_only_attributes_allowed: capabilities.write_only_attributes_allowed,
    }
}

/// Why a call is put off, for the engine.
pub fn deferred(why: Option<Deferral>) -> Option<wire::Deferred> {
    use wire::deferred::Reason;
    let reason = match why? {
        Deferral::Configuration => Reason::ResourceConfigUnknown,
        Deferral::Provider => Reason::ProviderConfigUnknown,
        Deferral::Prerequisite => Reason::AbsentPrereq,
    };
    Some(wire::Deferred { reason: reason.into() })
}

/// An instant for the engine, from Unix seconds.
pub fn timestamp(unix: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: unix, nanos: 0 }
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
            attributes: schema.declared().iter().map(attribute).collect(),
            description: schema.description.clone(),
            description_kind: wire::StringKind::Markdown.into(),
            ..Default::default()
        }),
    }
}

fn attribute(attribute: &Attribute) -> schema::Attribute {
    let nested_type = attribute.nested.as_ref().map(nested);
    schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: if nested_type.is_some() { Vec::new() } else { (attribute.ty)().to_json() },
        nested_type,
        description: attribute.description(),
        description_kind: wire::StringKind::Markdown.into(),
        required: attribute.given == Given::Required,
        optional: matches!(attribute.given, Given::Optional | Given::OptionalComputed),
        computed: attribute.given.by_provider(),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        ..Default::default()
    }
}

fn nested(nested: &Nested) -> schema::Object {
    use schema::object::NestingMode;
    let nesting = match nested.nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    schema::Object {
        attributes: nested.attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}
