//! Runs the real CLI against the real binary and a local service. A failure tells all: the
//! command, its folder, both outputs, and what the service was asked.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use emulator::{ACCESS_TOKEN, Config, Emulator};
use serde_json::Value;
use tempfile::TempDir;

/// The provider under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-pulumiservice");

/// The resource's name.
pub const TOKEN: &str = "pulumiservice_api_tokens_orgtoken";

/// What `Project::write` puts before the configuration of a test.
const PREAMBLE: &str = r#"
terraform {
  required_providers {
    pulumiservice = { source = "pulumiservice/pulumiservice" }
  }
}
"#;

/// A Terraform or OpenTofu.
pub struct Engine {
    pub path: PathBuf,
    /// As it names itself, such as `Terraform v1.11.4`.
    pub name: String,
}

impl Engine {
    /// Whether it is Terraform or OpenTofu of at least this version of its own.
    pub fn is_at_least(&self, terraform: (u32, u32), tofu: (u32, u32)) -> bool {
        let wanted = if self.name.starts_with("OpenTofu") { tofu } else { terraform };
        self.version() >= wanted
    }

    /// Whether `ignore_changes` leaves to a provider what only the provider gives. Terraform 1.0 to 1.3
    /// hand it over as if it were configured.
    pub fn ignores_configured_values_only(&self) -> bool {
        self.is_at_least((1, 4), (1, 6))
    }

    /// Whether it may take it if a provider puts a call off. OpenTofu 1.11.0 does; 1.12 doesn't any
    /// more, and those in between were not tried.
    fn may_take_deferrals(&self) -> bool {
        self.name.starts_with("OpenTofu") && self.version() == (1, 11)
    }

    /// Whether it has ephemeral resources.
    pub fn has_ephemeral_resources(&self) -> bool {
        self.is_at_least((1, 10), (1, 11))
    }

    /// Whether it has `terraform_data`, whose output is unknown while planning.
    pub fn has_terraform_data(&self) -> bool {
        self.is_at_least((1, 4), (1, 6))
    }

    fn version(&self) -> (u32, u32) {
        // Of `OpenTofu v1.11.0-dev`, as those that were built by hand say.
        let version = self.name.split_once(" v").unwrap_or_default().1;
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    }
}

/// A provider block whose access token is an ephemeral token of this kind, and an organization's token
/// that it makes.
pub fn by_ephemeral(kind: &str, arguments: &str) -> String {
    format!(
        r#"
        ephemeral "pulumiservice_{kind}" "run" {{
          {arguments}
        }}

        provider "pulumiservice" {{
          alias        = "run"
          access_token = ephemeral.pulumiservice_{kind}.run.token_value
        }}

        resource "pulumiservice_api_tokens_orgtoken" "t" {{
          provider    = pulumiservice.run
          org_name    = "acme"
          name_prefix = "ci-"
        }}
        "#
    )
}

/// Every engine of this machine: `terraform` and `tofu` on the PATH, and those listed in
/// `PULUMISERVICE_TEST_ENGINES`, separated as in a PATH.
///
/// # Panics
/// Where there is none: a test that runs nothing must not pass.
pub fn engines() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    ENGINES.get_or_init(|| {
        let listed = std::env::var_os("PULUMISERVICE_TEST_ENGINES").unwrap_or_default();
        let mut paths = vec![PathBuf::from("terraform"), PathBuf::from("tofu")];
        paths.extend(std::env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty()));
        let found: Vec<_> = paths.into_iter().filter_map(engine).collect();
        assert!(
            !found.is_empty(),
            "The acceptance tests need Terraform or OpenTofu: put `terraform` or `tofu` on the \
             PATH, or list executables in PULUMISERVICE_TEST_ENGINES."
        );
        found
    })
}

fn engine(path: PathBuf) -> Option<Engine> {
    let output = Command::new(&path)
        .arg("version")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let name = text.lines().next()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(Engine { path, name })
}

