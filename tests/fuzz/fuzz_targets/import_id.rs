//! Import ids, given to a provider that is not configured: it gets as far as
//! taking them apart.
//!
//! One that has the right form is looked for, any other is refused for its
//! form, and neither makes a state.

#![no_main]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use pulumiservice::cloud::Seams;
use pulumiservice::framework::context::ClientCapabilities;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::resource::ImportRequest;
use pulumiservice::provider::PulumiService;

/// The kinds of tokens, and how many parts of an id say whom a token belongs to.
const KINDS: &[(&str, usize)] = &[
    ("pulumiservice_api_tokens_orgtoken", 1),
    ("pulumiservice_api_tokens_teamtoken", 2),
    ("pulumiservice_api_tokens_personaltoken", 0),
];

fuzz_target!(|id: &str| {
    let provider = PulumiService::new(Box::new(|_| None), Seams::system());
    let provider = AnyProvider::new(Arc::new(provider));
    for (name, owner) in KINDS {
        let resources = &provider.registry.resources;
        let resource = resources.iter().find(|entry| entry.is_named(name)).expect(name);
        let wanted = ImportRequest::Id(id.to_owned());
        let client = ClientCapabilities::default();
        let import = pin!(resource.import(provider.configured(), client, wanted));
        // Without a service there is nothing to wait for.
        let Poll::Ready(imported) = import.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits for something");
        };
        assert!(imported.state.is_null());
        let said: Vec<_> = imported.diagnostics.iter().collect();
        let [error] = said[..] else {
            panic!("{said:?}");
        };
        let refused = error.summary == "The import id is not of the right form";
        assert_eq!(refused, !has_the_form(id, *owner), "{error:?}");
    }
});

/// The owner's parts, and `token_id` or `name/token_id`, where only the name may hold slashes. What
/// has no owner has no name either.
fn has_the_form(id: &str, owner: usize) -> bool {
    let parts: Vec<&str> = id.split('/').collect();
    let blank = |part: &str| part.trim().is_empty();
    if parts.len() <= owner || parts[..owner].iter().any(|part| blank(part)) {
        return false;
    }
    match &parts[owner..] {
        [token_id] => !blank(token_id),
        [name @ .., token_id] => owner > 0 && !blank(&name.join("/")) && !blank(token_id),
        [] => false,
    }
}
