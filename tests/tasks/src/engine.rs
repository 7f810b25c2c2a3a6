//! The CLI that a command of the project drives: Terraform or OpenTofu, whichever there is.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

/// Where further engines are listed, separated as in a PATH. The tests read the same.
const LISTED: &str = "PULUMISERVICE_TEST_ENGINES";

/// A Terraform or OpenTofu that runs.
pub struct Engine {
    /// What to call it by: a name on the PATH, or a file.
    pub program: PathBuf,
    /// As it names itself, such as `Terraform v1.15.0`.
    pub version: String,
}

impl Engine {
    /// The first that runs of `terraform` and `tofu` on the PATH and those listed.
    ///
    /// # Errors
    /// If none does.
    pub fn find() -> anyhow::Result<Self> {
        let listed = env::var_os(LISTED).unwrap_or_default();
        let listed = env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty());
        let on_the_path = ["terraform", "tofu"].map(PathBuf::from);
        on_the_path.into_iter().chain(listed).find_map(Self::try_new).with_context(|| {
            format!(
                "This needs Terraform or OpenTofu: put `terraform` or `tofu` on the PATH, or list \
                 an executable in {LISTED}."
            )
        })
    }

    fn try_new(program: PathBuf) -> Option<Self> {
        let engine = Self { program, version: String::new() };
        let output = engine.command().arg("version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.lines().next()?.trim().to_owned();
        (output.status.success() && !version.is_empty()).then_some(Self { version, ..engine })
    }

    /// A command of the engine that nothing in the user's own environment bends: neither the
    /// settings of an engine nor a login to the real service.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("TF_") || text.starts_with("PULUMI_") {
                command.env_remove(&name);
            }
        }
        // It asks for news of itself otherwise.
        command.env("CHECKPOINT_DISABLE", "1");
        command
    }
}
