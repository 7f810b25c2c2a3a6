//! Runs each creation in a task of its own and brings its result to the caller.
//!
//! The caller can go away half-way. The creation then comes to its end all the same, and what it
//! made is revoked, since nobody will ever hold it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use super::attempt::Attempt;
use super::{CreateError, CreatedToken, NewOrgToken};
use crate::cloud::client::Inner;
use crate::cloud::{ErrorKind, Stop};

/// Held by the creation whose turn it is.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// The creations of one client.
#[derive(Debug, Default)]
pub(in crate::cloud) struct Creations {
    /// How many are on their way.
    on_their_way: Arc<watch::Sender<usize>>,
    /// One turn per organization and name: two creations of one name could not tell which of them
    /// made what they find.
    turns: Mutex<HashMap<(String, String), Turn>>,
    /// What this client has made and handed out, which no later creation can have made.
    made: Mutex<HashSet<String>>,
}

impl Creations {
    pub(in crate::cloud) async fn settled(&self) {
        // The sender lives as long as `self`, so that this can't fail.
        let _ = self.on_their_way.subscribe().wait_for(|count| *count == 0).await;
    }

    fn enter(&self) -> OnItsWay {
        self.on_their_way.send_modify(|count| *count += 1);
        OnItsWay(Arc::clone(&self.on_their_way))
    }

    async fn turn(&self, org: &str, name: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry((org.to_owned(), name.to_owned())).or_default())
        };
        turn.lock_owned().await
    }

    pub(super) fn made(&self) -> MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a creation until it is dropped.
struct OnItsWay(Arc<watch::Sender<usize>>);

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// A result on its way to the caller, who confirms that it arrived: a caller can go away after the
/// result was sent and before it was taken.
struct Delivery {
    result: Result<CreatedToken, CreateError>,
    receipt: oneshot::Sender<()>,
}

/// Revokes a token whose caller panics with it in hand.
pub(super) struct Guard {
    attempt: Arc<Attempt>,
    id: String,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(runtime) = Handle::try_current()
        {
            let on_its_way = self.attempt.client.creations.enter();
            let (attempt, id) = (Arc::clone(&self.attempt), std::mem::take(&mut self.id));
            runtime.spawn(async move {
                let _on_its_way = on_its_way;
                attempt.clear_up(&id).await;
            });
        }
    }
}

/// Creates a token in a task of its own and waits for what comes of it.
pub(in crate::cloud) async fn create(
    client: Arc<Inner>,
    org: &str,
    token: &NewOrgToken,
    reason: Option<&str>,
) -> Result<CreatedToken, CreateError> {
    let attempt = Attempt::new(client, org, token, reason).map_err(CreateError::NotSent)?;
    let attempt = Arc::new(attempt);
    let lost = attempt.unresolved(None, attempt.error(ErrorKind::Stopped), &attempt.how_to_check());
    let on_its_way = attempt.client.creations.enter();
    let (reply, answer) = oneshot::channel();
    tokio::spawn({
        let attempt = Arc::clone(&attempt);
        async move {
            let _on_its_way = on_its_way;
            attempt.follow(reply).await;
        }
    });
    match answer.await {
        Ok(Delivery { mut result, receipt }) => {
            // A server that learns at this moment that its client is gone drops this future between
            // two polls. Here it gets the chance to, before the token counts as taken.
            tokio::task::yield_now().await;
            // Nobody waits for the receipt only where the runtime is coming down.
            let _ = receipt.send(());
            if let Ok(token) = &mut result {
                log::debug!(
                    org = attempt.org.as_str(), name = attempt.asked.name.as_str(),
                    id = token.id.as_str();
                    "handed over a new token"
                );
                token.guard = Some(Guard { attempt, id: token.id.clone() });
            }
            result
        }
        // The task is gone, with its runtime.
        Err(_) => Err(lost),
    }
}

/// What ends a creation before it is sent: nobody waits for it, or the run is to end.
pub(super) struct Halt {
    stop: Stop,
    reply: oneshot::Sender<Delivery>,
}

impl Halt {
    pub(super) fn is_given(&self) -> bool {
        self.stop.is_stopped() || self.reply.is_closed()
    }

    pub(super) async fn given(&mut self) {
        tokio::select! {
            () = self.stop.stopped() => {}
            () = self.reply.closed() => {}
        }
    }
}

impl Attempt {
    /// Runs, delivers, and clears up what could not be delivered.
    async fn follow(&self, reply: oneshot::Sender<Delivery>) {
        let _turn = self.client.creations.turn(&self.org, &self.asked.name).await;
        let mut halt = Halt { stop: self.client.stop.clone(), reply };
        let result = self.run(&mut halt).await;

        let made = result.as_ref().map(|token| token.id.clone()).map_err(ToString::to_string);
        let (receipt, received) = oneshot::channel();
        let delivered = halt.reply.send(Delivery { result, receipt }).is_ok();
        if delivered && received.await.is_ok() {
            return;
        }
        match made {
            Ok(id) => self.clear_up(&id).await,
            Err(error) => log::warn!(
                org = self.org.as_str(), name = self.asked.name.as_str();
                "a creation ended when its caller had gone: {error}"
            ),
        }
    }

    /// Revokes a token that nobody will ever hold.
    async fn clear_up(&self, id: &str) {
        let Attempt { org, asked: NewOrgToken { name, .. }, .. } = self;
        match self.revoke(id).await {
            Ok(_) => log::warn!(
                org = org.as_str(), name = name.as_str(), id = id;
                "revoked a token that was created when its caller had gone"
            ),
            Err(error) => log::error!(
                org = org.as_str(), name = name.as_str(), id = id;
                "a token was created when its caller had gone, and must be deleted by hand, \
                 because revoking it failed: {error}"
            ),
        }
    }
}
