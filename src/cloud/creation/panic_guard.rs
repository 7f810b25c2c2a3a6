//! What is to be done if whoever holds a value panics.

use std::fmt;

/// Does something if it is dropped by a panic, and nothing otherwise.
pub(super) struct PanicGuard(Option<Box<dyn FnOnce() + Send + Sync>>);

impl PanicGuard {
    pub(super) fn new(on_panic: impl FnOnce() + Send + Sync + 'static) -> PanicGuard {
        PanicGuard(Some(Box::new(on_panic)))
    }
}

impl fmt::Debug for PanicGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PanicGuard")
    }
}

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(on_panic) = self.0.take()
        {
            on_panic();
        }
    }
}
