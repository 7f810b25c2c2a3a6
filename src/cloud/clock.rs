//! The seams for time and chance, so that tests decide about both.
//!
//! Waiting is not among them: it goes through `tokio::time`, whose clock tests can pause.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time of day.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // The spread of waiting times depends on it, and the names that are drawn: if two
            // of those are the same, the service refuses the second.
            log::warn!("the operating system has no random numbers: {error}");
        }
    }
}

/// The seams of a client.
#[derive(Clone)]
pub struct Seams {
    /// The time of day, for a `Retry-After` that is a date.
    pub clock: Arc<dyn Clock>,
    /// Chance, for the spread of waiting times.
    pub random: Arc<dyn Random>,
}

impl Seams {
    /// The real clock and real chance.
    pub fn system() -> Seams {
        Seams { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}

impl fmt::Debug for Seams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seams").finish_non_exhaustive()
    }
}
