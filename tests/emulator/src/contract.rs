//! The OpenAPI document, and whether requests and answers keep to it. Both a test of this service
//! and a test of its clients.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::locked;
use crate::log::RecordedRequest;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value =
        serde_json::from_str(include_str!("../openapi.json")).expect("openapi.json is JSON");
    for (pointer, instead, _) in exceptions() {
        let place = document.pointer_mut(pointer);
        *place.unwrap_or_else(|| panic!("the document has no {pointer}")) = instead;
    }
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
    follow_discriminators(schemas);
    document
});

/// Where the document is not taken at its word: the place, what stands there instead, and why.
fn exceptions() -> Vec<(&'static str, Value, &'static str)> {
    let text = || json!({"type": "string"});
    let object = || json!({"type": "object"});
    vec![
        (
            "/components/schemas/AccessTokenRole/properties/defaultIdentifier",
            text(),
            "it is required, and a custom role has none: it is empty then",
        ),
        (
            "/paths/~1api~1oauth~1token/post/requestBody/content/application~1json/schema",
            object(),
            "its fields are strings and numbers by the RFC, not objects",
        ),
        (
            "/components/schemas/JSONWebKeySet",
            object(),
            "the shape is that of the generator's language; keys are spelt as in RFC 7517",
        ),
        (
            "/components/schemas/OrganizationMetadata/properties/maxAccessTokenExpiryDays",
            json!({"type": ["integer", "null"]}),
            "it is null in some organizations without a policy",
        ),
        (
            "/components/schemas/AuthPolicyDefinition/properties/rules/additionalProperties",
            text(),
            "patterns are strings",
        ),
        (
            "/components/schemas/RbacScope/properties/name",
            text(),
            "the service gets new scopes, and the document follows",
        ),
        (
            "/components/schemas/PermissionDescriptorAllow/allOf/1/properties/permissions/items",
            text(),
            "the same",
        ),
    ]
}

/// What the document leaves out of nearly every operation: that somebody isn't known or may not,
/// that something isn't there or is in the way, that it was too much at once.
const UNLISTED_ERRORS: [u16; 6] = [400, 401, 403, 404, 409, 429];

/// Makes the schema of a thing of several kinds say that it is one of them. JSON Schema knows
/// nothing of `discriminator`.
fn follow_discriminators(schemas: &mut Map<String, Value>) {
    let kinds: Vec<(String, Value)> = schemas
        .iter()
        .filter(|(_, schema)| schema["discriminator"].is_object())
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let bare = |name: &str| json!(format!("#/components/schemas/{name}"));
    for (name, schema) in kinds {
        let own = format!("{name}OfAnyKind");
        for other in schemas.values_mut() {
            let parts = other.get_mut("allOf").and_then(Value::as_array_mut);
            for part in parts.into_iter().flatten() {
                if part["$ref"] == bare(&name) {
                    part["$ref"] = bare(&own);
                }
            }
        }
        let kinds = schema["discriminator"]["mapping"].as_object().into_iter().flatten();
        let kinds: Vec<Value> = kinds
            .map(|(word, place)| {
                let kind = json!({"properties": {"__type": {"enum": [word]}}});
                json!({"allOf": [kind, {"$ref": place}]})
            })
            .collect();
        schemas.insert(own, schema);
        schemas.insert(name, json!({"required": ["__type"], "anyOf": kinds}));
    }
}

/// The names of the properties of a schema.
pub(crate) fn properties(schema: &str) -> impl Iterator<Item = String> {
    let properties = DOCUMENT["components"]["schemas"][schema]["properties"].as_object();
    properties.into_iter().flatten().map(|(name, _)| name.clone())
}

/// The scopes that the document knows.
pub(crate) fn scopes() -> &'static [String] {
    static SCOPES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let document: Value =
            serde_json::from_str(include_str!("../openapi.json")).expect("openapi.json is JSON");
        let names = document.pointer("/components/schemas/RbacScope/properties/name/enum");
        let names = names.and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    });
    &SCOPES
}

