//! The types that Terraform's values have, and their JSON syntax.
//!
//! The syntax is cty's: `"string"`, `["list","string"]`,
//! `["object",{"name":"string"}]` and so on. Which type an attribute has is
//! for the schema to say.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::json_level::{Level, document};
use super::object::Object;
use super::path::{DecodeError, MAX_DEPTH};

/// A type of Terraform's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// True or false.
    Bool,
    /// A number of any size and precision.
    Number,
    /// Unicode text.
    String,
    /// Whatever type the value brings along.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Elements of one type, without order or duplicates.
    Set(Box<Type>),
    /// Elements of one type, by key.
    Map(Box<Type>),
    /// A fixed number of elements, each of its own type.
    Tuple(Vec<Type>),
    /// A fixed set of attributes, each of its own type.
    Object(Object<Type>),
}

/// Bytes that are no type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TypeError(String);

impl Type {
    /// Reads a type in JSON syntax. The names of optional attributes that an
    /// object may carry as its third element are accepted and dropped: they
    /// say how values are converted, not how they are encoded.
    ///
    /// # Errors
    ///
    /// Anything that isn't such a type, or is nested too deeply. The message
    /// repeats nothing of the input.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let malformed = |error: DecodeError| TypeError(error.problem);
        from_json(document(bytes).map_err(malformed)?, 0)
    }

    /// Writes the type in JSON syntax, attributes in the order of their names.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = String::new();
        write(&mut out, self);
        out.into_bytes()
    }

    /// The kind of type, with its article, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Dynamic => "a dynamically typed value",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Tuple(_) => "a tuple",
            Self::Object(_) => "an object",
        }
    }
}

fn from_json(raw: &RawValue, depth: usize) -> Result<Type, TypeError> {
    if depth > MAX_DEPTH {
        return Err(TypeError(format!("a type nested more than {MAX_DEPTH} levels deep")));
    }
    let malformed = |problem: &str| TypeError(problem.to_owned());
    let read = |raw| Level::read(raw).map_err(|error| TypeError(error.problem));
    let boxed = |raw| from_json(raw, depth + 1).map(Box::new);
    match read(raw)? {
        Level::String(name) => match name.as_str() {
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            "dynamic" => Ok(Type::Dynamic),
            _ => Err(malformed("not the name of a type")),
        },
        Level::Array(parts) => {
            let (kind, inner, optional) = match parts[..] {
                [kind, inner] => (kind, inner, None),
                [kind, inner, optional] => (kind, inner, Some(read(optional)?)),
                _ => return Err(malformed("a type is a name, or a kind and its parts")),
            };
            let Level::String(kind) = read(kind)? else {
                return Err(malformed("a type is a name, or a kind and its parts"));
            };
            match (kind.as_str(), optional) {
                ("list", None) => Ok(Type::List(boxed(inner)?)),
                ("set", None) => Ok(Type::Set(boxed(inner)?)),
                ("map", None) => Ok(Type::Map(boxed(inner)?)),
                ("tuple", None) => match read(inner)? {
                    Level::Array(elements) => elements
                        .into_iter()
                        .map(|element| from_json(element, depth + 1))
                        .collect::<Result<_, _>>()
                        .map(Type::Tuple),
                    _ => Err(malformed("a tuple has a list of types")),
                },
                ("object", None | Some(Level::Array(_))) => match read(inner)? {
                    Level::Object(attributes) => attributes
                        .into_iter()
                        .map(|(name, attribute)| Ok((name, from_json(attribute, depth + 1)?)))
                        .collect::<Result<BTreeMap<_, _>, _>>()
                        .map(|attributes| Type::Object(attributes.into())),
                    _ => Err(malformed("an object has attributes")),
                },
                _ => Err(malformed("not a kind of type with its parts")),
            }
        }
        _ => Err(malformed("a type is a name, or a kind and its parts")),
    }
}

/// Writes it without a tree in between: an engine's first question is for some hundreds of types.
fn write(out: &mut String, ty: &Type) {
    let of_elements = |out: &mut String, kind: &str, element| {
        out.push_str("[\"");
        out.push_str(kind);
        out.push_str("\",");
        write(out, element);
        out.push(']');
    };
    match ty {
        Type::Bool => out.push_str("\"bool\""),
        Type::Number => out.push_str("\"number\""),
        Type::String => out.push_str("\"string\""),
        Type::Dynamic => out.push_str("\"dynamic\""),
        Type::List(element) => of_elements(out, "list", element),
        Type::Set(element) => of_elements(out, "set", element),
        Type::Map(element) => of_elements(out, "map", element),
        Type::Tuple(elements) => {
            out.push_str("[\"tuple\",[");
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(out, element);
            }
            out.push_str("]]");
        }
        Type::Object(attributes) => {
            out.push_str("[\"object\",{");
            for (index, (name, attribute)) in attributes.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&Json::from(name).to_string());
                out.push(':');
                write(out, attribute);
            }
            out.push_str("}]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_and_writes_as_cty_writes_it() {
        for json in [
            r#""bool""#,
            r#""number""#,
            r#""string""#,
            r#""dynamic""#,
            r#"["list","string"]"#,
            r#"["set",["object",{"a":"number"}]]"#,
            r#"["map",["list","dynamic"]]"#,
            r#"["tuple",["number","string","bool"]]"#,
            r#"["tuple",[]]"#,
            r#"["object",{}]"#,
            r#"["object",{"name":"string","tags":["map",["list",["object",{"n":"number"}]]]}]"#,
        ] {
            let ty = Type::from_json(json.as_bytes()).expect(json);
            assert_eq!(String::from_utf8(ty.to_json()).expect("UTF-8"), json);
        }
    }

    #[test]
    fn optional_attributes_are_accepted_and_dropped() {
        let ty = Type::from_json(br#"["object",{"a":"number","b":"string"},["b"]]"#);
        let plain = Type::from_json(br#"["object",{"a":"number","b":"string"}]"#);
        assert_eq!(ty, plain);
    }

    #[test]
    fn anything_else_is_an_error_that_repeats_nothing() {
        for json in [
            "",
            "null",
            "1",
            r#""secret""#,
            "[]",
            r#"["list"]"#,
            r#"["secret","string"]"#,
            r#"["list","string","string"]"#,
            r#"["tuple","string"]"#,
            r#"["tuple",{}]"#,
            r#"["object",[]]"#,
            r#"["object",{"a":"secret"}]"#,
            r#"["object",{},{}]"#,
            r#"["object",{},[],[]]"#,
            r#"["list","string"] x"#,
            r#"["list","string""#,
        ] {
            let error = Type::from_json(json.as_bytes()).expect_err(json);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert!(Type::from_json(b"\"\xff\"").is_err(), "not UTF-8");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let nested =
            |levels| format!("{}\"bool\"{}", "[\"list\",".repeat(levels), "]".repeat(levels));
        assert!(Type::from_json(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(Type::from_json(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(Type::from_json(nested(200_000).as_bytes()).is_err());
        assert!(Type::from_json(&vec![b'['; 200_000]).is_err());
    }
}
