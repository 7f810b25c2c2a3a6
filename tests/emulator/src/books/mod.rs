//! The rules of Pulumi Cloud for access tokens and for who may do what in an organization, and the
//! state that they govern: which names are free, what a list shows, what goes when something else
//! goes. Pure: it gets the time as an argument and does no I/O.
//! How requests and answers look on the wire is `api`'s.

mod caller;
mod details;
mod duration;
mod exchange;
mod issuer;
mod leftovers;
mod member;
mod org;
mod policy;
mod rights;
mod role;
mod rules;
mod scopes;
pub mod seed;
mod settings;
mod shelf;
mod team;
mod team_change;
mod team_role;
#[cfg(test)]
mod tests;
mod token;
mod tokens;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use caller::Holder;
pub use caller::{Asked, Caller};
pub use exchange::{Exchange, Exchanged, IdToken};
pub use issuer::{Issuer, WantedIssuer, thumbprint};
pub use member::{ListedIn, Member, MembersQuery, User, WantedMember};
pub use org::{Org, Quirks};
pub use policy::{Policy, PolicyEntry};
pub use rights::{AccessToken, Permissions, Scopes};
pub use role::{ADMIN_ROLE, BILLING_ROLE, DEPLOYER_ROLE, MEMBER_ROLE, Role, WantedRole};
use rules::*;
pub use rules::{EXPIRY_LIMIT, ListQuery, NAME_LIMIT, Refusal, continuation};
pub use shelf::{Filter, Lag, Page, Shelf};
pub use team::{EnvironmentGrant, StackGrant, Team, TeamKind, TeamMember, TeamRole, WantedTeam};
pub use team_change::{EnvironmentLevel, StackLevel, TeamChange};
pub use token::*;
pub use tokens::{Act, Scope, Wanted};

/// The state of the service.
#[derive(Debug)]
pub struct Books {
    seed: u64,
    orgs: BTreeMap<String, (Org, Shelf)>,
    personal: Shelf,
    holders: HashMap<String, Holder>,
    /// All who have signed up, by their logins.
    users: BTreeMap<String, User>,
    id_tokens: Vec<IdToken>,
    /// How many ids were made for the same thing.
    turns: HashMap<String, u64>,
    /// The organizations that an access token doesn't get to see, by its value.
    hidden: HashMap<String, Vec<String>>,
    made: u64,
    /// Whether a token that was given the Admin role by its id is listed with `admin: true`.
    pub admin_follows_role: bool,
}

impl Books {
    /// The books of a service with these organizations and access tokens. `id_tokens` are the
    /// OIDC id tokens that it trusts.
    pub fn new(
        seed: u64,
        orgs: Vec<Org>,
        access_tokens: Vec<AccessToken>,
        id_tokens: Vec<String>,
        now: i64,
    ) -> Self {
        let orgs =
            orgs.into_iter().map(|org| (org.name.clone(), (org, Shelf::default()))).collect();
        let mut books = Self {
            seed,
            orgs,
            personal: Shelf::default(),
            holders: HashMap::new(),
            users: BTreeMap::new(),
            id_tokens: id_tokens.into_iter().map(IdToken::of_nobody).collect(),
            turns: HashMap::new(),
            hidden: HashMap::new(),
            made: 0,
            admin_follows_role: true,
        };
        for access in access_tokens {
            books.log_in(&access.login, now);
            books.allow(access);
        }
        for (login, name) in SIGNED_UP {
            books.sign_up(login, name);
        }
        books
    }

    /// Whether an access token of this value gets to see this organization.
    pub fn set_visible(&mut self, value: &str, org: &str, visible: bool) {
        let hidden = self.hidden.entry(value.to_owned()).or_default();
        hidden.retain(|name| name != org);
        if !visible {
            hidden.push(org.to_owned());
        }
    }

