//! A host without Terraform: it speaks the provider protocol itself, with a provider in this
//! process or with the real binary.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use emulator::{ACCESS_TOKEN, Emulator};
use hyper_util::rt::TokioIo;
use pulumiservice::cloud::{Backoff, Random, Seams, SystemClock};
use pulumiservice::framework::msgpack;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::plugin::{self, Place, Termination};
use pulumiservice::protocol;
use pulumiservice::protocol::wire::invoke_action::event::Type as Event;
use pulumiservice::protocol::wire::provider_client::ProviderClient;
use pulumiservice::protocol::wire::{self, diagnostic::Severity};
use pulumiservice::provider::PulumiService;
use tokio::net::UnixStream;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use crate::chance::Dice;

pub const TOKEN: &str = "pulumiservice_api_tokens_orgtoken";

/// An object of the resource with these attributes, and null for all others.
pub fn object(given: &[(&str, Value)]) -> Value {
    filled(blank().registry.resources[0].schema.object(), given)
}

/// The provider before anything is known of it.
fn blank() -> AnyProvider {
    AnyProvider::new(Arc::new(PulumiService::new(Box::new(|_| None), Seams::system())))
}

fn filled(ty: &Type, given: &[(&str, Value)]) -> Value {
    let Type::Object(attributes) = ty else { panic!("{ty:?} is no object") };
    Value::object(attributes.names().iter().map(|name| {
        let value = given.iter().find(|(given, _)| given == name);
        (name.clone(), value.map_or(Value::Null, |(_, value)| value.clone()))
    }))
}

/// An answer: an object, or null, with what was said about it.
pub struct Answer {
    pub value: Value,
    /// What the provider keeps beside the object's attributes.
    pub private: Vec<u8>,
    pub said: Vec<wire::Diagnostic>,
    /// Whether a plan replaces the object.
    pub replaces: bool,
}

impl Answer {
    pub fn failed(&self) -> bool {
        self.said.iter().any(|said| said.severity() == Severity::Error)
    }

    /// Everything that was said, each with its summary.
    pub fn text(&self) -> String {
        self.said.iter().map(|said| format!("{}: {}\n", said.summary, said.detail)).collect()
    }
}

/// What an action told.
#[derive(Debug, Default)]
pub struct Invoked {
    pub lines: Vec<String>,
    /// What was said with each message that it has ended: there is to be one.
    pub ended: Vec<Vec<wire::Diagnostic>>,
}

/// A connection to a provider. Clones share it.
#[derive(Clone)]
pub struct Host {
    client: ProviderClient<Channel>,
    token: Type,
    provider: Type,
    private: Vec<u8>,
}

impl Host {
    /// Connects to the provider that listens there.
    pub async fn connect(socket: &Path) -> Self {
        let socket = socket.to_owned();
        let connector = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        });
        let endpoint = Endpoint::from_static("http://localhost");
        let channel = endpoint.connect_with_connector(connector).await.unwrap();
        let blank = blank();
        Self {
            client: ProviderClient::new(channel).max_decoding_message_size(64 << 20),
            token: blank.registry.resources[0].schema.object().clone(),
            provider: blank.schema.object().clone(),
            private: Vec::new(),
        }
    }

    /// The same connection, for calls about an object beside which this was kept.
    pub fn keeping(&self, private: &[u8]) -> Self {
        Self { private: private.to_vec(), ..self.clone() }
    }

    /// Configures the provider with these attributes, beside what it finds in its environment.
    pub async fn configure(&self, given: &[(&str, Value)]) {
        let config = filled(&self.provider, given);
        let request = wire::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(encoded(&config, &self.provider)),
            ..Default::default()
        };
        let answer = self.client.clone().configure_provider(request).await.unwrap().into_inner();
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    }

    /// A call that asks for nothing, behind all that were sent before it.
    pub async fn ping(&self) {
        self.client.clone().get_metadata(wire::get_metadata::Request::default()).await.unwrap();
    }

    pub async fn plan(&self, prior: &Value, config: &Value) -> Result<Answer, Status> {
        let request = wire::plan_resource_change::Request {
            type_name: TOKEN.to_owned(),
            prior_state: Some(self.encoded(prior)),
            proposed_new_state: Some(self.encoded(config)),
            config: Some(self.encoded(config)),
            prior_private: self.private.clone(),
            ..Default::default()
        };
        let answer = self.client.clone().plan_resource_change(request).await?.into_inner();
        let replaces = !answer.requires_replace.is_empty();
        let private = answer.planned_private;
        Ok(Answer { replaces, ..self.answer(answer.planned_state, private, answer.diagnostics) })
    }

    pub async fn apply(
        &self,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> Result<Answer, Status> {
        let request = wire::apply_resource_change::Request {
            type_name: TOKEN.to_owned(),
            prior_state: Some(self.encoded(prior)),
            planned_state: Some(self.encoded(planned)),
            config: Some(self.encoded(config)),
            planned_private: self.private.clone(),
            ..Default::default()
        };
        let answer = self.client.clone().apply_resource_change(request).await?.into_inner();
        Ok(self.answer(answer.new_state, answer.private, answer.diagnostics))
    }

    /// Plans a token and creates it, unless the plan fails.
    pub async fn create(&self, config: &Value) -> Result<Answer, Status> {
        let plan = self.plan(&Value::Null, config).await?;
        if plan.failed() {
            return Ok(Answer { value: Value::Null, ..plan });
        }
        self.apply(&Value::Null, &plan.value, config).await
    }

    pub async fn delete(&self, prior: &Value) -> Result<Answer, Status> {
        self.apply(prior, &Value::Null, &Value::Null).await
    }

    pub async fn read(&self, state: &Value) -> Result<Answer, Status> {
        let request = wire::read_resource::Request {
            type_name: TOKEN.to_owned(),
            current_state: Some(self.encoded(state)),
            private: self.private.clone(),
            ..Default::default()
        };
        let answer = self.client.clone().read_resource(request).await?.into_inner();
        Ok(self.answer(answer.new_state, answer.private, answer.diagnostics))
    }

    pub async fn import(&self, id: &str) -> Result<Answer, Status> {
        let request = wire::import_resource_state::Request {
            type_name: TOKEN.to_owned(),
            id: id.to_owned(),
            ..Default::default()
        };
        let answer = self.client.clone().import_resource_state(request).await?.into_inner();
        let found = answer.imported_resources.into_iter().next().unwrap_or_default();
        Ok(self.answer(found.state, found.private, answer.diagnostics))
    }

    /// Invokes an action: the lines that it tells, and what is said at its end.
    pub async fn invoke(&self, action: &str, given: &[(&str, Value)]) -> Result<Invoked, Status> {
        let registry = blank().registry;
        let entry = registry.actions.iter().find(|entry| entry.name == action).unwrap();
        let ty = entry.schema.object();
        let request = wire::invoke_action::Request {
            action_type: action.to_owned(),
            config: Some(encoded(&filled(ty, given), ty)),
            ..Default::default()
        };
        let mut events = self.client.clone().invoke_action(request).await?.into_inner();
        let mut invoked = Invoked::default();
        while let Some(event) = events.message().await? {
            match event.r#type.unwrap() {
                Event::Progress(progress) => invoked.lines.push(progress.message),
                Event::Completed(completed) => invoked.ended.push(completed.diagnostics),
            }
        }
        Ok(invoked)
    }

    pub async fn stop(&self) {
        self.client.clone().stop_provider(wire::stop_provider::Request {}).await.unwrap();
    }

    fn encoded(&self, value: &Value) -> wire::DynamicValue {
        encoded(value, &self.token)
    }

    fn answer(
        &self,
        value: Option<wire::DynamicValue>,
        private: Vec<u8>,
        said: Vec<wire::Diagnostic>,
    ) -> Answer {
        let value = match value {
            Some(value) => msgpack::decode(&value.msgpack, &self.token).unwrap(),
            None => Value::Null,
        };
        Answer { value, private, said, replaces: false }
    }
}

