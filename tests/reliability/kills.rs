//! Terraform and the provider, killed with SIGKILL in the middle of applies.
//!
//! A kill strikes either while the service holds one of the run's requests up, before or after it
//! has acted, or at any moment of the run. The provider's log goes to a file, which outlives
//! Terraform and tells which tokens it was given while it lived: only those may live without being
//! in the state. What Terraform wrote tells which of them it had taken note of.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use emulator::{Hold, LOGIN, ORG, On, When};
use serde_json::Value;

use crate::chance::{self, Dice};
use crate::harness::{BINARY, Project, engines};

/// How many tokens an apply makes.
const TOKENS: usize = 4;
/// Where the provider logs, in the project's folder.
const LOG: &str = "provider.log";
/// Where Terraform writes.
const OUTPUT: &str = "apply.txt";
/// The variable by which a run's processes are known.
const MARK: &str = "RELIABILITY_RUN";
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// An apply that is under way, and the request at which the service holds it up, if any.
struct Apply {
    engine: Child,
    mark: String,
    hold: Option<Hold>,
}

impl Apply {
    fn start(project: &mut Project, dice: &mut Dice, parallelism: usize) -> Self {
        // Of two tests with the same seed, none may kill the other's processes.
        let mark = project.folder().display().to_string();
        project.set(MARK, mark.clone());
        let parallelism = format!("-parallelism={parallelism}");
        let hold = (dice.below(4) > 0).then(|| {
            let on = match dice.below(3) {
                0 => On::any().skip(dice.below(10) as u64),
                _ => On::creations().skip(dice.below(TOKENS) as u64),
            };
            project.cloud.hold(on, dice.pick(&[When::BeforeActing, When::AfterActing]))
        });
        let engine = project
            .command(&["apply", "-no-color", "-input=false", "-auto-approve", &parallelism])
            .stdout(File::create(project.folder().join(OUTPUT)).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { engine, mark, hold }
    }

    /// Waits for the moment to strike: a request that is held, or any moment; or the run's end.
    fn moment(&mut self, dice: &mut Dice) {
        let any_moment = Duration::from_millis(200 + dice.below(1_500) as u64);
        let after_it_is_held = Duration::from_millis(dice.below(400) as u64);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let strike = async {
                match &self.hold {
                    Some(hold) => {
                        hold.has_arrived().await;
                        tokio::time::sleep(after_it_is_held).await;
                    }
                    None => tokio::time::sleep(any_moment).await,
                }
            };
            let engine = &mut self.engine;
            let over = async {
                while engine.try_wait().unwrap().is_none() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::select! {
                () = strike => {}
                () = over => {}
            }
        });
    }

    /// The provider's processes of this run.
    fn providers(&self) -> Vec<u32> {
        processes(&self.mark).into_iter().filter(|pid| *pid != self.engine.id()).collect()
    }

    /// Waits until every process of the run has ended, and the service has dealt with all that they
    /// asked for.
    fn ended(&mut self, project: &Project) {
        self.hold = None;
        let began = Instant::now();
        let _ = self.engine.wait();
        while !processes(&self.mark).is_empty() {
            assert!(began.elapsed() < PATIENCE, "the provider does not end without its host");
            sleep(Duration::from_millis(10));
        }
        while project.cloud.requests().iter().any(|request| request.status.is_none()) {
            assert!(began.elapsed() < PATIENCE, "the service does not answer");
            sleep(Duration::from_millis(10));
        }
    }
}

/// The processes that have this mark in their environment.
fn processes(mark: &str) -> Vec<u32> {
    let wanted = format!("{MARK}={mark}");
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let environment = std::fs::read(Path::new("/proc").join(pid.to_string()).join("environ"));
        let environment = environment.unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    })
    .collect()
}

fn kill(pid: u32) {
    let killed = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -KILL {pid}")])
        .stderr(Stdio::null())
        .status();
    // It may have ended by itself.
    assert!(killed.is_ok());
}

fn project(seed: u64) -> Project {
    let engines = engines();
    let mut project = Project::new(&engines[seed as usize % engines.len()]);
    project.set("TF_LOG_PROVIDER", "DEBUG");
    let plugin = project.folder().join("plugins/terraform-provider-pulumiservice");
    let log = project.folder().join(LOG);
    std::fs::remove_file(&plugin).unwrap();
    let script = format!("#!/bin/sh\nexec '{BINARY}' 2>>'{}'\n", log.display());
    std::fs::write(&plugin, script).unwrap();
    std::fs::set_permissions(&plugin, PermissionsExt::from_mode(0o755)).unwrap();
    project.cloud.set_latency(Duration::from_millis(20));
    project.write(&format!(
        "resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n count = {TOKENS}\n org_name = \
         \"{ORG}\"\n name = \"k-${{count.index}}\"\n}}"
    ));
    project
}

