//! A local Pulumi Cloud, as far as access tokens and who may do what go, for tests and for the
//! demo.
//!
//! It keeps to the service's rules and to the OpenAPI document beside this crate, shares no code
//! with the provider's client, and misbehaves on command. In a test:
//!
//! ```
//! use emulator::{Config, Emulator, Fault, On};
//!
//! let cloud = Emulator::start(Config::default());
//! cloud.fault(On::creations(), Fault::drop().after());
//! // … point a client at cloud.url() with the access token emulator::ACCESS_TOKEN …
//! assert!(cloud.live("acme").is_empty());
//! assert!(cloud.requests().is_empty());
//! ```
//!
//! Two services are two emulators; their organizations may have the same name.
//!
//! It runs on a runtime of its own, so it can be used from synchronous and from asynchronous
//! tests, and ends when it is dropped. It is also a program (`cargo run -p emulator -- --help`),
//! which can be controlled over HTTP.

mod access;
mod api;
pub mod books;
pub mod clock;
pub mod contract;
mod control;
mod faults;
mod handle;
mod hold;
mod hostile;
mod log;
mod misbehave;
mod operation;
mod pick;
mod rate;
mod server;
mod service;
mod tls;

use std::net::Ipv4Addr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

pub use books::{
    ADMIN_ROLE, AccessToken, BILLING_ROLE, DEPLOYER_ROLE, EnvironmentGrant, IdToken, Issuer, Lag,
    ListedIn, MEMBER_ROLE, Member, Org, Permissions, Policy, PolicyEntry, Quirks, Role, SIGNED_UP,
    Scopes, StackGrant, Team, TeamKind, TeamMember, TeamRole, Token, thumbprint,
};
pub use clock::Clock;
pub use control::HELP as CONTROL_HELP;
pub use faults::{ErrorBody, Fault, Random, RetryAfter};
pub use handle::{Controls, Counts};
pub use hold::{Hold, When};
pub use hostile::hostile_texts;
pub use log::RecordedRequest;
pub use operation::Operation;
pub use pick::On;
pub use rate::RateLimit;

/// The organization of [`Config::default`].
pub const ORG: &str = "acme";
/// The access token of [`Config::default`]: that of an admin user.
pub const ACCESS_TOKEN: &str = "pul-lab-access";
/// The login of that user.
pub const LOGIN: &str = "lab-admin";
/// The OIDC id token that [`Config::default`] trusts.
pub const ID_TOKEN: &str = "lab-id-token";

/// What a service starts with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its organizations.
    pub orgs: Vec<Org>,
    /// The access tokens of its users.
    pub access_tokens: Vec<AccessToken>,
    /// The OIDC id tokens that it trusts.
    pub id_tokens: Vec<String>,
    /// Its clock.
    pub clock: Clock,
    /// What ids and values are made from; `None` is another seed each time.
    pub seed: Option<u64>,
    /// Whether it speaks TLS (and then HTTP/2 with who wants it), with an authority of its own.
    pub tls: bool,
    /// How long each request takes at least.
    pub latency: Duration,
    /// The port on 127.0.0.1; 0 is any that is free.
    pub port: u16,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            orgs: vec![Org::new(ORG)],
            access_tokens: vec![AccessToken {
                value: ACCESS_TOKEN.to_owned(),
                login: LOGIN.to_owned(),
                permissions: Permissions::ALL,
            }],
            id_tokens: vec![ID_TOKEN.to_owned()],
            clock: Clock::system(),
            seed: None,
            tls: false,
            latency: Duration::ZERO,
            port: 0,
        }
    }
}

/// A running service. It ends when it is dropped.
pub struct Emulator {
    controls: Controls,
    url: String,
    ca_pem: Option<String>,
    runtime: Option<Runtime>,
}

impl Emulator {
    /// Starts a service on a free port of this machine.
    ///
    /// # Panics
    /// If that can't be done.
    pub fn start(config: Config) -> Self {
        Self::try_start(config).unwrap_or_else(|error| panic!("the emulator can't start: {error}"))
    }

    /// Starts a service.
    ///
    /// # Errors
    /// If the port is taken, or there are no threads, sockets or random numbers to be had.
    pub fn try_start(config: Config) -> anyhow::Result<Self> {
        let seed = match config.seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|error| anyhow::anyhow!("no randomness: {error}"))?,
        };
        let Config { orgs, access_tokens, id_tokens, clock, .. } = config;
        let books = books::Books::new(seed, orgs, access_tokens, id_tokens, clock.now());
        let service = Arc::new(service::Service {
            clock,
            books: Mutex::new(books),
            log: Mutex::default(),
            faults: Mutex::default(),
            gates: Mutex::default(),
            bucket: Mutex::default(),
            latency_us: 0.into(),
            creations_answer_201: false.into(),
            connections: service::Connections::default(),
        });
        let controls = Controls::new(service.clone());
        controls.set_latency(config.latency);

        let (tls, ca_pem) = config.tls.then(tls::acceptor).transpose()?.unzip();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        listener.set_nonblocking(true)?;
        let scheme = if config.tls { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr()?);

        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("emulator")
            .enable_all()
            .build()?;
        let listener = {
            let _in_runtime = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let routes = server::Routes {
            api: api::router(service.clone()),
            control: control::router(controls.clone()),
        };
        runtime.spawn(server::serve(listener, tls, routes, service));
        Ok(Self { controls, url, ca_pem, runtime: Some(runtime) })
    }

    /// Where it is: scheme, address and port, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of its authority in PEM, if it speaks TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Controls that can be given to other threads.
    pub fn controls(&self) -> Controls {
        self.controls.clone()
    }

    /// Holds the requests that are meant until the hold is released or dropped.
    pub fn hold(&self, on: On, when: When) -> Hold {
        let runtime = self.runtime.as_ref().map(|runtime| runtime.handle().clone());
        let runtime = runtime.expect("it runs until it is dropped");
        locked(&self.controls.service().gates).hold(on, when, runtime)
    }
}

impl Deref for Emulator {
    type Target = Controls;

    fn deref(&self) -> &Controls {
        &self.controls
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not waited for, as that is not allowed in asynchronous code.
            runtime.shutdown_background();
        }
    }
}

/// A lock that a panicking test thread can't spoil for the others.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
