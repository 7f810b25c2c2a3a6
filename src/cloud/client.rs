//! The calls that others make, and what all of them share.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::creation::{self, CreateError, CreatedToken, Creations, NewOrgToken};
use super::http::{Body, Call, Transport};
use super::retry::{Retries, longest_wait};
use super::snapshot::Snapshots;
use super::{
    Backoff, ClientSettings, Error, ErrorKind, OrgToken, OrgTokens, Policy, Random, Seams, Stop,
    TokenPage,
};

/// The most tokens on a page that the service allows.
const PAGE: &str = "1000";
/// No organization has more pages than that; a chain that has never ends.
const MOST_PAGES: usize = 500;
/// Nor does one that brings nothing new for so many pages. One or two may, while others create
/// and delete.
const MOST_IDLE_PAGES: usize = 10;
/// The most that a whole listing may hold, in bytes.
const LONGEST_LISTING: usize = 256 << 20;

/// A client of one Pulumi Cloud, with one access token. Clones are the same client.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What a deletion came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// The service revoked the token.
    Now,
    /// The service doesn't know the token, and this is how it said so.
    AlreadyGone(String),
}

impl Client {
    /// A client with these settings. Nothing is built, opened or checked before the first call;
    /// what is wrong with the settings is an error of that.
    pub fn new(settings: ClientSettings, seams: Seams, stop: Stop) -> Client {
        Client(Arc::new(Inner {
            max_retries: settings.max_retries,
            backoff: settings.backoff,
            random: seams.random,
            snapshots: Snapshots::new(settings.snapshot_age),
            transport: Transport::new(settings, seams.clock),
            stop,
            policies: Mutex::default(),
            creations: Creations::default(),
        }))
    }

    /// Creates a token, in one request where all goes well.
    ///
    /// `reason` is for the service's audit log. Whatever happens, the answer tells whether
    /// something exists now. The creation goes on where this future is dropped; what it made is
    /// then revoked, since nobody can hold it any more.
    pub async fn create_org_token(
        &self,
        org: &str,
        token: &NewOrgToken,
        reason: Option<&str>,
    ) -> Result<CreatedToken, CreateError> {
        creation::create(Arc::clone(&self.0), org, token, reason).await
    }

    /// All tokens of an organization, expired ones included, as of a few seconds ago at most.
    ///
    /// Calls at the same time, and soon after one another, share one listing. What this client
    /// created or deleted is always taken into account. A listing that fails half-way has failed.
    pub async fn org_tokens(&self, org: &str) -> Result<Arc<OrgTokens>, Error> {
        let inner = &*self.0;
        inner.snapshots.get(org, || inner.list(org, Some(&inner.stop))).await
    }

    /// The token with this id, as of a few seconds ago at most; `None` where it is gone.
    ///
    /// A list may lag behind, also behind what an earlier run made. So a token is gone only where a
    /// second listing lacks it too, some two seconds later, for which this waits.
    pub async fn org_token(&self, org: &str, id: &str) -> Result<Option<OrgToken>, Error> {
        let inner = &*self.0;
        let apart = longest_wait(&inner.backoff, 2);
        let list = || inner.list(org, Some(&inner.stop));
        inner.snapshots.find(org, id, apart, &inner.stop, list).await
    }

    /// Has the policy of the organization asked for, without waiting for it.
    pub fn expect_organization_policy(&self, org: &str) {
        if self.0.knows_no_policy(org) {
            let (client, org) = (self.clone(), org.to_owned());
            tokio::spawn(async move { client.organization_policy(&org).await });
        }
    }

    /// Revokes a token, for good.
    pub async fn delete_org_token(&self, org: &str, id: &str) -> Result<Deleted, Error> {
        self.0.delete(org, id, Some(&self.0.stop)).await
    }

    /// What the organization prescribes for its tokens, asked once. A failure is remembered too:
    /// who asks can do without, and would wait for every token's sake.
    pub async fn organization_policy(&self, org: &str) -> Result<Policy, Error> {
        self.0.policy(org).await
    }

    /// It is at least this late for the service, as far as its answers have told.
    pub fn service_time(&self) -> Option<Timestamp> {
        self.0.transport.service_time(Instant::now())
    }

    /// Waits until every creation that is on its way has come to its end, those included whose
    /// callers have gone away.
    pub async fn settle(&self) {
        self.0.creations.settled().await;
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// A question's one answer, for all who asked it.
type Shared<T> = Arc<OnceCell<Result<T, Error>>>;

/// What the clones of a client share.
pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) snapshots: Snapshots,
    pub(super) creations: Creations,
    pub(super) backoff: Backoff,
    pub(super) stop: Stop,
    max_retries: u32,
    random: Arc<dyn Random>,
    policies: Mutex<HashMap<String, Shared<Policy>>>,
}

