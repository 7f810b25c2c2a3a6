//! What asks the process to end, and what signals mean to a plugin.
//!
//! An interrupt reaches every process of the terminal, but it is the host's to handle: it calls
//! `StopProvider` and waits for what is in flight. What asks this very process to end (or says that
//! its terminal is gone) lets it finish what is in flight, so that a creation's answer still
//! reaches the host. Asked again, it ends at once.

use std::io;

use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// Why signals can't be handled.
#[derive(Debug, Error)]
#[error("can't handle signals: {0}")]
pub struct SignalError(io::Error);

/// Asks a server to end. All clones are one.
#[derive(Clone, Debug, Default)]
pub struct Termination {
    requested: CancellationToken,
    at_once: CancellationToken,
}

impl Termination {
    /// Asks the server to end: the first time, as soon as it has answered the requests in flight,
    /// and from the second time on at once.
    pub fn request(&self) {
        if self.requested.is_cancelled() {
            self.at_once.cancel();
        }
        self.requested.cancel();
    }

    /// Waits until the server is asked to end.
    pub async fn requested(&self) {
        self.requested.cancelled().await;
    }

    /// Waits until the server is asked to end at once.
    pub async fn requested_at_once(&self) {
        self.at_once.cancelled().await;
    }

    /// A termination that signals request. They are taken from the system's default handling, for
    /// as long as the process lives. Interrupts request it only if `by_interrupts`.
    ///
    /// Must be called on a tokio runtime.
    ///
    /// # Errors
    /// The system doesn't let signals be handled.
    pub fn by_signals(by_interrupts: bool) -> Result<Self, SignalError> {
        let termination = Self::default();
        let mut signals = Signals::new(by_interrupts).map_err(SignalError)?;
        tokio::spawn({
            let termination = termination.clone();
            async move {
                loop {
                    signals.next().await;
                    termination.request();
                }
            }
        });
        Ok(termination)
    }
}

#[cfg(unix)]
struct Signals {
    by_interrupts: bool,
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new(by_interrupts: bool) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            by_interrupts,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal that asks the process to end.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv(), if self.by_interrupts => {}
            _ = self.hangup.recv() => {}
            _ = self.quit.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The same with what Windows has for signals.
#[cfg(not(unix))]
struct Signals {
    by_interrupts: bool,
    interrupt: tokio::signal::windows::CtrlC,
    terminate: tokio::signal::windows::CtrlBreak,
}

#[cfg(not(unix))]
impl Signals {
    fn new(by_interrupts: bool) -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};

        Ok(Self { by_interrupts, interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv(), if self.by_interrupts => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Forbids the system to write this process's memory into a file when it crashes: it may hold
/// secrets. To be called before there are any.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, setrlimit};

        // Lowering a limit of its own is something that every process may do.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    }
}
