//! Tokens that are lent for the length of a run and have to be revoked at its end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::requests::Patience;
use super::tokens::Tokens;
use super::{Owner, RevokeError, Revoked, Text};

/// The tokens that are lent at present, by their ids.
pub(super) struct Lent {
    tokens: Arc<Tokens>,
    lent: Mutex<BTreeMap<String, Loan>>,
}

struct Loan {
    owner: Owner,
    name: Option<String>,
    expires: i64,
    /// When it was lent, by the service's clock: right after it was made.
    made_at: Timestamp,
}

impl Lent {
    pub(super) fn new(tokens: Arc<Tokens>) -> Lent {
        Lent { tokens, lent: Mutex::default() }
    }

    pub(super) fn lend(&self, owner: &Owner, id: &str, name: Option<&str>, expires: i64) {
        let (owner, name) = (owner.clone(), name.map(str::to_owned));
        let loan = Loan { owner, name, expires, made_at: self.tokens.now() };
        self.lock().insert(id.to_owned(), loan);
    }

    /// Revokes a token that was lent. If that fails, the end of the run tries again.
    pub(super) async fn give_back(
        &self,
        owner: &Owner,
        id: &str,
        patience: Patience,
    ) -> Result<Revoked, RevokeError> {
        let made_at = self.lock().get(id).map(|loan| loan.made_at);
        let revoked = self.tokens.revoke(owner, id, made_at, patience).await?;
        self.lock().remove(id);
        Ok(revoked)
    }

    /// Revokes all tokens that are still lent, at once.
    pub(super) async fn revoke_all(self: &Arc<Self>) {
        let loans: Vec<_> =
            self.lock().iter().map(|(id, l)| (id.clone(), l.owner.clone())).collect();
        let mut revocations = JoinSet::new();
        for (id, owner) in loans {
            let lent = Arc::clone(self);
            revocations.spawn(async move {
                if let Err(error) = lent.give_back(&owner, &id, Patience::WithGrace).await {
                    log::error!("a token that was lent could not be revoked: {error}");
                }
            });
        }
        revocations.join_all().await;
    }

    /// What is lent, in words for the log.
    pub(super) fn descriptions(&self) -> Vec<String> {
        let describe = |(id, loan): (&String, &Loan)| {
            let Loan { owner, name, expires, made_at: _ } = loan;
            let name = name.as_deref().map(Text::from);
            let name = name.map(|name| format!(" named {name:?}")).unwrap_or_default();
            let end = match expires {
                0 => "it never ends".to_owned(),
                _ => format!("it ends at the Unix second {expires}"),
            };
            let id = Text::from(id.as_str());
            format!("the token {id}{name} of {owner} is lent: unless it is revoked, {end}")
        };
        self.lock().iter().map(describe).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Loan>> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
