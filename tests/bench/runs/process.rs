//! A process and those that it starts, as the system counts them. Linux only; elsewhere there are
//! no figures of memory and CPU.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often to look. What a process does after the last look is not seen.
const LOOK: Duration = Duration::from_millis(10);
/// What the kernel counts CPU time in, whatever it uses itself.
const TICK: Duration = Duration::from_millis(10);

/// A command (an engine's) that has ended, and what it and its children (the providers) took.
pub struct Ended {
    pub status: ExitStatus,
    pub output: String,
    pub took: Duration,
    /// The most memory that any child had resident, in KiB.
    pub peak: u64,
    /// User and system time of all children.
    pub cpu: Duration,
    /// The same of the command alone.
    pub own_cpu: Duration,
}

/// Runs a command and watches its children.
pub fn watch(mut command: Command) -> Ended {
    let output = tempfile::NamedTempFile::new().expect("a file");
    let file = || Stdio::from(output.reopen().expect("a file"));
    command.stdin(Stdio::null()).stdout(file()).stderr(file());
    let mut children: HashMap<u32, (u64, Duration)> = HashMap::new();
    let began = Instant::now();
    let mut process = command.spawn().expect("a command that can be started");
    let mut own_cpu = Duration::ZERO;
    let id = process.id();
    // Waited for elsewhere, so that the end is not as coarse as the looking.
    let (end, ended) = mpsc::channel();
    thread::spawn(move || {
        let status = process.wait().expect("an exit status");
        let _ = end.send((status, began.elapsed()));
    });
    let (status, took) = loop {
        match ended.recv_timeout(LOOK) {
            Ok(end) => break end,
            Err(_) => {
                look(id, &mut children);
                own_cpu = own_cpu.max(cpu(id));
            }
        }
    };
    Ended {
        status,
        output: fs::read_to_string(output.path()).unwrap_or_default(),
        took,
        peak: children.values().map(|(peak, _)| *peak).max().unwrap_or(0),
        cpu: children.values().map(|(_, cpu)| *cpu).sum(),
        own_cpu,
    }
}

fn look(parent: u32, children: &mut HashMap<u32, (u64, Duration)>) {
    let Ok(threads) = fs::read_dir(format!("/proc/{parent}/task")) else { return };
    for thread in threads.flatten() {
        let listed = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in listed.split_whitespace().filter_map(|id| id.parse().ok()) {
            // Until a child runs its own program, it shows its parent's memory; once it has
            // ended, none.
            let peak = status(child, "VmHWM:");
            if peak > 0 && program(child) != program(parent) {
                children.insert(child, (peak, cpu(child)));
            }
        }
    }
}

fn program(id: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{id}/exe")).ok()
}

/// A figure of a process's status, in KiB.
pub fn status(id: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

/// User and system time of a process.
pub fn cpu(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"));
    // The name, in brackets, may hold anything; after it comes the third field.
    let stat = stat.unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).map(|field| field.parse().unwrap_or(0));
    TICK * ticks.sum::<u32>()
}
