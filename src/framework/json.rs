//! Values as JSON, the form in which Terraform stores them in its state.
//!
//! The format is cty's, with its leniencies: numbers and bools may be given
//! as strings and the reverse, a missing attribute is null, and of a key given
//! twice the last counts. A value whose type is open is an object of `value`
//! and `type`. JSON can't express what is unknown.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::number::Number;
use super::path::{DecodeError, EncodeError, Step};
use super::types::{MAX_DEPTH, Type};
use super::value::Value;

/// Reads a value of type `ty`. Attributes that are missing are null; those
/// that the type doesn't have are errors.
///
/// # Errors
///
/// Anything that isn't exactly one value of the type, with the path of the
/// part that is wrong.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reader { lenient: false }.document(bytes, ty)
}

/// Reads a value that an older or newer schema wrote: as [`decode`], but
/// attributes that the type doesn't have are dropped.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_lenient(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reader { lenient: true }.document(bytes, ty)
}

/// Writes a value of type `ty`.
///
/// # Errors
///
/// A value that doesn't fit the type, isn't wholly known, or is infinite,
/// with the path of the part in question.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    write(&mut out, value, ty, 0)?;
    Ok(out)
}

struct Reader {
    lenient: bool,
}

impl Reader {
    fn document(&self, bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
        let json = serde_json::from_slice(bytes).map_err(|error| {
            DecodeError::new(format!(
                "not JSON, or nested too deeply: line {}, column {}",
                error.line(),
                error.column()
            ))
        })?;
        self.value(json, ty, 0)
    }

    fn value(&self, json: Json, ty: &Type, depth: usize) -> Result<Value, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::new(format!(
                "the value is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        match (ty, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(truth)),
            (Type::Bool, Json::String(text)) => match text.as_str() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(DecodeError::new("a bool is required, not a string")),
            },
            (Type::Number, Json::Number(number)) => parse(number.as_str()),
            (Type::Number, Json::String(text)) => parse(&text),
            (Type::String, Json::String(text)) => Ok(Value::String(text)),
            (Type::String, Json::Number(number)) => Ok(Value::String(number.as_str().to_owned())),
            (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
            (Type::Dynamic, Json::Object(parts)) => self.dynamic(parts, depth),
            (Type::List(element), Json::Array(values)) => {
                Ok(Value::List(self.elements(values, |_| element, depth)?))
            }
            (Type::Set(element), Json::Array(values)) => {
                Ok(Value::set(self.elements(values, |_| element, depth)?))
            }
            (Type::Tuple(elements), Json::Array(values)) if values.len() == elements.len() => {
                Ok(Value::Tuple(self.elements(values, |index| &elements[index], depth)?))
            }
            (Type::Tuple(elements), Json::Array(values)) => Err(DecodeError::new(format!(
                "a tuple of {} elements is required, not of {}",
                elements.len(),
                values.len()
            ))),
            (Type::Map(element), Json::Object(values)) => {
                let mut map = BTreeMap::new();
                for (key, value) in values {
                    match self.value(value, element, depth + 1) {
                        Ok(value) => map.insert(key, value),
                        Err(error) => return Err(error.within(Step::Key(key))),
                    };
                }
                Ok(Value::Map(map))
            }
            (Type::Object(attributes), Json::Object(values)) => {
                self.object(values, attributes, depth)
            }
            (_, json) => {
                Err(DecodeError::new(format!("{} is required, not {}", ty.kind(), kind(&json))))
            }
        }
    }

    fn elements<'t>(
        &self,
        values: Vec<Json>,
        ty: impl Fn(usize) -> &'t Type,
        depth: usize,
    ) -> Result<Vec<Value>, DecodeError> {
        let decoded = values.into_iter().enumerate().map(|(index, value)| {
            self.value(value, ty(index), depth + 1)
                .map_err(|error| error.within(Step::Index(index as i64)))
        });
        decoded.collect()
    }

    fn object(
        &self,
        mut values: serde_json::Map<String, Json>,
        attributes: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let mut object = BTreeMap::new();
        for (name, attribute) in attributes {
            let json = values.remove(name).unwrap_or(Json::Null);
            let value = self
                .value(json, attribute, depth + 1)
                .map_err(|error| error.within(Step::Attribute(name.clone())))?;
            object.insert(name.clone(), value);
        }
        match values.into_iter().next() {
            Some((name, _)) if !self.lenient => {
                Err(DecodeError::new("there is no such attribute").within(Step::Attribute(name)))
            }
            _ => Ok(Value::Object(object)),
        }
    }

    fn dynamic(
        &self,
        mut parts: serde_json::Map<String, Json>,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let (Some(value), Some(ty), true) =
            (parts.remove("value"), parts.remove("type"), parts.is_empty())
        else {
            return Err(DecodeError::new("an object of \"value\" and \"type\" is required"));
        };
        let ty =
            Type::from_json_value(ty).map_err(|problem| DecodeError::new(problem.to_string()))?;
        let value = self.value(value, &ty, depth + 1)?;
        Ok(match ty {
            Type::Dynamic => value,
            ty => Value::Dynamic(Box::new((ty, value))),
        })
    }
}

