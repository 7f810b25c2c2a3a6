//! The signal that a run is to end early.

use std::sync::Arc;

use tokio::sync::watch;

/// Says once, to everyone who holds a clone, that the run is to end.
///
/// What waits or retries gives up at once, what has not been sent is not sent, and what is on its
/// way is waited for.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// A signal that has not been given.
    pub fn new() -> Stop {
        Stop(Arc::new(watch::Sender::new(false)))
    }

    /// Gives the signal. It can't be taken back.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether the signal has been given.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the signal is given.
    pub async fn stopped(&self) {
        // The sender lives as long as `self`, so that this can't fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
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
}
