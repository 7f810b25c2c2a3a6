//! A server in this process, clients for its socket, and values as an engine writes them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use emulator::{ACCESS_TOKEN, Config, Emulator};
use hyper_util::rt::TokioIo;
use pulumiservice::cloud::{Backoff, Seams};
use pulumiservice::framework::private::Private;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::framework::{json, msgpack};
use pulumiservice::plugin::{Place, Termination, reattach};
use pulumiservice::protocol::wire::attribute_path::step::Selector;
use pulumiservice::protocol::wire::diagnostic::Severity;
use pulumiservice::protocol::wire::provider_client::ProviderClient;
use pulumiservice::protocol::wire::{
    self, DynamicValue, apply_resource_change, configure_provider, get_provider_schema,
    plan_resource_change,
};
use pulumiservice::protocol::{MAX_MESSAGE_BYTES, routes};
use pulumiservice::provider::PulumiService;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint};

/// The resource that the tests speak of.
pub const TOKEN: &str = "pulumiservice_api_tokens_orgtoken";

/// What a test sees in place of a value that is not known yet.
pub const UNKNOWN: &str = "(known after apply)";

/// Private data that an engine hands in.
pub const KEPT: &[u8] = br#"{"kept":"yes"}"#;

/// Asserts that private data still has what was handed in.
#[track_caller]
pub fn is_kept(private: &[u8]) {
    assert_eq!(Private::from_bytes(private).get("kept"), Some("yes"));
}

pub type Client = ProviderClient<Channel>;

/// A server on a socket of its own. It ends with the test's runtime.
pub struct Server {
    socket: PathBuf,
    _folder: TempDir,
}

impl Server {
    pub fn start(provider: AnyProvider) -> Self {
        let provider = Arc::new(provider);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let place = Place::read(&|name| (name == "PLUGIN_UNIX_SOCKET_DIR").then(|| path.clone()));
        let routes = move || routes(Arc::clone(&provider));
        let termination = Termination::default();
        let (providers, server) =
            reattach("pulumiservice/pulumiservice", &place.unwrap(), &termination, routes).unwrap();
        tokio::spawn(server);
        let providers: serde_json::Value = serde_json::from_str(&providers).unwrap();
        let entry = providers.as_object().unwrap().values().next().unwrap();
        let socket = entry["Addr"]["String"].as_str().unwrap().into();
        Self { socket, _folder: folder }
    }

    /// A client with a connection of its own, and with the bounds of a real host.
    pub async fn client(&self) -> Client {
        let socket = self.socket.clone();
        let connector = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        });
        let endpoint = Endpoint::from_static("http://localhost");
        let channel = endpoint.connect_with_connector(connector).await.unwrap();
        ProviderClient::new(channel)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }
}

/// The provider against a local service.
pub struct Lab {
    pub server: Server,
    pub cloud: Emulator,
    pub client: Client,
    /// The object type of the resource, as the provider's schema gives it.
    pub token: Type,
    /// The same of every resource.
    pub types: BTreeMap<String, Type>,
    /// The same of the `provider` block.
    pub provider: Type,
}

impl Lab {
    /// A provider that knows its schema and has not been configured.
    pub async fn new() -> Self {
        Self::of(&[], |provider| provider).await
    }

    /// A provider that is ready, with these environment variables. `{service}` in a value stands for
    /// the service's address.
    pub async fn with(variables: &'static [(&'static str, &'static str)]) -> Self {
        Self::of(variables, |provider| provider).await.configure().await
    }

    async fn of(
        variables: &'static [(&'static str, &'static str)],
        change: impl FnOnce(PulumiService) -> PulumiService,
    ) -> Self {
        let cloud = Emulator::start(Config::default());
        let url = cloud.url().to_owned();
        let lookup = move |name: &str| match name {
            "PULUMI_BACKEND_URL" => Some(url.clone()),
            "PULUMI_ACCESS_TOKEN" => Some(ACCESS_TOKEN.to_owned()),
            _ => {
                let given = variables.iter().find(|(given, _)| *given == name);
                given.map(|(_, value)| value.replace("{service}", &url))
            }
        };
        let provider = change(PulumiService::new(Box::new(lookup), Seams::system()));
        let server = Server::start(AnyProvider::new(Arc::new(provider)));
        let mut client = server.client().await;
        let request = get_provider_schema::Request {};
        let schema = client.get_provider_schema(request).await.unwrap().into_inner();
        let types = schema.resource_schemas.iter();
        let types: BTreeMap<_, _> =
            types.map(|(ty, schema)| (ty.clone(), object(schema))).collect();
        let token = types[TOKEN].clone();
        let provider = object(schema.provider.as_ref().unwrap());
        Self { server, cloud, client, token, types, provider }
    }

    /// A provider that is ready.
    pub async fn configured() -> Self {
        Self::new().await.configure().await
    }

    /// The same, with waits between tries that are too short to notice.
    pub async fn hasty() -> Self {
        let backoff = Backoff {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(1),
            total: Duration::from_secs(300),
        };
        Self::of(&[], move |provider| provider.with_backoff(backoff)).await.configure().await
    }

    async fn configure(mut self) -> Self {
        let lab = &mut self;
        let config = Some(msgpack(json!({}), &lab.provider));
        let request = configure_provider::Request {
            terraform_version: "1.15.0".into(),
            config,
            ..Default::default()
        };
        let answer = lab.client.configure_provider(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics, []);
        self
    }

