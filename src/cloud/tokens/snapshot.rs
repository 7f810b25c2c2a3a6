//! One listing of an owner's tokens, shared by many reads.
//!
//! Reads that come while a listing is under way wait for it, and reads that come soon after it
//! arrived use what it brought. What this client made or revoked itself is seen at once: it is
//! laid over every listing that may have been too early, or lagged too much, to show it. What
//! others made may be missing for a while, so that a token is gone only if two listings say so.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep_until};

use super::{Owner, Token, TokenList};
use crate::cloud::{Error, Stop};

/// How long a listing may lag behind: a change is laid over all that began before this has passed.
const LAG: Duration = Duration::from_secs(60);

/// The listings of one client, by owner.
#[derive(Debug)]
pub(super) struct Snapshots {
    /// How long a listing is used after it arrived.
    max_age: Duration,
    owners: Mutex<HashMap<Owner, State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The listing that is under way.
    under_way: Option<Arc<Listing>>,
    /// The latest that arrived, with all changes since.
    latest: Option<Snapshot>,
    /// An earlier one, which lacked something that was then looked for again.
    earlier: Option<Earlier>,
    /// Own changes that a listing may not show yet, oldest first.
    changes: Vec<Change>,
}

/// What a new listing comes to.
pub(super) trait Listed: Future<Output = Result<TokenList, Error>> {}

impl<F: Future<Output = Result<TokenList, Error>>> Listed for F {}

/// A listing that has arrived.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    began: Instant,
    arrived: Instant,
    tokens: Arc<TokenList>,
    /// The ids of those tokens that this client made and the service didn't list.
    unlisted: Arc<HashSet<String>>,
}

impl Snapshot {
    /// Whether the service itself listed the token with this id.
    pub(super) fn lists(&self, id: &str) -> bool {
        self.tokens.by_id(id).is_some() && !self.unlisted.contains(id)
    }

    fn apply(&mut self, change: &Change) {
        let tokens = Arc::make_mut(&mut self.tokens);
        match &change.kind {
            ChangeKind::Created(token) => {
                if tokens.by_id(token.id.raw()).is_none() {
                    Arc::make_mut(&mut self.unlisted).insert(token.id.raw().to_owned());
                }
                tokens.add(Arc::clone(token));
            }
            ChangeKind::Deleted(id) => tokens.remove(id),
        }
    }
}

/// What an earlier listing held: too little to be one, but enough to say what it lacked.
#[derive(Debug)]
struct Earlier {
    began: Instant,
    /// Two ids with the same hash only make a token be looked for once more.
    ids: HashSet<u64>,
}

impl Earlier {
    fn of(snapshot: &Snapshot) -> Earlier {
        let ids = snapshot.tokens.iter().map(|token| hash(token.id.raw())).collect();
        Earlier { began: snapshot.began, ids }
    }

