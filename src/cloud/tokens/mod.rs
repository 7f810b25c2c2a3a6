//! Tokens: their owners, listing, finding and revoking them.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `owner` | whom a token belongs to |
//! | `token`, `list` | tokens as the service lists them |
//! | `snapshot` | one listing shared by many reads |
//! | `revocation` | what proves that a token is revoked |

mod list;
mod owner;
mod revocation;
mod snapshot;
mod token;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::time::Instant;

pub use list::TokenList;
pub use owner::Owner;
pub use revocation::{RevokeError, Revoked};
use snapshot::Snapshots;
pub use token::{Token, TokenPage, TokenRole};

use super::requests::{Patience, Requests, longest_wait};
use super::{Error, ErrorKind, Text};

/// The most tokens on a page that the service allows.
const PAGE: &str = "1000";
/// No owner has more pages than that; a chain that has never ends.
const MOST_PAGES: usize = 500;
/// Nor does one that brings nothing new for so many pages. One or two may, while others create
/// and delete.
const MOST_IDLE_PAGES: usize = 10;
/// The most tokens that a listing may have: some 100 MB of memory.
const MOST_TOKENS: usize = 150_000;
/// The most bytes that the pages of a listing may have, for tokens with long texts.
const LONGEST_LISTING: usize = 96 << 20;
/// A token that is younger may be missing from lists that lag behind.
const YOUNG: SignedDuration = SignedDuration::from_mins(5);

/// Which tokens of an owner are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Those that give access.
    #[default]
    Active,
    /// Those whose end has come.
    Expired,
    /// Both.
    All,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Expired => "expired",
            Status::All => "all",
        }
    }

    /// Whether a token has this status at `now`, in Unix seconds.
    pub fn is_that_of(self, token: &Token, now: i64) -> bool {
        let expired = token.expires != 0 && token.expires <= now;
        match self {
            Status::Active => !expired,
            Status::Expired => expired,
            Status::All => true,
        }
    }
}

/// Whether a token exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is listed.
    Listed(Box<Token>),
    /// Two listings lack it, some two seconds apart.
    Gone,
    /// The same, but it was made less than five minutes ago, so that lists may lag behind.
    TooYoungToBeGone,
}

/// The tokens that one client sees.
pub(super) struct Tokens {
    requests: Arc<Requests>,
    snapshots: Snapshots,
}

impl Tokens {
    /// A listing is used for so long after it arrived.
    pub(super) fn new(requests: Arc<Requests>, snapshot_age: Duration) -> Tokens {
        Tokens { requests, snapshots: Snapshots::new(snapshot_age) }
    }

    /// The owner's tokens as of a few seconds ago at most.
    pub(super) async fn all(&self, owner: &Owner) -> Result<Arc<TokenList>, Error> {
        self.snapshots.get(owner, || self.list(owner, Patience::UntilStopped)).await
    }

    /// Whether the token with this id exists. `made_at` is when it was made, by the service's
    /// clock, if that is known.
    pub(super) async fn find(
        &self,
        owner: &Owner,
        id: &str,
        made_at: Option<Timestamp>,
    ) -> Result<Presence, Error> {
        not_empty("GET", id)?;
        let apart = longest_wait(&self.requests.backoff(), 2);
        let list = || self.list(owner, Patience::UntilStopped);
        let found = self.snapshots.find(owner, id, apart, self.requests.stop(), list).await;
        match found {
            Ok(Some(token)) => Ok(Presence::Listed(Box::new(token))),
            Ok(None) if self.is_young(made_at) => Ok(Presence::TooYoungToBeGone),
            Ok(None) => Ok(Presence::Gone),
            Err(error) => {
                let gone = self.went_with_its_team(owner, &error, Patience::UntilStopped).await;
                if gone { Ok(Presence::Gone) } else { Err(error) }
            }
        }
    }

    /// The present moment, by the service's clock if it has told the time.
    pub(super) fn now(&self) -> Timestamp {
        self.requests.time()
    }

    /// Notes a token that this client made.
    pub(super) fn created(&self, owner: &Owner, token: Token) {
        self.snapshots.created(owner, token);
    }

    /// A listing of its own: all tokens of an owner, page by page.
    pub(super) async fn list(&self, owner: &Owner, patience: Patience) -> Result<TokenList, Error> {
        let mut tokens = TokenList::default();
        self.walk(owner, Status::All, patience, &mut tokens).await?;
        Ok(tokens)
    }

    /// The first tokens with this status that are wanted, in the service's order; no page is asked
    /// for after there are as many as `limit`.
    pub(super) async fn choose(
        &self,
        owner: &Owner,
        status: Status,
        limit: usize,
        wanted: impl Fn(&Token) -> bool + Send,
    ) -> Result<Vec<Token>, Error> {
        let mut chosen = Chosen { wanted, limit, found: Vec::new(), seen: HashSet::new() };
        if limit > 0 {
            self.walk(owner, status, Patience::UntilStopped, &mut chosen).await?;
        }
        Ok(chosen.found)
    }