/// Runs a test with each engine in turn.
pub fn each_engine(test: impl Fn(&'static Engine)) {
    for engine in engines() {
        test(engine);
    }
}

/// Runs a test with one engine, for what no engine has a part in.
pub fn one_engine(test: impl Fn(&'static Engine)) {
    test(&engines()[0]);
}

/// A folder with a configuration, a local service, and an engine to bring them together.
pub struct Project {
    pub engine: &'static Engine,
    pub cloud: Emulator,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Project {
    /// A project against a service as it usually is.
    pub fn new(engine: &'static Engine) -> Self {
        Self::with(engine, Config::default())
    }

    /// A project against this service, with the address and the access token in the environment.
    pub fn with(engine: &'static Engine, config: Config) -> Self {
        let cloud = Emulator::start(config);
        let folder = tempfile::tempdir().unwrap();
        let mut project = Self { engine, cloud, folder, environment: Vec::new() };
        let plugins = project.folder.path().join("plugins");
        std::fs::create_dir(&plugins).unwrap();
        std::os::unix::fs::symlink(BINARY, plugins.join("terraform-provider-pulumiservice"))
            .unwrap();
        let plugins = plugins.display();
        project.file(
            "cli.tfrc",
            &format!(
                "provider_installation {{\n  dev_overrides {{\n    \
                 \"pulumiservice/pulumiservice\" = \"{plugins}\"\n    \
                 \"pulumi/pulumiservice\" = \"{plugins}\"\n  }}\n  direct {{}}\n}}\n"
            ),
        );
        project.set("PULUMI_BACKEND_URL", project.cloud.url().to_owned());
        project.set("PULUMI_ACCESS_TOKEN", ACCESS_TOKEN);
        project
    }

    /// Sets an environment variable for the commands to come.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.unset(name);
        self.environment.push((name.to_owned(), value.into()));
    }

    /// Unsets it again.
    pub fn unset(&mut self, name: &str) {
        self.environment.retain(|(other, _)| other != name);
    }

    /// Writes the configuration: the requirement of the provider, and this.
    pub fn write(&self, hcl: &str) {
        self.file("main.tf", &format!("{PREAMBLE}\n{hcl}\n"));
    }

    /// Writes the configuration: one token of `acme` with these arguments.
    pub fn token(&self, arguments: &str) {
        self.write(&format!(
            "resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n  org_name = \"acme\"\n  \
             {arguments}\n}}"
        ));
    }

    /// Writes a file.
    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A command of the engine, ready to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.engine.path);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TMPDIR", std::env::temp_dir())
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command of the engine to its end.
    pub fn run(&self, arguments: &[&str]) -> Run<'_> {
        let output = self.command(arguments).output().unwrap();
        Run { project: self, arguments: arguments.join(" "), output }
    }

    /// `plan`, which must succeed; [`Run::is_clean`] tells of changes.
    pub fn plan(&self) -> Run<'_> {
        let run = self.run(&["plan", "-no-color", "-input=false", "-detailed-exitcode"]);
        assert!(run.code() == Some(0) || run.code() == Some(2), "{run}");
        run
    }

    /// `plan`, which must fail.
    pub fn plan_fails(&self) -> Run<'_> {
        self.run(&["plan", "-no-color", "-input=false"]).fails()
    }

    /// `apply`, which must succeed.
    pub fn apply(&self) -> Run<'_> {
        self.run(&["apply", "-no-color", "-input=false", "-auto-approve"]).succeeds()
    }

    /// `apply`, which must fail.
    pub fn apply_fails(&self) -> Run<'_> {
        self.run(&["apply", "-no-color", "-input=false", "-auto-approve"]).fails()
    }

    /// `destroy`, which must succeed.
    pub fn destroy(&self) -> Run<'_> {
        self.run(&["destroy", "-no-color", "-input=false", "-auto-approve"]).succeeds()
    }

    /// `destroy`, which must fail.
    pub fn destroy_fails(&self) -> Run<'_> {
        self.run(&["destroy", "-no-color", "-input=false", "-auto-approve"]).fails()
    }

    /// `destroy -refresh=false`, the way out of a plan that is refused.
    pub fn destroy_without_refresh(&self) -> Run<'_> {
        self.run(&["destroy", "-no-color", "-input=false", "-auto-approve", "-refresh=false"])
    }

    /// Changes the only token of the state, as other tools or other versions would have it.
    pub fn edit_token(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        let resources = state["resources"].as_array_mut().unwrap();
        let mut tokens = resources.iter_mut().filter(|r| r["type"] == TOKEN);
        change(&mut tokens.next().unwrap()["instances"][0]["attributes"]);
        self.file("terraform.tfstate", &state.to_string());
    }

    /// The state as it is stored.
    pub fn state(&self) -> Value {
        let text = std::fs::read(self.folder.path().join("terraform.tfstate")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// The attributes of every token in the state, in the order of the state.
    pub fn tokens(&self) -> Vec<Value> {
        let instances = self.instances("pulumiservice_api_tokens_orgtoken").into_iter();
        instances.map(|instance| instance["attributes"].clone()).collect()
    }

    /// What the state has of every object of a type, in the order of the state.
    pub fn instances(&self, ty: &str) -> Vec<Value> {
        let state = self.state();
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        resources
            .iter()
            .filter(|resource| resource["type"] == ty)
            .flat_map(|resource| resource["instances"].as_array().cloned().unwrap_or_default())
            .collect()
    }

    /// The attributes of the only object of a type in the state.
    pub fn only(&self, ty: &str) -> Value {
        let mut instances = self.instances(ty);
        assert_eq!(instances.len(), 1, "{instances:#?}");
        instances.remove(0)["attributes"].take()
    }

    /// An output's value.
    pub fn output(&self, name: &str) -> Value {
        self.state()["outputs"][name]["value"].clone()
    }

    /// The attributes of the only token in the state.
    pub fn only_token(&self) -> Value {
        let mut tokens = self.tokens();
        assert_eq!(tokens.len(), 1, "{tokens:#?}");
        tokens.remove(0)
    }

    /// The requests of one method that the service has seen.
    pub fn requests(&self, method: &str) -> Vec<emulator::RecordedRequest> {
        self.cloud.requests().into_iter().filter(|r| r.method == method).collect()
    }
}

/// A command that has ended.
pub struct Run<'p> {
    project: &'p Project,
    arguments: String,
    output: Output,
}

