//! What a go-plugin host expects of any plugin, beside what the plugin is for.
//!
//! Three of its streams stay open and silent for as long as the server does. That has a use: a
//! gRPC channel with an open stream never counts as idle, and so is not closed.

use std::pin::Pin;

use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::wire::grpc_broker_server::{self, GrpcBroker, GrpcBrokerServer};
use super::wire::grpc_controller_server::{self, GrpcController, GrpcControllerServer};
use super::wire::grpc_stdio_server::{self, GrpcStdio, GrpcStdioServer};
use super::wire::health::health_check_response::ServingStatus;
use super::wire::health::health_server::{self, Health, HealthServer};
use super::wire::health::{HealthCheckRequest, HealthCheckResponse};
use super::wire::{ConnInfo, Empty, StdioData};

/// The name that go-plugin checks the health of.
const NAME: &str = "plugin";

/// All of these services. All clones are one.
#[derive(Clone, Default)]
pub struct Services {
    /// Cancelled when the host asks the plugin to end.
    pub shutdown: CancellationToken,
    /// Cancelled when the server ends. Until then the host waits for the answer to its `Shutdown`.
    pub closing: CancellationToken,
}

impl Services {
    /// The names by which they are called.
    pub const NAMES: [&str; 4] = [
        grpc_controller_server::SERVICE_NAME,
        grpc_stdio_server::SERVICE_NAME,
        grpc_broker_server::SERVICE_NAME,
        health_server::SERVICE_NAME,
    ];

    /// Adds them to what the plugin is for.
    pub fn add_to(&self, routes: Routes) -> Routes {
        routes
            .add_service(GrpcControllerServer::new(self.clone()))
            .add_service(GrpcStdioServer::new(self.clone()))
            .add_service(GrpcBrokerServer::new(self.clone()))
            .add_service(HealthServer::new(self.clone()))
            .prepare()
    }

    /// Stays open until the server ends, and keeps something alive that long.
    fn silence<T: Send + 'static>(&self, keep: impl Send + 'static) -> Answers<T> {
        let closing = self.closing.clone();
        let end = async move {
            closing.cancelled().await;
            drop(keep);
        };
        Box::pin(tokio_stream::once(end).then(|end| end).filter_map(|()| None))
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[async_trait]
impl GrpcController for Services {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.shutdown.cancel();
        // The host waits for this answer, and kills the plugin two seconds after it.
        self.closing.cancelled().await;
        Ok(Response::new(Empty {}))
    }
}

#[async_trait]
impl GrpcStdio for Services {
    type StreamStdioStream = Answers<StdioData>;

    /// Nothing is written to standard output after the handshake, and standard error goes to the
    /// host directly.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Answers<StdioData>>, Status> {
        Ok(Response::new(self.silence(())))
    }
}

#[async_trait]
impl GrpcBroker for Services {
    type StartStreamStream = Answers<ConnInfo>;

    /// Providers open no further connections, and their hosts ask for none.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Answers<ConnInfo>>, Status> {
        Ok(Response::new(self.silence(request)))
    }
}

#[async_trait]
impl Health for Services {
    type WatchStream = Answers<HealthCheckResponse>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match status(&request) {
            ServingStatus::Serving => Ok(Response::new(answer(ServingStatus::Serving))),
            _ => Err(Status::not_found("unknown service")),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let now = tokio_stream::once(Ok(answer(status(&request))));
        Ok(Response::new(Box::pin(now.chain(self.silence(())))))
    }
}

/// A server that answers is serving.
fn status(request: &Request<HealthCheckRequest>) -> ServingStatus {
    match request.get_ref().service.as_str() {
        "" | NAME => ServingStatus::Serving,
        _ => ServingStatus::ServiceUnknown,
    }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}
