//! What is run: a configuration with a number of resources of one kind.

use std::path::Path;
use std::time::Duration;

use emulator::{Config, ORG};
use serde_json::{Value, json};

use crate::harness::{Engine, Project};
use crate::process::{Ended, watch};

/// The resources of a configuration.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    /// `terraform_data`, for which the engine asks nobody.
    Floor,
    /// Tokens, by the program that was built with this one.
    Ours,
    /// Tokens, by another program.
    Other(&'a Path),
}

impl Kind<'_> {
    pub fn name(self) -> String {
        match self {
            Self::Floor => "floor".to_owned(),
            Self::Ours => "this provider".to_owned(),
            Self::Other(path) => path.display().to_string(),
        }
    }
}

/// A project with a number of resources.
pub struct Subject {
    project: Project,
    count: usize,
}

impl Subject {
    /// A project that nothing has been applied of.
    pub fn new(engine: &'static Engine, kind: Kind, count: usize, latency: Duration) -> Self {
        let project = Project::with(engine, Config { latency, ..Config::default() });
        match kind {
            Kind::Floor => project.file(
                "main.tf",
                "variable \"n\" {}\nresource \"terraform_data\" \"t\" {\n  count = var.n\n  input \
                 = \"bench\"\n}\n",
            ),
            Kind::Ours | Kind::Other(_) => project.write(
                "variable \"n\" {}\nresource \"pulumiservice_api_tokens_orgtoken\" \"t\" {\n  \
                 count = var.n\n  org_name = \"acme\"\n  name = \"bench-${count.index}\"\n}\n",
            ),
        }
        if let Kind::Other(program) = kind {
            let link = project.folder().join("plugins/terraform-provider-pulumiservice");
            std::fs::remove_file(&link).expect("the link to this provider");
            std::os::unix::fs::symlink(program, link).expect("a link to the other provider");
        }
        Self { project, count }
    }

    /// A project that all has been applied of. Only the first resource really was: the others are
    /// copies of it, in the state and in the service, and the first plan proves them right.
    pub fn applied(engine: &'static Engine, kind: Kind, count: usize, latency: Duration) -> Self {
        let mut subject = Self::new(engine, kind, 1, latency);
        subject.apply();
        subject.count = count;
        subject.copy_first();
        subject.plan();
        subject
    }

    fn copy_first(&self) {
        let mut state = self.project.state();
        state["serial"] = json!(state["serial"].as_u64().unwrap_or(0) + 1);
        let instances = &mut state["resources"][0]["instances"];
        let first = instances[0].clone();
        *instances = (0..self.count).map(|index| self.copy(&first, index)).collect();
        self.project.file("terraform.tfstate", &state.to_string());
    }

    fn copy(&self, first: &Value, index: usize) -> Value {
        let mut copy = first.clone();
        copy["index_key"] = json!(index);
        if index > 0 && !copy["attributes"]["token_id"].is_null() {
            let name = format!("bench-{index}");
            let token = self.project.cloud.add_token(self.project.cloud.new_token(ORG, &name));
            copy["attributes"]["id"] = json!(format!("{ORG}/{}", token.id));
            copy["attributes"]["token_id"] = json!(token.id);
            copy["attributes"]["name"] = json!(name);
        }
        copy
    }

    /// Plans, and makes sure that there is nothing to do.
    pub fn plan(&self) -> Ended {
        self.run(&["plan", "-detailed-exitcode"])
    }

    /// Applies, and makes sure of it.
    pub fn apply(&self) -> Ended {
        self.run(&["apply", "-auto-approve", "-parallelism=10"])
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.project.cloud.clear_requests();
        let count = format!("-var=n={}", self.count);
        let mut arguments = arguments.to_vec();
        arguments.extend(["-no-color", "-input=false", count.as_str()]);
        let ended = watch(self.project.command(&arguments));
        assert!(ended.status.success(), "{arguments:?}: {}\n{}", ended.status, ended.output);
        ended
    }

    /// How often the service was asked for a page of tokens by the latest command.
    pub fn listings(&self) -> usize {
        let requests = self.project.cloud.requests();
        requests.iter().filter(|r| r.method == "GET" && r.path.contains("/tokens")).count()
    }

    /// How often the service was asked for anything by the latest command.
    pub fn requests(&self) -> usize {
        self.project.cloud.requests().len()
    }
}
