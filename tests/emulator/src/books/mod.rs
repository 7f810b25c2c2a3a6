//! The rules of Pulumi Cloud for access tokens and for who may do what in an organization, and the
//! state that they govern: which names are free, what a list shows, what goes when something else
//! goes. Pure: it gets the time as an argument and does no I/O.
//! How requests and answers look on the wire is `api`'s.

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
pub mod seed;
mod settings;
mod shelf;
mod team;
mod team_change;
mod team_role;
#[cfg(test)]
mod tests;
mod token;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Map, Value};

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

/// Who makes a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The user's login, or for an organization's or team's token its name.
    pub login: String,
    /// What it may do.
    pub permissions: Permissions,
    /// The one organization that it can see, where it is not a user.
    pub only_org: Option<String>,
    /// The team that it belongs to, where it is a team's token.
    pub team: Option<String>,
    /// Organizations that it doesn't get to see.
    pub hidden: Vec<String>,
    /// How many more seconds its token has, for ever being the most that there are; `None` for
    /// one that no policy of an organization is about.
    pub left: Option<i64>,
}

/// What every operation starts from: who asks, when, and as which request.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Asked {
    pub caller: Caller,
    pub now: i64,
    pub how: How,
}

impl Asked {
    /// Whether the caller has a scope.
    pub fn has(&self, scope: &str) -> bool {
        self.caller.permissions.has(scope)
    }

    fn may(&self, scope: &str) -> Result<(), Refusal> {
        permit(self.has(scope), &format!("do this: it takes {scope}"))
    }
}

/// Where a token belongs.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// To an organization.
    Org(&'a str),
    /// To a team of an organization.
    Team(&'a str, &'a str),
    /// To the user who asks.
    Personal,
}

/// The body of a creation: what is required is for the rules to say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Wanted {
    pub name: Option<String>,
    pub description: Option<String>,
    pub expires: Option<i64>,
    pub admin: Option<bool>,
    #[serde(rename = "roleID")]
    pub role_id: Option<String>,
}

/// When, how and with what word for the audit log something is done.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Act {
    pub now: i64,
    pub how: How,
    pub reason: Option<String>,
}

