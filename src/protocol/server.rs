//! The gRPC service: takes each RPC, keeps its panics and errors inside its answer, and says of
//! the rest of the protocol that this provider has none of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};

use super::answers::{self, Answer};
use super::convert::diagnostics;
use super::guard::guarded;
use super::wire::provider_server::{Provider as Service, ProviderServer};
use super::wire::{self, invoke_action, list_resource, read_state_bytes};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::Provider;

/// The largest message, in bytes, that is taken or sent: what Terraform itself allows.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The protocol's service for `provider`, to be served by whoever has a listener.
pub fn routes(provider: Arc<dyn Provider>) -> Routes {
    let server = Server { provider, schema: OnceLock::new() };
    Routes::new(
        ProviderServer::new(server)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES),
    )
}

struct Server {
    provider: Arc<dyn Provider>,
    schema: OnceLock<wire::get_provider_schema::Response>,
}

/// An answer that can carry diagnostics and nothing else.
trait Failed {
    fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self;
}

macro_rules! failed {
    ($($rpc:ident),* $(,)?) => {
        $(impl Failed for wire::$rpc::Response {
            fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics;
                answer
            }
        })*
    };
}

failed!(
    apply_resource_change,
    configure_provider,
    get_metadata,
    get_provider_schema,
    import_resource_state,
    plan_resource_change,
    read_resource,
    upgrade_resource_state,
    validate_provider_config,
    validate_resource_config,
);

async fn answer<T: Failed>(
    request: impl Future<Output = Answer<T>>,
) -> Result<Response<T>, Status> {
    let answer = guarded(request).await.unwrap_or_else(|_| {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            "The provider has a bug",
            "It panicked while answering this request; the log says where (TF_LOG=ERROR). Please \
             report it. Other requests are not affected. If a token was being created, look in \
             Pulumi Cloud whether it exists before you try again.",
        );
        Err(diagnostics)
    });
    Ok(Response::new(answer.unwrap_or_else(|d| T::failed(diagnostics(d)))))
}

/// RPCs of parts of the protocol that this provider does not take part in. Engines only call
/// them for things that the schema names.
macro_rules! not_offered {
    ($($rpc:ident($request:ty) -> $response:ty;)*) => {
        $(fn $rpc<'life0, 'async_trait>(
            &'life0 self,
            _: Request<$request>,
        ) -> Pin<Box<dyn Future<Output = Result<Response<$response>, Status>> + Send + 'async_trait>>
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            Box::pin(async {
                Err(Status::unimplemented(concat!("this provider does not offer ", stringify!($rpc))))
            })
        })*
    };
}

type NoStream<T> = tokio_stream::Empty<Result<T, Status>>;

#[tonic::async_trait]
impl Service for Server {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        answer(async { Ok(answers::metadata(&*self.provider)) }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        let schema = || answers::provider_schema(&*self.provider);
        answer(async { Ok(self.schema.get_or_init(schema).clone()) }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        answer(async { answers::validate_provider(&*self.provider, request.get_ref()) }).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        answer(answers::configure(&*self.provider, request.into_inner())).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        answer(async { answers::validate_resource(&*self.provider, request.get_ref()) }).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        answer(async { answers::upgrade(&*self.provider, request.get_ref()) }).await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        answer(answers::read(&*self.provider, request.into_inner())).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        answer(answers::plan(&*self.provider, request.into_inner())).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        answer(answers::apply(&*self.provider, request.into_inner())).await
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        answer(answers::import(&*self.provider, request.into_inner())).await
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        Ok(Response::new(Default::default()))
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        self.provider.stop();
        Ok(Response::new(Default::default()))
    }

    type ListResourceStream = NoStream<list_resource::Event>;
    type ReadStateBytesStream = NoStream<read_state_bytes::Response>;
    type InvokeActionStream = NoStream<invoke_action::Event>;

    not_offered! {
        validate_data_resource_config(wire::validate_data_resource_config::Request)
            -> wire::validate_data_resource_config::Response;
        upgrade_resource_identity(wire::upgrade_resource_identity::Request)
            -> wire::upgrade_resource_identity::Response;
        move_resource_state(wire::move_resource_state::Request)
            -> wire::move_resource_state::Response;
        read_data_source(wire::read_data_source::Request) -> wire::read_data_source::Response;
        generate_resource_config(wire::generate_resource_config::Request)
            -> wire::generate_resource_config::Response;
        validate_ephemeral_resource_config(wire::validate_ephemeral_resource_config::Request)
            -> wire::validate_ephemeral_resource_config::Response;
        open_ephemeral_resource(wire::open_ephemeral_resource::Request)
            -> wire::open_ephemeral_resource::Response;
        renew_ephemeral_resource(wire::renew_ephemeral_resource::Request)
            -> wire::renew_ephemeral_resource::Response;
        close_ephemeral_resource(wire::close_ephemeral_resource::Request)
            -> wire::close_ephemeral_resource::Response;
        list_resource(wire::list_resource::Request) -> Self::ListResourceStream;
        validate_list_resource_config(wire::validate_list_resource_config::Request)
            -> wire::validate_list_resource_config::Response;
        call_function(wire::call_function::Request) -> wire::call_function::Response;
        validate_state_store_config(wire::validate_state_store::Request)
            -> wire::validate_state_store::Response;
        configure_state_store(wire::configure_state_store::Request)
            -> wire::configure_state_store::Response;
        read_state_bytes(wire::read_state_bytes::Request) -> Self::ReadStateBytesStream;
        write_state_bytes(Streaming<wire::write_state_bytes::RequestChunk>)
            -> wire::write_state_bytes::Response;
        lock_state(wire::lock_state::Request) -> wire::lock_state::Response;
        unlock_state(wire::unlock_state::Request) -> wire::unlock_state::Response;
        get_states(wire::get_states::Request) -> wire::get_states::Response;
        delete_state(wire::delete_state::Request) -> wire::delete_state::Response;
        plan_action(wire::plan_action::Request) -> wire::plan_action::Response;
        invoke_action(wire::invoke_action::Request) -> Self::InvokeActionStream;
        validate_action_config(wire::validate_action_config::Request)
            -> wire::validate_action_config::Response;
    }
}
