//! Who may do what in an organization: each rule, as a client meets it.

#[path = "../client/mod.rs"]
mod client;

mod exchange;
mod issuers;
mod members;
mod organization;
mod rights;
mod roles;
mod teams;

use client::{Cloud, read};
use emulator::{ACCESS_TOKEN, Config, Emulator};
use reqwest::{Client, Method};
use serde_json::Value;

/// A service, and a client of it.
struct Lab {
    emulator: Emulator,
    http: Client,
}

impl Lab {
    fn new() -> Self {
        let emulator = Emulator::start(Config { seed: Some(1), ..Config::default() });
        Self { emulator, http: Client::builder().no_proxy().build().unwrap() }
    }

    /// Sends a request below the organization with this access token; gives the status and the
    /// body of the answer, null if it is empty.
    async fn send_as(&self, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/orgs/acme{path}", self.emulator.url());
        let request = self.http.request(method, url);
        let mut request = request.header("authorization", format!("token {token}"));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let (status, body) = read(request.send().await).await;
        (status, if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap() })
    }

    /// The same as an admin user.
    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.send_as(ACCESS_TOKEN, method, path, body).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PATCH, path, body).await
    }

    async fn delete(&self, path: &str) -> (u16, Value) {
        self.send(Method::DELETE, path, Value::Null).await
    }

    /// Every request and answer so far keeps to the document, but for requests that are wrong on
    /// purpose: they are named by a part of what is wrong.
    fn keeps_to_the_document(&self, but: &[&str]) {
        let breaches = self.emulator.breaches();
        let others: Vec<&String> =
            breaches.iter().filter(|breach| !but.iter().any(|but| breach.contains(but))).collect();
        assert!(others.is_empty(), "{others:#?}");
    }
}

/// The message of an error.
fn message(answer: &(u16, Value)) -> &str {
    answer.1["message"].as_str().unwrap_or_default()
}
