//! An example in a folder of its own, with a provider whose clock the test moves.

use std::ops::Deref;

use emulator::{Clock, Config};
use pulumiservice::cloud::SystemRandom;

use crate::folders;
use crate::harness::{Engine, Project};
use crate::inprocess::{Served, TestClock, provider};

const DAY: i64 = 86_400;
const START: i64 = 1_900_000_000;

/// A project that has been initialized.
pub struct Attached {
    project: Project,
    clock: TestClock,
    _served: Served,
}

impl Attached {
    /// A copy of `examples/{example}`, with its modules installed.
    pub fn example(engine: &'static Engine, example: &str) -> Self {
        Self::beside(engine, example, &[])
    }

    /// The same with other providers beside this one.
    pub fn beside(engine: &'static Engine, example: &str, others: &[&Served]) -> Self {
        let config = Config { clock: Clock::frozen(START), ..Config::default() };
        let mut project = Project::with(engine, config);
        folders::copy(&folders::examples().join(example), project.folder());
        let clock = TestClock::at(START);
        let served = Served::start(provider(&project.cloud, clock.clone(), SystemRandom));
        project.set("TF_REATTACH_PROVIDERS", together(&served, others));
        project.run(&["init", "-no-color", "-input=false"]).succeeds();
        Self { project, clock, _served: served }
    }

    /// Lets days pass, for the provider and the service.
    pub fn days_pass(&self, days: i64) {
        self.clock.set(&self.project.cloud, self.clock.now() + days * DAY);
    }

    /// What the stand-in for a secret store holds.
    pub fn stored(&self) -> String {
        let state = self.state();
        let resources = state["resources"].as_array().unwrap();
        let secret = resources.iter().find(|r| r["module"] == "module.secret_store").unwrap();
        let value = &secret["instances"][0]["attributes"]["output"]["value"]["value"];
        value.as_str().unwrap().to_owned()
    }

    /// The values of the tokens that give access at this moment, the oldest first.
    pub fn valid(&self) -> Vec<String> {
        self.cloud.live("acme").into_iter().map(|token| token.value).collect()
    }
}

/// For `TF_REATTACH_PROVIDERS`: a provider and others.
fn together(served: &Served, others: &[&Served]) -> String {
    let all = others.iter().chain([&served]).map(|served| {
        let one = served.reattach.trim();
        one.strip_prefix('{').and_then(|one| one.strip_suffix('}')).unwrap()
    });
    format!("{{{}}}", all.collect::<Vec<_>>().join(","))
}

impl Deref for Attached {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}
