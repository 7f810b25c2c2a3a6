//! Requests that wait until a test lets them go: a delay that takes no time and no luck.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::pick::{On, Picker, Traits};

/// How long a test waits for a request before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a request waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before the service acts.
    BeforeActing,
    /// After it has acted, before it answers.
    AfterActing,
}

/// A hold on requests. They wait until it is released or dropped.
#[derive(Debug)]
pub struct Hold {
    gate: Arc<Gate>,
    runtime: Handle,
}

impl Hold {
    /// Waits until a request is held. Not for asynchronous code.
    ///
    /// # Panics
    /// If none comes within a minute.
    pub fn arrived(&self) {
        self.runtime.block_on(self.arrivals(1));
    }

    /// Waits until a request is held.
    ///
    /// # Panics
    /// If none comes within a minute.
    pub async fn has_arrived(&self) {
        self.arrivals(1).await;
    }

    /// Waits until so many requests have been held.
    ///
    /// # Panics
    /// If they don't come within a minute.
    pub async fn arrivals(&self, count: u64) {
        let mut arrived = self.gate.arrived.subscribe();
        let came = timeout(PATIENCE, arrived.wait_for(|&arrived| arrived >= count)).await;
        assert!(came.is_ok(), "{count} requests were to be held, and they did not come");
    }

    /// Lets go those that wait, and all that come.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.gate.open.send_replace(true);
    }
}

#[derive(Debug)]
struct Gate {
    when: When,
    arrived: watch::Sender<u64>,
    open: watch::Sender<bool>,
}

/// All holds.
#[derive(Debug, Default)]
pub(crate) struct Gates(Vec<(Picker, Arc<Gate>)>);

impl Gates {
    pub fn hold(&mut self, on: On, when: When, runtime: Handle) -> Hold {
        let (arrived, open) = (watch::Sender::new(0), watch::Sender::new(false));
        let gate = Arc::new(Gate { when, arrived, open });
        self.0.push((Picker::new(on), gate.clone()));
        Hold { gate, runtime }
    }

    /// The holds that this request meets with.
    pub fn of(&mut self, request: &Traits<'_>) -> Met {
        self.0.retain(|(_, gate)| !*gate.open.borrow());
        let met = self
            .0
            .iter_mut()
            .filter_map(|(picker, gate)| picker.picks(request).then(|| gate.clone()));
        Met(met.collect())
    }
}

/// The holds that one request meets with.
pub(crate) struct Met(Vec<Arc<Gate>>);

impl Met {
    pub async fn pass_before(&self) {
        self.pass(When::BeforeActing).await;
    }

    pub async fn pass_after(&self) {
        self.pass(When::AfterActing).await;
    }

    async fn pass(&self, when: When) {
        for gate in self.0.iter().filter(|gate| gate.when == when) {
            let mut open = gate.open.subscribe();
            gate.arrived.send_modify(|arrived| *arrived += 1);
            // The gate lives as long as this reference to it, so there is no error to wait into.
            let _ = open.wait_for(|&open| open).await;
        }
    }
}
