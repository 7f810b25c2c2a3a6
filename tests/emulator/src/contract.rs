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
    // Two slips of the document. A custom role has no default identifier, and the field, being
    // required, is then empty; and the exchange's fields, by its RFC, are strings.
    let schemas = &mut document["components"]["schemas"];
    let identifiers = &mut schemas["AccessTokenRole"]["properties"]["defaultIdentifier"]["enum"];
    identifiers.as_array_mut().expect("an enumeration").push(json!(""));
    let exchange = "/paths/~1api~1oauth~1token/post/requestBody/content/application~1json/schema";
    *document.pointer_mut(exchange).expect("the exchange") = json!({"type": "object"});
    document
});

/// The names of the required properties of a schema.
pub(crate) fn required(schema: &str) -> impl Iterator<Item = String> {
    let names = DOCUMENT["components"]["schemas"][schema]["required"].as_array();
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
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
        let typed = match parameter["schema"]["type"] == "integer" {
            true => value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number)),
            false => json!(value),
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
            if media.split(';').next() != Some("application/json") {
                return Err(format!("{what}: the content type is {media}"));
            }
            let body: Value = serde_json::from_str(&request.body)
                .map_err(|error| format!("{what}: the body: {error}"))?;
            fits(schema, &body).map_err(|why| format!("{what}: the body: {why}"))?;
            only_known_fields(schema, &body).map_err(|why| format!("{what}: the body: {why}"))
        }
    }
}

/// Whether a successful answer to a request with this method and path keeps to the document.
///
/// # Errors
/// Says in words what does not.
pub fn check_response(method: &str, path: &str, status: u16, body: &str) -> Result<(), String> {
    let what = format!("{method} {path}: {status}");
    let responses = &operation(method, path)?["responses"];
    let response = responses.get(status.to_string());
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
    let schema = json!({"allOf": [schema], "components": DOCUMENT["components"]});
    let new = jsonschema::draft4::new(&schema).map_err(|error| error.to_string())?;
    Ok(made.entry(key).or_insert(Arc::new(new)).clone())
}

/// Objects may have other fields by the document; none that a client sends should.
fn only_known_fields(schema: &Value, body: &Value) -> Result<(), String> {
    let mut known = Map::new();
    collect_fields(schema, &mut known);
    let mut fields = body.as_object().into_iter().flatten().map(|(name, _)| name);
    match fields.find(|&name| !known.is_empty() && !known.contains_key(name)) {
        Some(name) => Err(format!("the document has no field {name}")),
        None => Ok(()),
    }
}

fn collect_fields(schema: &Value, known: &mut Map<String, Value>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        collect_fields(&DOCUMENT["components"]["schemas"][name], known);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect_fields(part, known);
    }
    known.extend(schema["properties"].as_object().cloned().unwrap_or_default());
}
