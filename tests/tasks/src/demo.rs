//! `cargo demo`, of which `tests/demo` is the start: the provider as its users meet it. The real
//! CLI applies `examples/quickstart` with the provider just built, against a service on this
//! machine.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, bail, ensure};
use emulator::{ACCESS_TOKEN, Config, Emulator, ORG, Token};
use tasks::CHECKOUT;
use tasks::package::build::Package;
use tempfile::TempDir;

use crate::engine::Engine;

/// Runs the command.
///
/// # Errors
/// What kept the demo from getting to its end.
pub fn run(options: &[&str]) -> anyhow::Result<()> {
    let (mut keep, mut provider) = (false, None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--keep" => keep = true,
            "--provider" => {
                provider = Some(options.next().context("--provider needs a file")?.into());
            }
            _ => bail!("cargo demo doesn't know {option}; see cargo demo --help"),
        }
    }
    let engine = Engine::find()?;
    let provider = match provider {
        Some(provider) => provider,
        None => {
            heading("Building the provider")?;
            Package::find(Path::new(CHECKOUT))?.build(false)?
        }
    };

    heading("Starting a local Pulumi Cloud")?;
    let demo = Demo::new(engine, &provider)?;
    say(&format!("It listens on {}, with an organization {ORG:?}.\n", demo.cloud.url()))?;

    heading(&format!("What is applied, by {}", demo.engine.version))?;
    say(&fs::read_to_string(demo.folder.path().join("main.tf"))?)?;
    say("\nThe CLI warns of development overrides below: they are how it gets this provider.\n")?;

    demo.show(&["plan", "-compact-warnings", "-input=false"])?;
    demo.show(&["apply", "-compact-warnings", "-input=false", "-auto-approve"])?;
    demo.show_token()?;
    demo.show(&["plan", "-compact-warnings", "-input=false", "-detailed-exitcode"])
        .context("a second plan must have nothing to do")?;
    if keep {
        return demo.keep();
    }
    demo.show(&["destroy", "-compact-warnings", "-input=false", "-auto-approve"])?;
    demo.show_end()
}

/// An engine, a folder for it, and a service for its provider.
struct Demo {
    engine: Engine,
    cloud: Emulator,
    folder: TempDir,
}

impl Demo {
    fn new(engine: Engine, provider: &Path) -> anyhow::Result<Self> {
        let cloud = Emulator::try_start(Config::default())?;
        let folder = tempfile::Builder::new().prefix("pulumiservice-demo-").tempdir()?;
        let quickstart = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/quickstart/main.tf");
        fs::copy(quickstart, folder.path().join("main.tf")).context(quickstart)?;

        let plugins = folder.path().join("plugins");
        fs::create_dir(&plugins)?;
        let name = provider.file_name().context("the provider's file has no name")?;
        fs::copy(provider, plugins.join(name))?;
        // Forward slashes, as a backslash means something else in a string there.
        let plugins = plugins.display().to_string().replace('\\', "/");
        fs::write(
            folder.path().join("cli.tfrc"),
            format!(
                "provider_installation {{\n  dev_overrides {{\n    \
                 \"pulumiservice/pulumiservice\" = \"{plugins}\"\n  }}\n  direct {{}}\n}}\n"
            ),
        )?;
        Ok(Self { engine, cloud, folder })
    }

    /// What the engine and its provider need to know.
    fn environment(&self) -> [(&'static str, String); 3] {
        let config = self.folder.path().join("cli.tfrc").display().to_string();
        [
            ("TF_CLI_CONFIG_FILE", config),
            ("PULUMI_BACKEND_URL", self.cloud.url().to_owned()),
            ("PULUMI_ACCESS_TOKEN", ACCESS_TOKEN.to_owned()),
        ]
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.engine.command();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .envs(self.environment())
            // The service is here; a proxy would look for it where the proxy is.
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::null());
        command
    }

