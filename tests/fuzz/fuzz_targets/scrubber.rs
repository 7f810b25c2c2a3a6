//! Text from the service, as it is shown to people.
//!
//! Whatever it is, what is shown is one line without control characters, of bounded length, and
//! holds neither the access token nor anything that looks like a token.

#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use pulumiservice::cloud::{Address, Client, ClientSettings, Seams, Secret, Stop, Text};

/// What a mark in the text stands for, as no fuzzer finds these by chance.
const ACCESS_TOKEN: (char, &str) = ('§', "sesame+open/please=");
const TOKEN: (char, &str) = ('¶', "pul-0123456789abcdef0123456789abcdef01234567");

/// The most characters that are shown, and the sign that there was more.
const LONGEST: usize = 501;

fuzz_target!(|text: &str| {
    static CLIENT: Once = Once::new();
    CLIENT.call_once(|| {
        let settings = ClientSettings::new(Address::pulumi_cloud(), Secret::new(ACCESS_TOKEN.1));
        drop(Client::new(settings, Seams::system(), Stop::new()));
    });
    let text = text.replace(ACCESS_TOKEN.0, ACCESS_TOKEN.1).replace(TOKEN.0, TOKEN.1);
    let shown = Text::new(text).to_string();
    assert!(shown.chars().count() <= LONGEST, "{shown}");
    assert!(!shown.contains(char::is_control), "{shown:?}");
    assert!(!shown.contains(ACCESS_TOKEN.1), "{shown}");
    assert!(!shown.contains(TOKEN.1), "{shown}");
});
