//! The local Pulumi Cloud as a program: it prints its address and serves until interrupted.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use emulator::{AccessToken, CONTROL_HELP, Clock, Config, Emulator, Org, Permissions};

const HELP: &str = "\
A local Pulumi Cloud, as far as access tokens and who may do what go. It prints its URL and serves until interrupted.

Usage: emulator [OPTION]…
  --port N              the port on 127.0.0.1 (any that is free)
  --org NAME            an organization, and may be given again (acme)
  --access-token VALUE  an admin user's access token, and may be given again (pul-lab-access)
  --latency-ms N        how long each request takes at least (0)
  --seed N              what token ids and values are made from (another each time)
  --clock UNIX          the time that its clock starts at (now)
  --tls                 speak TLS, with an authority of its own
  --ca-file PATH        with --tls: where to write the authority's certificate
  --help                this text
";

fn main() -> anyhow::Result<()> {
    let mut config = Config::default();
    let (mut orgs, mut access_tokens) = (Vec::new(), Vec::new());
    let mut ca_file = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{option} needs a value"));
        match option.as_str() {
            "--port" => config.port = value()?.parse()?,
            "--org" => orgs.push(Org::new(&value()?)),
            "--access-token" => access_tokens.push(AccessToken {
                value: value()?,
                login: emulator::LOGIN.to_owned(),
                permissions: Permissions::ALL,
            }),
            "--latency-ms" => config.latency = Duration::from_millis(value()?.parse()?),
            "--seed" => config.seed = Some(value()?.parse()?),
            "--clock" => {
                config.clock = Clock::system();
                config.clock.set(value()?.parse()?);
            }
            "--tls" => config.tls = true,
            "--ca-file" => ca_file = Some(value()?),
            "--help" => return say(&format!("{HELP}\n{CONTROL_HELP}")),
            _ => bail!("there is no option {option}; see --help"),
        }
    }
    if !orgs.is_empty() {
        config.orgs = orgs;
    }
    if !access_tokens.is_empty() {
        config.access_tokens = access_tokens;
    }
    let emulator = Emulator::try_start(config)?;
    if let (Some(path), Some(pem)) = (ca_file, emulator.ca_pem()) {
        std::fs::write(&path, pem).with_context(|| format!("can't write {path}"))?;
    }
    say(&format!("{}\n", emulator.url()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(tokio::signal::ctrl_c())?)
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