    /// Goes through the owner's tokens page by page, until the last or until there are enough.
    async fn walk(
        &self,
        owner: &Owner,
        status: Status,
        patience: Patience,
        tokens: &mut impl Collector,
    ) -> Result<(), Error> {
        let (began, path) = (Instant::now(), owner.path());
        let first = || {
            self.requests
                .get(&path)
                .query("filter", status.as_str())
                .query("maxResults", PAGE)
                .patience(patience)
                .within(self.requests.backoff().total, began)
        };
        let unreadable = |detail: &str| {
            let detail = Text::new(detail).to_string();
            first().error(ErrorKind::Answer(detail)).sent()
        };
        let read = match owner {
            Owner::User => TokenPage::read_nameless,
            Owner::Organization { .. } | Owner::Team { .. } => TokenPage::read,
        };
        let mut request = first();
        let mut followed = HashSet::new();
        let (mut bytes, mut idle) = (0, 0);
        loop {
            let body = request.body().await?;
            bytes += body.len();
            let page = read(&body).map_err(|detail| unreadable(&detail))?;
            drop(body);
            let known = tokens.seen();
            // Login sessions are listed among the personal tokens.
            let listed = page.tokens.into_iter().filter(|token| !is_session(token));
            listed.for_each(|token| tokens.collect(token));
            idle = if tokens.seen() > known { 0 } else { idle + 1 };
            let Some(continuation) = page.continuation else { return Ok(()) };
            if tokens.is_full() {
                return Ok(());
            }
            if followed.contains(&continuation) {
                return Err(unreadable("its pages repeat themselves"));
            }
            let endless = followed.len() + 1 >= MOST_PAGES || idle >= MOST_IDLE_PAGES;
            if endless || bytes > LONGEST_LISTING || tokens.seen() > MOST_TOKENS {
                return Err(unreadable("its pages never end"));
            }
            request = first().query("continuationToken", continuation.as_str());
            followed.insert(continuation);
        }
    }

    /// Whether a token was made so lately that lists may lack it.
    fn is_young(&self, made_at: Option<Timestamp>) -> bool {
        made_at.is_some_and(|made_at| self.requests.time().duration_since(made_at) < YOUNG)
    }

    /// Whether a list could not be had because its team is gone, and the team's tokens with it: the
    /// organization lists its teams, and this one is not among them.
    async fn went_with_its_team(&self, owner: &Owner, error: &Error, patience: Patience) -> bool {
        #[derive(Deserialize)]
        struct Teams {
            teams: Vec<Named>,
        }
        #[derive(Deserialize)]
        struct Named {
            name: Text,
        }
        let Owner::Team { org, team } = owner else { return false };
        if !error.is_not_found() {
            return false;
        }
        let teams = self.requests.get(&["api", "orgs", org, "teams"]).patience(patience);
        teams.json::<Teams>().await.is_ok_and(|listed| {
            listed.teams.iter().all(|listed| !listed.name.is_empty() && listed.name != *team)
        })
    }
}

/// What collects the tokens of a listing as they come.
trait Collector {
    /// Adds a token. Pages may overlap, so that it may come twice.
    fn collect(&mut self, token: Token);
    /// How many different tokens came.
    fn seen(&self) -> usize;
    /// Whether no more are wanted.
    fn is_full(&self) -> bool;
}

impl Collector for TokenList {
    fn collect(&mut self, token: Token) {
        self.add(Arc::new(token));
    }

    fn seen(&self) -> usize {
        self.len()
    }

    fn is_full(&self) -> bool {
        false
    }
}

/// The first of the tokens that are wanted.
struct Chosen<F> {
    wanted: F,
    limit: usize,
    found: Vec<Token>,
    seen: HashSet<Text>,
}

impl<F: Fn(&Token) -> bool> Collector for Chosen<F> {
    fn collect(&mut self, token: Token) {
        if self.seen.insert(token.id.clone()) && !self.is_full() && (self.wanted)(&token) {
            self.found.push(token);
        }
    }

    fn seen(&self) -> usize {
        self.seen.len()
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }
}

fn is_session(token: &Token) -> bool {
    token.kind.as_ref().is_some_and(|kind| *kind == "refresh")
}

/// An empty id would be that of all tokens, or of none.
fn not_empty(method: &str, id: &str) -> Result<(), Error> {
    if id.is_empty() {
        let detail = "the token's id is empty".to_owned();
        return Err(Error::new(method, ErrorKind::Setup(detail)));
    }
    Ok(())
}
