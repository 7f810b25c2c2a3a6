//! The end of a server: what is still to be done while the host waits for it.

use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::signals::Termination;

/// How long a host waits for what is still to be done. It waits for the answer to `Shutdown`
/// without a limit, and kills the process two seconds after it. People shouldn't wait much longer.
const WHILE_SOMEBODY_WAITS: Duration = Duration::from_secs(10);
/// How long it may take when nobody waits: with what comes after it, less than a minute.
const WHILE_NOBODY_WAITS: Duration = Duration::from_secs(55);
/// How much longer than it was told to the work may take before it is cut off.
const GRACE: Duration = Duration::from_secs(1);
/// How long the host may take to read the answer to `Shutdown` and to close its connection.
const FAREWELL: Duration = Duration::from_millis(100);

/// Why a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The host called `Shutdown`.
    Shutdown,
    /// The host is gone without a word.
    HostGone,
    /// A [`Termination`] asked for it.
    Terminated,
}

/// A server that takes no more requests and has dropped those in flight. Its socket and the folder
/// of it are removed. The host still waits for the answer to its `Shutdown`, as long as this isn't
/// dropped.
#[must_use]
pub struct End {
    /// Why it ended.
    pub reason: Reason,
    pub(super) connections: JoinSet<()>,
    pub(super) graceful: GracefulShutdown,
    pub(super) closing: CancellationToken,
    pub(super) termination: Termination,
}

impl End {
    /// How long what requests have left undone may take.
    pub fn time_limit(&self) -> Duration {
        match self.reason {
            Reason::HostGone => WHILE_NOBODY_WAITS,
            Reason::Shutdown | Reason::Terminated => WHILE_SOMEBODY_WAITS,
        }
    }

    /// Does what requests have left undone, and then lets the host go. The work is cut off by
    /// another request to end, and if it takes longer than the limit.
    pub async fn after(self, work: impl Future<Output = ()>) {
        tokio::select! {
            biased;
            () = self.termination.requested_at_once() => {}
            _ = timeout(self.time_limit() + GRACE, work) => {}
        }
        self.closing.cancel();
        let _ = timeout(FAREWELL, self.graceful.shutdown()).await;
        // Whatever is left of them after that is cut off.
        drop(self.connections);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    fn end(reason: Reason) -> End {
        End {
            reason,
            connections: JoinSet::new(),
            graceful: GracefulShutdown::new(),
            closing: CancellationToken::new(),
            termination: Termination::default(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn work_without_end_holds_up_the_end_for_less_than_a_minute() {
        for (reason, least, most) in
            [(Reason::Shutdown, 10, 12), (Reason::Terminated, 10, 12), (Reason::HostGone, 55, 60)]
        {
            let began = Instant::now();
            end(reason).after(pending()).await;
            let took = began.elapsed().as_secs();
            assert!((least..most).contains(&took), "{reason:?}: {took}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_the_host_does_not_close_is_not_waited_for() {
        let mut end = end(Reason::Shutdown);
        let watcher = end.graceful.watcher();
        end.connections.spawn(async {
            let _watcher = watcher;
            pending().await
        });
        let began = Instant::now();
        end.after(async {}).await;
        assert_eq!(began.elapsed(), FAREWELL);
    }
}