    /// The attributes of a token in MessagePack; those not given are null.
    pub fn msgpack(&self, attributes: serde_json::Value) -> DynamicValue {
        msgpack(attributes, &self.token)
    }

    /// A token in an answer.
    pub fn read(&self, value: &Option<DynamicValue>) -> serde_json::Value {
        let sent = value.as_ref().expect("a value");
        assert!(sent.json.is_empty(), "answers are MessagePack, as hosts of every age read it");
        plain(&msgpack::decode(&sent.msgpack, &self.token).unwrap())
    }

    /// Plans to make a token.
    pub async fn plan_new(&mut self, config: DynamicValue) -> plan_resource_change::Response {
        self.plan(null(), config).await
    }

    pub async fn plan(
        &mut self,
        prior: DynamicValue,
        config: DynamicValue,
    ) -> plan_resource_change::Response {
        let request = plan_resource_change::Request {
            type_name: TOKEN.into(),
            prior_state: Some(prior),
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            prior_private: KEPT.to_vec(),
            ..Default::default()
        };
        let answer = self.client.plan_resource_change(request).await.unwrap().into_inner();
        assert!(!answer.legacy_type_system, "that would switch the engine's checks off");
        answer
    }

    pub async fn apply(
        &mut self,
        prior: DynamicValue,
        config: DynamicValue,
        planned: Option<DynamicValue>,
    ) -> apply_resource_change::Response {
        let request = apply_resource_change::Request {
            type_name: TOKEN.into(),
            prior_state: Some(prior),
            planned_state: planned,
            config: Some(config),
            planned_private: KEPT.to_vec(),
            ..Default::default()
        };
        let answer = self.client.apply_resource_change(request).await.unwrap().into_inner();
        assert!(!answer.legacy_type_system, "that would switch the engine's checks off");
        answer
    }
}

/// The type of an object of this schema.
pub fn object(schema: &wire::Schema) -> Type {
    of_attributes(&schema.block.as_ref().unwrap().attributes)
}

fn of_attributes(attributes: &[wire::schema::Attribute]) -> Type {
    use wire::schema::object::NestingMode;

    let named = |attribute: &wire::schema::Attribute| {
        let ty = match &attribute.nested_type {
            None => Type::from_json(&attribute.r#type).expect("a type"),
            Some(nested) => {
                let object = of_attributes(&nested.attributes);
                match nested.nesting() {
                    NestingMode::Single => object,
                    NestingMode::List => Type::List(Box::new(object)),
                    NestingMode::Set => Type::Set(Box::new(object)),
                    NestingMode::Map => Type::Map(Box::new(object)),
                    NestingMode::Invalid => panic!("{} has no nesting", attribute.name),
                }
            }
        };
        (attribute.name.clone(), ty)
    };
    Type::Object(attributes.iter().map(named).collect::<BTreeMap<_, _>>().into())
}

/// An object in JSON; attributes that are not given are null.
pub fn in_json(attributes: serde_json::Value, ty: &Type) -> DynamicValue {
    let Type::Object(known) = ty else { panic!("no object") };
    let mut all: serde_json::Map<_, _> =
        known.names().iter().map(|name| (name.clone(), serde_json::Value::Null)).collect();
    for (name, value) in attributes.as_object().unwrap() {
        assert!(all.insert(name.clone(), value.clone()).is_some(), "there is no {name}");
    }
    let json = serde_json::Value::Object(all).to_string().into_bytes();
    DynamicValue { msgpack: Vec::new(), json }
}

/// The same in MessagePack.
pub fn msgpack(attributes: serde_json::Value, ty: &Type) -> DynamicValue {
    let value = json::decode(&in_json(attributes, ty).json, ty).unwrap();
    bytes(msgpack::encode(&value, ty).unwrap())
}

/// These bytes as MessagePack.
pub fn bytes(msgpack: Vec<u8>) -> DynamicValue {
    DynamicValue { msgpack, json: Vec::new() }
}

/// No object.
pub fn null() -> DynamicValue {
    bytes(vec![0xc0])
}

/// A value without its type.
pub fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Unknown => UNKNOWN.into(),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(plain).collect()
        }
        Value::Map(_) | Value::Object(_) => {
            let entries = value.entries().into_iter().flatten();
            entries.map(|(name, value)| (name.to_owned(), plain(value))).collect()
        }
        Value::Dynamic(typed) => plain(&typed.1),
    }
}

/// Asserts that this is one error, and gives back its attribute's path as HCL writes it.
pub fn only_error(diagnostics: &[wire::Diagnostic]) -> String {
    let [one] = diagnostics else { panic!("not one diagnostic: {diagnostics:#?}") };
    assert_eq!(one.severity(), Severity::Error, "{one:#?}");
    assert!(!one.summary.is_empty() && !one.detail.is_empty(), "{one:#?}");
    let steps = one.attribute.as_ref().map_or(&[][..], |path| &path.steps);
    let mut written = String::new();
    for step in steps {
        match step.selector.as_ref().expect("a selector") {
            Selector::AttributeName(name) if written.is_empty() => written += name,
            Selector::AttributeName(name) => written += &format!(".{name}"),
            Selector::ElementKeyString(key) => written += &format!("[{key:?}]"),
            Selector::ElementKeyInt(index) => written += &format!("[{index}]"),
        }
    }
    written
}
