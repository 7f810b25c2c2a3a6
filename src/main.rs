//! The provider's process: reads the environment and the arguments, wires the rooms, sets the exit
//! code.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use pulumiservice::cloud::Seams;
use pulumiservice::framework::provider::{AnyProvider, Provider};
use pulumiservice::plugin::{self, End, HostSettings, HostSettingsError, Termination};
use pulumiservice::protocol;
use pulumiservice::provider::PulumiService;
use tokio::task::JoinSet;
use tonic::service::Routes;

/// The provider's name, and its address in the registries.
const NAME: &str = "pulumiservice";
const ADDRESS: &str = "pulumiservice/pulumiservice";

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
             (not on Windows, where others on the machine could attach as well)
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

/// Serves the host that started this process.
fn serve() -> ExitCode {
    let settings = match HostSettings::read(&variable) {
        Err(HostSettingsError::NotAPlugin) => return complain(1, BY_HAND),
        settings => settings,
    };
    let served = run(async {
        let termination = Termination::by_signals(false)?;
        let mut providers = Providers::default();
        let routes = || providers.add(&termination);
        let end = plugin::serve(settings?, &termination, routes, io::stdout()).await?;
        providers.finish(end).await;
        Ok(())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!(target: "pulumiservice", error:% = error; "can't serve");
            // Hosts show the first line of standard output if it is no handshake. A handshake has
            // at least three bars.
            say(&format!("{NAME} can't serve: {error}").replace(['|', '\r', '\n'], " "));
            ExitCode::FAILURE
        }
    }
}

/// Serves whoever attaches. Each configuration of a provider gets one of its own.
fn debug() -> ExitCode {
    let served = run(async {
        let termination = Termination::by_signals(true)?;
        let mut providers = Providers::default();
        let routes = || providers.add(&termination);
        let end = plugin::debug(ADDRESS, &variable, &termination, routes, io::stdout()).await?;
        providers.finish(end).await;
        Ok(())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(1, format_args!("can't serve: {error}\n")),
    }
}

/// Runs a server on this one thread: it mostly waits, and starting more would take its time.
fn run(server: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    plugin::forbid_core_dumps();
    plugin::log::start(NAME, &variable);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(server);
    // Something that blocks, such as the look-up of a name, must not hold up the end.
    runtime.shutdown_background();
    served
}

/// The providers of this process.
#[derive(Default)]
struct Providers(Vec<Arc<PulumiService>>);

impl Providers {
    /// Makes another one. When the process is asked to end, it waits and tries again no more.
    fn add(&mut self, termination: &Termination) -> Routes {
        let provider = Arc::new(PulumiService::new(Box::new(variable), Seams::system()));
        self.0.push(provider.clone());
        tokio::spawn({
            let (provider, termination) = (provider.clone(), termination.clone());
            async move {
                termination.requested().await;
                provider.stop();
            }
        });
        protocol::routes(Arc::new(AnyProvider::new(provider)))
    }

    /// Follows what was being created to its end: what nobody can take any more is revoked.
    async fn finish(&self, end: End) {
        let within = end.time_limit();
        if let Some(open) = self.open_work() {
            log::warn!(target: "pulumiservice", open; "finishing what is open before the end");
        }
        let mut finishing = JoinSet::new();
        for provider in &self.0 {
            let provider = provider.clone();
            finishing.spawn(async move { provider.finish(within).await });
        }
        end.after(async { while finishing.join_next().await.is_some() {} }).await;
        if let Some(open) = self.open_work() {
            log::error!(target: "pulumiservice", open; "ended before this could be finished");
        }
    }

    fn open_work(&self) -> Option<String> {
        let open: Vec<_> = self.0.iter().flat_map(|provider| provider.open_work()).collect();
        (!open.is_empty()).then(|| open.join("; "))
    }
}

fn say(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(code: u8, text: impl Display) -> ExitCode {
    // If standard error is closed, the exit code has to do.
    let _ = write!(io::stderr(), "{text}");
    code.into()
}
