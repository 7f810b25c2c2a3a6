//! What single calls cost, without an engine and without a socket: `cargo bench --bench functions`.
//!
//! The calls are RPCs, from a request's values as bytes to its answer's as bytes. The client that
//! encodes the one and decodes the other is part of what is measured.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use emulator::{ACCESS_TOKEN, Config, Emulator, ORG};
use pulumiservice::cloud::{Seams, TokenPage};
use pulumiservice::framework::msgpack;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::types::Type;
use pulumiservice::framework::value::Value;
use pulumiservice::protocol;
use pulumiservice::protocol::wire::provider_client::ProviderClient;
use pulumiservice::protocol::wire::{
    DynamicValue, apply_resource_change, configure_provider, get_provider_schema,
    plan_resource_change, read_resource, validate_resource_config,
};
use pulumiservice::provider::PulumiService;
use tokio::runtime::{Builder, Runtime};
use tonic::service::Routes;

const TYPE_NAME: &str = "pulumiservice_api_tokens_orgtoken";
/// A full page.
const TOKENS: usize = 1_000;

static FIXTURE: LazyLock<Fixture> = LazyLock::new(Fixture::new);

fn main() {
    divan::main();
}

#[divan::bench]
fn decode_state(bencher: Bencher) {
    let Fixture { state, object, .. } = &*FIXTURE;
    bencher.bench(|| msgpack::decode(black_box(state), object));
}

#[divan::bench]
fn encode_state(bencher: Bencher) {
    let Fixture { state, object, .. } = &*FIXTURE;
    let value = msgpack::decode(state, object).expect("a state");
    bencher.bench(|| msgpack::encode(black_box(&value), object));
}

#[divan::bench]
fn get_provider_schema(bencher: Bencher) {
    bencher.bench(|| FIXTURE.schema());
}

#[divan::bench]
fn validate_resource_config(bencher: Bencher) {
    let Fixture { config, .. } = &*FIXTURE;
    bencher.bench(|| FIXTURE.validate(config));
}

#[divan::bench]
fn plan_resource_change_of_creation(bencher: Bencher) {
    let Fixture { nothing, new_config, .. } = &*FIXTURE;
    bencher.bench(|| FIXTURE.plan(nothing, new_config));
}

#[divan::bench]
fn plan_resource_change_of_unchanged(bencher: Bencher) {
    let Fixture { state, config, .. } = &*FIXTURE;
    bencher.bench(|| FIXTURE.plan(state, config));
}

#[divan::bench]
fn read_resource_from_snapshot(bencher: Bencher) {
    let Fixture { state, .. } = &*FIXTURE;
    bencher.bench(|| FIXTURE.read(state));
}

#[divan::bench]
fn read_list_page_of_1000(bencher: Bencher) {
    let Fixture { page, .. } = &*FIXTURE;
    bencher
        .counter(ItemsCount::new(TOKENS))
        .counter(BytesCount::of_slice(page))
        .bench(|| TokenPage::read(black_box(page)));
}

/// A configured provider with one token of its own in an organization of a thousand more.
struct Fixture {
    runtime: Runtime,
    client: ProviderClient<Routes>,
    object: Type,
    nothing: Vec<u8>,
    config: Vec<u8>,
    new_config: Vec<u8>,
    state: Vec<u8>,
    page: Vec<u8>,
    _cloud: Emulator,
}

