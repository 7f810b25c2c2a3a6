//! The provider's process: reads the environment and the arguments, wires the rooms, sets the exit
//! code.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use pulumiservice::cloud::Seams;
use pulumiservice::plugin::{self, Settings, SettingsError};
use pulumiservice::protocol;
use pulumiservice::provider::PulumiService;

const BY_HAND: &str = "\
This is a Terraform and OpenTofu provider for Pulumi Cloud access tokens; it is a plugin that \
Terraform or OpenTofu starts, not a program to run by hand.
To install it, name the source \"pulumiservice/pulumiservice\" in the required_providers block of \
your configuration and run `terraform init` or `tofu init`.
";

const HELP: &str = "\
A Terraform and OpenTofu provider for Pulumi Cloud access tokens.

Usage: terraform-provider-pulumiservice [OPTION]

Without an option it serves the Terraform or OpenTofu that started it.

Options:
  --debug    Serve until interrupted, and print how to attach Terraform or OpenTofu
  --version  Print the version
  --help     Print this help
";

/// A value that isn't Unicode is set all the same, so that nothing takes it for absent.
fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    match arguments.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
        [] => serve(),
        ["--debug"] => debug(),
        ["--version"] => {
            say(concat!("terraform-provider-pulumiservice ", env!("CARGO_PKG_VERSION"), "\n"))
        }
        ["--help"] => say(HELP),
        _ => complain(2, format_args!("unknown arguments: {}; see --help\n", arguments.join(" "))),
    }
}

fn provider() -> Arc<PulumiService> {
    Arc::new(PulumiService::new(Box::new(variable), Seams::system()))
}

fn serve() -> ExitCode {
    let settings = match Settings::read(&variable) {
        Err(SettingsError::NotAPlugin) => return complain(1, BY_HAND),
        settings => settings,
    };
    let served = run(async {
        let mut served = None;
        let routes = || protocol::routes(served.insert(provider()).clone());
        plugin::serve(settings?, routes, io::stdout()).await?;
        // What was being created when the host went away is followed to its end.
        if let Some(provider) = served {
            provider.settle().await;
        }
        Ok(())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // As a line of the log, so that the host shows it at its level.
            log::error!(target: "pulumiservice", error:% = error; "can't serve");
            ExitCode::FAILURE
        }
    }
}

fn debug() -> ExitCode {
    let served = run(async {
        let provider = provider();
        plugin::debug(&variable, protocol::routes(provider.clone()), io::stdout()).await?;
        provider.settle().await;
        Ok(())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(1, format_args!("can't serve: {error}\n")),
    }
}

/// Runs a server on this one thread: it mostly waits, and starting more would take its time.
fn run<T>(server: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    plugin::log::start(&variable);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(server)
}

fn say(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(code: u8, text: impl Display) -> ExitCode {
    // Where standard error is closed, the exit code has to do.
    let _ = write!(io::stderr(), "{text}");
    code.into()
}
