//! A service, a client of it, and what tests ask both.

use std::sync::Arc;
use std::time::Duration;

use emulator::{ACCESS_TOKEN, Config, Emulator, ORG, Operation, RecordedRequest};
use pulumiservice::cloud::{
    Backoff, Client, ClientSettings, CreateError, CreatedToken, Error, NewToken, Owner,
    RevokeError, Revoked, Seams, Secret, Stop, TokenList,
};

pub use crate::recorder::{logged, record_log};

/// A service with the default organization.
pub fn start() -> Emulator {
    Emulator::start(Config::default())
}

/// ClientSettings for a service, with waits too short to notice.
pub fn settings(url: &str) -> ClientSettings {
    ClientSettings {
        backoff: Backoff {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(4),
            total: Duration::from_secs(300),
        },
        ..ClientSettings::new(url.parse().unwrap(), Secret::new(ACCESS_TOKEN))
    }
}

/// A client of the service.
pub fn client(cloud: &Emulator) -> Client {
    with(settings(cloud.url()))
}

/// A client with these settings.
pub fn with(settings: ClientSettings) -> Client {
    Client::new(settings, Seams::system(), Stop::new())
}

/// The service, a client and its stop signal.
pub fn stoppable() -> (Emulator, Client, Stop) {
    let (cloud, stop) = (start(), Stop::new());
    let client = Client::new(settings(cloud.url()), Seams::system(), stop.clone());
    (cloud, client, stop)
}

/// A plain token with this name.
pub fn named(name: &str) -> NewToken {
    NewToken {
        name: Some(name.to_owned()),
        description: "made by a test".to_owned(),
        ..NewToken::default()
    }
}

/// The default organization.
pub fn acme() -> Owner {
    Owner::organization(ORG)
}

/// The tokens of the default organization.
pub async fn list(client: &Client) -> Result<Arc<TokenList>, Error> {
    client.tokens(&acme()).await
}

/// Revokes a token of the default organization.
pub async fn revoke(client: &Client, id: &str) -> Result<Revoked, RevokeError> {
    client.revoke(&acme(), id, None).await
}

/// Waits until a client has nothing open.
pub async fn settled(client: &Client) {
    let all = async {
        while !client.open().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("an end");
}

/// Creates a plain token in the default organization.
pub async fn create(client: &Client, name: &str) -> Result<CreatedToken, CreateError> {
    client.create_token(&acme(), &named(name), None).await
}

/// The requests for this operation that the service has seen.
pub fn requests(cloud: &Emulator, operation: Operation) -> Vec<RecordedRequest> {
    let all = cloud.requests().into_iter();
    all.filter(|request| request.operation == Some(operation)).collect()
}

/// How many creations, listings and deletions the service has seen.
pub fn counts(cloud: &Emulator) -> [usize; 3] {
    [Operation::CreateOrgToken, Operation::ListOrgTokens, Operation::DeleteOrgToken]
        .map(|operation| requests(cloud, operation).len())
}

/// The names of the tokens that give access.
pub fn live(cloud: &Emulator) -> Vec<String> {
    cloud.live(ORG).into_iter().map(|token| token.name).collect()
}
