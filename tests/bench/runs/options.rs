//! What to run, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

const HELP: &str = "\
Whole runs, with the real CLI and a local service. Prints tables in Markdown.

Usage: cargo bench --bench runs -- [OPTION]… [SECTION]…

Sections: start, calls, plan, apply, growth (all of them)

Options:
  --rounds N        how often everything is run, alternating (5)
  --tokens N        how many tokens plan and apply have (1000)
  --latency-ms N    how long each request takes the service at least (50)
  --engine TEXT     only engines whose name and version contain it, such as OpenTofu
  --against PATH    another provider with this resource, to compare with
  --help            this text

Engines are `terraform` and `tofu` on the PATH, and those listed in PULUMISERVICE_TEST_ENGINES,
separated as in a PATH.
";

/// What to run.
pub struct Options {
    pub rounds: usize,
    pub tokens: usize,
    pub latency: Duration,
    pub engine: String,
    pub against: Option<PathBuf>,
    sections: Vec<String>,
}

impl Options {
    /// Reads the arguments. `None` if there is nothing to run: help was asked for, or this is
    /// `cargo test`, which builds benchmarks and runs them to see that they still start.
    pub fn read(arguments: impl Iterator<Item = String>) -> anyhow::Result<Option<Self>> {
        let mut options = Self {
            rounds: 5,
            tokens: 1_000,
            latency: Duration::from_millis(50),
            engine: String::new(),
            against: None,
            sections: Vec::new(),
        };
        let mut is_bench = false;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--bench" => is_bench = true,
                "--rounds" => options.rounds = value()?.parse()?,
                "--tokens" => options.tokens = value()?.parse()?,
                "--latency-ms" => options.latency = Duration::from_millis(value()?.parse()?),
                "--engine" => options.engine = value()?,
                "--against" => options.against = Some(PathBuf::from(value()?).canonicalize()?),
                "--help" => {
                    println!("{HELP}");
                    return Ok(None);
                }
                _ if argument.starts_with('-') => bail!("there is no option {argument}: --help"),
                _ => options.sections.push(argument),
            }
        }
        Ok(is_bench.then_some(options))
    }

    /// Whether to run this section.
    pub fn wants(&self, section: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|wanted| wanted == section)
    }
}
