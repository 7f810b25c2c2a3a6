//! Work that blocks, with a time limit.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Does work that may block for ever, such as opening a file on a network mount that is gone, and
/// gives it up after `limit`.
///
/// The work has a thread of its own. One of the runtime's would be waited for at the end, so that
/// the process would never end; of those, one waits for `limit` at most.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] after that time; whatever kept the thread from being started.
pub async fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let wait = move || {
        let (done, result) = mpsc::channel();
        // Nobody may be waiting any more when the work is done.
        let worker = move || drop(done.send(work()));
        thread::Builder::new().name("blocking".to_owned()).spawn(worker)?;
        result.recv_timeout(limit).map_err(|error| match error {
            RecvTimeoutError::Timeout => {
                let message = format!("it was not done within {} s", limit.as_secs_f64());
                io::Error::new(io::ErrorKind::TimedOut, message)
            }
            RecvTimeoutError::Disconnected => io::Error::other("the work ended without a result"),
        })
    };
    tokio::task::spawn_blocking(wait).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
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
