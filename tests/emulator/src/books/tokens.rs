//! Making, listing and deleting tokens.

use serde::Deserialize;
use serde_json::Map;

use super::caller::Holder;
use super::rules::*;
use super::{
    Books, Caller, Deletion, Filter, How, ListQuery, Page, Permissions, Refusal, Shelf, Token,
    TokenType, seed,
};

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

impl Books {
    /// Deletes a token of an organization by hand: false if it doesn't exist.
    pub fn remove(&mut self, org: &str, id: &str, now: i64) -> bool {
        let Some((_, shelf)) = self.orgs.get_mut(org) else { return false };
        let value = remove(shelf, id, now);
        value.inspect(|value| drop(self.holders.remove(value))).is_some()
    }

    /// Deletes a personal token by hand: false if it doesn't exist.
    pub fn remove_personal(&mut self, id: &str, now: i64) -> bool {
        let value = remove(&mut self.personal, id, now);
        value.inspect(|value| drop(self.holders.remove(value))).is_some()
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
    /// if there is no such organization or the name is taken. An empty id or value is made up.
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

    /// Puts a user's token into the books by hand, past all rules. It may do nothing. An empty id
    /// or value is made up.
    pub fn add_personal(&mut self, mut token: Token) -> Token {
        self.made += 1;
        self.seal(&mut token);
        let holder = Holder::Personal { id: token.id.clone(), permissions: Permissions::NONE };
        self.keep(token.clone(), holder, token.created);
        token
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

    /// Whether the caller may make and delete a team's tokens: by right, or as the team's admin.
    fn manages_tokens_of(&self, caller: &Caller, org: &str, team: &str) -> bool {
        let team = self.orgs.get(org).and_then(|(org, _)| org.team(team));
        let own = team.and_then(|team| team.member(&caller.login));
        caller.permissions.teams || (caller.only_org.is_none() && own.is_some_and(|own| own.admin))
    }

    /// What `pulumi login` leaves in the list of a user's tokens.
    pub(super) fn log_in(&mut self, login: &str, now: i64) {
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

    /// Makes up an id and a value if they are missing.
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

/// Notes that a token was deleted by hand, and gives its value; `None` if it doesn't exist.
fn remove(shelf: &mut Shelf, id: &str, now: i64) -> Option<String> {
    let value = shelf.get(id).filter(|token| token.exists())?.value.clone();
    let (by, how) = (String::new(), How::ByHand);
    let deletion = Deletion { at: now, by, how, reason: None };
    shelf.change(id, now, |token| token.deleted = Some(deletion)).then_some(value)
}
