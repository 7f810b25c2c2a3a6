//! Values as MessagePack: a type in JSON up to the first line feed, then
//! bytes to be read as a value of that type.
//!
//! Whatever is read must be written, read again and be the same, in JSON too:
//! what comes in a plan must come back from the state.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pulumiservice::framework::{json, msgpack, types::Type};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |&byte| byte == b'\n');
    let (Some(ty), Some(bytes)) = (parts.next(), parts.next()) else {
        return;
    };
    let Ok(ty) = Type::from_json(ty) else {
        return;
    };
    assert_eq!(Type::from_json(&ty.to_json()).as_ref(), Ok(&ty));
    if let Ok(value) = msgpack::decode(bytes, &ty) {
        let written = msgpack::encode(&value, &ty).expect("what was read can be written");
        assert_eq!(msgpack::decode(&written, &ty).as_ref(), Ok(&value));
        // JSON can't express all, such as what is unknown, nor tell the type of what is open.
        let open = ty.to_json().windows(9).any(|part| part == b"\"dynamic\"");
        if let Some(text) = json::encode_untyped(&value).ok().filter(|_| !open) {
            assert_eq!(json::decode(text.as_bytes(), &ty), Ok(value));
        }
    }
});
