//! What time it is for the service, told from the `Date` headers of its answers.
//!
//! Only a lower bound is kept: the service's clock shows *at least* this. It comes from a date
//! that has whole seconds and was written some time before it arrived, so that the truth may be a
//! second and a bit later, never earlier.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// How much later than its `Date` an answer may truly have been made: the rest of the second, and
/// another one because servers keep the header's text for a second.
const DATE_SLACK: Duration = Duration::from_secs(2);

/// The moment at which something was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::cloud) struct Moment {
    /// By the local clock that only runs forward.
    pub(super) here: Instant,
    /// It was at least this late for the service, by what its answers had told until then.
    pub(super) there: Option<Timestamp>,
}

/// When a request was sent for the last time.
#[derive(Debug, Default)]
pub(in crate::cloud) struct SentAt(Mutex<Option<Moment>>);

impl SentAt {
    /// The moment just before it was sent for the last time.
    pub(in crate::cloud) fn last(&self) -> Option<Moment> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, moment: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment);
    }
}

/// The best bound that the answers so far allow.
#[derive(Debug, Default)]
pub(super) struct ServiceClock {
    /// At this instant here, it was at least this late there.
    known: Option<(Instant, Timestamp)>,
}

impl ServiceClock {
    /// Takes the `Date` of an answer into account.
    pub(super) fn observe(&mut self, date: Timestamp, sent: Instant, received: Instant) {
        let agrees = |known| date.checked_add(DATE_SLACK).is_ok_and(|latest| known <= latest);
        match (self.at(received), self.at(sent)) {
            // What we knew says more, and the service's clock hasn't been set back since.
            (Some(known), Some(at_sending)) if known >= date && agrees(at_sending) => {}
            _ => self.known = Some((received, date)),
        }
    }

    /// It was at least this late for the service at that instant; `None` before any answer.
    pub(super) fn at(&self, instant: Instant) -> Option<Timestamp> {
        let (known_at, known) = self.known?;
        match instant.checked_duration_since(known_at) {
            Some(since) => known.checked_add(since).ok(),
            None => known.checked_sub(known_at.duration_since(instant)).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_800_000_000;

    fn date(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn millis(clock: &ServiceClock, instant: Instant) -> i64 {
        clock.at(instant).unwrap().as_millisecond() - NOON * 1000
    }

    #[tokio::test]
    async fn the_bound_follows_local_time_both_ways() {
        let mut clock = ServiceClock::default();
        let now = Instant::now();
        assert_eq!(clock.at(now), None);
        let received = now + Duration::from_millis(40);
        clock.observe(date(NOON), now, received);
        assert_eq!(millis(&clock, received), 0);
        assert_eq!(millis(&clock, now), -40);
        assert_eq!(millis(&clock, received + Duration::from_millis(700)), 700);
    }

    #[tokio::test]
    async fn the_best_bound_is_kept_until_the_service_contradicts_it() {
        let mut clock = ServiceClock::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        clock.observe(date(NOON), at(0), at(10));
        // Nine tenths later the same second is still shown: it tells nothing new.
        clock.observe(date(NOON), at(900), at(910));
        assert_eq!(millis(&clock, at(910)), 900);
        // The next second is shown: the bound gets better.
        clock.observe(date(NOON + 1), at(920), at(930));
        assert_eq!(millis(&clock, at(930)), 1000);
        // An hour earlier: the clock was set back.
        clock.observe(date(NOON - 3600), at(1000), at(1010));
        assert_eq!(millis(&clock, at(1010)), -3_600_000);
    }
}
