//! What the files of a resource use throughout.

pub use super::block::Configured;
pub use super::names::InAddress;
pub use crate::framework::prelude::*;
