//! Where the two vocabularies meet: the provider's configuration, the list of resources, and a
//! folder for each resource.
//!
//! Invariant: the only room that knows both Terraform and Pulumi Cloud. An error of the service
//! becomes a diagnostic here and nowhere else.

mod api_tokens_orgtoken;
mod credentials;
mod durations;
mod problems;
mod session;
mod settings;

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use async_trait::async_trait;

use crate::cloud::{Backoff, Client, Seams, Stop};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::{ConfigureRequest, Provider};
use crate::framework::resource::Resource;
use crate::framework::schema::Schema;
use crate::framework::value::Value;
use session::{Access, Session};

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
            schema: settings::schema(),
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
        for client in self.clients() {
            client.settle().await;
        }
    }

    /// The same, for at most this long.
    pub async fn finish(&self, within: Duration) {
        let _ = tokio::time::timeout(within, self.settle()).await;
    }

    /// What has not come to its end, in words.
    pub fn open_work(&self) -> Vec<String> {
        let settled = std::pin::pin!(self.settle()).poll(&mut Context::from_waker(Waker::noop()));
        if settled.is_ready() { Vec::new() } else { vec!["a token is being created".to_owned()] }
    }

    fn clients(&self) -> Vec<Client> {
        self.clients.lock().unwrap_or_else(|e| e.into_inner()).clone()
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
        settings::validate(config)
    }

    async fn configure(&self, request: ConfigureRequest) -> Diagnostics {
        let resolved =
            settings::resolve(&request.config, &*self.environment, &request.terraform_version);
        let (mut configuration, settings) = match resolved {
            Ok(resolved) => resolved,
            Err(diagnostics) => return diagnostics,
        };
        if let Some(mut settings) = settings {
            settings.backoff = self.backoff.unwrap_or(settings.backoff);
            // Each run has its own signal: one that was interrupted must not stop the next one
            // under the same debugger.
            let stop = Stop::new();
            *self.stop.lock().unwrap_or_else(|e| e.into_inner()) = stop.clone();
            let client = Client::new(settings, self.session.seams(), stop);
            self.clients.lock().unwrap_or_else(|e| e.into_inner()).push(client.clone());
            configuration.access = Access::Ready(client);
        }
        self.session.configure(configuration);
        Diagnostics::new()
    }

    fn stop(&self) {
        self.stop.lock().unwrap_or_else(|e| e.into_inner()).stop();
    }
}
