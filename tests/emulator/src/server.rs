//! Connections: accepted, with or without TLS, served over HTTP/1.1 or HTTP/2, and ended on
//! command.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::Router;
use axum::http::{Request, Version};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::locked;
use crate::service::{Connections, End, Service, unreadable, whole};

/// A handle on a connection, for those who may want to end it.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Inner>);

struct Inner {
    number: u64,
    http2: AtomicBool,
    reset: AtomicBool,
    end: Notify,
}

impl Connection {
    fn new(number: u64) -> Self {
        let (http2, reset) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { number, http2, reset, end: Notify::new() }))
    }

    /// Its number: 1 for the first that was accepted.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// Whether its last request was HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.0.http2.load(Ordering::Relaxed)
    }

    /// Ends it: with a reset, or in order.
    pub fn end(&self, reset: bool) {
        self.0.reset.store(reset, Ordering::Relaxed);
        self.0.end.notify_one();
    }
}

/// What serves a connection's requests.
#[derive(Clone)]
pub(crate) struct Routes {
    pub api: Router,
    pub control: Router,
}

/// Accepts connections for ever.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    service: Arc<Service>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most likely: others will be closed.
            tokio::task::yield_now().await;
            continue;
        };
        let number = service.connections.accepted.fetch_add(1, Ordering::Relaxed) + 1;
        let (tls, routes, service) = (tls.clone(), routes.clone(), service.clone());
        tokio::spawn(async move {
            let _open = Open::new(&service.connections.open);
            // What happens to one connection is its client's to notice.
            let _ = accepted(stream, tls, Connection::new(number), routes, service.clone()).await;
        });
    }
}

async fn accepted(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    connection: Connection,
    routes: Routes,
    service: Arc<Service>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    // A second handle on the same socket, to set how it closes once the first is HTTP's.
    let stream = stream.into_std()?;
    let twin = TcpStream::from_std(stream.try_clone()?)?;
    let stream = TcpStream::from_std(stream)?;
    match tls {
        Some(tls) => http(tls.accept(stream).await?, &connection, routes, service).await,
        None => http(stream, &connection, routes, service).await,
    }
    if connection.0.reset.load(Ordering::Relaxed) {
        twin.set_zero_linger()?;
    }
    Ok(())
}

async fn http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: &Connection,
    routes: Routes,
    service: Arc<Service>,
) {
    let answer = service_fn(|request| {
        let (connection, routes, service) = (connection.clone(), routes.clone(), service.clone());
        async move { Ok::<_, Infallible>(answered(request, connection, routes, service).await) }
    });
    let server = Builder::new(TokioExecutor::new());
    tokio::select! {
        biased;
        () = connection.0.end.notified() => {}
        // How a connection came to its end is its client's to notice.
        _ = server.serve_connection(TokioIo::new(stream), answer) => {}
    }
}

async fn answered(
    request: Request<Incoming>,
    connection: Connection,
    routes: Routes,
    service: Arc<Service>,
) -> Response {
    let http2 = request.version() == Version::HTTP_2;
    connection.0.http2.store(http2, Ordering::Relaxed);
    let Some(request) = whole(request).await else { return unreadable() };
    if request.uri().path().starts_with("/_emulator") {
        return crate::control::answer(routes.control, request).await;
    }
    count(&service.connections, http2);
    // A task of its own: it goes on when the client has gone, and this future with it.
    let dealt = service.clone().deal_with(routes.api, request, connection.clone());
    match tokio::spawn(dealt).await {
        Ok((number, End::Answer(response, true))) => {
            locked(&service.log).change(number, |entry| entry.delivered = true);
            response
        }
        Ok((_, End::Answer(response, false))) => response,
        Ok((_, End::Drop { reset })) => {
            connection.end(reset);
            std::future::pending().await
        }
        Err(_) => crate::api::error(500, "the emulator panicked"),
    }
}

fn count(connections: &Connections, http2: bool) {
    let counter = if http2 { &connections.http2 } else { &connections.http1 };
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Counts a connection as open for as long as it lives.
struct Open<'a>(&'a AtomicU64);

impl<'a> Open<'a> {
    fn new(open: &'a AtomicU64) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