    /// Gives an organization another name: false if there is none of the old name, or one of
    /// the new. All that it has goes along.
    pub fn rename_org(&mut self, from: &str, to: &str) -> bool {
        if self.orgs.contains_key(to) {
            return false;
        }
        let Some((mut org, mut shelf)) = self.orgs.remove(from) else { return false };
        org.name = to.to_owned();
        shelf.rename(to);
        self.orgs.insert(to.to_owned(), (org, shelf));
        for holder in self.holders.values_mut() {
            match holder {
                Holder::Machine { org, .. } if org == from => *org = to.to_owned(),
                Holder::Exchanged { caller, .. } if caller.only_org.as_deref() == Some(from) => {
                    caller.only_org = Some(to.to_owned());
                }
                _ => {}
            }
        }
        true
    }

    /// An organization as it is set up.
    pub fn org_mut(&mut self, org: &str) -> Option<&mut Org> {
        self.orgs.get_mut(org).map(|(org, _)| org)
    }

    /// The tokens of an organization and its teams.
    pub fn shelf(&self, org: &str) -> Option<&Shelf> {
        self.orgs.get(org).map(|(_, shelf)| shelf)
    }

    /// The same, to be changed past all rules.
    pub fn shelf_mut(&mut self, org: &str) -> Option<&mut Shelf> {
        self.orgs.get_mut(org).map(|(_, shelf)| shelf)
    }

    /// The personal tokens of all users.
    pub fn personal(&self) -> &Shelf {
        &self.personal
    }

    /// From now on, all lists follow changes with this lag.
    pub fn set_lag(&mut self, lag: Lag) {
        self.personal.set_lag(lag);
        self.orgs.values_mut().for_each(|(_, shelf)| shelf.set_lag(lag));
    }

    /// The values of the tokens that give access.
    pub fn live_values(&self, now: i64) -> impl Iterator<Item = &str> {
        let shelves = self.orgs.values().map(|(_, shelf)| shelf).chain([&self.personal]);
        let live = shelves.flat_map(Shelf::tokens).filter(move |token| token.live(now));
        live.map(|token| token.value.as_str())
    }

    /// The organization, if the caller can see it.
    pub fn org(&self, caller: &Caller, name: &str) -> Result<&Org, Refusal> {
        let visible = caller.only_org.as_deref().is_none_or(|only| only == name)
            && caller.hidden.iter().all(|hidden| hidden != name);
        let org = self.orgs.get(name).filter(|_| visible);
        let (org, _) = org.ok_or_else(|| no_org(name))?;
        check_life(org, caller.left)?;
        Ok(org)
    }

    /// The same, to be changed.
    fn org_of(&mut self, by: &Asked, name: &str) -> Result<&mut Org, Refusal> {
        self.org(&by.caller, name)?;
        self.org_mut(name).ok_or_else(|| no_org(name))
    }

    /// An id that nothing has, and that depends on what it is for alone.
    fn fresh_id(&mut self, what: &str) -> String {
        let turn = self.turns.entry(what.to_owned()).or_default();
        *turn += 1;
        seed::id(self.seed, (what, *turn))
    }

    /// The names of all organizations that the caller can see.
    pub fn orgs(&self, caller: &Caller) -> Vec<&str> {
        let names = self.orgs.keys().map(String::as_str);
        names.filter(|&name| self.org(caller, name).is_ok()).collect()
    }
}

/// Who has signed up and is a member of nothing: logins, and names for people. Two share a name.
pub const SIGNED_UP: [(&str, &str); 4] =
    [("alice", "Alice Doe"), ("bob", "Robert Roe"), ("carol", "Alice Doe"), ("dave", "")];

/// Entries in an order of the service's own, if it has one: always the same for the same entries.
fn shuffled(mut entries: Vec<Value>, reorders: bool) -> Vec<Value> {
    if reorders {
        entries.sort_by_cached_key(|entry| seed::number(0, entry.to_string()));
    }
    entries
}

/// Leaves out the fields of an answer that are empty lists.
fn leave_out_empty(answer: &mut Value) {
    if let Some(fields) = answer.as_object_mut() {
        fields.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
}
