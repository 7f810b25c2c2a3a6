//! What to do where the answer to a creation was lost: look for the token, and revoke it where
//! this creation made it.

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::attempt::Attempt;
use super::verdict::{self, Verdict};
use super::{CreateError, NameHolder};
use crate::cloud::client::Deleted;
use crate::cloud::http::Transport;
use crate::cloud::retry::longest_wait;
use crate::cloud::{Backoff, Error, ErrorKind, OrgToken};

/// How often to look for a token that may exist, or to revoke one that does, before giving up.
const ROUNDS: u32 = 6;

/// How the answer to an earlier request was lost, so that it may have made a token.
pub(super) struct Doubt {
    /// Just before that request was sent.
    pub(super) began: Began,
    pub(super) cause: Error,
}

/// The moment at which a request began.
#[derive(Clone, Copy)]
pub(super) struct Began {
    here: Instant,
    /// It was at least this late for the service, by what its answers had told until then.
    there: Option<Timestamp>,
}

impl Began {
    pub(super) fn now(transport: &Transport) -> Began {
        let here = Instant::now();
        Began { here, there: transport.service_time(here) }
    }

    /// It was at least this late for the service. Later answers may tell where the earlier ones
    /// didn't; but what they tell is too late where a machine slept or a clock was set meanwhile.
    fn service_time(self, transport: &Transport) -> Option<Timestamp> {
        let now = transport.service_time(self.here);
        self.there.map_or(now, |then| now.map(|now| now.min(then)))
    }
}

impl Attempt {
    /// The end without a token: `error` where every request surely made nothing, otherwise
    /// whatever a patient search brings to light. A list may lag behind, hence the patience.
    pub(super) async fn conclude(&self, doubt: Option<Doubt>, error: CreateError) -> CreateError {
        let Some(doubt) = doubt else { return error };
        let mut rounds = self.rounds();
        loop {
            let looked = self.look().await;
            if let Ok(Some(found)) = looked {
                return self.judge(found, &doubt).await;
            }
            let refused = looked.as_ref().is_err_and(is_forbidden);
            if refused || !rounds.another().await {
                let mut check = self.how_to_check();
                if let Err(error) = looked {
                    check = format!("{check} Looking for it failed: {error}.");
                }
                return self.unresolved(None, doubt.cause, &check);
            }
        }
    }

    /// Looks for the name in a listing of its own.
    pub(super) async fn look(&self) -> Result<Option<OrgToken>, Error> {
        let tokens = self.client.list(&self.org, None).await?;
        Ok(tokens.by_name(&self.asked.name).cloned())
    }

    /// Decides what to do about a token that has the name, and does it.
    pub(super) async fn judge(&self, found: OrgToken, doubt: &Doubt) -> CreateError {
        let cause = doubt.cause.clone();
        let verdict = if self.client.creations.made().contains(&found.id) {
            Verdict::Others("an earlier creation of this run made it")
        } else {
            let began = doubt.began.service_time(&self.client.transport);
            let default_role = self.default_role(&found).await;
            verdict::judge(&found, &self.asked, began, default_role.as_deref())
        };
        match verdict {
            Verdict::Ours => self.revoke_ours(found.id, cause).await,
            Verdict::Others(why) => {
                let OrgToken { id, created, created_by, .. } = found;
                let holder = Some(NameHolder { id, created, created_by, why });
                CreateError::NameTaken { cause, holder }
            }
            Verdict::Unknown(why) => {
                let check = format!(
                    "A token of that name exists, but it may be someone else's, because {why}: \
                     look at the token {} named {:?} in the organization {}, created {} by {}. If \
                     nobody holds its value, delete it. The name is taken either way.",
                    found.id, self.asked.name, self.org, found.created, found.created_by,
                );
                self.unresolved(Some(found.id), cause, &check)
            }
        }
    }

    /// The organization's default role, asked for only where it matters.
    async fn default_role(&self, found: &OrgToken) -> Option<String> {
        let role = found.role.as_ref()?;
        if self.asked.role_id.is_some() || role.default_identifier == "member" {
            return None;
        }
        let policy = match self.client.policy(&self.org).await {
            // Too much depends on it to let one failure decide.
            Err(error) if error.is_transient() => self.client.ask_policy(&self.org).await,
            known => known,
        };
        policy.ok()?.default_role_id
    }

    /// Revokes a token that this creation made.
    pub(super) async fn revoke_ours(&self, id: String, cause: Error) -> CreateError {
        let revoked = self.revoke(&id).await;
        self.revoked(id, cause, revoked)
    }

    /// The end of a creation whose token was revoked, or should have been.
    pub(super) fn revoked(
        &self,
        id: String,
        cause: Error,
        revoked: Result<Deleted, Error>,
    ) -> CreateError {
        match revoked {
            Ok(_) => CreateError::Revoked { id, cause },
            Err(error) => {
                let check = format!(
                    "The token exists and nobody holds its value, but revoking it failed \
                     ({error}): delete the token {id} named {:?} in the organization {}, and \
                     choose another name.",
                    self.asked.name, self.org,
                );
                self.unresolved(Some(id), cause, &check)
            }
        }
    }

    /// Revokes a token and makes sure of it. Where the service doesn't know it, the list has the
    /// last word.
    pub(super) async fn revoke(&self, id: &str) -> Result<Deleted, Error> {
        let mut rounds = self.rounds();
        loop {
            let error = match self.client.delete(&self.org, id, None).await {
                Ok(Deleted::Now) => return Ok(Deleted::Now),
                Ok(Deleted::AlreadyGone(message)) => {
                    match self.client.list(&self.org, None).await {
                        Ok(tokens) if tokens.by_id(id).is_none() => {
                            return Ok(Deleted::AlreadyGone(message));
                        }
                        Ok(_) => {
                            let by_service = true;
                            self.error(ErrorKind::Status { code: 404, message, by_service })
                        }
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            if is_forbidden(&error) || !rounds.another().await {
                return Err(error);
            }
        }
    }

    fn rounds(&self) -> Rounds {
        Rounds { backoff: self.client.backoff, made: 0, began: Instant::now() }
    }

    pub(super) fn how_to_check(&self) -> String {
        format!(
            "Whether the token exists is not known: look for a token named {:?} in the \
             organization {}. If it is there, nobody holds its value: delete it and choose \
             another name. If it is not, try again.",
            self.asked.name, self.org,
        )
    }

    pub(super) fn unresolved(&self, id: Option<String>, cause: Error, check: &str) -> CreateError {
        CreateError::Unresolved { id, cause, check: check.to_owned() }
    }
}

/// What is tried again once a token may exist: patiently, whatever went wrong, since giving up
/// leaves a live token behind; but not without end.
struct Rounds {
    backoff: Backoff,
    made: u32,
    began: Instant,
}

impl Rounds {
    /// Waits for the next round; false where there is none.
    async fn another(&mut self) -> bool {
        self.made += 1;
        if self.made >= ROUNDS || self.began.elapsed() >= self.backoff.total {
            return false;
        }
        sleep(longest_wait(&self.backoff, self.made - 1)).await;
        true
    }
}

/// Whether trying again is of no use at all.
fn is_forbidden(error: &Error) -> bool {
    matches!(error.status(), Some(401 | 403))
}
