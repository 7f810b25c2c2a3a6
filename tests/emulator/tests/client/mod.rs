//! A plain HTTP client for the tests of the service.

// Each test program uses a part of it.
#![allow(dead_code)]

use emulator::{ACCESS_TOKEN, Emulator};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// The path of the organization's tokens.
pub const TOKENS: &str = "/api/orgs/acme/tokens";

/// A client of this service, which follows no redirect.
pub struct Cloud<'a> {
    emulator: &'a Emulator,
    http: Client,
}

impl<'a> Cloud<'a> {
    pub fn new(emulator: &'a Emulator) -> Self {
        let mut builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = emulator.ca_pem() {
            let authority = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
            builder = builder.tls_certs_only([authority]);
        }
        Self { emulator, http: builder.build().unwrap() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.emulator.url());
        self.http.request(method, url).header("authorization", format!("token {ACCESS_TOKEN}"))
    }

    pub async fn execute(&self, request: reqwest::Request) -> reqwest::Result<Response> {
        self.http.execute(request).await
    }

    pub async fn get(&self, path: &str) -> reqwest::Result<Response> {
        self.request(Method::GET, path).send().await
    }

    pub async fn delete(&self, path: &str) -> reqwest::Result<Response> {
        self.request(Method::DELETE, path).send().await
    }

    pub async fn post(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        request.body(body.to_string()).send().await
    }

    /// Asks for a plain token of the organization.
    pub async fn create(&self, name: &str) -> reqwest::Result<Response> {
        self.post(TOKENS, &wanted(name)).await
    }
}

/// The body of a creation.
pub fn wanted(name: &str) -> Value {
    json!({"name": name, "description": "", "expires": 0, "admin": false})
}

/// The status and the body of an answer.
pub async fn read(response: reqwest::Result<Response>) -> (u16, String) {
    let response = response.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a whole answer"))
}

/// The body of an answer as JSON.
pub async fn json(response: reqwest::Result<Response>) -> Value {
    serde_json::from_str(&read(response).await.1).expect("JSON")
}