impl Run<'_> {
    pub fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    pub fn succeeds(self) -> Self {
        assert!(self.output.status.success(), "{self}");
        self
    }

    pub fn fails(self) -> Self {
        assert!(!self.output.status.success(), "{self}");
        assert!(!self.text().contains("panic"), "{self}");
        self
    }

    /// What it wrote to standard output.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// Both outputs with frames and line breaks taken out, as the engine breaks lines where it
    /// likes.
    pub fn text(&self) -> String {
        let both = [&self.output.stdout[..], &self.output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&both).replace(['│', '╷', '╵'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Both outputs as they came.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&[&self.output.stdout[..], &self.output.stderr[..]].concat())
            .into_owned()
    }

    /// Asserts that it says this; white space counts as one blank.
    pub fn says(&self, wanted: &str) -> &Self {
        let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(self.text().contains(&wanted), "does not say {wanted:?}\n{self}");
        self
    }

    /// Asserts that it failed for what isn't known yet: in our words, or in those of an engine that
    /// takes deferrals.
    pub fn is_not_known_yet(&self, engine: &Engine, ours: &[&str]) -> &Self {
        let theirs = "configuration is incomplete";
        match engine.may_take_deferrals() && self.text().contains(theirs) {
            true => self,
            false => ours.iter().fold(self, |output, wanted| output.says(wanted)),
        }
    }

    pub fn says_nothing_of(&self, unwanted: &str) -> &Self {
        assert!(!self.text().contains(unwanted), "says {unwanted:?}\n{self}");
        self
    }

    /// Asserts that a `plan` found nothing to do.
    pub fn is_clean(&self) -> &Self {
        assert_eq!(self.code(), Some(0), "the plan is not clean\n{self}");
        self
    }

    /// Asserts that a `plan` found something to do.
    pub fn has_changes(&self) -> &Self {
        assert_eq!(self.code(), Some(2), "the plan has no changes\n{self}");
        self
    }
}

impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let project = self.project;
        writeln!(f, "$ {} {}", project.engine.name, self.arguments)?;
        writeln!(f, "in {}: {}", project.folder().display(), self.output.status)?;
        if let Ok(hcl) = std::fs::read_to_string(project.folder().join("main.tf")) {
            writeln!(f, "--- main.tf\n{hcl}")?;
        }
        writeln!(f, "--- stdout\n{}", String::from_utf8_lossy(&self.output.stdout))?;
        writeln!(f, "--- stderr\n{}", String::from_utf8_lossy(&self.output.stderr))?;
        writeln!(f, "--- the service was asked")?;
        for request in project.cloud.requests() {
            writeln!(f, "{} {} → {:?}", request.method, request.path, request.status)?;
        }
        Ok(())
    }
}
