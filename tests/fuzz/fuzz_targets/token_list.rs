//! Answers to a request for a page of an organization's tokens.
//!
//! A page that is read has every token that is on it, each with an id and a
//! name: no token may be taken for gone because of what was sent.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pulumiservice::cloud::TokenPage;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(page) = TokenPage::read(body) else {
        return;
    };
    assert!(page.continuation.as_deref() != Some(""));
    // What is skipped is looked at less closely, so that it may be no JSON for others.
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let listed = value["tokens"].as_array().expect("a list of tokens");
    assert_eq!(page.tokens.len(), listed.len());
    for (read, listed) in page.tokens.iter().zip(listed) {
        assert!(!read.id.is_empty() && !read.name.is_empty());
        assert_eq!(Some(read.id.raw()), listed["id"].as_str());
        assert_eq!(Some(read.name.raw()), listed["name"].as_str());
        assert_eq!(read.expires, listed["expires"].as_i64().unwrap_or(0));
        assert_eq!(read.admin, listed["admin"].as_bool().unwrap_or(false));
    }
});
