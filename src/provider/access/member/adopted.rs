//! Whether a member was there before, which only the state remembers, beside the attributes.

use crate::provider::prelude::*;

const ADOPTED: &str = "adopted";

/// Remembers that the member was there before, or no longer.
pub fn remember(cx: &Context, adopted: bool) {
    cx.set_private(ADOPTED, adopted.then_some("true"));
}

/// Whether the member was there before.
pub fn is(cx: &Context) -> bool {
    cx.private(ADOPTED).is_some()
}
