//! The `.proto` files against the wire contract: `tests/protocol/facts.json` has every message,
//! field, enum value and RPC, taken from what hosts speak and not from this repository.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};
use serde_json::Value;

use crate::sources::{file, none_of, root};

/// What there is on the wire, and what is to be known of it.
type Facts = BTreeMap<String, String>;

#[test]
fn the_proto_files_say_what_hosts_speak() {
    let wanted: Value = serde_json::from_str(&file("tests/protocol/facts.json").text).unwrap();
    let wanted = wanted.as_object().unwrap();
    let names: Vec<&String> = wanted.keys().collect();
    let compiled = protox::compile(names, [root().join("proto/tfplugin6")]).unwrap();
    let mut found = Vec::new();
    for (name, wanted) in wanted {
        let ours = compiled.file.iter().find(|file| file.name() == name).unwrap();
        let (wanted, ours) = (of_json(wanted), of_file(ours));
        assert!(wanted.len() > 3, "{name}: {wanted:?}");
        for (what, known) in &wanted {
            match ours.get(what) {
                Some(said) if said == known => {}
                said => found.push(format!("{name}: {what} is {known}, and ours: {said:?}")),
            }
        }
        let more = ours.keys().filter(|what| !wanted.contains_key(*what));
        found.extend(more.map(|what| format!("{name}: {what} is not of the protocol")));
    }
    none_of(found, "the protocol");
}

fn of_json(file: &Value) -> Facts {
    let each = |part: &Value| part.as_object().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is = |value: &Value| value.as_bool().unwrap_or(false);
    let imports: Vec<String> = file["imports"].as_array().unwrap().iter().map(text).collect();
    let mut facts = head(&text(&file["package"]), &text(&file["syntax"]), &imports);
    for (message, of) in each(&file["messages"]) {
        facts.insert(format!("message {message}"), String::new());
        for field in of["fields"].as_array().unwrap() {
            let said = Field {
                number: field["number"].as_i64().unwrap(),
                kind: text(&field["type"]),
                repeated: is(&field["repeated"]),
                optional: is(&field["optional"]),
                oneof: field["oneof"].as_str().map(str::to_owned),
            };
            facts.insert(format!("field {message}.{}", text(&field["name"])), said.to_string());
        }
    }
    for (name, values) in each(&file["enums"]) {
        for (value, number) in each(&values) {
            facts.insert(format!("enum {name}.{value}"), number.to_string());
        }
    }
    for (service, methods) in each(&file["services"]) {
        for (method, of) in each(&methods) {
            let said = rpc(
                (&text(&of["request"]), is(&of["client_stream"])),
                (&text(&of["response"]), is(&of["server_stream"])),
            );
            facts.insert(format!("rpc {service}.{method}"), said);
        }
    }
    facts
}

fn of_file(file: &FileDescriptorProto) -> Facts {
    let package = file.package();
    let mut facts = head(package, file.syntax(), &file.dependency);
    for message in &file.message_type {
        add_message(&mut facts, package, message);
    }
    for one in &file.enum_type {
        add_enum(&mut facts, package, one);
    }
    for service in &file.service {
        for method in &service.method {
            let said = rpc(
                (method.input_type().trim_start_matches('.'), method.client_streaming()),
                (method.output_type().trim_start_matches('.'), method.server_streaming()),
            );
            facts.insert(format!("rpc {package}.{}.{}", service.name(), method.name()), said);
        }
    }
    facts
}

fn head(package: &str, syntax: &str, imports: &[String]) -> Facts {
    let mut facts = Facts::from([
        ("the package".to_owned(), package.to_owned()),
        ("the syntax".to_owned(), syntax.to_owned()),
    ]);
    facts.extend(imports.iter().map(|import| (format!("import {import}"), String::new())));
    facts
}

fn add_message(facts: &mut Facts, scope: &str, message: &DescriptorProto) {
    let name = format!("{scope}.{}", message.name());
    facts.insert(format!("message {name}"), String::new());
    for field in &message.field {
        let entry = message.nested_type.iter().find(|nested| {
            is_entry(nested) && field.type_name() == format!(".{name}.{}", nested.name())
        });
        let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
        let said = Field {
            number: field.number().into(),
            kind: match entry {
                Some(entry) => {
                    format!("map<{}, {}>", kind(&entry.field[0]), kind(&entry.field[1]))
                }
                None => kind(field),
            },
            repeated: entry.is_none() && field.label() == Label::Repeated,
            optional: field.proto3_optional(),
            oneof: oneof.map(|index| message.oneof_decl[index as usize].name().to_owned()),
        };
        facts.insert(format!("field {name}.{}", field.name()), said.to_string());
    }
    for nested in message.nested_type.iter().filter(|nested| !is_entry(nested)) {
        add_message(facts, &name, nested);
    }
    for one in &message.enum_type {
        add_enum(facts, &name, one);
    }
}

fn add_enum(facts: &mut Facts, scope: &str, one: &EnumDescriptorProto) {
    for value in &one.value {
        let name = format!("enum {scope}.{}.{}", one.name(), value.name());
        facts.insert(name, value.number().to_string());
    }
}

/// Whether a message is only how a map is written.
fn is_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}

fn kind(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => field.type_name().trim_start_matches('.').to_owned(),
        plain => plain.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

fn rpc((request, many_in): (&str, bool), (response, many_out): (&str, bool)) -> String {
    let stream = |many| if many { "stream " } else { "" };
    format!("{}{request} → {}{response}", stream(many_in), stream(many_out))
}

struct Field {
    number: i64,
    kind: String,
    repeated: bool,
    optional: bool,
    oneof: Option<String>,
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, kind, repeated, optional, oneof } = self;
        if *repeated {
            f.write_str("repeated ")?;
        }
        if *optional {
            f.write_str("optional ")?;
        }
        write!(f, "{kind} = {number}")?;
        match oneof {
            Some(oneof) => write!(f, " of {oneof}"),
            None => Ok(()),
        }
    }
}
