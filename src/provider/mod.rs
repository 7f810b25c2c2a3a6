//! Where the two vocabularies meet: the provider's configuration, the list of what it offers, and a
//! file for each thing.
//!
//! Invariant: the only room that knows both Terraform and Pulumi Cloud. An error of the service
//! becomes a diagnostic here and nowhere else.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `block/` | the provider block, and what it comes to |
//! | `access/` | teams, members, roles, issuers, policies, settings: a folder for each kind |
//! | `tokens/` | access tokens: one life cycle, and a file for each kind |
//! | `functions/` | functions |
//! | `messages` | every message, as the troubleshooting page lists them |
//! | `environment`, `files` | variables, and files that a user named, read with limits |
//! | `route` | how a server is reached: proxies, and where the system's certificates are |
//! | `exchange` | the exchange of a CI system's id token |
//! | `organization` | the organization that something belongs to |
//! | `failure`, `instants` | failed calls and instants, in words |
//! | `plain_text` | what a text must be that everybody may see |
//! | `prelude` | what the files of a resource use throughout |
//! | `texts` | texts on their way between attributes and the service |

mod access;
mod block;
mod environment;
mod exchange;
mod failure;
mod files;
mod functions;
mod instants;
pub mod messages;
mod organization;
mod plain_text;
mod prelude;
mod route;
mod texts;
mod tokens;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::cloud::{Backoff, Client, ClientSettings, ExchangeSource, Seams, Stop};
use crate::framework::context::{Context, Reported};
use crate::framework::provider::Provider;
use crate::framework::registry::Registry;
use block::{Block, Configuration, ProviderBlock};
pub use environment::Environment;

/// The provider `pulumiservice`.
pub struct PulumiService {
    environment: Arc<Environment>,
    seams: Seams,
    backoff: Option<Backoff>,
    stop: Mutex<Stop>,
    clients: Mutex<Vec<Client>>,
}

impl PulumiService {
    /// A provider that is yet to be configured.
    pub fn new(environment: Environment, seams: Seams) -> Self {
        Self {
            environment: Arc::new(environment),
            seams,
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

    /// Ends everything within this time. What is being created is looked for and revoked, what is
    /// lent is revoked, and what is open after that is named in the log.
    pub async fn finish(&self, within: Duration) {
        let mut ends = JoinSet::new();
        for client in self.clients().clone() {
            ends.spawn(async move { client.shut_down(within).await });
        }
        ends.join_all().await;
    }

    /// What is open, in words for the log.
    pub fn open_work(&self) -> Vec<String> {
        self.clients().iter().flat_map(Client::open).collect()
    }

    fn connect(
        &self,
        mut settings: ClientSettings,
        source: Option<ExchangeSource>,
        stop: Stop,
    ) -> Client {
        settings.backoff = self.backoff.unwrap_or(settings.backoff);
        let client = match source {
            Some(source) => Client::exchanging(settings, source, self.seams.clone(), stop),
            None => Client::new(settings, self.seams.clone(), stop),
        };
        self.clients().push(client.clone());
        client
    }

    /// The signal of the present run.
    fn present_stop(&self) -> MutexGuard<'_, Stop> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clients(&self) -> MutexGuard<'_, Vec<Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for PulumiService {
    type Block = ProviderBlock;
    type Configured = Configuration;

    fn registry(&self) -> Registry {
        functions::register(access::register(tokens::register(Registry::new("pulumiservice"))))
    }

    fn unconfigured(&self) -> Configuration {
        let stop = self.present_stop().clone();
        Configuration::not_configured(self.seams.clone(), stop, Arc::clone(&self.environment))
    }

    fn validate(&self, cx: &Context, block: ProviderBlock) {
        // What could be said about it is in the context.
        let _ = Block::parse(cx, block);
    }

    async fn configure(
        &self,
        cx: &Context,
        block: ProviderBlock,
        engine: &str,
    ) -> Result<Configuration, Reported> {
        // Each run has its own signal: one that was interrupted must not stop the next one under
        // the same debugger.
        let stop = Stop::new();
        *self.present_stop() = stop.clone();
        let connect = |settings, source| self.connect(settings, source, stop.clone());
        let (seams, environment) = (self.seams.clone(), &self.environment);
        block::evaluate(cx, block, environment, engine, seams, stop.clone(), connect).await
    }

    fn service(configured: &Configuration) -> Option<String> {
        configured.service()
    }

    fn stop(&self) {
        self.present_stop().stop();
    }
}
