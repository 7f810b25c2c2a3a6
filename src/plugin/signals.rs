//! What signals mean to a plugin.
//!
//! An interrupt reaches every process of the terminal, but it is the host's to handle: it calls
//! `StopProvider` and waits for what is in flight. What asks this very process to end (or says that
//! its terminal is gone) lets it finish what is in flight, so that a creation's answer still
//! reaches the host.

use std::io;

use tokio_stream::{Stream, StreamExt};

/// Takes these signals from the system's default handling, for as long as the process lives, and
/// gives one item for each that asks it to end. Interrupts do so where `interruptible`.
#[cfg(unix)]
pub fn take(interruptible: bool) -> io::Result<impl Stream<Item = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    use tokio_stream::wrappers::SignalStream;

    let take = |kind| signal(kind).map(SignalStream::new);
    let interrupts = take(SignalKind::interrupt())?.filter(move |()| interruptible);
    Ok(interrupts
        .merge(take(SignalKind::hangup())?)
        .merge(take(SignalKind::quit())?)
        .merge(take(SignalKind::terminate())?))
}

/// The same with what Windows has for signals.
#[cfg(not(unix))]
pub fn take(interruptible: bool) -> io::Result<impl Stream<Item = ()>> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};
    use tokio_stream::wrappers::{CtrlBreakStream, CtrlCStream};

    let interrupts = CtrlCStream::new(ctrl_c()?).filter(move |()| interruptible);
    Ok(interrupts.merge(CtrlBreakStream::new(ctrl_break()?)))
}
