//! What the files of a resource use throughout.

pub use super::block::Configured;
pub use super::plain_text::PlainText;
pub use crate::framework::prelude::*;
