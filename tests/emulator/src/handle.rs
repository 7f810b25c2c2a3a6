//! What a test sees and does of a service from outside its API.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Serialize;
use serde_json::Map;

use crate::books::{AccessToken, How, Lag, Org, Permissions, Role, Token, TokenType};
use crate::clock::Clock;
use crate::faults::{Fault, Random};
use crate::locked;
use crate::log::RecordedRequest;
use crate::pick::On;
use crate::rate::{Bucket, RateLimit};
use crate::service::Service;

/// The controls of a running service. Clones control the same one. An [`Emulator`](crate::Emulator)
/// has all of these as its own.
#[derive(Clone)]
pub struct Controls(Arc<Service>);

/// How many connections and requests there were since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// TCP connections that were accepted.
    pub accepted: u64,
    /// Those that are open now.
    pub open: u64,
    /// Requests over HTTP/1.1.
    pub http1: u64,
    /// Requests over HTTP/2.
    pub http2: u64,
}

impl Controls {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self(service)
    }

    pub(crate) fn service(&self) -> &Service {
        &self.0
    }

    /// The service's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether there is this organization.
    pub fn has_org(&self, org: &str) -> bool {
        locked(&self.0.books).shelf(org).is_some()
    }

    /// Every token that an organization and its teams ever had, oldest first. Empty for an
    /// organization that there isn't.
    pub fn tokens(&self, org: &str) -> Vec<Token> {
        self.tokens_where(org, |_| true)
    }

    /// The tokens that exist: not deleted, though perhaps expired.
    pub fn existing(&self, org: &str) -> Vec<Token> {
        self.tokens_where(org, Token::exists)
    }

    /// The tokens that give access: neither deleted nor expired.
    pub fn live(&self, org: &str) -> Vec<Token> {
        let now = self.0.clock.now();
        self.tokens_where(org, |token| token.live(now))
    }

    /// The token of this name, deleted or not. A name occurs once in an organization.
    pub fn token_named(&self, org: &str, name: &str) -> Option<Token> {
        self.tokens_where(org, |token| token.name == name).pop()
    }

    /// Every personal token, of all users; login sessions are among them.
    pub fn personal_tokens(&self) -> Vec<Token> {
        locked(&self.0.books).personal().tokens().to_vec()
    }

    fn tokens_where(&self, org: &str, wanted: impl Fn(&Token) -> bool) -> Vec<Token> {
        let books = locked(&self.0.books);
        let tokens = books.shelf(org).into_iter().flat_map(|shelf| shelf.tokens());
        tokens.filter(|token| wanted(token)).cloned().collect()
    }

    /// A plain organization token as the service would make one now, to be changed and
    /// [added](Self::add_token): a member's, without expiry, made by `someone-else`.
    pub fn new_token(&self, org: &str, name: &str) -> Token {
        let member = locked(&self.0.books).org_mut(org).and_then(|org| {
            org.roles.iter().find(|role| role.is_org_default).map(|role: &Role| role.into())
        });
        Token {
            id: String::new(),
            kind: TokenType::Organization,
            org: org.to_owned(),
            team: None,
            name: name.to_owned(),
            description: String::new(),
            admin: false,
            role: member,
            expires: 0,
            created: self.0.clock.now(),
            created_by: "someone-else".to_owned(),
            created_how: How::ByHand,
            reason: None,
            last_used: 0,
            value: String::new(),
            listed_as: Map::new(),
            deleted: None,
        }
    }

    /// Puts a token into the books past all rules but that of names. An empty id or value is made
    /// up; what was added is returned.
    ///
    /// # Panics
    /// If there is no such organization, or its name is taken.
    pub fn add_token(&self, token: Token) -> Token {
        let what = format!("{} of {}", token.name, token.org);
        self.try_add(token).unwrap_or_else(|| panic!("can't add {what}"))
    }

    /// A plain token of a user as the service would make one now, to be changed and
    /// [added](Self::add_personal_token): without expiry, and with no right to anything.
    pub fn new_personal_token(&self, login: &str, description: &str) -> Token {
        Token {
            kind: TokenType::Personal,
            description: description.to_owned(),
            created_by: login.to_owned(),
            ..self.new_token("", "")
        }
    }

    /// Puts a user's token into the books past all rules. An empty id or value is made up; what
    /// was added is returned.
    pub fn add_personal_token(&self, token: Token) -> Token {
        locked(&self.0.books).add_personal(token)
    }

    /// Adds so many tokens with the names `{prefix}0`, `{prefix}1` and so on.
    ///
    /// # Panics
    /// As [`add_token`](Self::add_token).
    pub fn add_tokens(&self, org: &str, prefix: &str, count: usize) {
        for number in 0..count {
            self.add_token(self.new_token(org, &format!("{prefix}{number}")));
        }
    }

    pub(crate) fn try_add(&self, mut token: Token) -> Option<Token> {
        if token.team.is_some() {
            (token.kind, token.role) = (TokenType::Team, None);
        }
        locked(&self.0.books).add(token)
    }

    /// Changes a token as nobody can in the real service, such as what a list says of it.
    ///
    /// # Panics
    /// If there is no such token.
    pub fn edit(&self, org: &str, id: &str, change: impl FnOnce(&mut Token)) {
        assert!(self.try_edit(org, id, change), "{org} has no token {id}");
    }

    pub(crate) fn try_edit(&self, org: &str, id: &str, change: impl FnOnce(&mut Token)) -> bool {
        let now = self.0.clock.now();
        let mut books = locked(&self.0.books);
        books.shelf_mut(org).is_some_and(|shelf| shelf.change(id, now, change))
    }

    /// Deletes a token, as if someone else had.
    ///
    /// # Panics
    /// If there is no such token.
    pub fn delete(&self, org: &str, id: &str) {
        assert!(self.try_delete(org, id), "{org} has no token {id}");
    }

    pub(crate) fn try_delete(&self, org: &str, id: &str) -> bool {
        locked(&self.0.books).remove(org, id, self.0.clock.now())
    }

    /// Deletes a personal token, as if its owner had elsewhere.
    ///
    /// # Panics
    /// If there is no such token.
    pub fn delete_personal(&self, id: &str) {
        let done = locked(&self.0.books).remove_personal(id, self.0.clock.now());
        assert!(done, "no user has a token {id}");
    }

    /// Sets the most days that a token of the organization may live, or that there is no limit.
    ///
    /// # Panics
    /// If there is no such organization.
    pub fn set_policy(&self, org: &str, max_days: Option<i64>) {
        self.edit_org(org, |org| org.max_expiry_days = max_days);
    }

    /// Changes an organization in any way but its name, behind everyone's back: its teams and what
    /// they were given, roles, members, issuers, settings, features, edition, and how it behaves
    /// if nobody knows.
    ///
    /// # Panics
    /// If there is no such organization.
    pub fn edit_org(&self, org: &str, change: impl FnOnce(&mut Org)) {
        let mut books = locked(&self.0.books);
        change(books.org_mut(org).unwrap_or_else(|| panic!("no organization {org}")));
    }

    /// Gives an organization another name. All of its paths answer with 404 under the old one.
    ///
    /// # Panics
    /// If there is no such organization, or one of the new name.
    pub fn rename_org(&self, from: &str, to: &str) {
        let done = locked(&self.0.books).rename_org(from, to);
        assert!(done, "can't rename {from} to {to}");
    }

    /// Hides an organization from an access token, which gets 404 for all of its paths, as for one
    /// that there isn't.
    pub fn hide_org(&self, access_token: &str, org: &str) {
        locked(&self.0.books).set_visible(access_token, org, false);
    }

    /// Shows an organization to an access token that it was hidden from.
    pub fn show_org(&self, access_token: &str, org: &str) {
        locked(&self.0.books).set_visible(access_token, org, true);
    }

    /// Gives a user an access token, or an access token other permissions.
    pub fn allow(&self, token: AccessToken) {
        locked(&self.0.books).allow(token);
    }

    /// Changes what a user's access token may do.
    ///
    /// # Panics
    /// If there is no such access token of a user.
    pub fn set_permissions(&self, access_token: &str, permissions: Permissions) {
        let set = locked(&self.0.books).set_permissions(access_token, permissions);
        assert!(set, "no user has this access token");
    }

    /// Whether a token that got the Admin role by its id is listed with `admin: true`.
    pub fn set_admin_follows_role(&self, follows: bool) {
        locked(&self.0.books).admin_follows_role = follows;
    }

    /// The log of requests for the API, in the order of their arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.0.log).all().to_vec()
    }

    /// Empties the log.
    pub fn clear_requests(&self) {
        locked(&self.0.log).clear();
    }

    /// The requests, and the answers of this service, that keep no promise of the OpenAPI
    /// document, each with what is wrong.
    pub fn breaches(&self) -> Vec<String> {
        let log = locked(&self.0.log);
        log.all()
            .iter()
            .flat_map(|request| {
                [crate::contract::check_request(request), crate::contract::check_answer(request)]
            })
            .filter_map(Result::err)
            .collect()
    }

    /// How many connections and requests there were.
    pub fn connections(&self) -> Counts {
        let counts = &self.0.connections;
        Counts {
            accepted: counts.accepted.load(Ordering::Relaxed),
            open: counts.open.load(Ordering::Relaxed),
            http1: counts.http1.load(Ordering::Relaxed),
            http2: counts.http2.load(Ordering::Relaxed),
        }
    }

    /// Does a fault to the requests that are meant.
    pub fn fault(&self, on: On, fault: Fault) {
        locked(&self.0.faults).add(on, fault);
    }

    /// Strikes at random, or stops doing so.
    pub fn set_random(&self, random: Option<Random>) {
        locked(&self.0.faults).set_random(random);
    }

    /// No more faults, neither chosen nor random. Lag and rate limit stay.
    pub fn clear_faults(&self) {
        locked(&self.0.faults).clear();
    }

    /// Limits the rate of requests, or ceases to. The bucket is full at first.
    pub fn set_rate_limit(&self, limit: Option<RateLimit>) {
        *locked(&self.0.bucket) = limit.map(|limit| Bucket::new(limit, self.0.clock.now_ms()));
    }

    /// From now on, lists lag behind what happens, or cease to.
    pub fn set_lag(&self, lag: Lag) {
        locked(&self.0.books).set_lag(lag);
    }

    /// From now on, each request takes at least this long.
    pub fn set_latency(&self, latency: Duration) {
        let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.0.latency_us.store(us, Ordering::Relaxed);
    }

    /// Whether a successful creation is answered with 201 instead of 200.
    pub fn set_creations_answer_201(&self, do_so: bool) {
        self.0.creations_answer_201.store(do_so, Ordering::Relaxed);
    }
}
