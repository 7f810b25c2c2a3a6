//! Work that blocks, with a time limit.

use std::io;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// Does work that may block for ever, such as opening a file on a network mount that is gone, and
/// gives it up after `limit`.
///
/// The work has a thread of its own, not one of the runtime's: those are waited for at the end, so
/// that the process would never end.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] after that time; whatever kept the thread from being started.
pub async fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (done, result) = oneshot::channel();
    thread::Builder::new().name("blocking".to_owned()).spawn(move || {
        // Nobody may be waiting any more.
        let _ = done.send(work());
    })?;
    match tokio::time::timeout(limit, result).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(_)) => Err(io::Error::other("the work ended without a result")),
        Err(_) => {
            let seconds = limit.as_secs_f64();
            let message = format!("it was not done within {seconds} s");
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_that_never_ends_is_given_up() {
        let (release, held) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(1), move || held.recv()).await;
        assert_eq!(stuck.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(release);
        assert_eq!(within(Duration::from_secs(60), || 7).await.unwrap(), 7);
    }
}
