//! Values as JSON, the form in which Terraform stores them in its state.
//!
//! The format is cty's, with its leniencies: numbers and bools may be given
//! as strings and the reverse, a missing attribute is null, and of a key given
//! twice the last counts. A value whose type is open is an object of `value`
//! and `type`. JSON can't express what is unknown.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json_level::{Level, document, too_deep};
use super::number::Number;
use super::object::Object;
use super::path::{DecodeError, EncodeError, MAX_DEPTH, Step};
use super::types::Type;
use super::value::Value;

/// Reads a value of type `ty`. Attributes that are missing are null; those
/// that the type doesn't have are errors.
///
/// # Errors
///
/// Anything that isn't exactly one value of the type, with the path of the
/// part that is wrong.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reader { lenient: false }.value(document(bytes)?, ty, 0)
}

/// Reads a value that an older or newer schema wrote: as [`decode`], but
/// attributes that the type doesn't have are dropped.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_lenient(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reader { lenient: true }.value(document(bytes)?, ty, 0)
}

/// Reads JSON that has no type beside it, such as a part of a service's
/// answer: an object is an object, and an array is a tuple.
///
/// # Errors
///
/// Anything that isn't JSON, or is nested too deeply.
pub fn decode_untyped(bytes: &[u8]) -> Result<Value, DecodeError> {
    untyped(document(bytes)?, 0).map(|(ty, value)| Value::Dynamic(Box::new((ty, value))))
}

/// Writes a value without its type, as a service wants it.
///
/// # Errors
///
/// A value that isn't wholly known, or is infinite, with the path of the part
/// in question.
pub fn encode_untyped(value: &Value) -> Result<String, EncodeError> {
    let mut out = String::new();
    write(&mut out, value, 0)?;
    Ok(out)
}

struct Reader {
    lenient: bool,
}

impl Reader {
    fn value(&self, raw: &RawValue, ty: &Type, depth: usize) -> Result<Value, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        match (ty, Level::read(raw)?) {
            (_, Level::Null) => Ok(Value::Null),
            (Type::Bool, Level::Bool(truth)) => Ok(Value::Bool(truth)),
            (Type::Bool, Level::String(text)) => match text.as_str() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(DecodeError::new("a bool is required, not a string")),
            },
            (Type::Number, Level::Number(number)) => parse(number),
            (Type::Number, Level::String(text)) => parse(&text),
            (Type::String, Level::String(text)) => Ok(Value::String(text)),
            (Type::String, Level::Number(number)) => Ok(Value::String(number.to_owned())),
            (Type::String, Level::Bool(truth)) => Ok(Value::String(truth.to_string())),
            (Type::Dynamic, Level::Object(parts)) => self.dynamic(parts, depth),
            (Type::List(element), Level::Array(values)) => {
                Ok(Value::List(self.elements(values, |_| element, depth)?))
            }
            (Type::Set(element), Level::Array(values)) => {
                Ok(Value::set(self.elements(values, |_| element, depth)?))
            }
            (Type::Tuple(elements), Level::Array(values)) if values.len() == elements.len() => {
                Ok(Value::Tuple(self.elements(values, |index| &elements[index], depth)?))
            }
            (Type::Tuple(elements), Level::Array(values)) => Err(DecodeError::new(format!(
                "a tuple of {} elements is required, not of {}",
                elements.len(),
                values.len()
            ))),
            (Type::Map(element), Level::Object(values)) => {
                let mut map = BTreeMap::new();
                for (key, value) in values {
                    match self.value(value, element, depth + 1) {
                        Ok(value) => map.insert(key, value),
                        Err(error) => return Err(error.within(Step::Key(key))),
                    };
                }
                Ok(Value::Map(map))
            }
            (Type::Object(attributes), Level::Object(values)) => {
                self.object(values, attributes, depth)
            }
            (_, json) => {
                Err(DecodeError::new(format!("{} is required, not {}", ty.kind(), json.kind())))
            }
        }
    }

    fn elements<'t>(
        &self,
        values: Vec<&RawValue>,
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
        mut values: BTreeMap<String, &RawValue>,
        types: &Object<Type>,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let object = types.try_map(|name, ty| match values.remove(name) {
            Some(raw) => self
                .value(raw, ty, depth + 1)
                .map_err(|error| error.within(Step::Attribute(name.to_owned()))),
            None => Ok(Value::Null),
        })?;
        match values.into_iter().next() {
            Some((name, _)) if !self.lenient => {
                Err(DecodeError::new("there is no such attribute").within(Step::Attribute(name)))
            }
            _ => Ok(Value::Object(object)),
        }
    }

    fn dynamic(
        &self,
        mut parts: BTreeMap<String, &RawValue>,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let (Some(value), Some(ty), true) =
            (parts.remove("value"), parts.remove("type"), parts.is_empty())
        else {
            return Err(DecodeError::new("an object of \"value\" and \"type\" is required"));
        };
        let ty = Type::from_json(ty.get().as_bytes())
            .map_err(|problem| DecodeError::new(problem.to_string()))?;
        let value = self.value(value, &ty, depth + 1)?;
        Ok(match ty {
            Type::Dynamic => value,
            ty => Value::Dynamic(Box::new((ty, value))),
        })
    }
}

