//! What the provider is configured with, for its resources.

use std::fmt;
use std::sync::Arc;

use crate::cloud::{Client, ClientSettings, Random, Seams, Stop};
use crate::framework::attr::Attr;
use crate::framework::context::{Context, Deferral, Reported, said as of_calls};
use crate::provider::environment::Environment;
use crate::provider::messages::{block, provider as said};

/// Whether the service can be asked.
pub enum Access {
    /// It can.
    Ready(Client),
    /// Not yet: this attribute of the provider will only be known during apply.
    Unknown(&'static str),
    /// There is no access token, as this sentence says: what needs none still works.
    NoToken(String),
    /// The engine has not configured the provider.
    NotConfigured,
}

/// An evaluated `provider` block, the seams for time and chance, and the run's signal to stop.
pub struct Configuration {
    /// Whether the service can be asked.
    pub access: Access,
    /// How to reach the service, once that is known.
    pub settings: Option<ClientSettings>,
    /// The organization of resources that name none.
    pub default_org: Attr<String>,
    /// Whether tokens that never expire are worth a warning.
    pub warn_never_expires: bool,
    /// The version of the engine, such as `1.11.4`.
    pub engine: String,
    seams: Seams,
    stop: Stop,
    environment: Arc<Environment>,
}

impl Configuration {
    /// What there is before the engine configures the provider.
    pub fn not_configured(seams: Seams, stop: Stop, environment: Arc<Environment>) -> Self {
        Self {
            access: Access::NotConfigured,
            settings: None,
            default_org: Attr::Unknown,
            warn_never_expires: false,
            engine: String::new(),
            seams,
            stop,
            environment,
        }
    }

    /// The client, if the service can be asked already.
    pub fn client(&self) -> Option<&Client> {
        match &self.access {
            Access::Ready(client) => Some(client),
            Access::Unknown(_) | Access::NoToken(_) | Access::NotConfigured => None,
        }
    }

    /// Where the service is, to be kept and compared.
    pub fn service(&self) -> Option<String> {
        self.settings.as_ref().map(|settings| settings.address.to_string())
    }

    /// Whether Pulumi's bridge runs the provider, which draws names by itself and creates before it
    /// deletes.
    pub fn is_bridged(&self) -> bool {
        self.engine.ends_with("+pulumi-terraform-bridge")
    }

    /// The client, for a call that can't do without.
    ///
    /// # Errors
    /// What is not known yet, and how to go on; the call is put off if the engine takes that.
    pub fn needed_client(&self, cx: &Context, doing: &str) -> Result<&Client, Reported> {
        match &self.access {
            Access::Ready(client) => Ok(client),
            Access::Unknown(attribute) => Err(cx.not_yet(
                Deferral::Provider,
                said::NOT_KNOWN_YET,
                format!(
                    "{doing} needs Pulumi Cloud, but the provider's {attribute} depends on \
                     something that will only be known after apply. Apply that first, with \
                     -target, or give the provider a value that is known while planning."
                ),
            )),
            Access::NoToken(places) => Err(cx.error(block::TOKEN_MISSING, places.as_str())),
            Access::NotConfigured => Err(not_configured(cx)),
        }
    }

    /// That the service can be asked, or will be.
    ///
    /// # Errors
    /// It can't be: there is no access token, or the provider is not configured.
    pub fn has_access(&self, cx: &Context, doing: &str) -> Result<(), Reported> {
        match &self.access {
            Access::Ready(_) | Access::Unknown(_) => Ok(()),
            Access::NoToken(_) | Access::NotConfigured => self.needed_client(cx, doing).map(drop),
        }
    }

    /// How to reach the service, for a call that needs no access token.
    ///
    /// # Errors
    /// What is not known yet, and how to go on.
    pub fn settings_for(&self, cx: &Context, doing: &str) -> Result<ClientSettings, Reported> {
        match &self.settings {
            Some(settings) => Ok(settings.clone()),
            None => Err(match self.needed_client(cx, doing) {
                Err(reported) => reported,
                Ok(_) => cx.error(of_calls::NOT_CONFIGURED, "The service's address is not known."),
            }),
        }
    }

    /// The environment of the process.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Time and chance.
    pub fn seams(&self) -> &Seams {
        &self.seams
    }

    /// The signal that the run is to end early.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The present moment, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.seams.clock.now().as_second()
    }

    /// Chance.
    pub fn random(&self) -> &dyn Random {
        &*self.seams.random
    }
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration").finish_non_exhaustive()
    }
}

/// The configuration, for the calls that the engine makes.
pub trait Configured {
    /// What the provider is configured with.
    ///
    /// # Errors
    /// The engine has not configured the provider, or the context belongs to another one.
    fn configuration(&self) -> Result<Arc<Configuration>, Reported>;

    /// The client, for a call that can't do without. `doing` begins the sentence: `Reading teams`.
    ///
    /// # Errors
    /// What is not known yet, and how to go on.
    fn client_for(&self, doing: &str) -> Result<Client, Reported>;
}

impl Configured for Context {
    fn configuration(&self) -> Result<Arc<Configuration>, Reported> {
        let configuration = self.provider::<Configuration>()?;
        match configuration.access {
            Access::NotConfigured => Err(not_configured(self)),
            _ => Ok(configuration),
        }
    }

    fn client_for(&self, doing: &str) -> Result<Client, Reported> {
        self.configuration()?.needed_client(self, doing).cloned()
    }
}

fn not_configured(cx: &Context) -> Reported {
    cx.error(
        of_calls::NOT_CONFIGURED,
        "The engine asked for work before it configured the provider.",
    )
}
