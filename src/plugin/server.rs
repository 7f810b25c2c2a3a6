//! The server: from the handshake line, over each connection, to the end.

use std::io::{self, Write};
use std::time::Duration;

use data_encoding::BASE64_NOPAD;
use hyper_util::server::graceful::GracefulShutdown;
use thiserror::Error;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;

use super::connection::Connections;
use super::end::{End, Reason};
use super::host::Host;
use super::host_settings::HostSettings;
use super::listener::{ListenError, Listener};
use super::services::Services;
use super::signals::Termination;
use super::{PROTOCOL_VERSION, tls};

/// How often to look whether the host is there.
const WATCH: Duration = Duration::from_millis(250);
/// How long to wait if the system refuses to accept a connection, for want of descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait for the end of answers that nobody waits for: one that the host doesn't read
/// can't be told to end.
const ABANDONED: Duration = Duration::from_millis(100);

/// Why a server can't start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// It has nowhere to listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// It has no certificate.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// Nobody reads its standard output.
    #[error("can't tell the host where to connect: {0}")]
    Handshake(io::Error),
}

/// Serves the host that started this process, as it asks in `settings`, and tells it so by one line
/// on `output`. The `routes` are made once the host can already connect.
///
/// Returns when the host has called `Shutdown`, is gone, or `termination` was requested. By then
/// every request still in flight has been dropped: whoever has to finish what such a request began
/// does so in [`End::after`]. Only an answer that the host doesn't read is dropped when it does, or
/// with its connection.
///
/// # Errors
/// What keeps the server from starting. It never starts with less protection than asked for.
pub async fn serve(
    settings: HostSettings,
    termination: &Termination,
    routes: impl FnOnce() -> Routes,
    mut output: impl Write,
) -> Result<End, ServeError> {
    let host = Host::current();
    let tls = settings.client_certificate.map(tls::server).transpose()?;
    let listener = Listener::bind(&settings.place, tls.is_some())?;

    let certificate = tls.as_ref().map(|tls| BASE64_NOPAD.encode(&tls.certificate));
    let mut line = format!(
        "1|{PROTOCOL_VERSION}|{}|{}|grpc|{}",
        Listener::NETWORK,
        listener.address(),
        certificate.unwrap_or_default(),
    );
    if settings.multiplexing_asked {
        // Older hosts read a seventh field as part of the sixth. Ours says that further connections
        // can't share the first one, and providers have none.
        line.push_str("|false");
    }
    line.push('\n');
    output.write_all(line.as_bytes()).map_err(ServeError::Handshake)?;
    output.flush().map_err(ServeError::Handshake)?;

    let services = Services::default();
    let routes = services.add_to(routes());
    let acceptor = tls.map(|tls| tls.acceptor);
    Ok(run(listener, acceptor, services, || routes.clone(), host, termination).await)
}

/// Accepts and serves connections until the end, however it comes. Each connection is served by the
/// routes that are made for it, to which `services` have been added.
pub async fn run(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    services: Services,
    mut routes: impl FnMut() -> Routes,
    mut host: Host,
    termination: &Termination,
) -> End {
    log::debug!(address = listener.address(), tls = tls.is_some(); "serving");
    let requests = TaskTracker::new();
    let abandoned = CancellationToken::new();
    let common = Connections { tls, requests: requests.clone(), abandoned: abandoned.clone() };

    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut watch = interval(WATCH);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let reason = loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(socket) => {
                    log::trace!("accepted a connection");
                    connections.spawn(common.clone().serve(socket, routes(), graceful.watcher()));
                }
                Err(error) => {
                    log::warn!(error:%; "can't accept a connection");
                    sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => if host.gone(connections.len()) {
                break Reason::HostGone;
            },
            _ = watch.tick() => if host.gone(connections.len()) {
                break Reason::HostGone;
            },
            () = services.shutdown.cancelled() => break Reason::Shutdown,
            () = termination.requested(), if !requests.is_closed() => {
                requests.close();
            }
            () = termination.requested_at_once() => break Reason::Terminated,
            // None is left, and no more are taken.
            () = requests.wait() => break Reason::Terminated,
        }
    };
    log::debug!(reason:?; "ending");
    drop(listener);
    requests.close();
    abandoned.cancel();
    let _ = timeout(ABANDONED, requests.wait()).await;
    let closing = services.closing;
    End { reason, connections, graceful, closing, termination: termination.clone() }
}
