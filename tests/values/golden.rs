//! What go-cty 1.18.0 wrote, byte for byte.

use pulumiservice::framework::{json, msgpack, number::Number, types::Type, value::Value};

use crate::{hex, ty};

/// Types, and the same value of each in MessagePack and in JSON. Both
/// encodings read as the same value, and the value is written as MessagePack;
/// as JSON if its type isn't open, since JSON is written without types.
const BOTH: &[(&str, &str, &str)] = &[
    (r#""bool""#, "c3", "true"),
    (r#""bool""#, "c2", "false"),
    (r#""string""#, "c0", "null"),
    (r#""string""#, "a0", r#""""#),
    (r#""string""#, "a568c3a96c6c", r#""héll""#),
    (r#""number""#, "00", "0"),
    (r#""number""#, "7f", "127"),
    (r#""number""#, "cc80", "128"),
    (r#""number""#, "cd0100", "256"),
    (r#""number""#, "ce00010000", "65536"),
    (r#""number""#, "cf0000000100000000", "4294967296"),
    (r#""number""#, "cf7fffffffffffffff", "9223372036854775807"),
    (r#""number""#, "ff", "-1"),
    (r#""number""#, "e0", "-32"),
    (r#""number""#, "d0df", "-33"),
    (r#""number""#, "d38000000000000000", "-9223372036854775808"),
    (r#""number""#, "b43138343436373434303733373039353531363135", "18446744073709551615"),
    (
        r#""number""#,
        "be313233343536373839303132333435363738393031323334353637383930",
        "123456789012345678901234567890",
    ),
    (r#""number""#, "a3302e31", "0.1"),
    (r#""number""#, "cbbfe0000000000000", "-0.5"),
    (r#""number""#, "a9302e30303030303031", "0.0000001"),
    (r#""number""#, "b3302e3330303030303030303030303030303034", "0.30000000000000004"),
    (r#"["list","string"]"#, "90", "[]"),
    (r#"["list","string"]"#, "92a161c0", r#"["a",null]"#),
    (r#"["set","number"]"#, "93cb3fe0000000000000090a", "[0.5,9,10]"),
    (r#"["map","number"]"#, "82a16101a16202", r#"{"a":1,"b":2}"#),
    (r#"["tuple",["number","string","bool"]]"#, "9302a178c2", r#"[2,"x",false]"#),
    (
        r#"["object",{"name":"string","tags":["map",["list",["object",{"n":"number"}]]]}]"#,
        "82a46e616d65a178a47461677381a16b9181a16e01",
        r#"{"name":"x","tags":{"k":[{"n":1}]}}"#,
    ),
    (r#""dynamic""#, "92c40822737472696e6722a178", r#"{"value":"x","type":"string"}"#),
    (r#""dynamic""#, "c0", "null"),
    (r#""dynamic""#, "92c40822737472696e6722c0", r#"{"value":null,"type":"string"}"#),
    (
        r#""dynamic""#,
        "92c4115b226c697374222c226e756d626572225d9101",
        r#"{"value":[1],"type":["list","number"]}"#,
    ),
    (
        r#"["list","dynamic"]"#,
        "9292c40822737472696e6722a16192c40822737472696e6722a162",
        r#"[{"value":"a","type":"string"},{"value":"b","type":"string"}]"#,
    ),
    (
        r#""dynamic""#,
        "92c4545b226f626a656374222c7b2264223a2264796e616d6963222c226c223a5b226c697374222c2264796e616d\
         6963225d2c226f223a5b226f626a656374222c7b7d5d2c2274223a5b227475706c65222c5b5d5d7d5d84a164c0a16\
         c90a16f80a17490",
        r#"{"value":{"d":null,"l":[],"o":{},"t":[]},"type":["object",{"d":"dynamic","l":["list","dynamic"],"o":["object",{}],"t":["tuple",[]]}]}"#,
    ),
];

#[test]
fn both_encodings_are_read_and_written_as_cty_writes_them() {
    for (type_json, bytes, text) in BOTH {
        let (ty, bytes) = (ty(type_json), hex(bytes));
        let value = msgpack::decode(&bytes, &ty).expect(text);
        assert_eq!(json::decode(text.as_bytes(), &ty), Ok(value.clone()));
        assert_eq!(msgpack::encode(&value, &ty), Ok(bytes), "{text}");
        if !type_json.contains("dynamic") {
            assert_eq!(json::encode_untyped(&value).as_deref(), Ok(*text));
        }
    }
}

/// JSON can't express these. The second is what they are written as if
/// that differs, since refinements are dropped.
const UNKNOWN: &[(&str, &str, &str)] = &[
    (r#""string""#, "d40000", "d40000"),
    (r#""dynamic""#, "d40000", "d40000"),
    (r#""string""#, "c7090c8201c202a470756c2d", "d40000"),
    (r#"["list","string"]"#, "c7090c8301c2050106cd012c", "d40000"),
    (r#""number""#, "d70c810392a3302e31c3", "d40000"),
    (r#"["list","string"]"#, "93a161c0d40000", "93a161c0d40000"),
    (r#"["set","number"]"#, "9309d40000d40000", "93d40000d4000009"),
    (
        r#"["set",["object",{"a":"number"}]]"#,
        "9281a161d4000081a161d40000",
        "9281a161d4000081a161d40000",
    ),
    (r#""dynamic""#, "92c40822737472696e6722d40000", "92c40822737472696e6722d40000"),
];

#[test]
fn unknowns_are_read_and_written_without_refinements() {
    for (type_json, bytes, written) in UNKNOWN {
        let ty = ty(type_json);
        let value = msgpack::decode(&hex(bytes), &ty).expect(bytes);
        assert!(!value.is_wholly_known());
        assert_eq!(msgpack::encode(&value, &ty), Ok(hex(written)));
        let error = json::encode_untyped(&value).expect_err(bytes);
        assert!(error.problem.contains("not known"), "{error}");
    }
}

#[test]
fn any_extension_of_at_most_one_byte_is_unknown() {
    for bytes in ["c70000", "c70100ff", "d42a00", "c8000105ff"] {
        let value = msgpack::decode(&hex(bytes), &Type::Bool);
        assert_eq!(value, Ok(Value::Unknown), "{bytes}");
    }
}

#[test]
fn floats_are_exact() {
    let decode = |bytes| msgpack::decode(&hex(bytes), &Type::Number).expect(bytes);
    let tenth = "0.1000000000000000055511151231257827021181583404541015625";
    let tenth = Value::from(Number::parse(tenth).expect(tenth));
    assert_eq!(decode("cb3fb999999999999a"), tenth);
    for bytes in
        ["cb3fb999999999999a", "cb0000000000000001", "cb7ff0000000000000", "cbfff0000000000000"]
    {
        let written = msgpack::encode(&decode(bytes), &Type::Number);
        assert_eq!(written, Ok(hex(bytes)));
    }
    assert_eq!(decode("ca3f000000"), decode("cb3fe0000000000000"));
    assert_eq!(decode("cb4008000000000000"), Value::from(3));
    assert_eq!(decode("cfffffffffffffffff"), decode("b43138343436373434303733373039353531363135"));
    let infinite = json::encode_untyped(&decode("cb7ff0000000000000"));
    assert!(infinite.is_err(), "JSON has no infinity");
}

#[test]
fn large_integers_are_written_out() {
    let value = Value::from(Number::parse("1e100").expect("a number"));
    let digits = format!("1{}", "0".repeat(100));
    let bytes = [&hex("d965"), digits.as_bytes()].concat();
    assert_eq!(msgpack::decode(&bytes, &Type::Number), Ok(value.clone()));
    assert_eq!(msgpack::encode(&value, &Type::Number), Ok(bytes));
    assert_eq!(json::encode_untyped(&value), Ok(digits));
}

#[test]
fn huge_exponents_stay_exponents() {
    let value = json::decode(b"1e600000000", &Type::Number).expect("a number");
    assert_eq!(json::encode_untyped(&value).as_deref(), Ok("1e600000000"));
    let written = msgpack::encode(&value, &Type::Number).expect("a number");
    assert_eq!(msgpack::decode(&written, &Type::Number), Ok(value));
}

#[test]
fn text_is_taken_from_binary_data_too() {
    assert_eq!(msgpack::decode(&hex("c403616263"), &Type::String), Ok("abc".into()));
    let object = ty(r#"["object",{"a":"bool"}]"#);
    let value = msgpack::decode(&hex("81c40161c3"), &object).expect("an object");
    assert_eq!(value.attribute("a").as_bool(), Some(true));
}

#[test]
fn long_strings_and_collections_have_long_headers() {
    let texts = Type::List(Box::new(Type::String));
    for length in [31, 32, 255, 256, 65_535, 65_536] {
        let value = Value::List(vec!["x".repeat(length).into()]);
        let bytes = msgpack::encode(&value, &texts).expect("a list");
        assert_eq!(msgpack::decode(&bytes, &texts), Ok(value));
        let value = Value::List(vec!["".into(); length]);
        let bytes = msgpack::encode(&value, &texts).expect("a list");
        assert_eq!(msgpack::decode(&bytes, &texts), Ok(value));
    }
}

#[test]
fn a_type_that_is_open_twice_is_open_once() {
    let nested =
        msgpack::decode(&hex("92c4092264796e616d69632292c40822737472696e6722a178"), &Type::Dynamic);
    let plain = msgpack::decode(&hex("92c40822737472696e6722a178"), &Type::Dynamic);
    assert_eq!(nested, plain);
    let null = msgpack::decode(&hex("92c4092264796e616d696322c0"), &Type::Dynamic);
    assert_eq!(null, Ok(Value::Null));
    let text = br#"{"type":"dynamic","value":{"value":"x","type":"string"}}"#;
    assert_eq!(json::decode(text, &Type::Dynamic), plain);
}

#[test]
fn json_is_read_with_cty_s_leniencies() {
    let decode = |text: &str, ty| json::decode(text.as_bytes(), &ty);
    assert_eq!(decode(r#""true""#, Type::Bool), Ok(true.into()));
    assert_eq!(decode(r#""0""#, Type::Bool), Ok(false.into()));
    assert_eq!(decode(r#""12.0""#, Type::Number), Ok(12.into()));
    assert_eq!(decode("12.50", Type::String), Ok("12.50".into()));
    assert_eq!(decode("false", Type::String), Ok("false".into()));
    assert_eq!(decode(r#""\u003c\u00e9""#, Type::String), Ok("<é".into()));
    let object = ty(r#"["object",{"a":"string","b":"string"}]"#);
    let expected = Value::object([("a", "x".into()), ("b", Value::Null)]);
    assert_eq!(json::decode(br#"{"a":"x"}"#, &object), Ok(expected));
}

#[test]
fn state_of_another_schema_is_read_leniently() {
    let schema =
        ty(r#"["object",{"a":"string","b":["list",["object",{"c":"number"}]],"n":"bool"}]"#);
    let state = br#"{"a":"x","b":[{"c":1,"old":[1]},{}],"gone":{"deep":null}}"#;
    let nested = |c| Value::object([("c", c)]);
    assert_eq!(
        json::decode_lenient(state, &schema),
        Ok(Value::object([
            ("a", "x".into()),
            ("b", Value::List(vec![nested(1.into()), nested(Value::Null)])),
            ("n", Value::Null),
        ]))
    );
    let error = json::decode(state, &schema).expect_err("strict");
    assert_eq!(error.to_string(), "at b[0].old: there is no such attribute");
    let wrong = json::decode_lenient(br#"{"b":[{"c":true}]}"#, &schema);
    let error = wrong.expect_err("a wrong kind stays an error");
    assert_eq!(error.to_string(), "at b[0].c: a number is required, not a bool");
}
