//! Writing values.

use rmp::encode::{self, ValueWriteError};

use crate::framework::number::Number;
use crate::framework::object::Object;
use crate::framework::path::{EncodeError, MAX_DEPTH, Step};
use crate::framework::types::Type;
use crate::framework::value::Value;

/// How cty writes an unknown value without refinements.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Writes a value of type `ty`.
///
/// # Errors
///
/// A value that doesn't fit the type, with the path of the part that doesn't.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    write(&mut out, value, ty, 0)?;
    Ok(out)
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type, depth: usize) -> Result<(), EncodeError> {
    if depth > MAX_DEPTH {
        return Err(EncodeError::new(format!(
            "the value is nested more than {MAX_DEPTH} levels deep"
        )));
    }
    match (ty, value) {
        (_, Value::Null) => encode::write_nil(out).map_err(too_much)?,
        (_, Value::Unknown) => out.extend_from_slice(&UNKNOWN),
        (Type::Bool, Value::Bool(truth)) => encode::write_bool(out, *truth).map_err(too_much)?,
        (Type::Number, Value::Number(number)) => write_number(out, number)?,
        (Type::String, Value::String(text)) => write_text(out, text)?,
        (Type::Dynamic, Value::Dynamic(typed)) => {
            let (ty, value) = typed.as_ref();
            if *ty == Type::Dynamic {
                return Err(EncodeError::new("the value has no type of its own"));
            }
            let json = ty.to_json();
            encode::write_array_len(out, 2)?;
            encode::write_bin_len(out, length(json.len())?)?;
            out.extend_from_slice(&json);
            write(out, value, ty, depth + 1)?;
        }
        (Type::List(element), Value::List(values)) | (Type::Set(element), Value::Set(values)) => {
            encode::write_array_len(out, length(values.len())?)?;
            for (index, value) in values.iter().enumerate() {
                write(out, value, element, depth + 1)
                    .map_err(|error| error.within(Step::Index(index as i64)))?;
            }
        }
        (Type::Tuple(elements), Value::Tuple(values)) => {
            if values.len() != elements.len() {
                return Err(EncodeError::new(format!(
                    "a tuple of {} elements is required, not of {}",
                    elements.len(),
                    values.len()
                )));
            }
            encode::write_array_len(out, length(values.len())?)?;
            for (index, (value, element)) in values.iter().zip(elements).enumerate() {
                write(out, value, element, depth + 1)
                    .map_err(|error| error.within(Step::Index(index as i64)))?;
            }
        }
        (Type::Map(element), Value::Map(values)) => {
            encode::write_map_len(out, length(values.len())?)?;
            for (key, value) in values {
                write_text(out, key)?;
                write(out, value, element, depth + 1)
                    .map_err(|error| error.within(Step::Key(key.clone())))?;
            }
        }
        (Type::Object(attributes), Value::Object(values)) => {
            if !values.has_names_of(attributes) {
                return Err(misfit(attributes, values));
            }
            encode::write_map_len(out, length(attributes.len())?)?;
            for ((name, attribute), value) in attributes.iter().zip(values.parts()) {
                let within = |error: EncodeError| error.within(Step::Attribute(name.to_owned()));
                write_text(out, name)?;
                write(out, value, attribute, depth + 1).map_err(within)?;
            }
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

/// Which attribute an object has too many, or lacks.
fn misfit(attributes: &Object<Type>, values: &Object<Value>) -> EncodeError {
    let extra = values.names().iter().find(|name| attributes.get(name).is_none());
    let missing = || attributes.names().iter().find(|name| values.get(name).is_none());
    let (problem, name) = match extra {
        Some(name) => ("there is no such attribute", Some(name)),
        None => ("the attribute is missing", missing()),
    };
    let step = Step::Attribute(name.cloned().unwrap_or_default());
    EncodeError::new(problem).within(step)
}

/// Fractions that a float holds exactly are floats; every other number that
/// isn't a 64-bit integer is text. So does cty.
fn write_number(out: &mut Vec<u8>, number: &Number) -> Result<(), EncodeError> {
    if let Some(integer) = number.as_i64() {
        encode::write_sint(out, integer)?;
        return Ok(());
    }
    match number.as_f64() {
        Some(float) if !number.is_integer() => Ok(encode::write_f64(out, float)?),
        _ => write_text(out, &number.to_string()),
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    encode::write_str_len(out, length(text.len())?)?;
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn length(length: usize) -> Result<u32, EncodeError> {
    u32::try_from(length).map_err(too_much)
}

fn too_much(_: impl std::error::Error) -> EncodeError {
    EncodeError::new("the value is too large for MessagePack")
}

/// Memory takes whatever is written to it, so this never comes to pass.
impl From<ValueWriteError> for EncodeError {
    fn from(error: ValueWriteError) -> Self {
        too_much(error)
    }
}
