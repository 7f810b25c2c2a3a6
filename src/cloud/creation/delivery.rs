//! Runs each creation in a task of its own and brings its result to the caller.
//!
//! The caller can go away half-way. The creation then comes to its end all the same, and what it
//! made is revoked, since nobody will ever hold it.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::attempt::Attempt;
use super::panic_guard::PanicGuard;
use super::registry::Open;
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
    let open = begin(&attempt);
    let (reply, answer) = oneshot::channel();
    tokio::spawn({
        let attempt = Arc::clone(&attempt);
        async move {
            let _open = open;
            follow(&attempt, reply).await;
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
                log(&attempt, log::Level::Debug, &token.id, "handed over a new token");
                token.guard = Some(guard(attempt, token.id.clone()));
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

fn begin(attempt: &Attempt) -> Open {
    attempt.creations.begin(&attempt.owner, attempt.name())
}

/// Revokes the token with this id if its caller panics with it in hand.
fn guard(attempt: Arc<Attempt>, id: String) -> PanicGuard {
    PanicGuard::new(move || {
        let Ok(runtime) = Handle::try_current() else { return };
        let open = begin(&attempt);
        runtime.spawn(async move {
            let _open = open;
            clear_up(&attempt, &id).await;
        });
    })
}

/// Runs, delivers, and clears up what could not be delivered.
async fn follow(attempt: &Attempt, mut reply: oneshot::Sender<Delivery>) {
    let _reserved = attempt.creations.reserve(&attempt.owner, attempt.name()).await;
    // Nothing more is sent when the run is stopped, nor for a caller who has gone.
    let ends = Stop::new();
    if attempt.creations.requests.stop().is_stopped() || reply.is_closed() {
        ends.stop();
    }
    let ending = async {
        tokio::select! {
            () = attempt.creations.requests.stop().stopped() => {}
            () = reply.closed() => {}
        }
        ends.stop();
        std::future::pending().await
    };
    let result = tokio::select! {
        biased;
        () = ending => return,
        result = attempt.run(&ends) => result,
    };

    let nobody_hears = attempt.creations.requests.stop().is_ending();
    let made = result.as_ref().map(|token| token.id.clone()).map_err(CreateError::clone);
    let (receipt, received) = oneshot::channel();
    let delivered = reply.send(Delivery { result, receipt }).is_ok();
    let taken = delivered && received.await.is_ok();
    if taken && !(nobody_hears && matches!(made, Err(CreateError::Unresolved { .. }))) {
        return;
    }
    match made {
        Ok(id) => clear_up(attempt, &id).await,
        Err(error) => log_end(attempt, &error),
    }
}

/// Revokes a token that nobody will ever hold.
async fn clear_up(attempt: &Attempt, id: &str) {
    let cause = Error::new("POST", ErrorKind::Stopped).sent();
    log_end(attempt, &attempt.recovery().revoke(Text::from(id), cause).await);
}

/// Says how a creation ended whose caller had gone. What may exist is an error.
fn log_end(attempt: &Attempt, error: &CreateError) {
    use log::Level::{Error, Warn};
    let ended = format!("a creation ended when its caller had gone: {error}");
    match error {
        CreateError::Revoked { id, .. } => {
            let revoked = "revoked a token that was created when its caller had gone";
            log(attempt, Warn, id.raw(), revoked);
        }
        CreateError::Unresolved { unclear: Unclear::NotRevoked { id, .. }, .. } => {
            log(attempt, Error, id.raw(), &ended);
        }
        CreateError::Unresolved { .. } => log(attempt, Error, "", &ended),
        _ => log(attempt, Warn, "", &ended),
    }
}

fn log(attempt: &Attempt, level: log::Level, id: &str, message: &str) {
    let shown = |text: &str| Text::from(text).to_string();
    log::log!(
        level,
        owner = attempt.owner.to_string().as_str(),
        org = shown(attempt.owner.org().unwrap_or_default()).as_str(),
        name = shown(attempt.name().unwrap_or_default()).as_str(),
        id = shown(id).as_str();
        "{message}"
    );
}
