//! The requests of a creation: when to send one, and what its answer means.

use std::sync::Arc;

use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::delivery::Halt;
use super::doubt::{Began, Doubt};
use super::{CreateError, CreatedToken, NewOrgToken};
use crate::cloud::client::{Deleted, Inner};
use crate::cloud::http::{Call, Failure, read_object};
use crate::cloud::{Error, ErrorKind, OrgToken, Role, Secret};

/// One creation.
pub(super) struct Attempt {
    pub(super) client: Arc<Inner>,
    pub(super) org: String,
    pub(super) asked: NewOrgToken,
    call: Call,
}

impl Attempt {
    pub(super) fn new(
        client: Arc<Inner>,
        org: &str,
        token: &NewOrgToken,
        reason: Option<&str>,
    ) -> Result<Attempt, Error> {
        let body = serde_json::to_vec(token)
            .map_err(|error| Error::new("POST", ErrorKind::Setup(error.to_string())))?;
        let mut call = Call::post(&["api", "orgs", org, "tokens"], body)?;
        if let Some(reason) = reason {
            call = call.query("reason", reason);
        }
        Ok(Attempt { client, org: org.to_owned(), asked: token.clone(), call })
    }

    /// Sends the request until it is known what came of it.
    pub(super) async fn run(&self, halt: &mut Halt) -> Result<CreatedToken, CreateError> {
        self.client.transport.prepare(&self.call).await.map_err(CreateError::NotSent)?;
        let mut retries = self.client.retries();
        let mut doubt: Option<Doubt> = None;
        loop {
            if halt.is_given() {
                let stopped = CreateError::NotSent(self.error(ErrorKind::Stopped));
                return Err(self.conclude(doubt, stopped).await);
            }
            let began = Began::now(&self.client.transport);
            let failure = match self.client.transport.send(&self.call).await {
                Ok(body) => match read_created(&body) {
                    Created::Whole(token) => return Ok(self.made(token)),
                    Created::WithoutValue(id) => {
                        let cause = self.unreadable("it has no tokenValue");
                        match self.revoke(&id).await {
                            // So it was the id of something else.
                            Ok(Deleted::AlreadyGone(_)) => {
                                Failure { error: cause, sent: true, retry_after: None }
                            }
                            revoked => return Err(self.revoked(id, cause, revoked)),
                        }
                    }
                    Created::Unreadable => Failure {
                        error: self.unreadable("it is not an id with a tokenValue"),
                        sent: true,
                        retry_after: None,
                    },
                },
                Err(failure) => failure,
            };
            let retry_after = failure.retry_after;
            let so_far = match meaning(failure) {
                Meaning::Never(error) => return Err(self.conclude(doubt, error).await),
                Meaning::Again(error) => error,
                Meaning::Perhaps(cause) => {
                    let began = doubt.as_ref().map_or(began, |earlier| earlier.began);
                    let now = doubt.insert(Doubt { began, cause });
                    match self.look().await {
                        Ok(None) => self.unresolved(None, now.cause.clone(), &self.how_to_check()),
                        Ok(Some(found)) => return Err(self.judge(found, now).await),
                        // Without having looked, nothing more is made.
                        Err(error) => {
                            return Err(self.conclude(doubt, CreateError::Refused(error)).await);
                        }
                    }
                }
            };
            match retries.next(retry_after) {
                Some(wait) => tokio::select! {
                    () = sleep(wait) => {}
                    () = halt.given() => {}
                },
                None => return Err(self.conclude(doubt, so_far).await),
            }
        }
    }

    /// Notes what was made.
    fn made(&self, token: CreatedToken) -> CreatedToken {
        self.client.creations.made().insert(token.id.clone());
        let now = self.client.transport.service_time(Instant::now());
        let listed = OrgToken {
            id: token.id.clone(),
            name: self.asked.name.clone(),
            description: self.asked.description.clone(),
            created: now.map(|now| now.to_string()).unwrap_or_default(),
            expires: self.asked.expires,
            admin: self.asked.admin,
            role: self.asked.role_id.clone().map(|id| Role { id, ..Role::default() }),
            ..OrgToken::default()
        };
        self.client.snapshots.created(&self.org, listed);
        token
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        self.client.transport.error(&self.call, kind)
    }

    fn unreadable(&self, detail: &str) -> Error {
        self.client.transport.unreadable(&self.call, detail)
    }
}

/// What a failed request means for a creation.
enum Meaning {
    /// The service has done nothing, and asking again may help.
    Again(CreateError),
    /// The service has done nothing and won't.
    Never(CreateError),
    /// The service may have made the token.
    Perhaps(Error),
}

fn meaning(failure: Failure) -> Meaning {
    let Failure { error, sent, .. } = failure;
    if !sent {
        let again = error.is_transient();
        let error = CreateError::NotSent(error);
        return if again { Meaning::Again(error) } else { Meaning::Never(error) };
    }
    match error.status() {
        Some(429) => Meaning::Again(CreateError::Refused(error)),
        Some(409) => Meaning::Never(CreateError::NameTaken { cause: error, holder: None }),
        // 408 and 425 come from whatever is in front of the service, and 303 from one that acted.
        Some(408 | 425 | 303) => Meaning::Perhaps(error),
        Some(301 | 302 | 307 | 308 | 400..500) => Meaning::Never(CreateError::Refused(error)),
        _ => Meaning::Perhaps(error),
    }
}

/// What the answer to a creation holds.
enum Created {
    Whole(CreatedToken),
    /// The token exists, but its value is not there.
    WithoutValue(String),
    Unreadable,
}

/// Reads the answer to a creation. Its text is never quoted: it holds the secret.
fn read_created(body: &[u8]) -> Created {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Whole {
        id: String,
        token_value: Secret,
    }
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    match read_object::<Whole>(body) {
        Ok(Whole { id, token_value: value }) if !id.is_empty() && !value.expose().is_empty() => {
            Created::Whole(CreatedToken { id, value, guard: None })
        }
        _ => match read_object::<Id>(body) {
            Ok(Id { id }) if !id.is_empty() => Created::WithoutValue(id),
            _ => Created::Unreadable,
        },
    }
}
