//! Reading values. Lengths that the input claims are not trusted.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode::{self, ValueReadError};

use crate::framework::number::Number;
use crate::framework::object::Object;
use crate::framework::path::{DecodeError, MAX_DEPTH, Step};
use crate::framework::types::Type;
use crate::framework::value::Value;

/// The extension that holds an unknown value with refinements.
const REFINED_UNKNOWN: i8 = 12;

/// The most bytes of refinements; cty has the same limit.
const MAX_REFINEMENTS: u32 = 1024;

/// The most elements that room is made for before they have been read. A
/// length is only a claim, and claims can be nested.
const MAX_RESERVED: usize = 64;

/// Reads a value of type `ty`.
///
/// # Errors
///
/// Anything that isn't exactly one value of the type, with the path of the
/// part that is wrong.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty, 0)?;
    match reader.rest.len() {
        0 => Ok(value),
        more => Err(DecodeError::new(format!("{more} bytes follow the value"))),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::new(format!(
                "the value is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        match self.peek()? {
            Marker::Null => {
                self.bytes(1)?;
                return Ok(Value::Null);
            }
            marker if is_extension(marker) => return self.unknown(),
            _ => {}
        }
        match ty {
            Type::Bool => Ok(Value::Bool(self.read(ty.kind(), decode::read_bool)?)),
            Type::Number => Ok(Value::Number(self.number()?)),
            Type::String => Ok(Value::String(self.text(ty.kind())?.to_owned())),
            Type::Dynamic => self.dynamic(depth),
            Type::List(element) => Ok(Value::List(self.elements(ty, element, depth)?)),
            Type::Set(element) => Ok(Value::set(self.elements(ty, element, depth)?)),
            Type::Map(element) => Ok(Value::Map(self.map(ty, element, depth)?)),
            Type::Tuple(elements) => Ok(Value::Tuple(self.tuple(ty, elements, depth)?)),
            Type::Object(attributes) => Ok(Value::Object(self.object(ty, attributes, depth)?)),
        }
    }

    fn unknown(&mut self) -> Result<Value, DecodeError> {
        let extension = self.read("an unknown value", decode::read_ext_meta)?;
        if extension.size > 1 {
            if extension.typeid != REFINED_UNKNOWN {
                return Err(DecodeError::new(format!(
                    "extension {} is not supported",
                    extension.typeid
                )));
            }
            if extension.size > MAX_REFINEMENTS {
                return Err(DecodeError::new("an unknown value's refinements are too long"));
            }
        }
        self.bytes(extension.size)?;
        Ok(Value::Unknown)
    }

    fn number(&mut self) -> Result<Number, DecodeError> {
        let kind = Type::Number.kind();
        match self.peek()? {
            Marker::U64 => self.read(kind, decode::read_u64).map(Number::from),
            Marker::F32 => float(f64::from(self.read(kind, decode::read_f32)?)),
            Marker::F64 => float(self.read(kind, decode::read_f64)?),
            marker if is_text(marker) => Number::parse(self.text(kind)?)
                .map_err(|problem| DecodeError::new(problem.to_string())),
            marker if is_integer(marker) => decode::read_int::<i64, _>(&mut self.rest)
                .map(Number::from)
                .map_err(|_| truncated()),
            found => Err(mismatch(kind, found)),
        }
    }

    /// Text, which cty also takes from where binary data is.
    fn text(&mut self, required: &str) -> Result<&'a str, DecodeError> {
        let bytes = self.text_or_bytes(required)?;
        str::from_utf8(bytes).map_err(|_| DecodeError::new("the text is not UTF-8"))
    }

    /// The two forms that the length-prefixed kinds of data have.
    fn text_or_bytes(&mut self, required: &str) -> Result<&'a [u8], DecodeError> {
        let length = match self.peek()? {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                self.read(required, decode::read_bin_len)?
            }
            _ => self.read(required, decode::read_str_len)?,
        };
        self.bytes(length)
    }

    fn dynamic(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let required = "an array of a type and a value";
        if self.length(required, decode::read_array_len)? != 2 {
            return Err(DecodeError::new(format!("{required} is required")));
        }
        let ty = Type::from_json(self.text_or_bytes("a type in JSON")?)
            .map_err(|problem| DecodeError::new(problem.to_string()))?;
        let value = self.value(&ty, depth + 1)?;
        Ok(match ty {
            Type::Dynamic => value,
            ty => Value::Dynamic(Box::new((ty, value))),
        })
    }

    fn elements(
        &mut self,
        ty: &Type,
        element: &Type,
        depth: usize,
    ) -> Result<Vec<Value>, DecodeError> {
        let length = self.length(ty.kind(), decode::read_array_len)?;
        let mut values = Vec::with_capacity(length.min(MAX_RESERVED));
        for index in 0..length {
            let value = self.value(element, depth + 1);
            values.push(value.map_err(|error| error.within(Step::Index(index as i64)))?);
        }
        Ok(values)
    }

    fn tuple(
        &mut self,
        ty: &Type,
        elements: &[Type],
        depth: usize,
    ) -> Result<Vec<Value>, DecodeError> {
        let length = self.length(ty.kind(), decode::read_array_len)?;
        if length != elements.len() {
            return Err(DecodeError::new(format!(
                "a tuple of {} elements is required, not of {length}",
                elements.len()
            )));
        }
        let mut values = Vec::with_capacity(length.min(MAX_RESERVED));
        for (index, element) in elements.iter().enumerate() {
            let value = self.value(element, depth + 1);
            values.push(value.map_err(|error| error.within(Step::Index(index as i64)))?);
        }
        Ok(values)
    }

    fn map(
        &mut self,
        ty: &Type,
        element: &Type,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, DecodeError> {
        let length = self.length(ty.kind(), decode::read_map_len)?;
        let mut values = BTreeMap::new();
        for _ in 0..length {
            let key = self.text("a key that is a string")?;
            let within = |error: DecodeError| error.within(Step::Key(key.to_owned()));
            let value = self.value(element, depth + 1).map_err(within)?;
            if values.insert(key.to_owned(), value).is_some() {
                return Err(within(DecodeError::new("the key is given twice")));
            }
        }
        Ok(values)
    }

    fn object(
        &mut self,
        ty: &Type,
        attributes: &Object<Type>,
        depth: usize,
    ) -> Result<Object<Value>, DecodeError> {
        let length = self.length(ty.kind(), decode::read_map_len)?;
        let mut values = Vec::new();
        values.resize_with(attributes.len(), || None);
        for index in 0..length {
            let place = self.next_place(attributes, index)?;
            let name = || attributes.names()[place].clone();
            let within = |error: DecodeError| error.within(Step::Attribute(name()));
            if values[place].is_some() {
                return Err(within(DecodeError::new("the attribute is given twice")));
            }
            let value = self.value(&attributes.parts()[place], depth + 1).map_err(within)?;
            values[place] = Some(value);
        }
        let mut values = values.into_iter();
        attributes.try_map(|name, _| {
            let missing = || DecodeError::new("the attribute is missing");
            let value = values.next().flatten();
            value.ok_or_else(|| missing().within(Step::Attribute(name.to_owned())))
        })
    }

    /// The place of the attribute whose name is next. Engines write names in order; and to compare one
    /// of up to 31 bytes with the likely one is faster than to read it.
    fn next_place(
        &mut self,
        attributes: &Object<Type>,
        likely: usize,
    ) -> Result<usize, DecodeError> {
        if let Some(name) = attributes.names().get(likely).map(String::as_bytes)
            && let Some((marker, rest)) = self.rest.split_first()
            && u8::try_from(name.len()).map(Marker::FixStr) == Ok(Marker::from_u8(*marker))
            && let Some(rest) = rest.strip_prefix(name)
        {
            self.rest = rest;
            return Ok(likely);
        }
        let name = self.text("an attribute's name")?;
        attributes.place(name).ok_or_else(|| {
            let unknown = DecodeError::new("there is no such attribute");
            unknown.within(Step::Attribute(name.to_owned()))
        })
    }

    /// The length of an array or a map. Each element takes a byte at least,
    /// so that more elements than bytes is a false claim.
    fn length(
        &mut self,
        required: &str,
        read: impl FnOnce(&mut &'a [u8]) -> Result<u32, ValueReadError>,
    ) -> Result<usize, DecodeError> {
        let length = self.read(required, read)? as usize;
        if length > self.rest.len() {
            return Err(truncated());
        }
        Ok(length)
    }

    fn read<T>(
        &mut self,
        required: &str,
        read: impl FnOnce(&mut &'a [u8]) -> Result<T, ValueReadError>,
    ) -> Result<T, DecodeError> {
        read(&mut self.rest).map_err(|error| match error {
            ValueReadError::TypeMismatch(found) => mismatch(required, found),
            _ => truncated(),
        })
    }

    fn peek(&self) -> Result<Marker, DecodeError> {
        let first = self.rest.first().ok_or_else(truncated)?;
        Ok(Marker::from_u8(*first))
    }

    fn bytes(&mut self, length: u32) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(length as usize).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn truncated() -> DecodeError {
    DecodeError::new("the data ends too early")
}

fn mismatch(required: &str, found: Marker) -> DecodeError {
    let found = match found {
        Marker::Null => "null",
        Marker::True | Marker::False => "a bool",
        Marker::F32 | Marker::F64 => "a number",
        Marker::Reserved => "an invalid byte",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "binary data",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        marker if is_integer(marker) => "a number",
        marker if is_text(marker) => "a string",
        _ => "an unknown value",
    };
    DecodeError::new(format!("{required} is required, not {found}"))
}

fn float(float: f64) -> Result<Number, DecodeError> {
    Number::from_f64(float).ok_or_else(|| DecodeError::new("a number is required, not NaN"))
}

fn is_integer(marker: Marker) -> bool {
    use Marker::{FixNeg, FixPos, I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(marker, FixPos(_) | FixNeg(_) | U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
}

fn is_text(marker: Marker) -> bool {
    use Marker::{Bin8, Bin16, Bin32, FixStr, Str8, Str16, Str32};
    matches!(marker, FixStr(_) | Str8 | Str16 | Str32 | Bin8 | Bin16 | Bin32)
}

fn is_extension(marker: Marker) -> bool {
    use Marker::{Ext8, Ext16, Ext32, FixExt1, FixExt2, FixExt4, FixExt8, FixExt16};
    matches!(marker, FixExt1 | FixExt2 | FixExt4 | FixExt8 | FixExt16 | Ext8 | Ext16 | Ext32)
}
