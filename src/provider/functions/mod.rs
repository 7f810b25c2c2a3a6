//! Functions: lengths of time and instants as this provider writes them, and ids of tokens.

mod time;
mod token_ids;

use crate::framework::registry::Registry;

/// Adds all functions.
pub fn register(registry: Registry) -> Registry {
    registry
        .function(time::duration_seconds())
        .function(time::epoch())
        .function(time::rfc3339())
        .function(token_ids::parse_token_id())
        .function(token_ids::token_id())
}
