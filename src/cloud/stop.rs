//! The signal that a run is to end early, and the moment by which it has to have ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How long a call goes on after the signal that looks for a token that may exist, or revokes it.
const GRACE: Duration = Duration::from_secs(10);

/// Says once, to everyone who holds a clone, that the run is to end.
///
/// What waits or retries gives up at once, what has not been sent is not sent, and what is on its
/// way is waited for. What clears up after a lost answer has some seconds more.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<Signal>>);

#[derive(Clone, Copy, Debug, Default)]
struct Signal {
    /// When it was given.
    given: Option<Instant>,
    /// When the process ends, whatever is open then.
    end: Option<Instant>,
}

impl Signal {
    /// When clearing up has to be over that began at this moment.
    fn grace_end(&self, began: Instant) -> Option<Instant> {
        self.end.or(Some(self.given?.max(began) + GRACE))
    }
}

impl Stop {
    /// A signal that has not been given.
    pub fn new() -> Stop {
        Stop(Arc::new(watch::Sender::new(Signal::default())))
    }

    /// Gives the signal. It can't be taken back.
    pub fn stop(&self) {
        self.0.send_modify(|signal| {
            signal.given.get_or_insert_with(Instant::now);
        });
    }

    /// Gives the signal, and says that the process ends at this moment.
    pub fn end_by(&self, end: Instant) {
        self.0.send_modify(|signal| {
            signal.given.get_or_insert_with(Instant::now);
            signal.end = Some(signal.end.map_or(end, |earlier| earlier.min(end)));
        });
    }

    /// Whether the signal has been given.
    pub fn is_stopped(&self) -> bool {
        self.0.borrow().given.is_some()
    }

    /// Waits until the signal is given.
    pub async fn stopped(&self) {
        // The sender lives as long as `self`, so that this can't fail.
        let _ = self.0.subscribe().wait_for(|signal| signal.given.is_some()).await;
    }

    /// Whether the process is about to end.
    pub(super) fn is_ending(&self) -> bool {
        self.0.borrow().end.is_some()
    }

    /// Waits until the process is about to end.
    pub(super) async fn ending(&self) {
        let _ = self.0.subscribe().wait_for(|signal| signal.end.is_some()).await;
    }

    /// Whether the time is over for clearing up that began at this moment.
    pub(super) fn is_grace_over(&self, began: Instant) -> bool {
        self.0.borrow().grace_end(began).is_some_and(|end| end <= Instant::now())
    }

    /// Waits until the time is over for clearing up that began at this moment.
    pub(super) async fn grace_over(&self, began: Instant) {
        self.passed(|signal| signal.grace_end(began)).await;
    }

    /// Waits until the moment at which the process ends.
    pub(super) async fn ended(&self) {
        self.passed(|signal| signal.end).await;
    }

    async fn passed(&self, moment: impl Fn(&Signal) -> Option<Instant>) {
        let mut signals = self.0.subscribe();
        loop {
            let moment = moment(&signals.borrow_and_update());
            match moment {
                Some(moment) => tokio::select! {
                    () = sleep_until(moment) => return,
                    _ = signals.changed() => {}
                },
                None => {
                    let _ = signals.changed().await;
                }
            }
        }
    }
}

impl Default for Stop {
    fn default() -> Stop {
        Stop::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_clone_hears_it_whenever_it_asks() {
        let stop = Stop::new();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.stopped().await }
        });
        assert!(!stop.is_stopped());
        stop.clone().stop();
        assert!(stop.is_stopped());
        waiting.await.unwrap();
        stop.stopped().await;
    }

    #[tokio::test(start_paused = true)]
    async fn clearing_up_has_its_time_unless_the_process_ends_before() {
        let stop = Stop::new();
        let began = Instant::now();
        stop.stop();
        assert!(!stop.is_grace_over(began) && !stop.is_ending());
        stop.grace_over(began).await;
        assert_eq!(began.elapsed().as_secs(), GRACE.as_secs());
        let late = Instant::now();
        assert!(stop.is_grace_over(began) && !stop.is_grace_over(late));
        stop.grace_over(late).await;
        assert_eq!(late.elapsed().as_secs(), GRACE.as_secs());

        let stop = Stop::new();
        let began = Instant::now();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { tokio::join!(stop.grace_over(began), stop.ended()) }
        });
        tokio::task::yield_now().await;
        stop.end_by(began + Duration::from_secs(2));
        stop.end_by(began + Duration::from_secs(60));
        waiting.await.unwrap();
        assert_eq!(began.elapsed().as_secs(), 2);
        assert!(stop.is_ending() && stop.is_grace_over(Instant::now()));
    }
}