    /// Runs the engine in front of the user.
    fn show(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let program = self.engine.program.display();
        heading(&format!("$ {program} {}", arguments.join(" ")))?;
        let mut command = self.command(arguments);
        if !io::stdout().is_terminal() {
            command.arg("-no-color");
        }
        let status = command.status().with_context(|| format!("can't run {program}"))?;
        ensure!(status.success(), "{program} {} failed: {status}", arguments.join(" "));
        Ok(())
    }

    /// Shows what was issued, without giving it away.
    fn show_token(&self) -> anyhow::Result<()> {
        heading("The token")?;
        let Output { status, stdout, stderr } =
            self.command(&["output", "-no-color", "-raw", "ci_token"]).output()?;
        ensure!(status.success(), "no output: {}", String::from_utf8_lossy(&stderr));
        let value = String::from_utf8(stdout)?;
        let token = self.token()?;
        ensure!(token.value == value, "the output is not the token that the service issued");
        say(&format!(
            "output ci_token = {}\n\nThe service lists it as {:?}, with the id\n{}. Its value is in the \
             state and in\nnobody else's hands: the service never shows it again.\n",
            masked(&value),
            token.name,
            token.id
        ))
    }

    fn show_end(&self) -> anyhow::Result<()> {
        heading("The end")?;
        let token = self.token()?;
        ensure!(token.deleted.is_some(), "the service still has the token {:?}", token.name);
        say(&format!(
            "The service has revoked the token {:?}, whose name stays taken for ever. This is why\n\
             the configuration gives a name_prefix: the next token gets a name of its own.\n\n\
             To try more by yourself: cargo demo --keep\n",
            token.name
        ))
    }

    /// The only token that was ever made.
    fn token(&self) -> anyhow::Result<Token> {
        let mut tokens = self.cloud.tokens(ORG);
        ensure!(tokens.len() == 1, "the service made {} tokens instead of one", tokens.len());
        Ok(tokens.remove(0))
    }

    /// Leaves the rest to the user, until interrupted.
    fn keep(self) -> anyhow::Result<()> {
        heading("Your turn")?;
        let program = self.engine.program.display();
        let mut text = String::from("In another terminal:\n\n");
        text += &format!("  cd {}\n", quoted(&self.folder.path().display().to_string()));
        for (name, value) in self.environment() {
            text += &if cfg!(windows) {
                format!("  $env:{name} = {}\n", quoted(&value))
            } else {
                format!("  export {name}={}\n", quoted(&value))
            };
        }
        text += &format!(
            "  {program} plan\n\nChange main.tf there, apply, refresh, `{program} output -raw \
             ci_token`, destroy. No init is needed.\nThe other examples run here too: \
             see examples/README.md.\nThe service stays up, and the folder stays, \
             until you press Ctrl-C here.\n"
        );
        say(&text)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(tokio::signal::ctrl_c())?;
        Ok(())
    }
}

/// Enough of a secret to recognize it, and too little to use it.
fn masked(secret: &str) -> String {
    let shown: String = secret.chars().take("pul-1a".len()).collect();
    format!("{shown}…{}", "•".repeat(12))
}

/// As a shell takes it literally.
fn quoted(text: &str) -> String {
    let escaped = if cfg!(windows) { "''" } else { r"'\''" };
    format!("'{}'", text.replace('\'', escaped))
}

fn heading(text: &str) -> anyhow::Result<()> {
    say(&format!("\n── {text}\n\n"))
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_secret_is_no_secret() {
        let shown = masked("pul-1a2b3c4d5e6f");
        assert!(shown.starts_with("pul-1a…•"), "{shown}");
        assert!(!shown.contains("2b3c"), "{shown}");
        assert_eq!(masked("pul"), "pul…••••••••••••");
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_with_any_name_can_be_pasted() {
        assert_eq!(quoted("/home/me/it's here"), r"'/home/me/it'\''s here'");
    }
}