/// Who holds the access token of a given value.
#[derive(Clone, Debug)]
enum Holder {
    User { login: String, permissions: Permissions },
    Machine { org: String, id: String },
    Personal { id: String, permissions: Permissions },
    Exchanged { caller: Caller, expires: i64 },
}

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

    /// Somebody signs up, or changes the name.
    pub fn sign_up(&mut self, login: &str, name: &str) {
        let email = login.len().is_multiple_of(2).then(|| format!("{login}@example.com"));
        let user = User { login: login.to_owned(), name: name.to_owned(), email };
        self.users.insert(login.to_owned(), user);
    }

    /// Gives a user an access token, or that access token other permissions. Who had none before
    /// becomes a member of every organization.
    pub fn allow(&mut self, access: AccessToken) {
        let AccessToken { value, login, permissions } = access;
        if !self.users.contains_key(&login) {
            self.sign_up(&login, &login);
        }
        for (org, _) in self.orgs.values_mut() {
            if org.member(&login).is_none() {
                let role_id = org.built_in_for(permissions);
                org.members.push(Member { role_id, ..Member::new(&login) });
            }
        }
        self.holders.insert(value, Holder::User { login, permissions });
    }

    /// Changes what an access token may do; false where there is no such token of a user.
    pub fn set_permissions(&mut self, value: &str, new: Permissions) -> bool {
        match self.holders.get_mut(value) {
            Some(
                Holder::User { permissions, .. }
                | Holder::Personal { permissions, .. }
                | Holder::Exchanged { caller: Caller { permissions, .. }, .. },
            ) => *permissions = new,
            Some(Holder::Machine { .. }) | None => return false,
        }
        true
    }

    /// Whether an access token of this value gets to see this organization.
    pub fn set_visible(&mut self, value: &str, org: &str, visible: bool) {
        let hidden = self.hidden.entry(value.to_owned()).or_default();
        hidden.retain(|name| name != org);
        if !visible {
            hidden.push(org.to_owned());
        }
    }

    /// Gives an organization another name: false where there is none of the old name, or one of
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

    /// Deletes a token of an organization by hand: false where it doesn't exist.
    pub fn remove(&mut self, org: &str, id: &str, now: i64) -> bool {
        let Some((_, shelf)) = self.orgs.get_mut(org) else { return false };
        let Some(token) = shelf.get(id).filter(|token| token.exists()) else { return false };
        self.holders.remove(&token.value);
        let (by, how) = (String::new(), How::ByHand);
        let deletion = Deletion { at: now, by, how, reason: None };
        shelf.change(id, now, |token| token.deleted = Some(deletion))
    }

    /// Who a request comes from, by its `Authorization` header.
    pub fn authenticate(&mut self, header: Option<&str>, now: i64) -> Result<Caller, Refusal> {
        let unknown = || Refusal::unauthorized("No credentials provided or are invalid.");
        let value = header.and_then(|header| header.strip_prefix("token ")).ok_or_else(unknown)?;
        let hidden = self.hidden.get(value).cloned().unwrap_or_default();
        match self.holders.get(value).ok_or_else(unknown)?.clone() {
            Holder::User { login, permissions } => {
                Ok(Caller { login, permissions, hidden, ..Caller::default() })
            }
            Holder::Exchanged { caller, expires } if now < expires => Ok(caller),
            Holder::Exchanged { .. } => Err(unknown()),
            Holder::Personal { id, permissions } => {
                let token = self.personal.get(&id).filter(|token| token.live(now));
                let token = token.ok_or_else(unknown)?;
                let (login, left) = (token.created_by.clone(), Some(token.left(now)));
                self.personal.change(&id, now, |token| token.last_used = now);
                Ok(Caller { login, permissions, hidden, left, ..Caller::default() })
            }
            Holder::Machine { org: name, id } => {
                let (org, shelf) = self.orgs.get_mut(&name).ok_or_else(unknown)?;
                let token = shelf.get(&id).filter(|token| token.live(now)).ok_or_else(unknown)?;
                let role = match &token.team {
                    None => token.role.as_ref().map(|role| &role.id),
                    Some(team) => {
                        let roles = org.team(team).map(|team| team.roles.as_slice());
                        roles.and_then(<[TeamRole]>::first).map(|role| &role.role_id)
                    }
                };
                let role = role.and_then(|id| org.role(id));
                let permissions = role.map_or(Permissions::MEMBER, |role| role.permissions);
                let caller = Caller {
                    login: token.name.clone(),
                    permissions,
                    only_org: Some(name),
                    team: token.team.clone(),
                    hidden,
                    left: Some(token.left(now)),
                };
                shelf.change(&id, now, |token| token.last_used = now);
                Ok(caller)
            }
        }
    }

    /// Makes a token: its id and its value.
    pub fn create(
        &mut self,
        caller: &Caller,
        scope: Scope<'_>,
        wanted: Wanted,
        act: Act,
    ) -> Result<(String, String), Refusal> {
        let kind = match scope {
            Scope::Org(org) => {
                self.org(caller, org)?.must_sell_tokens()?;
                permit(caller.permissions.create, "create organization tokens")?;
                TokenType::Organization
            }
            Scope::Team(org, team) => {
                self.org(caller, org)?.must_sell_tokens()?.must_have_team(team)?;
                permit(self.manages_tokens_of(caller, org, team), "create team tokens")?;
                TokenType::Team
            }
            Scope::Personal => {
                permit(caller.only_org.is_none(), "have personal tokens")?;
                TokenType::Personal
            }
        };
        let mut token = Token {
            id: String::new(),
            kind,
            org: String::new(),
            team: None,
            name: String::new(),
            description: required(wanted.description, "description")?,
            admin: false,
            role: None,
            expires: required(wanted.expires, "expires")?,
            created: act.now,
            created_by: caller.login.clone(),
            created_how: act.how,
            reason: act.reason,
            last_used: 0,
            value: String::new(),
            listed_as: Map::new(),
            deleted: None,
        };
        check_expiry(token.expires, act.now)?;
        self.made += 1;
        let (Scope::Org(name) | Scope::Team(name, _)) = scope else {
            self.seal(&mut token);
            let holder = Holder::Personal { id: token.id.clone(), permissions: caller.permissions };
            return Ok(self.keep(token, holder, act.now));
        };
        let (org, shelf) = self.orgs.get(name).ok_or_else(|| no_org(name))?;
        token.org = name.to_owned();
        token.name = required(wanted.name, "name")?;
        check_name(&token.name)?;
        check_policy(org.max_expiry_days, token.expires, act.now)?;
        if let Scope::Team(_, team) = scope {
            token.team = Some(team.to_owned());
        } else {
            token.admin = required(wanted.admin, "admin")?;
            let asked_for = wanted.role_id.filter(|id| !id.is_empty());
            let role = match &asked_for {
                Some(id) => org.assignable(id).ok_or_else(|| no_role(id))?,
                None => org.default_role(token.admin)?,
            };
            token.role = Some(role.into());
            token.admin |= self.admin_follows_role && role.default_identifier == "admin";
        }
        // A name is taken for ever, by a token of the organization or of any of its teams.
        if shelf.name_taken(&token.name) {
            return Err(Refusal::conflict("token name already exists"));
        }
        self.seal(&mut token);
        let holder = Holder::Machine { org: token.org.clone(), id: token.id.clone() };
        Ok(self.keep(token, holder, act.now))
    }

    /// Puts a token into an organization's books by hand, past all rules but that of names: false
    /// where there is no such organization or the name is taken. An empty id or value is made up.
    pub fn add(&mut self, mut token: Token) -> Option<Token> {
        if self.shelf(&token.org)?.name_taken(&token.name) {
            return None;
        }
        self.made += 1;
        self.seal(&mut token);
        let holder = Holder::Machine { org: token.org.clone(), id: token.id.clone() };
        self.keep(token.clone(), holder, token.created);
        Some(token)
    }

    /// One page of a list.
    pub fn list(
        &mut self,
        caller: &Caller,
        scope: Scope<'_>,
        query: &ListQuery,
        now: i64,
    ) -> Result<Page, Refusal> {
        match scope {
            Scope::Org(org) => {
                self.org(caller, org)?.must_sell_tokens()?;
                permit(caller.permissions.list, "list organization tokens")?;
            }
            Scope::Team(org, team) => {
                self.org(caller, org)?.must_sell_tokens()?.must_have_team(team)?;
                let own = caller.team.as_deref() == Some(team);
                permit(caller.permissions.list || own, "list team tokens")?;
            }
            Scope::Personal => permit(caller.only_org.is_none(), "have personal tokens")?,
        }
        let (filter, most, after) = query.read()?;
        let shelf = match scope {
            Scope::Org(org) | Scope::Team(org, _) => {
                self.shelf_mut(org).ok_or_else(|| no_org(org))?
            }
            Scope::Personal => &mut self.personal,
        };
        if after.is_none() {
            shelf.begin_list(now);
        }
        let belongs = |token: &Token| match scope {
            Scope::Org(_) => token.kind == TokenType::Organization,
            Scope::Team(_, team) => token.team.as_deref() == Some(team),
            Scope::Personal => token.created_by == caller.login,
        };
        Ok(shelf.page(belongs, filter, after.as_deref().unwrap_or(""), most, now))
    }

    /// The active organization tokens that have a role, in one page.
    pub fn list_with_role(
        &mut self,
        caller: &Caller,
        org: &str,
        role: &str,
        now: i64,
    ) -> Result<Page, Refusal> {
        self.org(caller, org)?.must_sell_tokens()?;
        permit(caller.permissions.roles && caller.permissions.list, "list organization tokens")?;
        let (org, shelf) = self.orgs.get_mut(org).ok_or_else(|| no_org(org))?;
        org.role(role).ok_or_else(|| no_role(role))?;
        shelf.begin_list(now);
        let belongs = |token: &Token| token.role.as_ref().is_some_and(|has| has.id == role);
        Ok(shelf.page(belongs, Filter::Active, "", usize::MAX, now))
    }

    /// Deletes a token: it gives no access from now on, and is in no list.
    pub fn delete(
        &mut self,
        caller: &Caller,
        scope: Scope<'_>,
        id: &str,
        act: Act,
    ) -> Result<(), Refusal> {
        let kind = match scope {
            Scope::Org(org) => {
                self.org(caller, org)?.must_sell_tokens()?;
                permit(caller.permissions.delete, "delete organization tokens")?;
                TokenType::Organization
            }
            Scope::Team(org, team) => {
                self.org(caller, org)?.must_sell_tokens()?.must_have_team(team)?;
                permit(self.manages_tokens_of(caller, org, team), "delete team tokens")?;
                TokenType::Team
            }
            Scope::Personal => TokenType::Personal,
        };
        let shelf = match scope {
            Scope::Org(org) | Scope::Team(org, _) => {
                self.shelf_mut(org).ok_or_else(|| no_org(org))?
            }
            Scope::Personal => &mut self.personal,
        };
        let token = shelf.get(id).filter(|token| {
            let same = match scope {
                Scope::Org(_) => token.kind == kind,
                Scope::Team(_, team) => token.team.as_deref() == Some(team),
                Scope::Personal => token.created_by == caller.login,
            };
            same && token.exists()
        });
        let Some(token) = token else {
            let exists = shelf.get(id).is_some_and(|token| token.exists() && token.team.is_none());
            if exists && kind == TokenType::Team {
                return Err(Refusal::bad_request("the requested token is not a team token"));
            }
            return Err(Refusal::not_found(format_args!("Access token '{id}' not found")));
        };
        let value = token.value.clone();
        let Act { now, how, reason } = act;
        let by = caller.login.clone();
        shelf.change(id, now, |token| token.deleted = Some(Deletion { at: now, by, how, reason }));
        self.holders.remove(&value);
        Ok(())
    }

    /// The organization, where the caller can see it.
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

    /// Whether the caller may make and delete a team's tokens: by right, or as the team's admin.
    fn manages_tokens_of(&self, caller: &Caller, org: &str, team: &str) -> bool {
        let team = self.orgs.get(org).and_then(|(org, _)| org.team(team));
        let own = team.and_then(|team| team.member(&caller.login));
        caller.permissions.teams || (caller.only_org.is_none() && own.is_some_and(|own| own.admin))
    }

    /// The names of all organizations that the caller can see.
    pub fn orgs(&self, caller: &Caller) -> Vec<&str> {
        let names = self.orgs.keys().map(String::as_str);
        names.filter(|&name| self.org(caller, name).is_ok()).collect()
    }

    /// What `pulumi login` leaves in the list of a user's tokens.
    fn log_in(&mut self, login: &str, now: i64) {
        self.made += 1;
        let mut token = Token {
            id: String::new(),
            kind: TokenType::Refresh,
            org: String::new(),
            team: None,
            name: String::new(),
            description: "Login session".to_owned(),
            admin: false,
            role: None,
            expires: now + 30 * DAY,
            created: now,
            created_by: login.to_owned(),
            created_how: How::ByHand,
            reason: None,
            last_used: 0,
            value: String::new(),
            listed_as: Map::new(),
            deleted: None,
        };
        self.seal(&mut token);
        self.personal.add(token, now);
    }

    /// Makes up an id and a value where they are missing.
    fn seal(&self, token: &mut Token) {
        // A name occurs once in an organization; other tokens have none, but come in turn.
        let turn = if token.name.is_empty() { self.made } else { 0 };
        let what = (token.org.as_str(), token.name.as_str(), turn);
        if token.id.is_empty() {
            token.id = seed::id(self.seed, what);
        }
        if token.value.is_empty() {
            token.value = seed::value(self.seed, what);
        }
    }

    fn keep(&mut self, token: Token, holder: Holder, now: i64) -> (String, String) {
        let made = (token.id.clone(), token.value.clone());
        self.holders.insert(token.value.clone(), holder);
        match self.orgs.get_mut(&token.org) {
            Some((_, shelf)) => shelf.add(token, now),
            None => self.personal.add(token, now),
        }
        made
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
