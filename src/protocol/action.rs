//! Actions.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::Status;

use super::convert::{self, Answer, client, diagnostics, entry, error, said, value};
use super::guard::guarded;
use super::wire::invoke_action::event::{Completed, Progress, Type};
use super::wire::{self, invoke_action};
use crate::framework::action::ActionEntry;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;

pub fn schemas(registry: &Registry) -> HashMap<String, wire::ActionSchema> {
    let schema = |action: &ActionEntry| {
        let schema = Some(convert::schema(&action.schema));
        (action.name.clone(), wire::ActionSchema { schema })
    };
    registry.actions.iter().map(schema).collect()
}

pub fn validate(
    provider: &AnyProvider,
    request: &wire::validate_action_config::Request,
) -> Answer<wire::validate_action_config::Response> {
    let action = action(provider, &request.type_name)?;
    let config = value(request.config.as_ref(), action.schema.object())?;
    Ok(wire::validate_action_config::Response {
        diagnostics: diagnostics(action.validate(&config)),
    })
}

/// Nothing is known of an action before it is invoked but whether its configuration is valid.
pub fn plan(
    provider: &AnyProvider,
    request: &wire::plan_action::Request,
) -> Answer<wire::plan_action::Response> {
    let action = action(provider, &request.action_type)?;
    let config = value(request.config.as_ref(), action.schema.object())?;
    Ok(wire::plan_action::Response {
        diagnostics: diagnostics(action.validate(&config)),
        deferred: None,
    })
}

/// The events of an action, which does its work while they are taken: each line of progress goes out
/// as it is told, and who drops them ends the action.
pub fn invoke(
    provider: Arc<AnyProvider>,
    request: invoke_action::Request,
) -> impl Stream<Item = Result<invoke_action::Event, Status>> + Send {
    let (events, stream) = mpsc::unbounded_channel();
    let event = |ty| Ok(invoke_action::Event { r#type: Some(ty) });
    let work = async move {
        let lines = events.clone();
        let progress = move |message| {
            // Only a stream that is being dropped doesn't listen.
            let _ = lines.send(event(Type::Progress(Progress { message })));
        };
        let found = guarded(invoked(&provider, request, progress)).await.unwrap_or_else(|_| {
            Err(error(said::BUG, "It panicked during this action; the log says where."))
        });
        let (Ok(found) | Err(found)) = found;
        let completed = Completed { diagnostics: diagnostics(found) };
        let _ = events.send(event(Type::Completed(completed)));
    };
    let silent = tokio_stream::once(work).then(|work| work).filter_map(|()| None);
    UnboundedReceiverStream::new(stream).merge(silent)
}

async fn invoked(
    provider: &AnyProvider,
    request: invoke_action::Request,
    progress: impl Fn(String) + Send + Sync + 'static,
) -> Answer<Diagnostics> {
    let action = action(provider, &request.action_type)?;
    let config = value(request.config.as_ref(), action.schema.object())?;
    let client = client(request.client_capabilities);
    Ok(action.invoke(provider.configured(), client, config, progress).await)
}

fn action<'a>(provider: &'a AnyProvider, name: &str) -> Answer<&'a ActionEntry> {
    entry(&provider.registry.actions, |action| action.name == name, "action", name)
}