/// Whether a value is as the document's schema of this name says, without a field beside.
pub(crate) fn fits_schema(name: &str, value: &Value) -> Result<(), String> {
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    fits(&schema, value)?;
    unknown_field(&schema, value).map_or(Ok(()), Err)
}

/// Whether a request keeps to the document: path, query parameters and body. Parameters and
/// fields that the document doesn't have are errors too, being most likely misspelt.
///
/// # Errors
/// Says in words what does not.
pub fn check_request(request: &RecordedRequest) -> Result<(), String> {
    let what = format!("{} {}", request.method, request.path);
    let operation = operation(&request.method, &request.path)?;
    let mut sent: Vec<String> = Vec::new();
    for pair in request.query.as_deref().unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let parameter = parameters(operation, "query")
            .find(|parameter| parameter["name"] == name)
            .ok_or_else(|| format!("{what}: the document has no query parameter {name}"))?;
        // Only numbers and words of a list are looked into, and neither needs to be decoded.
        let typed = match parameter["schema"]["type"].as_str() {
            Some("integer" | "boolean") => {
                serde_json::from_str(value).unwrap_or_else(|_| json!(value))
            }
            _ => json!(value),
        };
        fits(&parameter["schema"], &typed).map_err(|why| format!("{what}: {name}: {why}"))?;
        sent.push(name.to_owned());
    }
    if let Some(missing) = parameters(operation, "query").find(|parameter| {
        parameter["required"] == true && !sent.iter().any(|name| parameter["name"] == name.as_str())
    }) {
        return Err(format!("{what}: the query parameter {} is missing", missing["name"]));
    }
    match operation.pointer("/requestBody/content/application~1json/schema") {
        None if request.body.is_empty() => Ok(()),
        None => Err(format!("{what}: the document has no body here")),
        Some(schema) => {
            let media = request.header("content-type").unwrap_or("none");
            let media = media.split(';').next();
            // The RFC of the exchange has a form.
            if request.path == "/api/oauth/token" && media == Some(FORM) {
                return Ok(());
            }
            if media != Some("application/json") {
                return Err(format!("{what}: the content type is {media:?}"));
            }
            let body: Value = serde_json::from_str(&request.body)
                .map_err(|error| format!("{what}: the body: {error}"))?;
            fits(schema, &body).map_err(|why| format!("{what}: the body: {why}"))?;
            match unknown_field(schema, &body) {
                Some(why) => Err(format!("{what}: the body: {why}")),
                None => Ok(()),
            }
        }
    }
}

