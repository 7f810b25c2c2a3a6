//! Values as JSON: a type in JSON up to the first line feed, then text to be
//! read as a value of that type.
//!
//! What is read strictly is read leniently too, and whatever is read can be
//! written as MessagePack, read again and be the same. JSON without a type is
//! read, written and read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pulumiservice::framework::{json, msgpack, types::Type};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |&byte| byte == b'\n');
    let (Some(ty), Some(text)) = (parts.next(), parts.next()) else {
        return;
    };
    if let Ok(value) = json::decode_untyped(text) {
        let written = json::encode_untyped(&value).expect("what was read can be written");
        assert_eq!(json::decode_untyped(written.as_bytes()), Ok(value));
    }
    let Ok(ty) = Type::from_json(ty) else {
        return;
    };
    let lenient = json::decode_lenient(text, &ty);
    if let Ok(value) = json::decode(text, &ty) {
        assert_eq!(lenient.as_ref(), Ok(&value));
    }
    if let Ok(value) = lenient {
        let written = msgpack::encode(&value, &ty).expect("what was read can be written");
        assert_eq!(msgpack::decode(&written, &ty), Ok(value));
    }
});
