//! The gRPC service: takes each RPC, and keeps its panics and errors inside its answer. What it
//! doesn't take is answered by generated stubs; engines only call those for what the schema names.

use std::future::Future;
use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::convert::{Answer, diagnostics, error, said};
use super::guard::guarded;
use super::wire::provider_server::{Provider as Service, ProviderServer};
use super::wire::{self, invoke_action, list_resource};
use super::{action, data_source, ephemeral, function, list, provider, resource};
use crate::framework::provider::AnyProvider;

/// The largest message, in bytes, that is taken or sent: what Terraform itself allows.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The protocol's service for `provider`, to be served by whoever has a listener.
pub fn routes(provider: Arc<AnyProvider>) -> Routes {
    Routes::new(
        ProviderServer::new(Server { provider })
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES),
    )
}

struct Server {
    provider: Arc<AnyProvider>,
}

/// An answer that can carry diagnostics and nothing else.
trait Failed {
    fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self;
}

async fn answer<T: Failed>(
    request: impl Future<Output = Answer<T>>,
) -> Result<Response<T>, Status> {
    let answer = guarded(request).await.unwrap_or_else(|_| {
        Err(error(
            said::BUG,
            "It panicked while answering this request; the log says where (TF_LOG=ERROR). Please \
             report it. Other requests are not affected. If something was being created, look \
             whether it exists before you try again.",
        ))
    });
    Ok(Response::new(answer.unwrap_or_else(|d| T::failed(diagnostics(d)))))
}

/// The RPCs that are one request and one answer with diagnostics: which function of which file
/// answers each.
macro_rules! service {
    (
        now { $($rpc:ident => $answer:path;)* }
        later { $($async_rpc:ident => $async_answer:path;)* }
        otherwise { $($rest:tt)* }
    ) => {
        $(impl Failed for wire::$rpc::Response {
            fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics;
                answer
            }
        })*
        $(impl Failed for wire::$async_rpc::Response {
            fn failed(diagnostics: Vec<wire::Diagnostic>) -> Self {
                let mut answer = Self::default();
                answer.diagnostics = diagnostics;
                answer
            }
        })*

        #[tonic::async_trait]
        impl Service for Server {
            $(async fn $rpc(
                &self,
                request: Request<wire::$rpc::Request>,
            ) -> Result<Response<wire::$rpc::Response>, Status> {
                answer(async { $answer(&self.provider, request.get_ref()) }).await
            })*
            $(async fn $async_rpc(
                &self,
                request: Request<wire::$async_rpc::Request>,
            ) -> Result<Response<wire::$async_rpc::Response>, Status> {
                answer($async_answer(&self.provider, request.into_inner())).await
            })*
            $($rest)*
        }
    };
}

service! {
    now {
        validate_provider_config => provider::validate;
        validate_resource_config => resource::validate;
        validate_data_resource_config => data_source::validate;
        validate_ephemeral_resource_config => ephemeral::validate;
        validate_list_resource_config => list::validate;
        validate_action_config => action::validate;
        upgrade_resource_state => resource::upgrade;
        upgrade_resource_identity => resource::upgrade_identity;
        move_resource_state => resource::move_state;
        generate_resource_config => resource::generate_config;
        plan_action => action::plan;
    }
    later {
        configure_provider => provider::configure;
        read_resource => resource::read;
        plan_resource_change => resource::plan;
        apply_resource_change => resource::apply;
        import_resource_state => resource::import;
        read_data_source => data_source::read;
        open_ephemeral_resource => ephemeral::open;
        renew_ephemeral_resource => ephemeral::renew;
        close_ephemeral_resource => ephemeral::close;
    }
    otherwise {
        async fn get_metadata(
            &self,
            _: Request<wire::get_metadata::Request>,
        ) -> Result<Response<wire::get_metadata::Response>, Status> {
            Ok(Response::new(provider::metadata(&self.provider)))
        }

        async fn get_provider_schema(
            &self,
            _: Request<wire::get_provider_schema::Request>,
        ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
            // Not kept: engines ask once.
            Ok(Response::new(provider::schemas(&self.provider)))
        }

        async fn get_resource_identity_schemas(
            &self,
            _: Request<wire::get_resource_identity_schemas::Request>,
        ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
            Ok(Response::new(resource::identity_schemas(&self.provider.registry)))
        }

        async fn get_functions(
            &self,
            _: Request<wire::get_functions::Request>,
        ) -> Result<Response<wire::get_functions::Response>, Status> {
            let functions = function::signatures(&self.provider.registry);
            Ok(Response::new(wire::get_functions::Response { functions, diagnostics: Vec::new() }))
        }

        async fn call_function(
            &self,
            request: Request<wire::call_function::Request>,
        ) -> Result<Response<wire::call_function::Response>, Status> {
            let called = guarded(async { function::call(&self.provider, request.get_ref()) }).await;
            Ok(Response::new(called.unwrap_or_else(|_| function::panicked())))
        }

        async fn list_resource(
            &self,
            request: Request<list_resource::Request>,
        ) -> Result<Response<BoxStream<list_resource::Event>>, Status> {
            let listed = guarded(list::list(&self.provider, request.into_inner())).await;
            let events = listed.map_err(|_| Status::internal("the provider has a bug"))?;
            Ok(Response::new(Box::pin(events)))
        }

        async fn invoke_action(
            &self,
            request: Request<invoke_action::Request>,
        ) -> Result<Response<BoxStream<invoke_action::Event>>, Status> {
            let events = action::invoke(Arc::clone(&self.provider), request.into_inner());
            Ok(Response::new(Box::pin(events)))
        }

        async fn stop_provider(
            &self,
            _: Request<wire::stop_provider::Request>,
        ) -> Result<Response<wire::stop_provider::Response>, Status> {
            self.provider.stop();
            Ok(Response::new(Default::default()))
        }
    }
}