    fn lacks(&self, id: &str) -> bool {
        !self.ids.contains(&hash(id))
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// A listing that is under way, and who waits for it.
#[derive(Debug)]
struct Listing {
    began: Instant,
    outcome: OnceCell<Result<Snapshot, Error>>,
}

/// Something that this client did itself.
#[derive(Clone, Debug)]
struct Change {
    at: Instant,
    kind: ChangeKind,
}

#[derive(Clone, Debug)]
enum ChangeKind {
    Created(Arc<Token>),
    Deleted(String),
}

impl Snapshots {
    pub(super) fn new(max_age: Duration) -> Snapshots {
        Snapshots { max_age, owners: Mutex::default() }
    }

    /// The owner's tokens, from the latest listing or from one more.
    ///
    /// A listing that fails does so for all who waited for it, and for no one after them. If
    /// the one whose `list` is running goes away, another who waits starts its own.
    pub(super) async fn get<F: Listed>(
        &self,
        owner: &Owner,
        list: impl Fn() -> F,
    ) -> Result<Arc<TokenList>, Error> {
        Ok(self.begun_since(owner, None, &list).await?.tokens)
    }

    /// The token with this id. It is gone only if two listings lack it, the second begun so much
    /// later than the first, as a list may lag behind. All that are looked for share both.
    pub(super) async fn find<F: Listed>(
        &self,
        owner: &Owner,
        id: &str,
        apart: Duration,
        stop: &Stop,
        list: impl Fn() -> F,
    ) -> Result<Option<Token>, Error> {
        let first = self.begun_since(owner, None, &list).await?;
        if let Some(token) = first.tokens.by_id(id) {
            return Ok(Some(token.clone()));
        }
        let again = first.began + apart;
        let lacks_it =
            |earlier: &Earlier| earlier.began + apart <= first.began && earlier.lacks(id);
        if self.lock().get(owner).and_then(|state| state.earlier.as_ref()).is_some_and(lacks_it) {
            return Ok(None);
        }
        tokio::select! {
            () = sleep_until(again) => {}
            // The listing will say that it was stopped.
            () = stop.stopped() => {}
        }
        let second = self.begun_since(owner, Some(again), &list).await?;
        self.lock().entry(owner.clone()).or_default().earlier = Some(Earlier::of(&first));
        Ok(second.tokens.by_id(id).cloned())
    }

    /// The latest listing, unless it is old or began before this moment, or else one more.
    pub(super) async fn begun_since<F: Listed>(
        &self,
        owner: &Owner,
        moment: Option<Instant>,
        list: &impl Fn() -> F,
    ) -> Result<Snapshot, Error> {
        loop {
            let listing = {
                let mut owners = self.lock();
                let state = owners.entry(owner.clone()).or_default();
                match &state.latest {
                    Some(latest)
                        if latest.arrived.elapsed() < self.max_age
                            && moment.is_none_or(|moment| moment <= latest.began) =>
                    {
                        return Ok(latest.clone());
                    }
                    _ => state.latest = None,
                }
                Arc::clone(state.under_way.get_or_insert_with(|| {
                    Arc::new(Listing { began: Instant::now(), outcome: OnceCell::new() })
                }))
            };
            let outcome = listing.outcome.get_or_init(async || {
                // On the heap: most come to a listing that has arrived.
                let listed = Box::pin(list()).await;
                self.arrived(owner, listing.began, listed)
            });
            let outcome = outcome.await.clone();
            if outcome.is_err() || moment.is_none_or(|moment| moment <= listing.began) {
                return outcome;
            }
        }
    }

    /// Notes a token that this client made.
    pub(super) fn created(&self, owner: &Owner, token: Token) {
        self.changed(owner, ChangeKind::Created(Arc::new(token)));
    }

    /// Notes that this client revoked a token, or found it gone.
    pub(super) fn deleted(&self, owner: &Owner, id: &str) {
        self.changed(owner, ChangeKind::Deleted(id.to_owned()));
    }

    fn changed(&self, owner: &Owner, kind: ChangeKind) {
        let change = Change { at: Instant::now(), kind };
        let mut owners = self.lock();
        let state = owners.entry(owner.clone()).or_default();
        if let Some(latest) = &mut state.latest {
            latest.apply(&change);
        }
        state.changes.push(change);
    }

    fn arrived(
        &self,
        owner: &Owner,
        began: Instant,
        listed: Result<TokenList, Error>,
    ) -> Result<Snapshot, Error> {
        let mut owners = self.lock();
        let state = owners.entry(owner.clone()).or_default();
        state.under_way = None;
        let tokens = Arc::new(listed?);
        // Listings of an owner begin one after another, so that what this one surely shows
        // all later ones do too.
        state.changes.retain(|change| began.saturating_duration_since(change.at) < LAG);
        let unlisted = Arc::default();
        let mut latest = Snapshot { began, arrived: Instant::now(), tokens, unlisted };
        for change in &state.changes {
            latest.apply(change);
        }
        state.latest = Some(latest.clone());
        Ok(latest)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Owner, State>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::advance;

    use super::*;
    use crate::cloud::{ErrorKind, Text};

    fn acme() -> Owner {
        Owner::organization("acme")
    }

    const AGE: Duration = Duration::from_secs(5);

    fn token(id: &str) -> Token {
        Token { id: id.into(), name: Text::new(format!("name of {id}")), ..Token::default() }
    }

    fn tokens(ids: &[&str]) -> TokenList {
        let mut tokens = TokenList::default();
        ids.iter().for_each(|id| tokens.add(Arc::new(token(id))));
        tokens
    }

    fn ids(tokens: &TokenList) -> Vec<&str> {
        let mut ids: Vec<&str> = tokens.iter().map(|token| token.id.raw()).collect();
        ids.sort_unstable();
        ids
    }

    /// What a read sees if a new listing would bring `listed`.
    async fn read(snapshots: &Snapshots, listed: &[&str]) -> Vec<String> {
        let tokens = snapshots.get(&acme(), || async { Ok(tokens(listed)) }).await.unwrap();
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
        let other = snapshots
            .get(&Owner::organization("other"), || async { Ok(tokens(&["3"])) })
            .await
            .unwrap();
        assert_eq!(ids(&other), ["3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_at_once_are_one_listing() {
        let snapshots = Snapshots::new(Duration::ZERO);
        let (acme, listings) = (acme(), Cell::new(0));
        let one = || {
            snapshots.get(&acme, || async {
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
        let acme = acme();
        let fail = || {
            snapshots.get(&acme, || async {
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
        let acme = acme();
        let mut first = Box::pin(snapshots.get(&acme, std::future::pending));
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

    const APART: Duration = Duration::from_secs(2);

    /// Looks for two tokens at once, if listings bring one after another of `listed`, and the
    /// last of them for ever. Says which were found, after how many listings, and how long.
    async fn find(
        snapshots: &Snapshots,
        wanted: [&str; 2],
        listed: &[&[&str]],
    ) -> ([bool; 2], usize, Duration) {
        let (began, listings) = (Instant::now(), Cell::new(0));
        let stop = Stop::new();
        let list = || async {
            let number = listings.replace(listings.get() + 1);
            Ok(tokens(listed[number.min(listed.len() - 1)]))
        };
        let acme = acme();
        let [a, b] = wanted.map(|id| snapshots.find(&acme, id, APART, &stop, &list));
        let (a, b) = tokio::join!(a, b);
        ([a, b].map(|found| found.unwrap().is_some()), listings.get(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_listed_is_found_at_once() {
        let found = find(&Snapshots::new(AGE), ["1", "2"], &[&["1", "2"]]).await;
        assert_eq!(found, ([true, true], 1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_gone_once_two_listings_lack_it_which_all_share() {
        let snapshots = Snapshots::new(AGE);
        let (found, listings, took) = find(&snapshots, ["1", "2"], &[&["3"]]).await;
        assert_eq!((found, listings), ([false, false], 2));
        assert!((APART..APART * 2).contains(&took), "{took:?}");
        // Later ones find both listings there.
        let found = find(&snapshots, ["4", "3"], &[&["4"]]).await;
        assert_eq!(found, ([false, true], 0, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_that_lags_is_looked_at_again() {
        for age in [AGE, Duration::ZERO] {
            let found = find(&Snapshots::new(age), ["1", "2"], &[&["1"], &["1", "2"]]).await;
            assert_eq!((found.0, found.1), ([true, true], 2));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn own_changes_are_seen_at_once() {
        let snapshots = Snapshots::new(AGE);
        let before = snapshots.get(&acme(), || async { Ok(tokens(&["1", "2"])) }).await.unwrap();
        snapshots.created(&acme(), token("3"));
        snapshots.deleted(&acme(), "1");
        assert_eq!(read(&snapshots, &[]).await, ["2", "3"]);
        assert_eq!(ids(&before), ["1", "2"], "what was handed out stays as it was");
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_began_before_a_change_does_not_hide_it() {
        let snapshots = Snapshots::new(AGE);
        let acme = acme();
        let listed = snapshots.get(&acme, || async {
            snapshots.created(&acme, token("3"));
            snapshots.deleted(&acme, "1");
            Ok(tokens(&["1", "2"]))
        });
        assert_eq!(ids(&listed.await.unwrap()), ["2", "3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_that_lags_does_not_hide_a_change_either() {
        let snapshots = Snapshots::new(AGE);
        snapshots.created(&acme(), token("3"));
        snapshots.deleted(&acme(), "1");
        advance(LAG - Duration::from_secs(1)).await;
        assert_eq!(read(&snapshots, &["1", "2"]).await, ["2", "3"]);
        // Later on the service is believed: someone else may have revoked it.
        advance(AGE).await;
        assert_eq!(read(&snapshots, &["2"]).await, ["2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_service_did_not_list_is_told_apart() {
        let (snapshots, acme) = (Snapshots::new(AGE), acme());
        snapshots.created(&acme, token("3"));
        let list = || async { Ok(tokens(&["1", "2"])) };
        let listed = snapshots.begun_since(&acme, None, &list).await.unwrap();
        assert!(listed.lists("1") && !listed.lists("3"));
        snapshots.created(&acme, token("1"));
        let listed = snapshots.begun_since(&acme, None, &list).await.unwrap();
        assert!(listed.lists("1"), "that this client made it too makes no difference");
    }
}
