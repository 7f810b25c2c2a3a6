//! One listing of an organization's tokens, shared by many reads.
//!
//! Reads that come while a listing is under way wait for it, and reads that come soon after it
//! arrived use what it brought. What this client made or revoked itself is seen at once: it is
//! laid over every listing that may have been too early, or lagged too much, to show it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::{Error, OrgToken, OrgTokens};

/// How long a listing may lag behind: a change is laid over all that began before this has passed.
const LAG: Duration = Duration::from_secs(60);

/// The listings of one client, by organization.
#[derive(Debug)]
pub(super) struct Snapshots {
    /// How long a listing is used after it arrived.
    max_age: Duration,
    organizations: Mutex<HashMap<String, State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The listing that is under way.
    under_way: Option<Arc<Listing>>,
    /// The latest that arrived, with all changes since, and when it arrived.
    latest: Option<(Instant, Arc<OrgTokens>)>,
    /// Own changes that a listing may not show yet, oldest first.
    changes: Vec<Change>,
}

/// A listing that is under way, and who waits for it.
#[derive(Debug)]
struct Listing {
    began: Instant,
    outcome: OnceCell<Result<Arc<OrgTokens>, Error>>,
}

/// Something that this client did itself.
#[derive(Clone, Debug)]
struct Change {
    at: Instant,
    kind: ChangeKind,
}

#[derive(Clone, Debug)]
enum ChangeKind {
    Created(Arc<OrgToken>),
    Deleted(String),
}

impl Change {
    fn apply(&self, tokens: &mut OrgTokens) {
        match &self.kind {
            ChangeKind::Created(token) => tokens.add(Arc::clone(token)),
            ChangeKind::Deleted(id) => tokens.remove(id),
        }
    }
}

impl Snapshots {
    pub(super) fn new(max_age: Duration) -> Snapshots {
        Snapshots { max_age, organizations: Mutex::default() }
    }

    /// The organization's tokens, from the latest listing or from one more.
    ///
    /// A listing that fails does so for all who waited for it, and for no one after them. Where
    /// the one whose `list` is running goes away, another who waits starts its own.
    pub(super) async fn get<F>(&self, org: &str, list: F) -> Result<Arc<OrgTokens>, Error>
    where
        F: AsyncFnOnce() -> Result<OrgTokens, Error>,
    {
        let listing = {
            let mut organizations = self.lock();
            let state = organizations.entry(org.to_owned()).or_default();
            match &state.latest {
                Some((arrived, tokens)) if arrived.elapsed() < self.max_age => {
                    return Ok(Arc::clone(tokens));
                }
                _ => state.latest = None,
            }
            Arc::clone(state.under_way.get_or_insert_with(|| {
                Arc::new(Listing { began: Instant::now(), outcome: OnceCell::new() })
            }))
        };
        let outcome = listing.outcome.get_or_init(async || {
            let listed = list().await;
            self.arrived(org, listing.began, listed)
        });
        outcome.await.clone()
    }

    /// Notes a token that this client made.
    pub(super) fn created(&self, org: &str, token: OrgToken) {
        self.changed(org, ChangeKind::Created(Arc::new(token)));
    }

    /// Notes that this client revoked a token, or found it gone.
    pub(super) fn deleted(&self, org: &str, id: &str) {
        self.changed(org, ChangeKind::Deleted(id.to_owned()));
    }

    fn changed(&self, org: &str, kind: ChangeKind) {
        let change = Change { at: Instant::now(), kind };
        let mut organizations = self.lock();
        let state = organizations.entry(org.to_owned()).or_default();
        if let Some((_, tokens)) = &mut state.latest {
            change.apply(Arc::make_mut(tokens));
        }
        state.changes.push(change);
    }