fn parse(text: &str) -> Result<Value, DecodeError> {
    Number::parse(text).map(Value::Number).map_err(|problem| DecodeError::new(problem.to_string()))
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type, depth: usize) -> Result<(), EncodeError> {
    if depth > MAX_DEPTH {
        return Err(EncodeError::new(format!(
            "the value is nested more than {MAX_DEPTH} levels deep"
        )));
    }
    match (ty, value) {
        (_, Value::Null) => out.extend_from_slice(b"null"),
        (_, Value::Unknown) => return Err(EncodeError::new("the value is not known")),
        (Type::Bool, Value::Bool(truth)) => out.extend_from_slice(truth.to_string().as_bytes()),
        (Type::Number, Value::Number(number)) if number.is_finite() => {
            out.extend_from_slice(number.to_string().as_bytes());
        }
        (Type::Number, Value::Number(_)) => {
            return Err(EncodeError::new("JSON can't express an infinite number"));
        }
        (Type::String, Value::String(text)) => write_text(out, text)?,
        (Type::Dynamic, Value::Dynamic(typed)) => {
            let (ty, value) = typed.as_ref();
            if *ty == Type::Dynamic {
                return Err(EncodeError::new("the value has no type of its own"));
            }
            out.extend_from_slice(b"{\"value\":");
            write(out, value, ty, depth + 1)?;
            out.extend_from_slice(b",\"type\":");
            out.extend_from_slice(&ty.to_json());
            out.push(b'}');
        }
        (Type::List(element), Value::List(values)) | (Type::Set(element), Value::Set(values)) => {
            write_elements(out, values, std::iter::repeat(element.as_ref()), depth)?;
        }
        (Type::Tuple(elements), Value::Tuple(values)) => {
            if values.len() != elements.len() {
                return Err(EncodeError::new(format!(
                    "a tuple of {} elements is required, not of {}",
                    elements.len(),
                    values.len()
                )));
            }
            write_elements(out, values, elements, depth)?;
        }
        (Type::Map(element), Value::Map(values)) => {
            out.push(b'{');
            for (index, (key, value)) in values.iter().enumerate() {
                write_key(out, index, key)?;
                write(out, value, element, depth + 1)
                    .map_err(|error| error.within(Step::Key(key.clone())))?;
            }
            out.push(b'}');
        }
        (Type::Object(attributes), Value::Object(values)) => {
            if let Some(name) = values.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(EncodeError::new("there is no such attribute")
                    .within(Step::Attribute(name.clone())));
            }
            out.push(b'{');
            for (index, (name, attribute)) in attributes.iter().enumerate() {
                let within = |error: EncodeError| error.within(Step::Attribute(name.clone()));
                let Some(value) = values.get(name) else {
                    return Err(within(EncodeError::new("the attribute is missing")));
                };
                write_key(out, index, name)?;
                write(out, value, attribute, depth + 1).map_err(within)?;
            }
            out.push(b'}');
        }
        _ => {
            return Err(EncodeError::new(format!(
                "{} is required, not {}",
                ty.kind(),
                value.kind()
            )));
        }
    }
    Ok(())
}

fn write_elements<'t>(
    out: &mut Vec<u8>,
    values: &[Value],
    types: impl IntoIterator<Item = &'t Type>,
    depth: usize,
) -> Result<(), EncodeError> {
    out.push(b'[');
    for (index, (value, ty)) in values.iter().zip(types).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, value, ty, depth + 1)
            .map_err(|error| error.within(Step::Index(index as i64)))?;
    }
    out.push(b']');
    Ok(())
}

fn write_key(out: &mut Vec<u8>, index: usize, key: &str) -> Result<(), EncodeError> {
    if index > 0 {
        out.push(b',');
    }
    write_text(out, key)?;
    out.push(b':');
    Ok(())
}

/// Memory takes whatever is written to it, so the error never comes to pass.
fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    serde_json::to_writer(out, text)
        .map_err(|_| EncodeError::new("the text can't be written as JSON"))
}
