//! Ids and identities: the parts by which an object is known, as one text and as an object.

use std::collections::BTreeMap;

use super::attr::Name;
use super::object::Object;
use super::value::Value;

/// The attribute that holds an object's parts as one text.
pub const ID: &str = "id";

/// The parts as one text: with slashes in between, which are percent-encoded inside of a part.
/// `None` if a part is missing or not known.
pub fn to_id(parts: &[Name], object: &Value) -> Option<String> {
    let texts = parts.iter().map(|part| object.attribute(part.as_str()).as_str());
    let texts: Option<Vec<_>> = texts.map(|text| text.filter(|t| !t.is_empty())).collect();
    let escaped = texts?.into_iter().map(escaped);
    Some(escaped.collect::<Vec<_>>().join("/"))
}

/// The parts that a text gives; `None` if it has not as many, or an empty one.
pub fn from_id(parts: &[Name], id: &str) -> Option<Object<Value>> {
    let texts: Vec<&str> = id.split('/').collect();
    if texts.len() != parts.len() || texts.iter().any(|text| text.trim().is_empty()) {
        return None;
    }
    let value = |text: &str| Value::String(unescaped(text));
    let named = parts.iter().zip(texts).map(|(part, text)| (part.as_str().to_owned(), value(text)));
    Some(named.collect::<BTreeMap<_, _>>().into())
}

/// A part as it stands in an id.
pub fn escaped(part: &str) -> String {
    part.replace('%', "%25").replace('/', "%2F")
}

/// A part as it was before it became a part of an id.
pub fn unescaped(part: &str) -> String {
    part.replace("%2F", "/").replace("%25", "%")
}

/// How such a text looks, for messages and pages: `{org_name}/{name}`.
pub fn form(parts: &[Name]) -> String {
    parts.iter().map(|part| format!("{{{part}}}")).collect::<Vec<_>>().join("/")
}

/// The identity of an object; `None` while a part is missing or not known.
pub fn of(parts: &[Name], object: &Value) -> Option<Value> {
    let known = |part: &Name| {
        let value = object.attribute(part.as_str());
        value.as_str().is_some_and(|text| !text.is_empty()).then(|| value.clone())
    };
    let values = parts.iter().map(|part| Some((part.as_str().to_owned(), known(part)?)));
    Some(Value::Object(values.collect::<Option<BTreeMap<_, _>>>()?.into()))
}

/// Completes an object: its `id` from its parts, or the parts that it lacks from its `id`.
pub fn complete(parts: &[Name], object: Value) -> Value {
    let id = to_id(parts, &object);
    let Value::Object(mut attributes) = object else { return object };
    match (id, attributes.get(ID).and_then(Value::as_str)) {
        (Some(id), Some(present)) if present == id => {}
        (Some(id), _) if !parts.is_empty() => attributes.replace(ID, id.into()),
        (None, Some(present)) => {
            let given = from_id(parts, present).unwrap_or_default();
            for (part, value) in given.iter() {
                let missing = |v: &Value| v.is_null() || v.as_str() == Some("");
                if attributes.get(part).is_some_and(missing) {
                    attributes.replace(part, value.clone());
                }
            }
        }
        _ => {}
    }
    Value::Object(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &[Name] = &[Name::new("org_name"), Name::new("name")];

    #[test]
    fn an_id_is_its_parts_and_back() {
        let object = Value::object([("org_name", "acme".into()), ("name", "a/b%2F".into())]);
        let id = to_id(PARTS, &object).unwrap();
        assert_eq!(id, "acme/a%2Fb%252F");
        assert_eq!(Value::Object(from_id(PARTS, &id).unwrap()), object);
        for wrong in ["", "acme", "acme/", "/x", "a/b/c", " / "] {
            assert_eq!(from_id(PARTS, wrong), None, "{wrong:?}");
        }
        assert_eq!(form(PARTS), "{org_name}/{name}");
    }

    #[test]
    fn what_is_missing_comes_from_the_rest() {
        let with = |org: Value, name: Value, id: Value| {
            Value::object([("org_name", org), ("name", name), ("id", id)])
        };
        let whole = with("acme".into(), "x".into(), "acme/x".into());
        assert_eq!(complete(PARTS, with("acme".into(), "x".into(), Value::Null)), whole);
        assert_eq!(complete(PARTS, with(Value::Null, "".into(), "acme/x".into())), whole);
        let nothing = with(Value::Null, Value::Null, Value::Null);
        assert_eq!(complete(PARTS, nothing.clone()), nothing);
    }
}
