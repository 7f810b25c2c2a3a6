//! Thousands of tokens, made, refreshed and destroyed by the real CLI, fifty at a time, while one
//! request in twenty meets with a fault of one kind or another.

use std::collections::HashMap;
use std::time::Instant;

use emulator::{Fault, ORG, Random};

use crate::harness::{Project, engines};

/// How often a command is repeated until it has nothing left to do.
const RUNS: usize = 30;

struct Load {
    project: Project,
    seed: u64,
    /// What all commands wrote.
    said: String,
}

impl Load {
    fn new(tokens: usize) -> Self {
        let project = Project::new(&engines()[0]);
        project.write(&format!(
            "provider \"pulumiservice\" {{ max_retries = 8 }}\n\
             resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n count = {tokens}\n org_name \
             = \"{ORG}\"\n name_prefix = \"load-${{count.index}}-\"\n}}"
        ));
        Self { project, seed: 0, said: String::new() }
    }

    /// Runs a command until it succeeds, and looks into the books after each run.
    fn until_it_succeeds(&mut self, arguments: &[&str]) -> usize {
        for run in 1..=RUNS {
            self.seed += 1;
            let kinds = Fault::every_kind();
            let random = Random { seed: self.seed, probability: 0.05, kinds };
            self.project.cloud.set_random(Some(random));
            let ended = self.project.run(arguments);
            self.said.push_str(&ended.text());
            let succeeded = ended.code() == Some(0);
            self.compare();
            if succeeded {
                return run;
            }
        }
        panic!("{arguments:?} did not succeed in {RUNS} runs:\n{:.9000}", self.said);
    }

    /// Every live token is in the state with its value, or was named to the user; and every token
    /// of the state exists, or its deletion failed.
    fn compare(&self) {
        let mut held: HashMap<String, String> = HashMap::new();
        for token in self.project.tokens() {
            let text = |name: &str| token[name].as_str().unwrap_or_default().to_owned();
            held.insert(text("token_id"), text("token_value"));
        }
        for token in self.project.cloud.live(ORG) {
            match held.remove(&token.id) {
                Some(value) => assert_eq!(value, token.value, "{}", token.name),
                None => assert!(self.named(&token.id, &token.name), "nobody holds {}", token.name),
            }
        }
        for id in held.keys() {
            let failed = "Can't delete the token";
            let deleting = self.said.contains(&format!("(id {id}) failed"));
            assert!(deleting && self.said.contains(failed), "{id} is held and doesn't exist");
        }
    }

    fn named(&self, id: &str, name: &str) -> bool {
        self.said.contains("Whether the token was created is not known")
            && (self.said.contains(&format!("the token {id} "))
                || self.said.contains(&format!("named {name:?}")))
    }

    fn left(&self) -> Vec<String> {
        self.project.cloud.live(ORG).into_iter().map(|token| token.name).collect()
    }
}

fn run(tokens: usize) {
    let mut load = Load::new(tokens);
    let mut times = Vec::new();
    for arguments in [
        &["apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=50"][..],
        &[
            "apply",
            "-refresh-only",
            "-auto-approve",
            "-input=false",
            "-no-color",
            "-parallelism=50",
        ],
        &["destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=50"],
    ] {
        let began = Instant::now();
        let runs = load.until_it_succeeds(arguments);
        times.push(format!("{:.0} s in {runs} runs", began.elapsed().as_secs_f64()));
        if arguments[0] == "apply" {
            assert_eq!(load.project.tokens().len(), tokens);
        }
    }
    let requests = load.project.cloud.requests();
    let faults = requests.iter().filter(|request| request.fault.is_some()).count();
    let left = load.left();
    crate::tell(&format!(
        "{tokens} tokens created, refreshed, destroyed: {}; {} requests, {faults} faults, {} names \
         used; left to the user: {left:?}",
        times.join(", "),
        requests.len(),
        load.project.cloud.tokens(ORG).len(),
    ));
    assert!(left.len() * 1_000 <= tokens, "too much is left to the user: {left:?}");
}

#[test]
fn a_hundred_tokens_under_faults() {
    run(100);
}

#[test]
#[ignore = "minutes: cargo soak"]
fn five_thousand_tokens_under_faults() {
    run(5_000);
}