    fn arrived(
        &self,
        org: &str,
        began: Instant,
        listed: Result<OrgTokens, Error>,
    ) -> Result<Arc<OrgTokens>, Error> {
        let mut organizations = self.lock();
        let state = organizations.entry(org.to_owned()).or_default();
        state.under_way = None;
        let mut tokens = listed?;
        // Listings of an organization begin one after another, so that what this one surely shows
        // all later ones do too.
        state.changes.retain(|change| began.saturating_duration_since(change.at) < LAG);
        for change in &state.changes {
            change.apply(&mut tokens);
        }
        let tokens = Arc::new(tokens);
        state.latest = Some((Instant::now(), Arc::clone(&tokens)));
        Ok(tokens)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::advance;

    use super::super::ErrorKind;
    use super::*;

    const AGE: Duration = Duration::from_secs(5);

    fn token(id: &str) -> OrgToken {
        OrgToken { id: id.to_owned(), name: format!("name of {id}"), ..OrgToken::default() }
    }

    fn tokens(ids: &[&str]) -> OrgTokens {
        let mut tokens = OrgTokens::default();
        ids.iter().for_each(|id| tokens.add(Arc::new(token(id))));
        tokens
    }

    fn ids(tokens: &OrgTokens) -> Vec<&str> {
        let mut ids: Vec<&str> = tokens.iter().map(|token| token.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    /// What a read sees where a new listing would bring `listed`.
    async fn read(snapshots: &Snapshots, listed: &[&str]) -> Vec<String> {
        let tokens = snapshots.get("acme", async || Ok(tokens(listed))).await.unwrap();
        ids(&tokens).into_iter().map(str::to_owned).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn reads_share_a_listing_until_it_is_old() {
        let snapshots = Snapshots::new(AGE);
        assert_eq!(read(&snapshots, &["1"]).await, ["1"]);
        advance(AGE - Duration::from_millis(1)).await;
        assert_eq!(read(&snapshots, &["2"]).await, ["1"]);
        advance(Duration::from_millis(1)).await;
        assert_eq!(read(&snapshots, &["2"]).await, ["2"]);
        let other = snapshots.get("other", async || Ok(tokens(&["3"]))).await.unwrap();
        assert_eq!(ids(&other), ["3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_at_once_are_one_listing() {
        let snapshots = Snapshots::new(Duration::ZERO);
        let listings = Cell::new(0);
        let one = || {
            snapshots.get("acme", async || {
                listings.set(listings.get() + 1);
                tokio::time::sleep(Duration::from_secs(9)).await;
                Ok(tokens(&["1"]))
            })
        };
        let (a, b, c) = tokio::join!(one(), one(), one());
        assert!(Arc::ptr_eq(&a.unwrap(), &b.unwrap()));
        assert_eq!(ids(&c.unwrap()), ["1"]);
        assert_eq!(listings.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_shared_by_those_who_waited_and_then_forgotten() {
        let snapshots = Snapshots::new(AGE);
        let fail = || {
            snapshots.get("acme", async || {
                tokio::task::yield_now().await;
                Err(Error::new("GET /", ErrorKind::Stopped))
            })
        };
        let (a, b) = tokio::join!(fail(), fail());
        assert!(a.is_err() && b.is_err());
        assert_eq!(read(&snapshots, &["1"]).await, ["1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_goes_on_where_the_one_that_listed_went_away() {
        let snapshots = Snapshots::new(AGE);
        let mut first = Box::pin(snapshots.get("acme", async || std::future::pending().await));
        assert!(futures_pending(&mut first).await);
        let mut second = Box::pin(read(&snapshots, &["1"]));
        assert!(futures_pending(&mut second).await);
        drop(first);
        assert_eq!(second.await, ["1"]);
    }

    /// Polls a future once and says whether it is still waiting.
    async fn futures_pending<F: Future + Unpin>(future: &mut F) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn own_changes_are_seen_at_once() {
        let snapshots = Snapshots::new(AGE);
        let before = snapshots.get("acme", async || Ok(tokens(&["1", "2"]))).await.unwrap();
        snapshots.created("acme", token("3"));
        snapshots.deleted("acme", "1");
        assert_eq!(read(&snapshots, &[]).await, ["2", "3"]);
        assert_eq!(ids(&before), ["1", "2"], "what was handed out stays as it was");
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_began_before_a_change_does_not_hide_it() {
        let snapshots = Snapshots::new(AGE);
        let listed = snapshots.get("acme", async || {
            snapshots.created("acme", token("3"));
            snapshots.deleted("acme", "1");
            Ok(tokens(&["1", "2"]))
        });
        assert_eq!(ids(&listed.await.unwrap()), ["2", "3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_lags_does_not_hide_a_change_either() {
        let snapshots = Snapshots::new(AGE);
        snapshots.created("acme", token("3"));
        snapshots.deleted("acme", "1");
        advance(LAG - Duration::from_secs(1)).await;
        assert_eq!(read(&snapshots, &["1", "2"]).await, ["2", "3"]);
        // Later on the service is believed: someone else may have revoked it.
        advance(AGE).await;
        assert_eq!(read(&snapshots, &["2"]).await, ["2"]);
    }
}