/// The ids and values in the state. A state that a kill has cut off is Terraform's loss.
fn held(project: &Project) -> Vec<(String, String)> {
    let text = std::fs::read(project.folder().join("terraform.tfstate")).unwrap_or_default();
    if serde_json::from_slice::<Value>(&text).is_err() {
        return Vec::new();
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tokens = project.tokens();
    tokens.iter().map(|token| (text(&token["token_id"]), text(&token["token_value"]))).collect()
}

/// The live tokens that the state lacks, by name and id.
fn lacking(project: &Project) -> Vec<(String, String)> {
    let held = held(project);
    for (id, value) in &held {
        let live = project.cloud.live(ORG).into_iter().find(|token| token.id == *id);
        assert_eq!(live.map(|token| token.value).as_ref(), Some(value), "{id} is not as it was");
    }
    let live = project.cloud.live(ORG).into_iter();
    let lacking = live.filter(|token| held.iter().all(|(id, _)| *id != token.id));
    lacking.map(|token| (token.name, token.id)).collect()
}

/// The ids of the tokens that the provider gave to its host, having seen that it was there.
fn given(project: &Project) -> HashSet<String> {
    let log = std::fs::read_to_string(project.folder().join(LOG)).unwrap_or_default();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let given = lines.filter(|line| line["@message"] == "handed over a new token");
    given.filter_map(|line| Some(line["id"].as_str()?.to_owned())).collect()
}

/// What a number of kills came to.
#[derive(Default)]
struct Tally {
    struck: usize,
    lacking: usize,
    /// How many of those Terraform had said were created.
    noted: usize,
}

fn terraform_killed(seed: u64, tally: &mut Tally) {
    let mut dice = Dice::new(seed);
    let mut project = project(seed);
    let mut apply = Apply::start(&mut project, &mut dice, 10);
    apply.moment(&mut dice);
    tally.struck += usize::from(apply.engine.try_wait().unwrap().is_none());
    apply.engine.kill().unwrap();
    apply.engine.wait().unwrap();
    apply.ended(&project);
    let given = given(&project);
    let output = std::fs::read_to_string(project.folder().join(OUTPUT)).unwrap();
    for (name, id) in lacking(&project) {
        let log = || std::fs::read_to_string(project.folder().join(LOG)).unwrap_or_default();
        assert!(given.contains(&id), "seed {seed}: nobody holds {name} ({id})\n{}", log());
        tally.lacking += 1;
        tally.noted += usize::from(output.contains(&format!("[id={ORG}/{id}]")));
    }
}

fn provider_killed(seed: u64, tally: &mut Tally) {
    let mut dice = Dice::new(seed);
    let mut project = project(seed);
    let mut apply = Apply::start(&mut project, &mut dice, 1);
    apply.moment(&mut dice);
    let providers = apply.providers();
    tally.struck += usize::from(!providers.is_empty());
    providers.into_iter().for_each(kill);
    apply.ended(&project);
    let lacking = lacking(&project);
    assert!(lacking.len() <= 1, "seed {seed}: more than the one in flight: {lacking:?}");
    tally.lacking += lacking.len();
    match lacking.first() {
        Some((_, id)) => {
            let created =
                project.cloud.live(ORG).into_iter().find(|token| token.id == *id).unwrap();
            let created = jiff::Timestamp::from_second(created.created).unwrap();
            project
                .plan_fails()
                .says("The token's name is taken")
                .says(&format!("its id is {id}, created {created} by {LOGIN}"))
                .says(
                    "If a run was cut off, its value is lost: delete it or import it, and choose \
                     another name.",
                );
        }
        None => drop(project.plan()),
    }
}

fn run_all(what: &str, count: u64, one: fn(u64, &mut Tally)) {
    let seeds = match chance::asked_for("PULUMISERVICE_KILL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..count + 1,
    };
    let began = Instant::now();
    let mut tally = Tally::default();
    for seed in seeds.clone() {
        crate::tell(&format!("{what}: PULUMISERVICE_KILL_SEED={seed}"));
        one(seed, &mut tally);
    }
    crate::tell(&format!(
        "{what} in {} of {} applies, in {:.0} s; tokens that the state lacks: {}, of which Terraform \
         had said that they were created: {}",
        tally.struck,
        seeds.count(),
        began.elapsed().as_secs_f64(),
        tally.lacking,
        tally.noted
    ));
}

#[test]
fn terraform_killed_leaves_no_token_that_it_was_not_given() {
    run_all("terraform killed", 5, terraform_killed);
}

#[test]
fn the_provider_killed_leaves_at_most_the_creation_in_flight() {
    run_all("the provider killed", 5, provider_killed);
}

#[test]
#[ignore = "minutes: cargo soak"]
fn terraform_killed_in_200_applies() {
    run_all("terraform killed", 200, terraform_killed);
}

#[test]
#[ignore = "minutes: cargo soak"]
fn the_provider_killed_in_200_applies() {
    run_all("the provider killed", 200, provider_killed);
}
