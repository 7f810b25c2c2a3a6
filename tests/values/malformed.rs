//! Malformed input: always an error, at the attribute that is wrong, and
//! never one that repeats what a string contained.

use pulumiservice::framework::{json, msgpack, types::Type, value::Value};

use crate::{hex, object, ty};

/// One attribute of each kind.
fn schema() -> Type {
    ty(r#"["object",{
        "bool":"bool","dyn":"dynamic","list":["list","string"],"map":["map","number"],
        "num":"number","obj":["object",{"a":"string"}],"set":["set","bool"],
        "str":"string","tup":["tuple",["string","number"]]}]"#)
}

/// A value of the schema, each part of it with something inside.
fn whole() -> Value {
    let typed = (ty(r#"["list","string"]"#), Value::List(vec!["d".into()]));
    Value::object([
        ("bool", true.into()),
        ("dyn", Value::Dynamic(Box::new(typed))),
        ("list", Value::List(vec!["x".into(), Value::Unknown])),
        ("map", Value::Map([("k".to_owned(), 300.into())].into())),
        ("num", 70_000.into()),
        ("obj", Value::object([("a", "y".into())])),
        ("set", Value::set(vec![true.into(), false.into()])),
        ("str", "z".repeat(40).into()),
        ("tup", Value::Tuple(vec![Value::Null, 1.into()])),
    ])
}

#[test]
fn truncation_anywhere_is_an_error() {
    let bytes = msgpack::encode(&whole(), &schema()).expect("fits");
    assert_eq!(msgpack::decode(&bytes, &schema()), Ok(whole()));
    for end in 0..bytes.len() {
        assert!(msgpack::decode(&bytes[..end], &schema()).is_err(), "{end}");
    }
    let known = object([("s", Type::String), ("l", Type::List(Box::new(Type::Number)))]);
    let text = br#"{"l":[1,2.5],"s":"x"}"#;
    assert!(json::decode(text, &known).is_ok());
    for end in 0..text.len() {
        assert!(json::decode(&text[..end], &known).is_err(), "{end}");
    }
}

#[test]
fn a_truncated_value_is_named() {
    let ty = object([("list", Type::List(Box::new(Type::String)))]);
    let error = msgpack::decode(&hex("81a46c69737492a161a2"), &ty).expect_err("truncated");
    assert_eq!(error.to_string(), "at list[1]: the data ends too early");
}

#[test]
fn bytes_after_the_value_are_an_error() {
    assert!(msgpack::decode(&hex("c0c0"), &Type::String).is_err());
    assert!(json::decode(b"null null", &Type::String).is_err());
}

/// A name's length is in one byte if it is short, which a longer one must not be taken for.
#[test]
fn a_name_is_as_long_as_it_says() {
    let long = "n".repeat(256 + 5);
    let ty = object([(&*long, Type::Bool)]);
    let value = Value::object([(&*long, true.into())]);
    let mut bytes = msgpack::encode(&value, &ty).expect("fits");
    assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    // A map of one, whose name claims five bytes of the same.
    let name = bytes.windows(long.len()).position(|part| part == long.as_bytes()).expect("there");
    bytes.splice(..name, [0x81, 0xa5]);
    assert!(msgpack::decode(&bytes, &ty).is_err());
}

/// For the attribute `x` of a type, bytes and the error's place and problem.
const MESSAGEPACK: &[(&str, &str, &str)] = &[
    (r#""bool""#, "01", "x: a bool is required, not a number"),
    (r#""bool""#, "a474727565", "x: a bool is required, not a string"),
    (r#""number""#, "c3", "x: a number is required, not a bool"),
    (r#""number""#, "90", "x: a number is required, not an array"),
    (r#""number""#, "a378797a", "x: a number is required"),
    (r#""number""#, "cb7ff8000000000000", "x: a number is required, not NaN"),
    (r#""number""#, "ab3165393939393939393939", "x: the number's exponent is out of range"),
    (r#""number""#, "cd01", "x: the data ends too early"),
    (r#""number""#, "a2ffff", "x: the text is not UTF-8"),
    (r#""string""#, "01", "x: a string is required, not a number"),
    (r#""string""#, "80", "x: a string is required, not a map"),
    (r#""string""#, "c1", "x: a string is required, not an invalid byte"),
    (r#""string""#, "a3ff6162", "x: the text is not UTF-8"),
    (r#""string""#, "a3eda080", "x: the text is not UTF-8"),
    (r#""string""#, "dbffffffff", "x: the data ends too early"),
    (r#""string""#, "c6ffffffff61", "x: the data ends too early"),
    (r#""string""#, "c9ffffffff0c", "x: an unknown value's refinements are too long"),
    (r#""string""#, "c9000004000c", "x: the data ends too early"),
    (r#""string""#, "c9ffffffff00", "x: extension 0 is not supported"),
    (r#""string""#, "d5010000", "x: extension 1 is not supported"),
    (r#"["list","string"]"#, "a161", "x: a list is required, not a string"),
    (r#"["list","string"]"#, "ddffffffff", "x: the data ends too early"),
    (r#"["list","string"]"#, "92a16101", "x[1]: a string is required, not a number"),
    (r#"["list",["list","string"]]"#, "92909101", "x[1][0]: a string is required, not a number"),
    (r#"["set","bool"]"#, "81c3c3", "x: a set is required, not a map"),
    (r#"["set","bool"]"#, "92c301", "x[1]: a bool is required, not a number"),
    (r#"["map","number"]"#, "90", "x: a map is required, not an array"),
    (r#"["map","number"]"#, "dfffffffff", "x: the data ends too early"),
    (r#"["map","number"]"#, "81a16bc3", "x[\"k\"]: a number is required, not a bool"),
    (r#"["map","number"]"#, "82a16b01a16b01", "x[\"k\"]: the key is given twice"),
    (r#"["map","number"]"#, "810101", "x: a key that is a string is required, not a number"),
    (r#"["map","number"]"#, "81c001", "x: a key that is a string is required, not null"),
    (r#"["tuple",["bool"]]"#, "90", "x: a tuple of 1 elements is required, not of 0"),
    (r#"["tuple",["bool"]]"#, "92c3c3", "x: a tuple of 1 elements is required, not of 2"),
    (r#"["tuple",["bool"]]"#, "9101", "x[0]: a bool is required, not a number"),
    (r#"["object",{"a":"bool"}]"#, "91c3", "x: an object is required, not an array"),
    (r#"["object",{"a":"bool"}]"#, "80", "x.a: the attribute is missing"),
    (r#"["object",{"a":"bool"}]"#, "82a161c3a162c3", "x.b: there is no such attribute"),
    (r#"["object",{"a":"bool"}]"#, "82a161c3a161c3", "x.a: the attribute is given twice"),
    (r#"["object",{"a":"bool"}]"#, "81a16101", "x.a: a bool is required, not a number"),
    (r#"["object",{"a":"bool"}]"#, "81c3c3", "x: an attribute's name is required, not a bool"),
    (r#""dynamic""#, "a161", "x: an array of a type and a value is required, not a string"),
    (r#""dynamic""#, "91c3", "x: an array of a type and a value is required"),
    (r#""dynamic""#, "92c0c0", "x: a type in JSON is required, not null"),
    (r#""dynamic""#, "92c4012200", "x: not JSON: line 1, column 1"),
    (r#""dynamic""#, "92c4082273656372657422c0", "x: not the name of a type"),
    (r#""dynamic""#, "92c40822737472696e672201", "x: a string is required, not a number"),
];

#[test]
fn malformed_messagepack_names_the_attribute_and_the_problem() {
    for (type_json, bytes, expected) in MESSAGEPACK {
        let ty = object([("x", ty(type_json))]);
        let error = msgpack::decode(&hex(&format!("81a178{bytes}")), &ty).expect_err(expected);
        assert_eq!(error.to_string(), format!("at {expected}"));
    }
}

/// The same for JSON.
const JSON: &[(&str, &str, &str)] = &[
    (r#""bool""#, "1", "x: a bool is required, not a number"),
    (r#""bool""#, r#""secret""#, "x: a bool is required, not a string"),
    (r#""number""#, "true", "x: a number is required, not a bool"),
    (r#""number""#, r#""secret""#, "x: a number is required"),
    (r#""number""#, "1e999999999", "x: the number's exponent is out of range"),
    (r#""string""#, r#"["secret"]"#, "x: a string is required, not an array"),
    (r#"["list","string"]"#, r#""secret""#, "x: a list is required, not a string"),
    (r#"["list","string"]"#, r#"["a",{}]"#, "x[1]: a string is required, not an object"),
    (r#"["set","bool"]"#, "[true,2]", "x[1]: a bool is required, not a number"),
    (r#"["map","number"]"#, r#"{"k":[]}"#, "x[\"k\"]: a number is required, not an array"),
    (r#"["tuple",["bool"]]"#, "[]", "x: a tuple of 1 elements is required, not of 0"),
    (r#"["object",{"a":"bool"}]"#, r#"{"b":1}"#, "x.b: there is no such attribute"),
    (r#"["object",{"a":"bool"}]"#, r#"{"a":1}"#, "x.a: a bool is required, not a number"),
    (r#""dynamic""#, r#""secret""#, "x: a dynamically typed value is required, not a string"),
    (r#""dynamic""#, r#"{"value":1}"#, r#"x: an object of "value" and "type" is required"#),
    (
        r#""dynamic""#,
        r#"{"value":1,"type":"number","more":1}"#,
        r#"x: an object of "value" and "type" is required"#,
    ),
    (r#""dynamic""#, r#"{"value":1,"type":"secret"}"#, "x: not the name of a type"),
    (
        r#""dynamic""#,
        r#"{"value":[1],"type":["list","bool"]}"#,
        "x[0]: a bool is required, not a number",
    ),
];

#[test]
fn malformed_json_names_the_attribute_and_the_problem() {
    for (type_json, text, expected) in JSON {
        let ty = object([("x", ty(type_json))]);
        let error = json::decode(format!(r#"{{"x":{text}}}"#).as_bytes(), &ty).expect_err(expected);
        assert_eq!(error.to_string(), format!("at {expected}"));
    }
}

#[test]
fn json_that_is_none_is_an_error_that_repeats_nothing() {
    for text in ["", "{", r#"{"secret":}"#, r#"["secret" 1]"#, "secret", r#""secret"#, "01", "NaN"]
    {
        let error = json::decode(text.as_bytes(), &Type::Dynamic).expect_err(text);
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(json::decode(b"\"\xff\"", &Type::String).is_err());
    assert!(json::decode(br#""\ud800""#, &Type::String).is_err());
}

/// Values that don't fit their type, and the error.
#[test]
fn what_does_not_fit_is_not_written() {
    let inner = ty(r#"["list",["object",{"a":"bool"}]]"#);
    let ty = object([("x", inner), ("t", ty(r#"["tuple",["bool"]]"#)), ("d", Type::Dynamic)]);
    let with = |x: Value, t: Value, d: Value| Value::object([("x", x), ("t", t), ("d", d)]);
    let objects = |object| Value::List(vec![Value::object([("a", true.into())]), object]);
    let (null, open) = (Value::Null, (Type::Dynamic, Value::from(true)));
    for (value, expected) in [
        (Value::List(vec![]), "an object is required, not a list"),
        (Value::object([("x", Value::Null)]), "at d: the attribute is missing"),
        (with("s".into(), null.clone(), null.clone()), "at x: a list is required, not a string"),
        (
            with(objects(Value::object([("a", 1.into())])), null.clone(), null.clone()),
            "at x[1].a: a bool is required, not a number",
        ),
        (
            with(objects(Value::object([("b", null.clone())])), null.clone(), null.clone()),
            "at x[1].b: there is no such attribute",
        ),
        (
            with(null.clone(), Value::Tuple(vec![]), null.clone()),
            "at t: a tuple of 1 elements is required, not of 0",
        ),
        (
            with(null.clone(), null.clone(), true.into()),
            "at d: a dynamically typed value is required, not a bool",
        ),
        (
            with(null.clone(), null.clone(), Value::Dynamic(Box::new(open))),
            "at d: the value has no type of its own",
        ),
    ] {
        let error = msgpack::encode(&value, &ty).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
    let unknown = with(null.clone(), Value::Tuple(vec![Value::Unknown]), null);
    let error = json::encode_untyped(&unknown).expect_err("unknown");
    assert_eq!(error.to_string(), "at t[0]: the value is not known");
}
