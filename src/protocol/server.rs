//! The gRPC service: takes each RPC by its name, and keeps its panics and errors inside its answer.
//!
//! Requests and answers pass the gRPC library as bytes, by one way for all: with a type of its own
//! for every RPC, each would bring along another copy of the library's code.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use prost::Message;
use prost::bytes::{Buf, BufMut, Bytes};
use tokio_stream::{Stream, StreamExt};
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{self, BoxFuture, BoxStream, Service, StdError, http};
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::convert::{Answer, diagnostics, error, said};
use super::guard::guarded;
use super::wire;
use super::{action, data_source, ephemeral, function, list, provider, resource};
use crate::framework::provider::AnyProvider;

/// The largest message, in bytes, that is taken or sent: what Terraform itself allows.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The protocol's service for `provider`, to be served by whoever has a listener.
pub fn routes(provider: Arc<AnyProvider>) -> Routes {
    Routes::new(Server { provider })
}

#[derive(Clone)]
struct Server {
    provider: Arc<AnyProvider>,
}

impl NamedService for Server {
    const NAME: &'static str = "tfplugin6.Provider";
}

impl<B> Service<http::Request<B>> for Server
where
    B: codegen::Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let rpc = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let call = Call { provider: Arc::clone(&self.provider), rpc };
        let limit = Some(MAX_MESSAGE_BYTES);
        let mut grpc = Grpc::new(Unread).apply_max_message_size_config(limit, limit);
        Box::pin(async move { Ok(grpc.server_streaming(call, request).await) })
    }
}

/// A call of one RPC. An answer that is a single message is a stream of one.
struct Call {
    provider: Arc<AnyProvider>,
    rpc: String,
}

impl ServerStreamingService<Bytes> for Call {
    type Response = Bytes;
    type ResponseStream = BoxStream<Bytes>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let Self { provider, rpc } = self;
        let (provider, rpc) = (Arc::clone(provider), std::mem::take(rpc));
        Box::pin(
            async move { Ok(Response::new(call(provider, &rpc, request.into_inner()).await?)) },
        )
    }
}

/// An answer that can carry diagnostics and nothing else.
trait Failed {
    fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self;
}

async fn answer<T: Failed>(request: impl Future<Output = Answer<T>>) -> T {
    let answer = guarded(request).await.unwrap_or_else(|_| {
        Err(error(
            said::BUG,
            "It panicked while answering this request; the log says where (TF_LOG=ERROR). Please \
             report it. Other requests are not affected. If something was being created, look \
             whether it exists before you try again.",
        ))
    });
    answer.unwrap_or_else(|d| T::failed(diagnostics(d)))
}

fn read<T: Message + Default>(request: Bytes) -> Result<T, Status> {
    T::decode(request).map_err(|error| Status::internal(error.to_string()))
}

fn one(answer: &impl Message) -> BoxStream<Bytes> {
    Box::pin(tokio_stream::once(Ok(answer.encode_to_vec().into())))
}

fn together(parts: impl Iterator<Item: Message>) -> BoxStream<Bytes> {
    let mut whole = Vec::new();
    parts.for_each(|part| whole.append(&mut part.encode_to_vec()));
    Box::pin(tokio_stream::once(Ok(whole.into())))
}

fn each<T: Message>(
    events: impl Stream<Item = Result<T, Status>> + Send + 'static,
) -> BoxStream<Bytes> {
    Box::pin(events.map(|event| Ok(event?.encode_to_vec().into())))
}

/// The RPCs that are one request and one answer with diagnostics: which messages each has, and
/// which function of which file answers it.
macro_rules! rpcs {
    (
        now { $($rpc:literal $messages:ident => $answer:path;)* }
        later { $($later_rpc:literal $later_messages:ident => $later_answer:path;)* }
        otherwise($provider:ident, $request:ident) { $($rest:tt)* }
    ) => {
        $(impl Failed for wire::$messages::Response {
            fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics;
                answer
            }
        })*
        $(impl Failed for wire::$later_messages::Response {
            fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics;
                answer
            }
        })*

        async fn call(
            $provider: Arc<AnyProvider>,
            rpc: &str,
            $request: Bytes,
        ) -> Result<BoxStream<Bytes>, Status> {
            Ok(match rpc {
                $($rpc => {
                    let request = read::<wire::$messages::Request>($request)?;
                    one(&answer(async { $answer(&$provider, &request) }).await)
                })*
                // What waits is kept apart, so that a call is no larger than it needs to be.
                $($later_rpc => {
                    let request = read::<wire::$later_messages::Request>($request)?;
                    one(&Box::pin(answer($later_answer(&$provider, request))).await)
                })*
                $($rest)*
                // Engines only call what the schema names.
                _ => return Err(Status::unimplemented("this provider doesn't offer it")),
            })
        }
    };
}

rpcs! {
    now {
        "ValidateProviderConfig" validate_provider_config => provider::validate;
        "ValidateResourceConfig" validate_resource_config => resource::validate;
        "ValidateDataResourceConfig" validate_data_resource_config => data_source::validate;
        "ValidateEphemeralResourceConfig" validate_ephemeral_resource_config => ephemeral::validate;
        "ValidateListResourceConfig" validate_list_resource_config => list::validate;
        "ValidateActionConfig" validate_action_config => action::validate;
        "UpgradeResourceState" upgrade_resource_state => resource::upgrade;
        "UpgradeResourceIdentity" upgrade_resource_identity => resource::upgrade_identity;
        "MoveResourceState" move_resource_state => resource::move_state;
        "GenerateResourceConfig" generate_resource_config => resource::generate_config;
        "PlanAction" plan_action => action::plan;
    }
    later {
        "ConfigureProvider" configure_provider => provider::configure;
        "ReadResource" read_resource => resource::read;
        "PlanResourceChange" plan_resource_change => resource::plan;
        "ApplyResourceChange" apply_resource_change => resource::apply;
        "ImportResourceState" import_resource_state => resource::import;
        "ReadDataSource" read_data_source => data_source::read;
        "OpenEphemeralResource" open_ephemeral_resource => ephemeral::open;
        "RenewEphemeralResource" renew_ephemeral_resource => ephemeral::renew;
        "CloseEphemeralResource" close_ephemeral_resource => ephemeral::close;
    }
    otherwise(provider, request) {
        "GetMetadata" => one(&provider::metadata(&provider)),
        // Not kept: engines ask once.
        "GetProviderSchema" => together(provider::schemas(&provider)),
        "GetResourceIdentitySchemas" => one(&resource::identity_schemas(&provider.registry)),
        "GetFunctions" => one(&function::all(&provider.registry)),
        "CallFunction" => {
            let request = read::<wire::call_function::Request>(request)?;
            let called = guarded(async { function::call(&provider, &request) }).await;
            one(&called.unwrap_or_else(|_| function::panicked()))
        }
        "ListResource" => {
            let request = read::<wire::list_resource::Request>(request)?;
            let listed = Box::pin(guarded(list::list(&provider, request))).await;
            each(listed.map_err(|_| Status::internal("the provider has a bug"))?)
        }
        "InvokeAction" => {
            let request = read::<wire::invoke_action::Request>(request)?;
            each(action::invoke(provider, request))
        }
        "StopProvider" => {
            provider.stop();
            one(&wire::stop_provider::Response::default())
        }
    }
}

/// Messages that are not read here: each is the bytes that it came as.
struct Unread;

impl Codec for Unread {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Unread {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(message);
        Ok(())
    }
}

impl Decoder for Unread {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
