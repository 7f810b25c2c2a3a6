//! Who asks: whom an access token belongs to, and what it may do.

use super::rules::permit;
use super::{AccessToken, Books, How, Member, Permissions, Refusal, TeamRole, User};

/// Who makes a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The user's login, or for an organization's or team's token its name.
    pub login: String,
    /// What it may do.
    pub permissions: Permissions,
    /// The one organization that it can see, if it is not a user.
    pub only_org: Option<String>,
    /// The team that it belongs to, if it is a team's token.
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

    pub(super) fn may(&self, scope: &str) -> Result<(), Refusal> {
        permit(self.has(scope), &format!("do this: it takes {scope}"))
    }
}

/// Who holds the access token of a given value.
#[derive(Clone, Debug)]
pub(super) enum Holder {
    User { login: String, permissions: Permissions },
    Machine { org: String, id: String },
    Personal { id: String, permissions: Permissions },
    Exchanged { caller: Caller, expires: i64 },
}

impl Books {
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

    /// Changes what an access token may do; false if there is no such token of a user.
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
}