impl Fixture {
    fn new() -> Self {
        let cloud = Emulator::start(Config::default());
        cloud.add_tokens(ORG, "token-", TOKENS);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let page = runtime.block_on(page(cloud.url()));

        let url = cloud.url().to_owned();
        let environment = move |name: &str| match name {
            "PULUMI_BACKEND_URL" => Some(url.clone()),
            "PULUMI_ACCESS_TOKEN" => Some(ACCESS_TOKEN.to_owned()),
            _ => None,
        };
        let provider = PulumiService::new(Box::new(environment), Seams::system());
        let provider = AnyProvider::new(Arc::new(provider));
        let settings = object(provider.schema.object(), &[]);
        let resources = &provider.registry.resources;
        let token = resources.iter().find(|entry| entry.is_named(TYPE_NAME)).expect("the token");
        let ty = token.schema.object().clone();
        let routes = protocol::routes(Arc::new(provider));
        let mut fixture = Self {
            client: ProviderClient::new(routes),
            nothing: msgpack::encode(&Value::Null, &ty).expect("null"),
            config: object(&ty, &[("name", "ci-deploy"), ("org_name", ORG)]),
            new_config: object(&ty, &[("name", "ci-release"), ("org_name", ORG)]),
            state: Vec::new(),
            object: ty,
            page,
            runtime,
            _cloud: cloud,
        };
        fixture.configure(settings);
        fixture.state = fixture.create();
        assert!(!fixture.read(&fixture.state).is_empty());
        fixture
    }

    fn configure(&self, config: Vec<u8>) {
        let config = dynamic(&config);
        let request = configure_provider::Request { config, ..Default::default() };
        let answer = self.runtime.block_on(self.client.clone().configure_provider(request));
        assert_eq!(answer.expect("an answer").into_inner().diagnostics, []);
    }

    fn schema(&self) -> get_provider_schema::Response {
        let request = get_provider_schema::Request::default();
        let answer = self.runtime.block_on(self.client.clone().get_provider_schema(request));
        answer.expect("an answer").into_inner()
    }

    fn validate(&self, config: &[u8]) {
        let request = validate_resource_config::Request {
            type_name: TYPE_NAME.to_owned(),
            config: dynamic(config),
            ..Default::default()
        };
        let answer = self.runtime.block_on(self.client.clone().validate_resource_config(request));
        assert_eq!(answer.expect("an answer").into_inner().diagnostics, []);
    }

    fn plan(&self, prior: &[u8], config: &[u8]) -> Vec<u8> {
        let request = plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: dynamic(prior),
            proposed_new_state: dynamic(config),
            config: dynamic(config),
            ..Default::default()
        };
        let answer = self.runtime.block_on(self.client.clone().plan_resource_change(request));
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics, []);
        answer.planned_state.expect("a plan").msgpack
    }

    fn read(&self, state: &[u8]) -> Vec<u8> {
        let request = read_resource::Request {
            type_name: TYPE_NAME.to_owned(),
            current_state: dynamic(state),
            ..Default::default()
        };
        let answer = self.runtime.block_on(self.client.clone().read_resource(request));
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics, []);
        answer.new_state.expect("a state").msgpack
    }

    fn create(&self) -> Vec<u8> {
        let request = apply_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: dynamic(&self.nothing),
            planned_state: dynamic(&self.plan(&self.nothing, &self.config)),
            config: dynamic(&self.config),
            ..Default::default()
        };
        let answer = self.runtime.block_on(self.client.clone().apply_resource_change(request));
        let answer = answer.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics, []);
        answer.new_state.expect("a state").msgpack
    }
}

/// A page as the service sends it.
async fn page(url: &str) -> Vec<u8> {
    let url = format!("{url}/api/orgs/{ORG}/tokens?filter=all&maxResults={TOKENS}");
    let request = reqwest::Client::new().get(url);
    let request = request.header("Authorization", format!("token {ACCESS_TOKEN}"));
    let answer = request.header("Accept", "application/vnd.pulumi+9").send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status).expect("a page");
    answer.bytes().await.expect("a page").into()
}

/// An object with these texts, and null elsewhere, as bytes.
fn object(ty: &Type, given: &[(&str, &str)]) -> Vec<u8> {
    let Type::Object(attributes) = ty else { panic!("not an object") };
    let given: BTreeMap<&str, &str> = given.iter().copied().collect();
    let value = |name: &String| given.get(name.as_str()).map_or(Value::Null, |&text| text.into());
    let value = Value::object(attributes.names().iter().map(|name| (name.as_str(), value(name))));
    msgpack::encode(&value, ty).expect("an object of the schema")
}

fn dynamic(msgpack: &[u8]) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: msgpack.to_owned(), json: Vec::new() })
}
