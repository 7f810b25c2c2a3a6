//! One connection, and what becomes of the requests on it when the server ends.

use std::convert::Infallible;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::{Request, Response};
use tonic::service::Routes;

use super::buffered::Buffered;
use super::in_flight::{InFlight, ending};
use super::listener::Socket;
use super::services::Services;
use super::wire::grpc_controller_server;

/// How long a client may take over its TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What the connections of a server have in common. All clones are one.
#[derive(Clone)]
pub struct Connections {
    /// The server's side of mutual TLS, if the client is to prove who it is.
    pub tls: Option<TlsAcceptor>,
    /// The requests in flight: each until its answer is out, and those of the host's own services
    /// until it begins, as their streams stay open. The controller's are not among them. Once it is
    /// closed, further requests are refused.
    pub requests: TaskTracker,
    /// Cancelled when nobody waits for the requests in flight any more.
    pub abandoned: CancellationToken,
}

impl Connections {
    /// Serves one connection until the client or the server, whose `end` it is, ends it. Its TLS
    /// handshake is part of that, so that a slow one delays no other.
    pub async fn serve(self, socket: Socket, routes: Routes, end: Watcher) {
        let Some(tls) = self.tls.clone() else {
            return self.serve_http(socket, routes, end).await;
        };
        match timeout(HANDSHAKE, tls.accept(socket)).await {
            Ok(Ok(stream)) => self.serve_http(stream, routes, end).await,
            Ok(Err(error)) => log::warn!(error:%; "refused a connection"),
            Err(_) => log::warn!("refused a connection: its TLS handshake took too long"),
        }
    }

    async fn serve_http(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        routes: Routes,
        end: Watcher,
    ) {
        let answer = service_fn(move |request| self.answer(&mut routes.clone(), request));
        let served = http2::Builder::new(TokioExecutor::new())
            // As many calls at a time as `-parallelism` asks for.
            .max_concurrent_streams(None)
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(1 << 20)
            .serve_connection(TokioIo::new(Buffered::new(stream)), answer);
        match end.watch(served).await {
            Ok(()) => log::trace!("a connection ended"),
            // As every connection does whose client just goes away.
            Err(error) => log::trace!(error:%; "a connection ended without a farewell"),
        }
    }

    /// Answers one request, unless the server ends before.
    fn answer(
        &self,
        routes: &mut Routes,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<> {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        // The controller's requests are how the host ends the server.
        let counted = service != grpc_controller_server::SERVICE_NAME;
        let stays_open = Services::NAMES.contains(&service);
        let in_flight = counted.then(|| self.requests.token());
        let refused = counted && self.requests.is_closed();
        let abandoned = self.abandoned.clone();
        let answer = routes.call(request);
        async move {
            let Some(in_flight) = in_flight else { return answer.await };
            if refused {
                return Ok(ending().into_http());
            }
            let mut abandoned = Box::pin(abandoned.cancelled_owned());
            let answer = tokio::select! {
                biased;
                () = &mut abandoned => return Ok(ending().into_http()),
                answer = answer => answer?,
            };
            if stays_open {
                return Ok(answer);
            }
            Ok(answer.map(|body| Body::new(InFlight::new(body, abandoned, in_flight))))
        }
    }
}