/// Whether the answer that the service gave, if it did and nothing was done to it, keeps to the
/// document. An answer of more than 64 KiB isn't kept, and isn't looked at.
///
/// # Errors
/// Says in words what does not.
pub fn check_answer(request: &RecordedRequest) -> Result<(), String> {
    match (&request.answer, request.status, request.operation) {
        (Some(answer), Some(status), Some(_)) if request.fault.is_none() => {
            check_response(&request.method, &request.path, status, answer)
        }
        _ => Ok(()),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether an answer to a request with this method and path keeps to the document. An error has
/// the service's own form, and nearly any may have some that the document doesn't list; a
/// creation may be answered with 201.
///
/// # Errors
/// Says in words what does not.
pub fn check_response(method: &str, path: &str, status: u16, body: &str) -> Result<(), String> {
    let what = format!("{method} {path}: {status}");
    let responses = &operation(method, path)?["responses"];
    let listed = responses.get(status.to_string());
    if (400..600).contains(&status) {
        if listed.is_none() && !UNLISTED_ERRORS.contains(&status) {
            return Err(format!("{what}: the document has no such answer"));
        }
        let body: Value = serde_json::from_str(body).map_err(|error| format!("{what}: {error}"))?;
        return match body["code"] == status && body["message"].is_string() {
            true => Ok(()),
            false => Err(format!("{what}: {body} is not the form of an error")),
        };
    }
    let seen = (method == "POST" && status == 201).then(|| responses.get("200")).flatten();
    let response = listed.or(seen);
    let response = response.ok_or_else(|| format!("{what}: the document has no such answer"))?;
    match response.pointer("/content/application~1json/schema") {
        None if body.is_empty() => Ok(()),
        None => Err(format!("{what}: the document has no body here")),
        Some(schema) => {
            let body: Value =
                serde_json::from_str(body).map_err(|error| format!("{what}: {error}"))?;
            fits(schema, &body).map_err(|why| format!("{what}: {why}"))
        }
    }
}

fn operation(method: &str, path: &str) -> Result<&'static Value, String> {
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    let mut operations = paths.filter(|(template, _)| is_like(path, template));
    operations
        .find_map(|(_, operations)| operations.get(method.to_ascii_lowercase()))
        .ok_or_else(|| format!("the document has no {method} {path}"))
}

fn is_like(path: &str, template: &str) -> bool {
    let (path, template) = (path.split('/'), template.split('/'));
    path.clone().count() == template.clone().count()
        && path.zip(template).all(|(segment, expected)| match expected.starts_with('{') {
            true => !segment.is_empty(),
            false => segment == expected,
        })
}

fn parameters(operation: &'static Value, place: &str) -> impl Iterator<Item = &'static Value> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(move |parameter| parameter["in"] == place)
}

fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let validator = validator(schema)?;
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

/// What checks a schema of the document; made once, as that takes long.
fn validator(schema: &Value) -> Result<Arc<Validator>, String> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut made = locked(&MADE);
    let key = schema.to_string();
    if let Some(validator) = made.get(&key) {
        return Ok(validator.clone());
    }
    // Only what it refers to: the whole document takes half a second.
    let mut components = Map::new();
    collect_references(schema, &mut components);
    let schema = json!({"allOf": [schema], "components": {"schemas": components}});
    let new = jsonschema::draft4::new(&schema).map_err(|error| error.to_string())?;
    Ok(made.entry(key).or_insert(Arc::new(new)).clone())
}

fn collect_references(schema: &Value, into: &mut Map<String, Value>) {
    match schema {
        Value::Object(fields) => {
            let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            if let Some(name) = name.filter(|name| !into.contains_key(*name)) {
                let referred = &DOCUMENT["components"]["schemas"][name];
                into.insert(name.to_owned(), referred.clone());
                collect_references(referred, into);
            }
            fields.values().for_each(|value| collect_references(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, into)),
        _ => {}
    }
}

/// A field that the document doesn't have, at any depth, in words. Objects may have such by the
/// document; none that a client sends should.
fn unknown_field(schema: &Value, value: &Value) -> Option<String> {
    let schemas = &DOCUMENT["components"]["schemas"];
    match value {
        Value::Array(values) => {
            let items = &resolved(schema)["items"];
            values.iter().find_map(|value| unknown_field(items, value))
        }
        Value::Object(fields) => {
            // What is of several kinds says itself of which it is.
            let kind = value["__type"].as_str().and_then(|kind| schemas.get(kind));
            let mut known = Map::new();
            collect_fields(kind.unwrap_or(schema), &mut known);
            let unknown =
                fields.keys().find(|&name| !known.is_empty() && !known.contains_key(name));
            unknown.map(|name| format!("the document has no field {name}")).or_else(|| {
                fields.iter().find_map(|(name, value)| unknown_field(known.get(name)?, value))
            })
        }
        _ => None,
    }
}

/// The schema that a reference leads to.
fn resolved(mut schema: &Value) -> &Value {
    while let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        schema = &DOCUMENT["components"]["schemas"][name];
    }
    schema
}

fn collect_fields(schema: &Value, known: &mut Map<String, Value>) {
    let schema = resolved(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect_fields(part, known);
    }
    known.extend(schema["properties"].as_object().cloned().unwrap_or_default());
}
