//! Values as MessagePack, the form in which Terraform exchanges them.
//!
//! The format is cty's. Null is nil; unknown is an extension, whose hints at
//! what the value will be (refinements) are read and dropped; a number is an
//! integer or float if that is exact and decimal text elsewhere; a value
//! whose type is open is an array of its type in JSON and itself.
//!
//! Some mistakes pass with cty (bytes after the value, text that isn't
//! UTF-8, an attribute given twice); here they are refused.

mod read;
mod write;

pub use read::decode;
pub use write::encode;
