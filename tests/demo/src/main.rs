//! What `cargo demo` starts: says at once what is going to happen, then has Cargo build the command
//! that does it, in sight. It depends on nothing, so that nothing has to be built before.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, ExitCode, ExitStatus};

const HELP: &str = "\
Shows the provider at work: starts a local stand-in for Pulumi Cloud, and runs the real Terraform or
OpenTofu on examples/quickstart. Needs no account.

Usage: cargo demo [--keep] [--provider FILE]

  --keep            leave the service and the token, and say how to go on by hand
  --provider FILE   use this provider instead of building one
";

/// What is said before anything is built.
const AHEAD: &str = "\
This shows the provider at work: the real Terraform or OpenTofu makes, shows and revokes a token of a
stand-in for Pulumi Cloud on this machine. No account is needed, and nothing is changed elsewhere.

First Cargo builds the provider and the stand-in: some minutes the first time, seconds later on.

";

fn main() -> ExitCode {
    let options: Vec<OsString> = env::args_os().skip(1).collect();
    if options.iter().any(|option| option == "--help") {
        return match io::stdout().write_all(HELP.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    // Beside Cargo's progress, and not a part of what the demo prints. Closed, it can't be helped.
    let _ = io::stderr().write_all(AHEAD.as_bytes());
    let mut demo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    demo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .args(["run", "--package", "tasks", "--", "demo"])
        .args(options);
    match run(demo) {
        Ok(ended) if ended.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "can't run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Becomes this command, so that an interrupt is its own to handle.
#[cfg(unix)]
fn run(mut command: Command) -> io::Result<ExitStatus> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn run(mut command: Command) -> io::Result<ExitStatus> {
    command.status()
}
