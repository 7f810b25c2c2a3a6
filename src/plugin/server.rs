//! The server: from the handshake line, over each connection, to the end.

use std::convert::Infallible;
use std::future::pending;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64_NOPAD;
use hyper::rt::Executor;
use hyper::server::conn::http2;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::{Stream, StreamExt};
use tonic::service::Routes;

use super::host::Host;
use super::listener::{ListenError, Listener, Socket};
use super::services::{Services, closed};
use super::settings::Settings;
use super::{PROTOCOL_VERSION, signals, tls};

/// How often to look whether the host is there.
const WATCH: Duration = Duration::from_millis(250);
/// How long a client may take over its TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the host may take to read the answer to `Shutdown` and to close its connection. What is
/// left of the two seconds that it grants belongs to the work in flight.
const FAREWELL: Duration = Duration::from_millis(100);
/// How long to wait where the system refuses to accept a connection, for want of descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Why a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The host called `Shutdown`.
    Shutdown,
    /// The host is gone without a word.
    HostGone,
    /// A signal, or who started the server in this process, asked for it.
    Stopped,
}

/// Why a server can't start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// It has nowhere to listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// It has no certificate.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// It can't handle signals.
    #[error("can't handle signals: {0}")]
    Signals(io::Error),
    /// Nobody reads its standard output.
    #[error("can't tell the host where to connect: {0}")]
    Handshake(io::Error),
}

/// Serves the host that started this process, as it asks in `settings`, and tells it so by one line
/// on `output`. The `routes` are made once the host can already connect.
///
/// Returns when the host has called `Shutdown`, is gone, or a signal asks for the end. By then the
/// socket and its folder are removed and every request still in flight has been dropped: whoever
/// has to finish what such a request began does so after this.
///
/// # Errors
/// What keeps the server from starting. It never starts with less protection than asked for.
pub async fn serve(
    settings: Settings,
    routes: impl FnOnce() -> Routes,
    mut output: impl Write,
) -> Result<Ended, ServeError> {
    let host = Host::current();
    let signals = signals::take(false).map_err(ServeError::Signals)?;
    let listener = Listener::bind(&settings.place)?;
    let tls = settings.client_certificate.map(tls::server).transpose()?;

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

    let acceptor = tls.map(|tls| tls.acceptor);
    Ok(run(listener, acceptor, routes(), host, signals).await)
}

/// Accepts and serves connections until the end, however it comes. The first item of `stop` lets
/// requests in flight finish, the second doesn't.
pub async fn run(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    mut host: Host,
    stop: impl Stream<Item = ()>,
) -> Ended {
    log::debug!(address = listener.address(), tls = tls.is_some(); "serving");
    let shutdown = Arc::new(Notify::new());
    let (closing, is_closing) = watch::channel(false);
    let services = Services { shutdown: shutdown.clone(), closing: is_closing.clone() };
    let routes = services.add_to(routes).prepare();
    let (alive, mut none_alive) = mpsc::channel(1);

    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    let mut watch = interval(WATCH);
    watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stop = std::pin::pin!(stop);
    let mut deadline = None;
    let mut ending = None;
    let ended = loop {
        if let Some(ended) = ending
            && connections.is_empty()
        {
            break ended;
        }
        tokio::select! {
            accepted = accept(&listener) => match accepted {
                Ok(socket) => {
                    log::trace!("accepted a connection");
                    let (tls, routes) = (tls.clone(), routes.clone());
                    let handlers = Handlers(alive.clone());
                    let closing = is_closing.clone();
                    connections.spawn(connection(socket, tls, routes, handlers, closing));
                }
                Err(error) => {
                    log::warn!(error:%; "can't accept a connection");
                    sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => if host.gone(connections.len()) {
                break Ended::HostGone;
            },
            _ = watch.tick() => if host.gone(connections.len()) {
                break Ended::HostGone;
            },
            () = shutdown.notified() => {
                deadline = Some(Instant::now() + FAREWELL);
                ending = Some(Ended::Shutdown);
            }
            Some(()) = stop.next() => {
                if ending.is_some() {
                    break Ended::Stopped;
                }
                ending = Some(Ended::Stopped);
            }
            () = until(deadline) => break Ended::Shutdown,
        }
        if ending.is_some() {
            listener = None;
            closing.send_replace(true);
        }
    };
    log::debug!(reason:? = ended; "ending");
    drop(listener);
    // A handler notices the end of its connection on its next turn, so that has to be waited for.
    connections.shutdown().await;
    drop(alive);
    none_alive.recv().await;
    ended
}

async fn accept(listener: &Option<Listener>) -> io::Result<Socket> {
    match listener {
        Some(listener) => listener.accept().await,
        None => pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// Serves one connection. Its TLS handshake is part of that, so that a slow one delays no other.
async fn connection(
    socket: Socket,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    handlers: Handlers,
    closing: watch::Receiver<bool>,
) {
    let Some(tls) = tls else {
        return converse(socket, routes, handlers, closing).await;
    };
    let handshake = tokio::select! {
        handshake = timeout(HANDSHAKE, tls.accept(socket)) => handshake,
        () = closed(closing.clone()) => return,
    };
    match handshake {
        Ok(Ok(stream)) => converse(stream, routes, handlers, closing).await,
        Ok(Err(error)) => log::warn!(error:%; "refused a connection"),
        Err(_) => log::warn!("refused a connection: its TLS handshake took too long"),
    }
}

/// Speaks HTTP/2 until the client or the server ends. Once the server does, requests in flight may
/// still finish, for as long as [`run`] lets them.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    routes: Routes,
    handlers: Handlers,
    closing: watch::Receiver<bool>,
) {
    let served = http2::Builder::new(handlers)
        // As many calls at a time as `-parallelism` asks for.
        .max_concurrent_streams(None)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(1 << 20)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = closed(closing) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    match ended {
        Ok(()) => log::trace!("a connection ended"),
        Err(error) => log::debug!(error:%; "a connection broke"),
    }
}

/// Spawns the handlers of requests; each holds a sender, so that it is known when none is left.
#[derive(Clone)]
struct Handlers(mpsc::Sender<Infallible>);

impl<F> Executor<F> for Handlers
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, handler: F) {
        let alive = self.0.clone();
        tokio::spawn(async move {
            handler.await;
            drop(alive);
        });
    }
}
