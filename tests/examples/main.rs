//! The examples as their readers run them: each is formatted and valid, and those of the guides
//! are applied, with the real CLI against a local service.

mod access;
mod attached;
mod claims;
mod demo;
mod encryption;
mod folders;
mod github;
// What the acceptance tests have and these don't need stays unused here.
#[allow(dead_code)]
#[path = "../acceptance/harness.rs"]
mod harness;
#[allow(dead_code)]
#[path = "../acceptance/inprocess.rs"]
mod inprocess;
mod module;
mod rotation;
mod written;
