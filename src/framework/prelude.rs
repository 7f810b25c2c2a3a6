//! What a declaration and its author need.

pub use super::attr::{Attr, Name, NotKnownYet};
pub use super::attribute_type::{AttributeType, List, Map, Secret, Set};
pub use super::attributes::Attributes;
pub use super::context::{Context, Deferral, Reported};
pub use super::declared::{computed, optional, required};
pub use super::diagnostics::{Message, messages};
pub use super::duration::Duration;
pub use super::invalid::Invalid;
pub use super::path::{Path, Step};
pub use super::value::Value;
