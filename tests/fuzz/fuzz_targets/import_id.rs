//! Import ids, given to a provider that is not configured: it gets as far as
//! taking them apart.
//!
//! One that has the right form is looked for, any other is refused for its
//! form, and neither makes a state.

#![no_main]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use pulumiservice::cloud::Seams;
use pulumiservice::framework::provider::Provider;
use pulumiservice::provider::PulumiService;

fuzz_target!(|id: &str| {
    let provider = PulumiService::new(Box::new(|_| None), Seams::system());
    for resource in provider.resources() {
        let import = pin!(resource.import(id));
        // Without a service there is nothing to wait for.
        let Poll::Ready(imported) = import.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits for something");
        };
        assert!(imported.state.is_null());
        let said: Vec<_> = imported.diagnostics.iter().collect();
        let [error] = said[..] else {
            panic!("{said:?}");
        };
        let refused = error.summary == "The import id has not the right form";
        assert_eq!(refused, !has_the_form(id), "{error:?}");
    }
});

/// `org/token_id` or `org/name/token_id`, where only the name may hold slashes.
fn has_the_form(id: &str) -> bool {
    let parts: Vec<&str> = id.split('/').collect();
    let blank = |part: &str| part.trim().is_empty();
    match &parts[..] {
        [] | [_] => false,
        [org, token_id] => !blank(org) && !blank(token_id),
        [org, name @ .., token_id] => !blank(org) && !blank(&name.join("/")) && !blank(token_id),
    }
}
