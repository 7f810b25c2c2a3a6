//! The calls that others make.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::asked_once::AskedOnce;
use super::creation::{self, CreateError, CreatedToken, Creations, NewToken};
use super::exchange::{ExchangeSource, Exchanger};
use super::lent::Lent;
use super::organization::{Organization, Organizations};
use super::requests::{Credential, Patience, Requests};
use super::roles::{Role, Roles};
use super::tokens::Tokens;
use super::{
    ClientSettings, Error, Owner, Presence, RevokeError, Revoked, Seams, Status, Stop, Text, Token,
    TokenList,
};

/// A client of one Pulumi Cloud, with one credential. Clones are the same client.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What the clones of a client share.
struct Inner {
    requests: Arc<Requests>,
    tokens: Arc<Tokens>,
    organizations: Arc<Organizations>,
    roles: Arc<Roles>,
    creations: Arc<Creations>,
    lent: Arc<Lent>,
    logins: AskedOnce<Text>,
}

impl Client {
    /// A client with these settings. Nothing is built, opened or checked before the first call;
    /// what is wrong with the settings is an error of that.
    pub fn new(settings: ClientSettings, seams: Seams, stop: Stop) -> Client {
        let credential = Credential::Fixed(settings.access_token.clone());
        Client::with_credential(settings, credential, seams, stop)
    }

    /// The same with access tokens from an exchange, in the place of that of the settings. The
    /// first call exchanges; later ones do so before the token ends, and once if it is refused.
    pub fn exchanging(
        settings: ClientSettings,
        source: ExchangeSource,
        seams: Seams,
        stop: Stop,
    ) -> Client {
        let exchanger = Exchanger::new(settings.clone(), &seams, stop.clone(), source);
        Client::with_credential(settings, Credential::Renewing(Arc::new(exchanger)), seams, stop)
    }

    fn with_credential(
        settings: ClientSettings,
        credential: Credential,
        seams: Seams,
        stop: Stop,
    ) -> Client {
        let snapshot_age = settings.snapshot_age;
        let requests = Arc::new(Requests::new(settings, credential, &seams, stop));
        let tokens = Arc::new(Tokens::new(Arc::clone(&requests), snapshot_age));
        let organizations = Arc::new(Organizations::new(Arc::clone(&requests)));
        let roles = Arc::new(Roles::new(Arc::clone(&requests)));
        let creations = Creations::new(
            Arc::clone(&requests),
            Arc::clone(&tokens),
            Arc::clone(&organizations),
            Arc::clone(&roles),
        );
        let lent = Arc::new(Lent::new(Arc::clone(&tokens)));
        let creations = Arc::new(creations);
        let logins = AskedOnce::new();
        Client(Arc::new(Inner { requests, tokens, organizations, roles, creations, lent, logins }))
    }

    /// What all calls are made of.
    pub(super) fn requests(&self) -> &Requests {
        &self.0.requests
    }

    /// Whose the access token is.
    pub(super) fn logins(&self) -> &AskedOnce<Text> {
        &self.0.logins
    }

    /// Creates a token, in one request if all goes well.
    ///
    /// `reason` is for the service's audit log. Whatever happens, the answer tells whether
    /// something exists now. The creation goes on if this future is dropped; what it made is
    /// then revoked, since nobody can hold it any more.
    pub async fn create_token(
        &self,
        owner: &Owner,
        token: &NewToken,
        reason: Option<&str>,
    ) -> Result<CreatedToken, CreateError> {
        creation::create(&self.0.creations, owner, token, reason).await
    }

    /// All tokens of an owner, expired ones included, as of a few seconds ago at most. Login
    /// sessions are none.
    ///
    /// Calls at the same time, and soon after one another, share one listing. What this client
    /// created or revoked is always taken into account. A listing that fails half-way has failed.
    pub async fn tokens(&self, owner: &Owner) -> Result<Arc<TokenList>, Error> {
        self.0.tokens.all(owner).await
    }

