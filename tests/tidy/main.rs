//! What the house promises of its sources, kept by tests: which room knows which, what the wire
//! looks like, and the habits that a compiler doesn't check.

mod binary;
mod circles;
mod habits;
mod layout;
mod links;
mod names;
mod rooms;
mod sources;
mod wire;
mod workflows;
