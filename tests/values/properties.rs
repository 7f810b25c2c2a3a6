//! What holds for every type, every value of it, and any bytes at all.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use pulumiservice::framework::number::Number;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::framework::{json, msgpack};

fn types() -> impl Strategy<Value = Type> {
    types_of(prop_oneof![3 => closed_leaves(), 1 => Just(Type::Dynamic)].boxed())
}

fn closed_leaves() -> BoxedStrategy<Type> {
    prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)].boxed()
}

fn types_of(leaves: BoxedStrategy<Type>) -> impl Strategy<Value = Type> {
    leaves.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ty| Type::List(Box::new(ty))),
            inner.clone().prop_map(|ty| Type::Set(Box::new(ty))),
            inner.clone().prop_map(|ty| Type::Map(Box::new(ty))),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            btree_map("[a-z_é\"]{1,6}", inner, 0..4)
                .prop_map(|attributes| Type::Object(attributes.into())),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Number> {
    let text = prop_oneof![
        any::<i64>().prop_map(|integer| integer.to_string()),
        any::<u64>().prop_map(|integer| integer.to_string()),
        any::<f64>()
            .prop_filter("a number", |float| float.is_finite())
            .prop_map(|float| format!("{float:.766e}")),
        "-?[0-9]{1,60}(\\.[0-9]{1,60})?(e-?[0-9]{1,8})?",
    ];
    text.prop_map(|text| Number::parse(&text).expect("a number"))
}

/// Values of a type; with unknowns, or wholly known.
fn values(ty: &Type, unknowns: bool) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Number => numbers().prop_map(Value::from).boxed(),
        Type::String => any::<String>().prop_map(Value::from).boxed(),
        Type::Dynamic => types()
            .prop_filter("a type of its own", |ty| *ty != Type::Dynamic)
            .prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns)))
            .prop_map(|typed| Value::Dynamic(Box::new(typed)))
            .boxed(),
        Type::List(element) => vec(values(element, unknowns), 0..4).prop_map(Value::List).boxed(),
        Type::Set(element) => vec(values(element, unknowns), 0..4).prop_map(Value::set).boxed(),
        Type::Map(element) => {
            btree_map(any::<String>(), values(element, unknowns), 0..4).prop_map(Value::Map).boxed()
        }
        Type::Tuple(elements) => elements
            .iter()
            .map(|element| values(element, unknowns))
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
        Type::Object(attributes) => attributes
            .iter()
            .map(|(name, attribute)| (Just(name.to_owned()), values(attribute, unknowns)))
            .collect::<Vec<_>>()
            .prop_map(Value::object)
            .boxed(),
    };
    let unknown = if unknowns { 1 } else { 0 };
    prop_oneof![
        8 => known,
        1 => Just(Value::Null),
        unknown => Just(Value::Unknown),
    ]
    .boxed()
}

fn typed(unknowns: bool) -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, unknowns)))
}

/// Known values of types that are nowhere open: those that JSON tells by itself.
fn closed() -> impl Strategy<Value = (Type, Value)> {
    types_of(closed_leaves()).prop_flat_map(|ty| (Just(ty.clone()), values(&ty, false)))
}

/// Bytes that get further than arbitrary ones: a real value, with some of its
/// bytes changed.
fn damaged() -> impl Strategy<Value = (Type, Vec<u8>)> {
    let damage = vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (typed(true), damage).prop_map(|((ty, value), damage)| {
        let mut bytes = msgpack::encode(&value, &ty).expect("fits");
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        (ty, bytes)
    })
}

proptest! {
    #[test]
    fn types_survive_a_round_trip(ty in types()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn values_survive_a_round_trip_in_messagepack((ty, value) in typed(true)) {
        let bytes = msgpack::encode(&value, &ty).expect("fits");
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn values_survive_a_round_trip_in_json((ty, value) in closed()) {
        let text = json::encode_untyped(&value).expect("known");
        prop_assert_eq!(json::decode(text.as_bytes(), &ty), Ok(value.clone()));
        prop_assert_eq!(json::decode_lenient(text.as_bytes(), &ty), Ok(value));
    }

    #[test]
    fn json_without_a_type_is_read_as_it_is_written((_, value) in typed(false)) {
        let text = json::encode_untyped(&value).expect("known");
        let again = json::decode_untyped(text.as_bytes()).expect("JSON");
        prop_assert_eq!(json::encode_untyped(&again), Ok(text));
    }

    #[test]
    fn numbers_survive_being_written(number in numbers()) {
        prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
    }

    #[test]
    fn the_order_of_numbers_is_the_order_of_floats(a in any::<f64>(), b in any::<f64>()) {
        prop_assume!(a.is_finite() && b.is_finite());
        let number = |float: f64| Number::parse(&format!("{float:.766e}")).expect("a number");
        prop_assert_eq!(Some(number(a).cmp(&number(b))), a.partial_cmp(&b));
    }

    #[test]
    fn whatever_is_read_is_written_and_read_again((ty, bytes) in damaged()) {
        if let Ok(value) = msgpack::decode(&bytes, &ty) {
            let bytes = msgpack::encode(&value, &ty).expect("fits");
            prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
        }
    }

    #[test]
    fn no_bytes_cause_a_panic(ty in types(), bytes in vec(any::<u8>(), 0..64)) {
        let _ = Type::from_json(&bytes);
        let _ = msgpack::decode(&bytes, &ty);
        let _ = json::decode(&bytes, &ty);
        let _ = json::decode_untyped(&bytes);
    }

    #[test]
    fn no_text_causes_a_panic(text in any::<String>()) {
        if let Ok(number) = Number::parse(&text) {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }
}
