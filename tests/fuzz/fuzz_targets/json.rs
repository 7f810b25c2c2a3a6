//! Values as JSON: a type in JSON up to the first line feed, then text to be
//! read as a value of that type.
//!
//! Whatever is read must be written, read again and be the same; and what is
//! read strictly is read leniently too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pulumiservice::framework::{json, types::Type};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |&byte| byte == b'\n');
    let (Some(ty), Some(text)) = (parts.next(), parts.next()) else {
        return;
    };
    let Ok(ty) = Type::from_json(ty) else {
        return;
    };
    let lenient = json::decode_lenient(text, &ty);
    if let Ok(value) = json::decode(text, &ty) {
        assert_eq!(lenient.as_ref(), Ok(&value));
    }
    if let Ok(value) = lenient
        && let Ok(written) = json::encode(&value, &ty)
    {
        assert_eq!(json::decode(&written, &ty), Ok(value));
    }
});
