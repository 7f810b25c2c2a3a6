//! Keeps a panic in one request from being more than a failed request.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// A request panicked. What it said went to the log, by way of the panic hook.
#[derive(Debug)]
pub struct Panicked;

/// Runs `request` to its end, or to its panic.
pub async fn guarded<F: Future>(request: F) -> Result<F::Output, Panicked> {
    let mut request = pin!(request);
    // Nothing of a request outlives its panic but locks, and those are never held over a call
    // that can panic; so there is no broken state to be seen.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| request.as_mut().poll(context))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[tokio::test]
    async fn a_panic_is_an_error_also_after_a_wait() {
        let request = async {
            tokio::task::yield_now().await;
            if std::hint::black_box(true) {
                panic!("as a bug would");
            }
        };
        assert!(guarded(request).await.is_err());
        assert_eq!(guarded(async { 1 }).await.unwrap(), 1);
    }
}
