//! What people see of all this in the real CLI.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use emulator::{ACCESS_TOKEN, AccessToken, Config, Emulator, LOGIN, ORG, Permissions};

use crate::project::{BINARY, Project, each_engine};

#[test]
fn a_long_temporary_folder_is_no_obstacle() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"");
        let long = project.folder().join("long".repeat(30));
        std::fs::create_dir(&long).unwrap();
        project.set("TMPDIR", long.display().to_string());
        project.plan().has_changes();
    });
}

#[test]
fn what_keeps_the_provider_from_serving_is_in_the_clis_own_error() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"");
        project.set("PLUGIN_UNIX_SOCKET_DIR", "/nowhere/at/all");
        project
            .plan_fails()
            .says("pulumiservice can't serve: can't make the folder /nowhere/at/all/tf")
            .says("No such file or directory");
    });
}

#[test]
fn a_normal_run_has_no_warning_in_its_log() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"");
        project.set("TF_LOG_PROVIDER", "TRACE");
        let run = project.apply();
        let said = run.text();
        assert!(
            said.contains("[DEBUG] provider.terraform-provider-pulumiservice: ending"),
            "{run}"
        );
        for level in ["WARN", "ERROR"] {
            let line = format!("[{level}] provider.terraform-provider-pulumiservice:");
            assert!(!said.contains(&line), "{run}");
        }
    });
}

/// A provider that somebody started by hand.
struct Debugged {
    process: Child,
    reattach: String,
}

impl Debugged {
    fn start() -> Self {
        let mut process = Command::new(BINARY)
            .arg("--debug")
            .env_clear()
            .env("TMPDIR", std::env::temp_dir())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut lines = lines.map(|line| line.unwrap());
        let found = lines.find_map(|line| {
            let value = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='")?;
            Some(value.strip_suffix('\'')?.to_owned())
        });
        Self { process, reattach: found.unwrap() }
    }
}

impl Drop for Debugged {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn under_a_debugger_each_configuration_has_its_own_service_and_credentials() {
    const OTHER_ACCESS: &str = "pul-other-access";
    each_engine(|engine| {
        let debugged = Debugged::start();
        let other = Emulator::start(Config {
            access_tokens: vec![AccessToken {
                value: OTHER_ACCESS.to_owned(),
                login: LOGIN.to_owned(),
                permissions: Permissions::default(),
            }],
            ..Config::default()
        });
        let mut project = Project::new(engine);
        project.set("TF_REATTACH_PROVIDERS", debugged.reattach.clone());
        project.write(&format!(
            r#"
provider "pulumiservice" {{
  api_url      = "{}"
  access_token = "{ACCESS_TOKEN}"
}}
provider "pulumiservice" {{
  alias        = "other"
  api_url      = "{}"
  access_token = "{OTHER_ACCESS}"
}}
resource "pulumiservice_api_tokens_orgtoken" "here" {{
  org_name = "{ORG}"
  name     = "here"
}}
resource "pulumiservice_api_tokens_orgtoken" "there" {{
  provider = pulumiservice.other
  org_name = "{ORG}"
  name     = "there"
}}"#,
            project.cloud.url(),
            other.url(),
        ));
        project.apply();
        let names = |cloud: &Emulator| {
            cloud.live(ORG).into_iter().map(|token| token.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&project.cloud), ["here"]);
        assert_eq!(names(&other), ["there"]);
        project.plan().is_clean();
        project.destroy();
        assert!(names(&project.cloud).is_empty() && names(&other).is_empty());
    });
}
