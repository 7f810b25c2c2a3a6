//! What to do after the answer to a creation was lost: look for the token, and revoke it if this
//! creation made it.

use tokio::time::{Instant, sleep};

use super::verdict::{self, Verdict};
use super::{CreateError, Creations, NameHolder, NewToken, NotTheToken, Unclear};
use crate::cloud::requests::{Moment, Patience, longest_wait};
use crate::cloud::{Error, ErrorKind, Owner, RevokeError, Text, Token};

/// How often to look for a token that may exist, or to revoke one that does, before giving up.
const ROUNDS: u32 = 6;

/// How the answer to a request was lost, so that it may have made a token.
#[derive(Clone)]
pub(super) struct Lost {
    /// Just before that request was sent.
    pub(super) began: Moment,
    pub(super) cause: Error,
}

/// Finds out about one creation.
#[derive(Clone, Copy)]
pub(super) struct Recovery<'a> {
    pub(super) creations: &'a Creations,
    pub(super) owner: &'a Owner,
    pub(super) asked: &'a NewToken,
}

impl Recovery<'_> {
    /// The end without a token: `error` if every request surely made nothing, otherwise whatever a
    /// patient search brings to light. A list may lag behind, hence the patience; but when the run
    /// is stopped, one look has to do.
    pub(super) async fn conclude(&self, lost: Option<Lost>, error: CreateError) -> CreateError {
        let Some(lost) = lost else { return error };
        if self.asked.name.is_none() {
            return self.candidates(lost).await;
        }
        let mut rounds = self.rounds();
        loop {
            let looked = self.look().await;
            if let Ok(Some(found)) = looked {
                return self.decide(found, &lost).await;
            }
            let refused = looked.as_ref().is_err_and(is_forbidden);
            if refused || self.is_stopped() || !rounds.another(self.creations).await {
                let unclear = match looked {
                    Ok(_) => Unclear::NotFound,
                    Err(error) => Unclear::NotListed(error),
                };
                return CreateError::Unresolved { cause: lost.cause, unclear };
            }
        }
    }

    /// Looks for the name in a listing of its own.
    pub(super) async fn look(&self) -> Result<Option<Token>, Error> {
        let tokens = self.creations.tokens.list(self.owner, Patience::WithGrace).await?;
        let name = self.asked.name.as_deref().unwrap_or_default();
        Ok(tokens.by_name(name).cloned())
    }

    /// Decides what to do about a token that has the name, and does it.
    pub(super) async fn decide(&self, found: Token, lost: &Lost) -> CreateError {
        let cause = lost.cause.clone();
        match self.judge(&found, lost.began).await {
            Verdict::Ours => self.revoke(found.id, cause).await,
            Verdict::Others(why) => {
                CreateError::NameTaken { cause, holder: Some(holder(found, Some(why))) }
            }
            Verdict::Unknown(why) => {
                let unclear = Unclear::Whose(holder(found, None), why);
                CreateError::Unresolved { cause, unclear }
            }
        }
    }

    async fn judge(&self, found: &Token, began: Moment) -> Verdict {
        if self.creations.has_handed_out(found.id.raw()) {
            return Verdict::Others(NotTheToken::MadeEarlierInThisRun);
        }
        let began = self.creations.requests.service_time_at(began);
        let default_role = self.default_role(found).await;
        verdict::judge(found, self.owner, self.asked, began, default_role.as_deref())
    }

    /// The organization's default role, asked for only if it matters.
    async fn default_role(&self, found: &Token) -> Option<String> {
        let Owner::Organization { org } = self.owner else { return None };
        let role = found.role.as_ref()?;
        let asked = self.asked.admin || self.asked.role_id.is_some() || self.asked.name_is_drawn;
        if asked || (role.default_identifier == "member" && !found.admin) {
            return None;
        }
        let Creations { organizations, roles, .. } = self.creations;
        let organization = match organizations.get(org).await {
            // Too much depends on it to let one failure decide, or the signal to stop.
            Err(_) => organizations.ask(org, Patience::WithGrace).await,
            known => known,
        };
        if let Ok(Some(id)) = organization.map(|organization| organization.default_role_id) {
            return Some(id.raw().to_owned());
        }
        let roles = roles.get(org).await.ok()?;
        roles.iter().find(|role| role.is_org_default).map(|role| role.id.raw().to_owned())
    }

    /// Revokes a token that this creation made, patiently, since giving up leaves a live token
    /// behind that nobody holds.
    pub(super) async fn revoke(&self, id: Text, cause: Error) -> CreateError {
        let mut rounds = self.rounds();
        loop {
            let tokens = &self.creations.tokens;
            // It was made just now, so that a list that lacks it proves nothing.
            let made_at = Some(self.creations.requests.time());
            let revoked = tokens.revoke(self.owner, id.raw(), made_at, Patience::WithGrace).await;
            let Err(error) = revoked else { return CreateError::Revoked { id, cause } };
            let refused = matches!(&error, RevokeError::Failed(error) if is_forbidden(error));
            let over = self.creations.requests.stop().is_grace_over(rounds.began);
            if refused || over || !rounds.another(self.creations).await {
                let unclear = Unclear::NotRevoked { id, error };
                return CreateError::Unresolved { cause, unclear };
            }
        }
    }

    /// The tokens without a name that may be the one. None of them is touched.
    async fn candidates(&self, lost: Lost) -> CreateError {
        let unclear = match self.creations.tokens.list(self.owner, Patience::WithGrace).await {
            Ok(tokens) => {
                let began = self.creations.requests.service_time_at(lost.began);
                let may_be = |token: &&Token| {
                    verdict::may_be(token, self.asked, began)
                        && !self.creations.has_handed_out(token.id.raw())
                };
                let mut ids: Vec<_> =
                    tokens.iter().filter(may_be).map(|token| token.id.clone()).collect();
                ids.sort_unstable();
                Unclear::OneOf(ids)
            }
            Err(error) => Unclear::NotListed(error),
        };
        CreateError::Unresolved { cause: lost.cause, unclear }
    }

    fn is_stopped(&self) -> bool {
        self.creations.requests.stop().is_stopped()
    }

    fn rounds(&self) -> Rounds {
        Rounds { made: 0, began: Instant::now() }
    }
}

fn holder(token: Token, why: Option<NotTheToken>) -> NameHolder {
    let Token { id, created, created_by, .. } = token;
    NameHolder { id, created, created_by, why }
}

/// What is done again once a token may exist, whatever went wrong; but not without end.
struct Rounds {
    made: u32,
    began: Instant,
}

impl Rounds {
    /// Waits for the next round; false if there is none.
    async fn another(&mut self, creations: &Creations) -> bool {
        let backoff = creations.requests.backoff();
        self.made += 1;
        if self.made >= ROUNDS || self.began.elapsed() >= backoff.total {
            return false;
        }
        let stop = creations.requests.stop();
        tokio::select! {
            () = sleep(longest_wait(&backoff, self.made - 1)) => {}
            () = stop.stopped(), if !stop.is_stopped() => {}
            () = stop.grace_over(self.began) => {}
        }
        true
    }
}

/// Whether trying again is of no use at all.
fn is_forbidden(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::NoAccessToken(reason) => is_forbidden(reason),
        _ => matches!(error.status(), Some(401 | 403)),
    }
}
