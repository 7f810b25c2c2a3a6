//! What the provider is configured with, for its resources.

use std::sync::{Arc, RwLock};

use super::token::holds_token;
use crate::cloud::{Client, Random, Seams, Secret};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::value::Value;

/// The organization of resources that name none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultOrg {
    /// This one.
    Known(String),
    /// Nobody gave one.
    Unset,
    /// While planning: apply will tell.
    Unknown,
}

impl DefaultOrg {
    /// As a plan shows it; null where there is none.
    pub fn planned(&self) -> Value {
        match self {
            Self::Known(name) => name.as_str().into(),
            Self::Unset => Value::Null,
            Self::Unknown => Value::Unknown,
        }
    }

    /// For a line of the log.
    pub fn for_log(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Unset => "none",
            Self::Unknown => "not known yet",
        }
    }
}

/// Whether the service can be asked.
pub enum Access {
    /// It can.
    Ready(Client),
    /// Not yet: this attribute of the provider will only be known during apply.
    Unknown(&'static str),
}

/// An evaluated `provider` block.
pub struct Configuration {
    /// Whether the service can be asked.
    pub access: Access,
    /// The access token, if it is known.
    pub access_token: Option<Secret>,
    /// The organization of resources that name none.
    pub default_org: DefaultOrg,
    /// Whether tokens that never expire are worth a warning.
    pub warn_never_expires: bool,
}

impl Configuration {
    /// The client, where the service can be asked already.
    pub fn client(&self) -> Option<&Client> {
        match &self.access {
            Access::Ready(client) => Some(client),
            Access::Unknown(_) => None,
        }
    }

    /// Whether a text that people will see holds an access token: the one in use, or whatever
    /// looks like one. Names are checked with it before they are shown or sent.
    pub fn holds_token(&self, text: &str) -> bool {
        holds_token(text, self.access_token.as_ref())
    }

    /// The client, for a call that can't do without.
    ///
    /// # Errors
    /// Diagnostics that say what is not known yet, and how to go on.
    pub fn needed_client(&self, doing: &str) -> Result<&Client, Diagnostics> {
        match &self.access {
            Access::Ready(client) => Ok(client),
            Access::Unknown(attribute) => {
                let mut found = Diagnostics::new();
                found.error(
                    "The provider's configuration is not known yet",
                    format!(
                        "{doing} needs Pulumi Cloud, but the provider's {attribute} depends on \
                         something that will only be known after apply. Apply that first, with \
                         -target, or give the provider a value that is known while planning."
                    ),
                );
                Err(found)
            }
        }
    }
}

/// What all resources share: the seams, and the configuration once there is one.
pub struct Session {
    seams: Seams,
    configuration: RwLock<Option<Arc<Configuration>>>,
}

impl Session {
    /// A session before its provider is configured.
    pub fn new(seams: Seams) -> Self {
        Self { seams, configuration: RwLock::new(None) }
    }

    /// Takes a configuration. A provider under a debugger serves several runs, each with its own.
    pub fn configure(&self, configuration: Configuration) {
        let configuration = Some(Arc::new(configuration));
        *self.configuration.write().unwrap_or_else(|e| e.into_inner()) = configuration;
    }

    /// The present configuration, where there is one yet.
    pub fn configuration(&self) -> Option<Arc<Configuration>> {
        self.configuration.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// The present configuration, for a call that comes after configuring.
    ///
    /// # Errors
    /// A diagnostic, where the engine did not configure the provider.
    pub fn configured(&self) -> Result<Arc<Configuration>, Diagnostics> {
        self.configuration().ok_or_else(|| {
            let mut found = Diagnostics::new();
            found.error(
                "The provider is not configured",
                "The engine asked for work before it configured the provider.",
            );
            found
        })
    }

    /// The present moment, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.seams.clock.now().as_second()
    }

    /// The seams, for a client.
    pub fn seams(&self) -> Seams {
        Seams { clock: Arc::clone(&self.seams.clock), random: Arc::clone(&self.seams.random) }
    }

    /// Chance.
    pub fn random(&self) -> &dyn Random {
        &*self.seams.random
    }
}
