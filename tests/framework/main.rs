//! The framework by itself: what follows from a declaration, what becomes of each call, and the
//! provider of another service in the real CLI.

mod calls;
mod cli;
// What the acceptance tests have and these don't need stays unused here.
#[allow(dead_code)]
#[path = "../acceptance/harness.rs"]
mod harness;
#[allow(dead_code)]
#[path = "../acceptance/inprocess.rs"]
mod inprocess;
mod planning;
mod probe;
mod refusing;
mod toy;
mod wire;
