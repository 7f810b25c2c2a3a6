//! The project's own commands, run through the aliases in `.cargo/config.toml`.

mod demo;
mod docs;
mod engine;
mod picture;

use std::io::{self, Write};
use std::process::ExitCode;

use tasks::{install, package};

const HELP: &str = "\
The project's own commands. Each has an alias in .cargo/config.toml.

  cargo demo             the real CLI issues, shows and retires a token of a local service
  cargo docs             makes the pages in docs/ that show declarations or examples
  cargo demo-picture     draws what the demo prints
  cargo install-local    puts the provider where Terraform and OpenTofu install it from
  cargo package-release  packs the provider for the registries
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match &arguments[..] {
        ["demo", options @ ..] => demo::run(options),
        ["docs"] => docs::run(),
        ["demo-picture", options @ ..] => picture::run(options, io::stdout()),
        ["install-local", options @ ..] => install::run(options, io::stdout()),
        ["package-release", options @ ..] => package::run(options, io::stdout()),
        _ => Err(anyhow::anyhow!("{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, the exit code has to do.
            let _ = writeln!(io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}