    /// The first tokens of an owner that have this status and are wanted, in the service's order:
    /// at most as many as `limit`, and no page is asked for once there are so many. Login sessions
    /// are none.
    ///
    /// This is a listing of its own, which [`Client::tokens`] knows nothing of.
    pub async fn list_tokens(
        &self,
        owner: &Owner,
        status: Status,
        limit: usize,
        wanted: impl Fn(&Token) -> bool + Send,
    ) -> Result<Vec<Token>, Error> {
        self.0.tokens.choose(owner, status, limit, wanted).await
    }

    /// Whether the token with this id exists, as of a few seconds ago at most. `made_at` is when
    /// it was made, by the service's clock, if that is known ([`CreatedToken::created`]).
    ///
    /// A list may lag behind, also behind what an earlier run made. So a token is gone only if a
    /// second listing lacks it too, some two seconds later, for which this waits; and not in its
    /// first five minutes.
    pub async fn token(
        &self,
        owner: &Owner,
        id: &str,
        made_at: Option<Timestamp>,
    ) -> Result<Presence, Error> {
        self.0.tokens.find(owner, id, made_at).await
    }

    /// Revokes a token, for good. `made_at` is when it was made, by the service's clock, if that
    /// is known.
    ///
    /// # Errors
    /// Unless it is proven that the token is revoked or gone.
    pub async fn revoke(
        &self,
        owner: &Owner,
        id: &str,
        made_at: Option<Timestamp>,
    ) -> Result<Revoked, RevokeError> {
        self.0.tokens.revoke(owner, id, made_at, Patience::UntilStopped).await
    }

    /// What the organization prescribes for its tokens, asked once and for five seconds at most. A
    /// failure is remembered too.
    pub async fn organization(&self, org: &str) -> Result<Organization, Error> {
        self.0.organizations.get(org).await
    }

    /// Asks what [`Client::organization`] tells, without waiting for it.
    pub fn prefetch_organization(&self, org: &str) {
        if !self.0.organizations.is_asked(org) {
            let (client, org) = (self.clone(), org.to_owned());
            tokio::spawn(async move { client.organization(&org).await });
        }
    }

    /// The roles that tokens of an organization can have, asked once and for five seconds at most.
    /// A failure is remembered too, a 403 among them: not everybody may see the roles.
    pub async fn roles(&self, org: &str) -> Result<Arc<[Role]>, Error> {
        self.0.roles.get(org).await
    }

    /// Lets [`Client::roles`] ask again.
    pub(super) fn forget_roles(&self, org: &str) {
        self.0.roles.forget(org);
    }

    /// It is at least this late for the service, as far as its answers have told.
    pub fn service_time(&self) -> Option<Timestamp> {
        self.0.requests.service_time()
    }

    /// Notes a token that is lent until [`Client::give_back`], or else until the run ends.
    /// `expires` is in Unix seconds; `0` for never.
    pub fn lend(&self, owner: &Owner, id: &str, name: Option<&str>, expires: i64) {
        self.0.lent.lend(owner, id, name, expires);
    }

    /// Revokes a token that was lent. If that fails, the end of the run tries again.
    pub async fn give_back(&self, owner: &Owner, id: &str) -> Result<Revoked, RevokeError> {
        self.0.lent.give_back(owner, id, Patience::UntilStopped).await
    }

    /// What is open, in words for the log: creations that are on their way, and tokens that are
    /// lent.
    pub fn open(&self) -> Vec<String> {
        let mut open = self.0.creations.open();
        open.extend(self.0.lent.descriptions());
        open
    }

    /// Ends everything within this time: what is being created is looked for and revoked beside
    /// its pending request, and what is lent is revoked. What is open after that is named in the
    /// log as an error. Nothing more can be done with this client.
    pub async fn shut_down(&self, within: Duration) {
        let end = Instant::now() + within;
        self.0.requests.stop().end_by(end);
        // Said now too, since whoever started the process may not wait so long.
        for open in self.open() {
            log::warn!("the run is ending, and {open}");
        }
        let all = async { tokio::join!(self.0.lent.revoke_all(), self.0.creations.ended()) };
        let _ = timeout_at(end, all).await;
        for open in self.open() {
            log::error!("the run ends, and {open}");
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
