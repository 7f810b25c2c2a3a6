//! What a request shows to be let in.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::HeaderValue;

use crate::cloud::{Error, Secret};

/// The credential of a client.
#[derive(Clone)]
pub(in crate::cloud) enum Credential {
    /// None, for the exchange that gives one.
    Absent,
    /// An access token that was given.
    Fixed(Secret),
    /// What a job shows to its CI system.
    Job(Secret),
    /// One that is got when it is needed, and got again before it ends.
    Renewing(Arc<dyn TokenSource>),
}

/// An access token, and which one of its source's it is.
#[derive(Clone, Debug)]
pub(in crate::cloud) struct Issued {
    pub(in crate::cloud) token: Secret,
    pub(in crate::cloud) number: u64,
}

/// Where access tokens come from that end by themselves.
#[async_trait]
pub(in crate::cloud) trait TokenSource: Send + Sync {
    /// The present token; a new one if the present one is that which was refused. Who doesn't want it
    /// any more drops this. What clears up wants one after the signal to stop too.
    async fn token(&self, refused: Option<u64>) -> Result<Issued, Error>;
}

/// The `Authorization` header with this scheme and token; `None` if no header can hold it.
pub(super) fn header(scheme: &str, token: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("{scheme} {}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
