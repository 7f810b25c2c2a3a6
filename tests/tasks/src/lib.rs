//! The commands that the tests of the provider use as well.

pub mod install;
pub mod package;

/// The folder of the sources that this was built from.
pub const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
