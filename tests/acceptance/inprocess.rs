//! The provider in the test's own process, with a clock and chance that the test decides about.
//! The real CLI finds it by `TF_REATTACH_PROVIDERS`.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use emulator::{ACCESS_TOKEN, Emulator};
use jiff::Timestamp;
use pulumiservice::cloud::{Clock, Random, Seams, SystemRandom};
use pulumiservice::framework::provider::{AnyProvider, Provider};
use pulumiservice::plugin::{self, Place, Termination};
use pulumiservice::protocol;
use pulumiservice::provider::PulumiService;

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock at this moment, in Unix seconds.
    pub fn at(unix: i64) -> Self {
        Self(Arc::new(AtomicI64::new(unix)))
    }

    /// Moves it, together with the service's.
    pub fn set(&self, cloud: &Emulator, unix: i64) {
        self.0.store(unix, Ordering::SeqCst);
        cloud.clock().set(unix);
    }

    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(TestClock::now(self)).unwrap()
    }
}

/// Chance that begins with these bytes, and is real after them.
pub struct Draws(Mutex<VecDeque<Vec<u8>>>);

impl Draws {
    pub fn first(draws: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(Mutex::new(draws.into_iter().collect()))
    }
}

impl Random for Draws {
    fn fill(&self, buffer: &mut [u8]) {
        // Only names take five bytes; waiting times take others.
        match self.0.lock().unwrap().pop_front_if(|draw| draw.len() == buffer.len()) {
            Some(draw) => buffer.copy_from_slice(&draw),
            None => SystemRandom.fill(buffer),
        }
    }
}

/// A provider for this service.
pub fn provider(
    cloud: &Emulator,
    clock: TestClock,
    random: impl Random + 'static,
) -> PulumiService {
    let url = cloud.url().to_owned();
    let environment = move |name: &str| match name {
        "PULUMI_BACKEND_URL" => Some(url.clone()),
        "PULUMI_ACCESS_TOKEN" => Some(ACCESS_TOKEN.to_owned()),
        _ => None,
    };
    let seams = Seams { clock: Arc::new(clock), random: Arc::new(random) };
    PulumiService::new(Box::new(environment), seams)
}

/// A provider that serves on a thread of its own until it is dropped.
pub struct Served {
    /// For `TF_REATTACH_PROVIDERS`.
    pub reattach: String,
    termination: Termination,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    /// Serves one provider, whoever attaches.
    pub fn start(provider: PulumiService) -> Self {
        Self::at("pulumiservice/pulumiservice", provider)
    }

    /// Serves a provider that engines know by this address.
    pub fn at(address: &'static str, provider: impl Provider) -> Self {
        let provider = Arc::new(AnyProvider::new(Arc::new(provider)));
        let termination = Termination::default();
        let (tell, told) = std::sync::mpsc::channel();
        let served = termination.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let place = Place::read(&|_| None).unwrap();
                let routes = move || protocol::routes(provider.clone());
                let (reattach, server) =
                    plugin::reattach(address, &place, &served, routes).unwrap();
                tell.send(reattach).unwrap();
                let _ = server.await;
            });
        });
        Self { reattach: told.recv().unwrap(), termination, thread: Some(thread) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.termination.request();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
