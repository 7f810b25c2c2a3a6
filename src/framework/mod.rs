//! Terraform's ideas, pure: values and their encodings, declarations and their rules, planning, and
//! what a provider offers.
//!
//! Invariant: no I/O, no network, no protobuf; this room imports no other.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `value`, `object`, `types`, `number`, `path` | Terraform's values, their types, and places in them |
//! | `msgpack`, `json`, `json_level` | how values are written |
//! | `attr`, `attribute_type`, `invalid`, `duration` | an attribute's value, with its Rust type |
//! | `attributes`, `declared` | declarations: the macro, and what stands right of the equals sign |
//! | `schema`, `rules`, `checks` | what comes of them, as data, and values held against it |
//! | `plan`, `identity` | what follows from a declaration without an author's help |
//! | `context`, `diagnostics`, `private` | what surrounds a call, and what it has to say |
//! | `resource/`, `data_source`, `ephemeral`, `function`, `action` | what can be offered: a trait for authors, an entry for the registry |
//! | `provider`, `registry` | all of it together |

pub mod action;
pub mod attr;
pub mod attribute_type;
pub mod attributes;
pub mod checks;
pub mod context;
pub mod data_source;
pub mod declared;
pub mod diagnostics;
pub mod duration;
pub mod ephemeral;
pub mod function;
pub mod identity;
pub mod invalid;
pub mod json;
mod json_level;
pub mod msgpack;
pub mod number;
pub mod object;
pub mod path;
pub mod plan;
pub mod prelude;
pub mod private;
pub mod provider;
pub mod registry;
pub mod resource;
pub mod rules;
pub mod schema;
pub mod types;
pub mod value;

use diagnostics::Message;

/// Every message that this room writes.
pub fn messages() -> impl Iterator<Item = Message> {
    let catalogues =
        [invalid::said::ALL, rules::said::ALL, context::said::ALL, resource::said::ALL];
    catalogues.into_iter().flatten().copied()
}