/// A value and the type that it shows by itself.
fn untyped(raw: &RawValue, depth: usize) -> Result<(Type, Value), DecodeError> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    Ok(match Level::read(raw)? {
        Level::Null => (Type::Dynamic, Value::Null),
        Level::Bool(truth) => (Type::Bool, Value::Bool(truth)),
        Level::Number(text) => (Type::Number, parse(text)?),
        Level::String(text) => (Type::String, Value::String(text)),
        Level::Array(elements) => {
            let elements = elements.into_iter().map(|element| untyped(element, depth + 1));
            let (types, values) = elements.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
            (Type::Tuple(types), Value::Tuple(values))
        }
        Level::Object(parts) => {
            let (mut types, mut values) = (BTreeMap::new(), BTreeMap::new());
            for (name, part) in parts {
                let (ty, value) = untyped(part, depth + 1)?;
                types.insert(name.clone(), ty);
                values.insert(name, value);
            }
            (Type::Object(types.into()), Value::Object(values.into()))
        }
    })
}

fn parse(text: &str) -> Result<Value, DecodeError> {
    Number::parse(text).map(Value::Number).map_err(|problem| DecodeError::new(problem.to_string()))
}

fn write(out: &mut String, value: &Value, depth: usize) -> Result<(), EncodeError> {
    if depth > MAX_DEPTH {
        return Err(EncodeError::new(format!(
            "the value is nested more than {MAX_DEPTH} levels deep"
        )));
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Unknown => return Err(EncodeError::new("the value is not known")),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) if number.is_finite() => out.push_str(&number.to_string()),
        Value::Number(_) => return Err(EncodeError::new("JSON can't express an infinite number")),
        Value::String(text) => write_text(out, text)?,
        Value::Dynamic(typed) => write(out, &typed.1, depth)?,
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, element, depth + 1)
                    .map_err(|error| error.within(Step::Index(index as i64)))?;
            }
            out.push(']');
        }
        Value::Map(_) | Value::Object(_) => {
            out.push('{');
            for (index, (name, part)) in value.entries().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(out, name)?;
                out.push(':');
                write(out, part, depth + 1)
                    .map_err(|error| error.within(Step::Attribute(name.to_owned())))?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_text(out: &mut String, text: &str) -> Result<(), EncodeError> {
    let written = serde_json::to_string(text);
    out.push_str(&written.map_err(|_| EncodeError::new("the text can't be written as JSON"))?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_a_meaning() {
        let map = Type::Map(Box::new(Type::String));
        for key in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            let text = format!("{{\"{key}\":\"1\"}}");
            let value = decode(text.as_bytes(), &map).unwrap();
            assert_eq!(value, Value::Map([(key.to_owned(), "1".into())].into()));
            let untyped = decode_untyped(text.as_bytes()).unwrap();
            assert_eq!(encode_untyped(&untyped).unwrap(), text);
            let ty = format!("[\"object\",{{\"{key}\":\"string\"}}]");
            assert_eq!(Type::from_json(ty.as_bytes()).unwrap().to_json(), ty.into_bytes());
        }
    }

    #[test]
    fn json_without_a_type_keeps_every_digit() {
        let text = r#"{"a":[1.50,-0,123456789012345678901234567890],"b":{"c":null}}"#;
        let value = decode_untyped(text.as_bytes()).unwrap();
        let expected = r#"{"a":[1.5,0,123456789012345678901234567890],"b":{"c":null}}"#;
        assert_eq!(encode_untyped(&value).unwrap(), expected);
    }
}
