//! What hostile input may cost: neither the stack nor more memory or time
//! than in proportion to its own size.

use pulumiservice::framework::{json, msgpack, number::Number, types::Type, value::Value};

use crate::{hex, object};

/// `["dynamic", …]`, so that no schema limits how deep it goes.
const NESTED_DYNAMIC: &str = "92c4092264796e616d696322";

fn lists(levels: usize) -> Type {
    (0..levels).fold(Type::Bool, |inner, _| Type::List(Box::new(inner)))
}

#[test]
fn deep_nesting_is_an_error_with_a_path() {
    let ty = object([("x", Type::Dynamic)]);
    for (bytes, problem) in [
        (hex(NESTED_DYNAMIC), "nested more than 100 levels"),
        (hex("91"), "an array of a type and a value is required"),
        (hex("92"), "a type in JSON is required, not an array"),
    ] {
        let bytes = [hex("81a178"), bytes.repeat(200_000), hex("c0")].concat();
        let error = msgpack::decode(&bytes, &ty).expect_err(problem);
        assert!(error.problem.contains(problem), "{error}");
        assert!(error.to_string().starts_with("at x: "), "{error}");
    }
    for (open, close) in [("[", "]"), ("{\"value\":", ",\"type\":\"dynamic\"}")] {
        let text = [&open.repeat(200_000), "null", &close.repeat(200_000)].concat();
        let text = format!("{{\"x\":{text}}}");
        assert!(json::decode(text.as_bytes(), &ty).is_err());
        assert!(json::decode_lenient(text.as_bytes(), &ty).is_err());
        assert!(json::decode_untyped(text.as_bytes()).is_err());
    }
}

#[test]
fn the_limit_is_the_same_both_ways() {
    let value = |levels| (0..levels).fold(Value::from(true), |inner, _| Value::List(vec![inner]));
    let (deep, too_deep) = (value(100), value(101));
    let bytes = msgpack::encode(&deep, &lists(100)).expect("not too deep");
    assert_eq!(msgpack::decode(&bytes, &lists(100)), Ok(deep.clone()));
    let text = json::encode_untyped(&deep).expect("not too deep");
    assert_eq!(json::decode(text.as_bytes(), &lists(100)), Ok(deep));
    assert!(msgpack::encode(&too_deep, &lists(101)).is_err());
    assert!(json::encode_untyped(&too_deep).is_err());
    let bytes = [&hex("91").repeat(101)[..], &[0xc3]].concat();
    assert!(msgpack::decode(&bytes, &lists(101)).is_err());
    let text = ["[".repeat(101), "true".into(), "]".repeat(101)].concat();
    assert!(json::decode(text.as_bytes(), &lists(101)).is_err());
    assert!(json::decode_untyped(text.as_bytes()).is_err());
}

/// Were room made for what is claimed, this would take a hundred times more
/// than the last claim, some fifty gigabytes.
#[test]
fn claimed_lengths_are_not_believed() {
    let claims = hex("dd01000000").repeat(99);
    let bytes = [claims, vec![0; 0x0100_0000]].concat();
    let error = msgpack::decode(&bytes, &lists(99)).expect_err("no bool");
    assert_eq!(error.problem, "a bool is required, not a number");
    assert_eq!(error.path.steps().len(), 99);
    for claim in ["ddffffffff", "dcffff", "9f"] {
        assert!(msgpack::decode(&hex(claim), &lists(1)).is_err());
    }
}

/// Rust's formatting takes widths of 16 bits only, and panics beyond.
#[test]
fn a_number_may_have_more_digits_than_a_format_is_wide() {
    let digits = "1".repeat(70_000);
    for text in [format!("{digits}.{digits}"), format!("0.{digits}"), format!("-{digits}")] {
        let number = Number::parse(&text).expect("a number");
        assert_eq!(number.to_string(), text);
        let value = Value::from(number);
        let bytes = msgpack::encode(&value, &Type::Number).expect("a number");
        assert_eq!(msgpack::decode(&bytes, &Type::Number), Ok(value.clone()));
        let text = json::encode_untyped(&value).expect("a number");
        assert_eq!(json::decode(text.as_bytes(), &Type::Number), Ok(value));
    }
}