impl Inner {
    /// The tries that a call has from now on.
    pub(super) fn retries(&self) -> Retries<'_> {
        Retries::new(self.max_retries, self.backoff, &*self.random)
    }

    /// A listing of its own, page by page, that ends early where `stop` is given.
    pub(super) async fn list(&self, org: &str, stop: Option<&Stop>) -> Result<OrgTokens, Error> {
        let first = Call::get(&["api", "orgs", org, "tokens"])?
            .query("filter", "all")
            .query("maxResults", PAGE);
        let mut call = first.clone();
        let mut tokens = OrgTokens::default();
        let mut followed = HashSet::new();
        let mut bytes = 0;
        let mut idle = 0;
        loop {
            let body = self.repeat(&call, stop).await?;
            bytes += body.len();
            let page = TokenPage::read(&body)
                .map_err(|detail| self.transport.unreadable(&call, &detail))?;
            drop(body);
            let known = tokens.len();
            page.tokens.into_iter().for_each(|token| tokens.add(Arc::new(token)));
            idle = if tokens.len() > known { 0 } else { idle + 1 };
            let Some(continuation) = page.continuation else { return Ok(tokens) };
            if followed.contains(&continuation) {
                return Err(self.transport.unreadable(&call, "its pages repeat themselves"));
            }
            let endless = followed.len() + 1 >= MOST_PAGES || idle >= MOST_IDLE_PAGES;
            if endless || bytes > LONGEST_LISTING {
                return Err(self.transport.unreadable(&call, "its pages never end"));
            }
            call = first.clone().query("continuationToken", continuation.as_str());
            followed.insert(continuation);
        }
    }

    /// Revokes a token; no further try is made once `stop` is given.
    pub(super) async fn delete(
        &self,
        org: &str,
        id: &str,
        stop: Option<&Stop>,
    ) -> Result<Deleted, Error> {
        let call = Call::delete(&["api", "orgs", org, "tokens", id])?;
        let deleted = match self.repeat(&call, stop).await {
            Ok(_) => Deleted::Now,
            Err(error) => match error.kind() {
                ErrorKind::Status { code: 404, message, by_service: true } => {
                    Deleted::AlreadyGone(message.clone())
                }
                _ => return Err(error),
            },
        };
        self.snapshots.deleted(org, id);
        Ok(deleted)
    }

    /// Whether nobody has asked for it yet.
    fn knows_no_policy(&self, org: &str) -> bool {
        !self.lock_policies().contains_key(org)
    }

    fn lock_policies(&self) -> MutexGuard<'_, HashMap<String, Shared<Policy>>> {
        self.policies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn policy(&self, org: &str) -> Result<Policy, Error> {
        let shared = Arc::clone(self.lock_policies().entry(org.to_owned()).or_default());
        shared.get_or_init(|| self.ask_policy(org)).await.clone()
    }

    /// The policy, whether it was asked for before or not.
    pub(super) async fn ask_policy(&self, org: &str) -> Result<Policy, Error> {
        let call = Call::get(&["api", "orgs", org, "metadata"])?;
        let body = self.repeat(&call, Some(&self.stop)).await?;
        Policy::read(&body).map_err(|detail| self.transport.unreadable(&call, &detail))
    }

    /// Sends a read or a deletion until it succeeds, is refused, or has had its tries.
    ///
    /// A `stop` ends waiting and reading at once; a deletion that is on its way is waited for.
    async fn repeat(&self, call: &Call, stop: Option<&Stop>) -> Result<Body, Error> {
        let mut retries = self.retries();
        loop {
            let stopped = || self.transport.error(call, ErrorKind::Stopped);
            if stop.is_some_and(Stop::is_stopped) {
                return Err(stopped());
            }
            let sent = match stop {
                Some(stop) if call.is_read() => tokio::select! {
                    biased;
                    sent = self.transport.send(call) => sent,
                    () = stop.stopped() => return Err(stopped()),
                },
                _ => self.transport.send(call).await,
            };
            let failure = match sent {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            if !failure.error.is_transient() {
                return Err(failure.error);
            }
            match retries.next(failure.retry_after) {
                Some(wait) => pause(wait, stop).await,
                None => return Err(failure.error),
            }
        }
    }
}

/// Waits, or until `stop` is given.
async fn pause(wait: Duration, stop: Option<&Stop>) {
    match stop {
        Some(stop) => tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.stopped() => {}
        },
        None => tokio::time::sleep(wait).await,
    }
}
