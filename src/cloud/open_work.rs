//! What is begun and not ended, so that a process can wait for it and say what it leaves behind.

use std::collections::BTreeMap;

use tokio::sync::watch;

/// What is open, in words for the log, in the order in which it began.
#[derive(Debug, Default)]
pub(super) struct OpenWork(watch::Sender<BTreeMap<u64, String>>);

impl OpenWork {
    /// Notes something that begins. It ends with [`OpenWork::end`].
    pub(super) fn begin(&self, description: String) -> u64 {
        let mut number = 0;
        self.0.send_modify(|open| {
            number = open.last_key_value().map_or(0, |(last, _)| last + 1);
            open.insert(number, description);
        });
        number
    }

    pub(super) fn end(&self, number: u64) {
        self.0.send_modify(|open| drop(open.remove(&number)));
    }

    pub(super) fn descriptions(&self) -> Vec<String> {
        self.0.borrow().values().cloned().collect()
    }

    /// Waits until nothing is open.
    pub(super) async fn ended(&self) {
        // The sender lives as long as `self`, so that this can't fail.
        let _ = self.0.subscribe().wait_for(BTreeMap::is_empty).await;
    }
}
