//! From the start of the process to its first answers, as an engine sees it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;
use pulumiservice::protocol::wire::get_provider_schema::Request;

use crate::harness::BINARY;
use crate::host::Host;
use crate::options::Options;
use crate::process;
use crate::table::{self, alternate, median};

/// A start takes so little that the rounds of whole runs are not enough.
const TIMES: usize = 5;

struct Started {
    handshake: Duration,
    schema: Duration,
    resident: u64,
}

/// Prints what a start takes. It is compared with the same program that is only asked for its
/// version: what the system needs to start and end a process of this size.
pub fn report(options: &Options) -> anyhow::Result<()> {
    let rounds = options.rounds * TIMES;
    let host = Host::new()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let started = |program: &Path| runtime.block_on(start(&host, program));
    let ours = PathBuf::from(BINARY);
    let other = options.against.as_deref();

    let mut version = || version(&ours);
    let mut our_start = || started(&ours);
    let mut other_start = || started(other.unwrap_or(&ours));
    let mut subjects: Vec<&mut dyn FnMut() -> anyhow::Result<Started>> =
        vec![&mut version, &mut our_start];
    if other.is_some() {
        subjects.push(&mut other_start);
    }
    let mut names = vec!["`--version`".to_owned(), "this provider".to_owned()];
    names.extend(other.map(|path| path.display().to_string()));

    table::head(
        &format!("Start, {rounds} rounds"),
        &["what", "to the handshake", "to the first schema", "resident then", "program"],
    );
    let programs = [&ours, &ours].into_iter().map(PathBuf::as_path).chain(other);
    for ((name, runs), program) in names.iter().zip(alternate(rounds, &mut subjects)).zip(programs)
    {
        let runs: Vec<Started> = runs.into_iter().collect::<anyhow::Result<_>>()?;
        table::row(&[
            name.clone(),
            table::time(median(runs.iter().map(|run| run.handshake))),
            table::time(median(runs.iter().map(|run| run.schema))),
            table::memory(median(runs.iter().map(|run| run.resident))),
            table::memory(program.metadata()?.len() / 1024),
        ]);
    }
    Ok(())
}

async fn start(host: &Host, program: &Path) -> anyhow::Result<Started> {
    let mut running = host.start(program).await?;
    let answer = running.client.get_provider_schema(Request::default()).await?.into_inner();
    let schema = running.began.elapsed();
    ensure!(!answer.resource_schemas.is_empty(), "no schema");
    let resident = process::status(running.id(), "VmRSS:");
    Ok(Started { handshake: running.handshake, schema, resident })
}

/// The time that the program takes to say its version, as both figures.
fn version(program: &Path) -> anyhow::Result<Started> {
    let began = Instant::now();
    let output = Command::new(program).arg("--version").output()?;
    let took = began.elapsed();
    ensure!(output.status.success(), "--version: {}", output.status);
    Ok(Started { handshake: took, schema: took, resident: 0 })
}
