//! Whether a member was there before, which only the state remembers, beside the attributes.

use crate::provider::prelude::*;

const ADOPTED: &str = "adopted";

/// Remembers that the member was there before, for good.
pub fn remember(cx: &Context) {
    cx.set_private(ADOPTED, Some("true"));
}

/// Whether the member was there before.
pub fn is(cx: &Context) -> bool {
    cx.private(ADOPTED).is_some()
}
