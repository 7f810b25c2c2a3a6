//! The log of requests: what came, from which connection, and what became of it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::operation::Operation;

/// A request that reached the service, secrets and all.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedRequest {
    /// Its number: the first request is 1, and no number comes twice.
    pub number: u64,
    /// When it came, in milliseconds since 1970 by the service's clock.
    pub at_ms: i64,
    /// The number of its connection.
    pub connection: u64,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// Its method.
    pub method: String,
    /// Its path as it was sent, percent-encoded.
    pub path: String,
    /// Its query as it was sent, percent-encoded.
    pub query: Option<String>,
    /// Its headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body, as text.
    pub body: String,
    /// What it asks for, if the API has that.
    pub operation: Option<Operation>,
    /// The status of the answer, once there is one.
    pub status: Option<u16>,
    /// The body of the answer, if it was the true one and not larger than 64 KiB.
    #[serde(skip)]
    pub answer: Option<String>,
    /// The fault that was done to it.
    pub fault: Option<String>,
    /// Whether its answer was given, whole, to a connection that was still there. Whether the
    /// client read it, no service can know.
    pub delivered: bool,
}

impl RecordedRequest {
    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as JSON; null, if it isn't.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    requests: Vec<RecordedRequest>,
    /// How many were taken out of the log: the first one left has the next number.
    cleared: u64,
}

impl Log {
    /// Adds a request and gives it its number.
    pub fn add(&mut self, mut request: RecordedRequest) -> u64 {
        let number = self.cleared + self.requests.len() as u64 + 1;
        request.number = number;
        self.requests.push(request);
        number
    }

    pub fn change(&mut self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let at = number.checked_sub(self.cleared + 1).and_then(|at| usize::try_from(at).ok());
        if let Some(request) = at.and_then(|at| self.requests.get_mut(at)) {
            change(request);
        }
    }

    pub fn all(&self) -> &[RecordedRequest] {
        &self.requests
    }

    pub fn clear(&mut self) {
        self.cleared += self.requests.len() as u64;
        self.requests.clear();
    }
}