fn encoded(value: &Value, ty: &Type) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: msgpack::encode(value, ty).unwrap(), json: Vec::new() }
}

/// A provider in this process, on a thread and a runtime of its own until it is dropped. Its waits
/// are too short to notice, and its chance is the test's.
pub struct InProcess {
    provider: Arc<PulumiService>,
    socket: std::path::PathBuf,
    termination: Termination,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl InProcess {
    pub fn start(cloud: &Emulator, seed: u64) -> Self {
        let url = cloud.url().to_owned();
        let environment = move |name: &str| match name {
            "PULUMI_BACKEND_URL" => Some(url.clone()),
            "PULUMI_ACCESS_TOKEN" => Some(ACCESS_TOKEN.to_owned()),
            _ => None,
        };
        let random = Arc::new(Seeded(Mutex::new(Dice::new(seed))));
        let seams = Seams { clock: Arc::new(SystemClock), random };
        let provider =
            Arc::new(PulumiService::new(Box::new(environment), seams).with_backoff(Backoff {
                base: Duration::from_millis(1),
                cap: Duration::from_millis(4),
                total: Duration::from_secs(300),
            }));
        let termination = Termination::default();
        let (tell, told) = std::sync::mpsc::channel();
        let (served, asked) = (provider.clone(), termination.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let place = Place::read(&|_| None).unwrap();
                let address = "pulumiservice/pulumiservice";
                let offered = Arc::new(AnyProvider::new(served.clone()));
                let routes = || protocol::routes(offered.clone());
                let (reattach, server) = plugin::reattach(address, &place, &asked, routes).unwrap();
                tell.send(reattach).unwrap();
                server.await.after(served.finish(Duration::from_secs(60))).await;
            });
        });
        let reattach: serde_json::Value = serde_json::from_str(&told.recv().unwrap()).unwrap();
        let entry = reattach.as_object().unwrap().values().next().unwrap();
        let socket = entry["Addr"]["String"].as_str().unwrap().into();
        Self { provider, socket, termination, thread: Some(thread) }
    }

    /// A host that has configured it.
    pub async fn host(&self) -> Host {
        let host = Host::connect(&self.socket).await;
        host.configure(&[]).await;
        host
    }

    /// Waits until nothing is being created any more.
    pub async fn settle(&self) {
        while !self.provider.open_work().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Ends everything as at an engine's `Shutdown`, within the time that an engine grants.
    pub async fn finish(&self) {
        self.provider.finish(Duration::from_secs(10)).await;
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.termination.request();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Chance that can be had again.
struct Seeded(Mutex<Dice>);

impl Random for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.fill_with(|| dice.below(256) as u8);
    }
}
