//! Where the two vocabularies meet: the provider's configuration, the list of resources, and a
//! folder for each resource.
//!
//! Invariant: the only room that knows both Terraform and Pulumi Cloud. An error of the service
//! becomes a diagnostic here and nowhere else.

mod api_tokens_orgtoken;
mod block;
mod durations;
mod problems;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::cloud::{Backoff, Client, ClientSettings, Seams, Stop};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::{ConfigureRequest, Provider};
use crate::framework::resource::Resource;
use crate::framework::schema::Schema;
use crate::framework::value::Value;
use block::{Block, Session};

/// A way to look up environment variables.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The provider `pulumiservice`.
pub struct PulumiService {
    schema: Schema,
    environment: Environment,
    session: Arc<Session>,
    backoff: Option<Backoff>,
    resources: Vec<Box<dyn Resource>>,
    stop: Mutex<Stop>,
    clients: Mutex<Vec<Client>>,
}

impl PulumiService {
    /// A provider that is yet to be configured.
    pub fn new(environment: Environment, seams: Seams) -> Self {
        let session = Arc::new(Session::new(seams));
        Self {
            schema: block::schema(),
            environment,
            resources: vec![Box::new(api_tokens_orgtoken::OrgToken::new(Arc::clone(&session)))],
            session,
            backoff: None,
            stop: Mutex::default(),
            clients: Mutex::default(),
        }
    }

    /// The same with other waits between tries, for tests that have no time for the usual ones.
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// Waits until every creation that is on its way has come to its end: a token in the hands of
    /// the engine, or none.
    pub async fn settle(&self) {
        let clients = self.clients.lock().unwrap_or_else(|e| e.into_inner()).clone();
        for client in clients {
            client.settle().await;
        }
    }
}

#[async_trait]
impl Provider for PulumiService {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn resources(&self) -> &[Box<dyn Resource>] {
        &self.resources
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        Block::parse(config).err().unwrap_or_default()
    }

    async fn configure(&self, request: ConfigureRequest) -> Diagnostics {
        let connect = |mut settings: ClientSettings| {
            settings.backoff = self.backoff.unwrap_or(settings.backoff);
            // Each run has its own signal: one that was interrupted must not stop the next one
            // under the same debugger.
            let stop = Stop::new();
            *self.stop.lock().unwrap_or_else(|e| e.into_inner()) = stop.clone();
            let client = Client::new(settings, self.session.seams(), stop);
            self.clients.lock().unwrap_or_else(|e| e.into_inner()).push(client.clone());
            client
        };
        let (config, version) = (&request.config, &request.terraform_version);
        match block::evaluate(config, &self.environment, version, connect).await {
            Ok((configuration, warnings)) => {
                self.session.configure(configuration);
                warnings
            }
            Err(found) => found,
        }
    }

    fn stop(&self) {
        self.stop.lock().unwrap_or_else(|e| e.into_inner()).stop();
    }
}
