//! Runs each creation in a task of its own and brings its result to the caller.
//!
//! The caller can go away half-way. The creation then comes to its end all the same, and what it
//! made is revoked, since nobody will ever hold it.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::attempt::Attempt;
use super::panic_guard::PanicGuard;
use super::{CreateError, CreatedToken, Creations, NewToken, Unclear};
use crate::cloud::{Error, ErrorKind, Owner, Stop, Text};

/// A result on its way to the caller, who confirms that it arrived: a caller can go away after the
/// result was sent and before it was taken.
struct Delivery {
    result: Result<CreatedToken, CreateError>,
    receipt: oneshot::Sender<()>,
}

/// Creates a token in a task of its own and waits for what comes of it.
pub(in crate::cloud) async fn create(
    creations: &Arc<Creations>,
    owner: &Owner,
    token: &NewToken,
    reason: Option<&str>,
) -> Result<CreatedToken, CreateError> {
    let attempt = Arc::new(Attempt {
        creations: Arc::clone(creations),
        owner: owner.clone(),
        asked: token.clone(),
        reason: reason.map(str::to_owned),
    });
    let open = attempt.begin();
    let (reply, answer) = oneshot::channel();
    tokio::spawn({
        let attempt = Arc::clone(&attempt);
        async move {
            let _open = open;
            attempt.follow(reply).await;
        }
    });
    match answer.await {
        Ok(Delivery { mut result, receipt }) => {
            // A server that learns at this moment that its client is gone drops this future between
            // two polls. Here it gets the chance to, before the token counts as taken.
            tokio::task::yield_now().await;
            // Nobody waits for the receipt only if the runtime is coming down.
            let _ = receipt.send(());
            if let Ok(token) = &mut result {
                attempt.log(log::Level::Debug, &token.id, "handed over a new token");
                token.guard = Some(attempt.guard(token.id.clone()));
            }
            result
        }
        // The task is gone, with its runtime.
        Err(_) => {
            let cause = Error::new("POST", ErrorKind::Stopped).sent();
            Err(CreateError::Unresolved { cause, unclear: Unclear::RunEnded })
        }
    }
}

impl Attempt {
    fn begin(&self) -> super::registry::Open {
        self.creations.begin(&self.owner, self.name())
    }

    /// Revokes the token with this id if its caller panics with it in hand.
    fn guard(self: Arc<Self>, id: String) -> PanicGuard {
        PanicGuard::new(move || {
            let Ok(runtime) = Handle::try_current() else { return };
            let open = self.begin();
            runtime.spawn(async move {
                let _open = open;
                self.clear_up(&id).await;
            });
        })
    }

    /// Runs, delivers, and clears up what could not be delivered.
    async fn follow(&self, mut reply: oneshot::Sender<Delivery>) {
        let _reserved = self.creations.reserve(&self.owner, self.name()).await;
        // Nothing more is sent when the run is stopped, nor for a caller who has gone.
        let ends = Stop::new();
        if self.creations.requests.stop().is_stopped() || reply.is_closed() {
            ends.stop();
        }
        let ending = async {
            tokio::select! {
                () = self.creations.requests.stop().stopped() => {}
                () = reply.closed() => {}
            }
            ends.stop();
            std::future::pending().await
        };
        let result = tokio::select! {
            biased;
            () = ending => return,
            result = self.run(&ends) => result,
        };

        let nobody_hears = self.creations.requests.stop().is_ending();
        let made = result.as_ref().map(|token| token.id.clone()).map_err(CreateError::clone);
        let (receipt, received) = oneshot::channel();
        let delivered = reply.send(Delivery { result, receipt }).is_ok();
        let taken = delivered && received.await.is_ok();
        if taken && !(nobody_hears && matches!(made, Err(CreateError::Unresolved { .. }))) {
            return;
        }
        match made {
            Ok(id) => self.clear_up(&id).await,
            Err(error) => self.log_end(&error),
        }
    }

    /// Revokes a token that nobody will ever hold.
    async fn clear_up(&self, id: &str) {
        let cause = Error::new("POST", ErrorKind::Stopped).sent();
        self.log_end(&self.recovery().revoke(Text::from(id), cause).await);
    }

    /// Says how a creation ended whose caller had gone. What may exist is an error.
    fn log_end(&self, error: &CreateError) {
        use log::Level::{Error, Warn};
        let ended = format!("a creation ended when its caller had gone: {error}");
        match error {
            CreateError::Revoked { id, .. } => {
                let revoked = "revoked a token that was created when its caller had gone";
                self.log(Warn, id.raw(), revoked);
            }
            CreateError::Unresolved { unclear: Unclear::NotRevoked { id, .. }, .. } => {
                self.log(Error, id.raw(), &ended);
            }
            CreateError::Unresolved { .. } => self.log(Error, "", &ended),
            _ => self.log(Warn, "", &ended),
        }
    }

    fn log(&self, level: log::Level, id: &str, message: &str) {
        let shown = |text: &str| Text::from(text).to_string();
        log::log!(
            level,
            owner = self.owner.to_string().as_str(),
            org = shown(self.owner.org().unwrap_or_default()).as_str(),
            name = shown(self.name().unwrap_or_default()).as_str(),
            id = shown(id).as_str();
            "{message}"
        );
    }
}
