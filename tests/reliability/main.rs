//! No token lost, none orphaned, none leaked: whole runs under faults, kills and interrupts, judged
//! by the service's own books. `docs/RELIABILITY.md` says which test shows what.
//!
//! What takes minutes is ignored here, and run by `cargo soak`.

mod catalogue;
mod chance;
#[allow(dead_code)]
#[path = "../acceptance/harness.rs"]
mod harness;
mod host;
mod journal;
mod kills;
mod leaving;
mod load;
mod plugin;
mod schedules;
mod secrets;

/// Writes a line to the test's output.
fn tell(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
