//! The provider over a real socket, as an engine speaks to it: what each RPC answers, what comes
//! of input that no engine sends, and what one request can do to another.

mod access;
mod deferral;
mod ephemeral;
mod harness;
mod identity;
mod isolation;
mod lifecycle;
mod malformed;
mod schema;
mod size;
mod unoffered;
