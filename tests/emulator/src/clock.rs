//! The service's clock: what it takes for the time when it dates tokens, judges expiries and
//! fills the `Date` header. It can be moved, so that no test has to wait.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::locked;

/// A clock that all its clones share.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Source>>);

#[derive(Debug)]
enum Source {
    /// The machine's clock, this many milliseconds ahead.
    Running { ahead_ms: i64 },
    /// A time that only passes when it is told to, in milliseconds since 1970.
    Frozen { at_ms: i64 },
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(Source::Running { ahead_ms: 0 })))
    }

    /// A clock that stands still at `unix` seconds until it is moved.
    pub fn frozen(unix: i64) -> Self {
        Self(Arc::new(Mutex::new(Source::Frozen { at_ms: unix * 1000 })))
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        match *locked(&self.0) {
            Source::Running { ahead_ms } => machine_ms() + ahead_ms,
            Source::Frozen { at_ms } => at_ms,
        }
    }

    /// Moves the clock to `unix` seconds. A running clock runs on from there.
    pub fn set(&self, unix: i64) {
        match &mut *locked(&self.0) {
            Source::Running { ahead_ms } => *ahead_ms = unix * 1000 - machine_ms(),
            Source::Frozen { at_ms } => *at_ms = unix * 1000,
        }
    }

    /// Moves the clock by `seconds`; back, if they are negative.
    pub fn advance(&self, seconds: i64) {
        match &mut *locked(&self.0) {
            Source::Running { ahead_ms } => *ahead_ms += seconds * 1000,
            Source::Frozen { at_ms } => *at_ms += seconds * 1000,
        }
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        let at_ms = self.now_ms();
        *locked(&self.0) = Source::Frozen { at_ms };
    }

    /// The time as the `Date` header has it.
    pub fn http_date(&self) -> String {
        http_date(self.now())
    }
}

/// Unix seconds as an HTTP date.
pub fn http_date(unix: i64) -> String {
    let since = Duration::from_secs(u64::try_from(unix).unwrap_or(0));
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

/// Unix seconds as ISO 8601 in UTC.
pub fn iso_8601(unix: i64) -> String {
    jiff::Timestamp::from_second(unix).map_or_else(|_| unix.to_string(), |time| time.to_string())
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told_and_so_do_its_clones() {
        let clock = Clock::frozen(1_000);
        let other = clock.clone();
        assert_eq!(other.now(), 1_000);
        clock.advance(5);
        assert_eq!(other.now(), 1_005);
        clock.set(7);
        assert_eq!(other.now(), 7);
    }

    #[test]
    fn a_running_clock_can_be_off() {
        let clock = Clock::system();
        let true_time = clock.now();
        clock.advance(-3_600);
        assert!(clock.now() < true_time - 3_500);
        clock.set(2_000_000_000);
        assert!((2_000_000_000..2_000_000_060).contains(&clock.now()));
    }

    #[test]
    fn times_are_written_as_the_service_writes_them() {
        assert_eq!(iso_8601(1_782_864_000), "2026-07-01T00:00:00Z");
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
