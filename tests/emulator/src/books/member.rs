//! The people of an organization.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rules::{continuation, continued_after, must_have, no_user, required};
use super::{Asked, Books, How, Org, Refusal, seed, shuffled};
use crate::clock::iso_8601;

/// The most people that the service's own list shows.
const FRONTEND_LIMIT: usize = 50;
const YEAR_ONE: &str = "0001-01-01T00:00:00Z";

/// Someone who has signed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The login, which names them for good.
    pub login: String,
    /// The name for people, which others may have too.
    pub name: String,
    /// The address, which is only told if it is known.
    pub email: Option<String>,
}

/// Which of the two lists of members has somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListedIn {
    /// Both.
    Both,
    /// Only the identity provider's.
    Backend,
    /// Only the service's own.
    Frontend,
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The login.
    pub login: String,
    /// The role that was given by name; without one it is the organization's default.
    pub role_id: Option<String>,
    /// When the role was given, in Unix seconds.
    pub role_since: i64,
    /// When the member came, in Unix seconds.
    pub created: i64,
    /// Whether they have ever signed in.
    pub known: bool,
    /// Whether they are admin here without being one at the identity provider.
    pub virtual_admin: bool,
    /// Which lists have them.
    pub listed_in: ListedIn,
    /// How they became a member.
    pub how: How,
    /// How they got their role.
    pub role_how: How,
}

impl Member {
    /// A member with the organization's default role, as if they had been there before.
    pub fn new(login: &str) -> Self {
        Self {
            login: login.to_owned(),
            role_id: None,
            role_since: super::role::FOUNDED,
            created: super::role::FOUNDED,
            known: true,
            virtual_admin: false,
            listed_in: ListedIn::Both,
            how: How::ByHand,
            role_how: How::ByHand,
        }
    }
}

/// The body of a member's addition or change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct WantedMember {
    pub role: Option<String>,
    pub fga_role_id: Option<String>,
}

/// The query of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct MembersQuery {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub continuation_token: Option<String>,
}

impl Books {
    /// One page of members: the identity provider's, or all of the service's own.
    pub fn list_members(
        &self,
        by: &Asked,
        org: &str,
        query: &MembersQuery,
    ) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("org_member:read")?;
        let shown = |member: &Member| (member.login.clone(), self.member_shown(org, member));
        let listed_in = |other: ListedIn| {
            move |member: &&Member| member.listed_in == other || member.listed_in == ListedIn::Both
        };
        match query.kind.as_deref().unwrap_or("frontend") {
            "frontend" => {
                let members = org.members.iter().filter(listed_in(ListedIn::Frontend));
                let members = members.take(FRONTEND_LIMIT).map(|member| shown(member).1).collect();
                Ok(json!({"members": shuffled(members, org.quirks.reorders)}))
            }
            "backend" => {
                let members = org.members.iter().filter(listed_in(ListedIn::Backend));
                let mut all: BTreeMap<String, Value> = members.map(shown).collect();
                all.insert(org.name.clone(), org_as_member(org));
                let after = match query.continuation_token.as_deref() {
                    None | Some("") => String::new(),
                    Some(token) => continued_after(token)
                        .ok_or_else(|| Refusal::bad_request("invalid continuationToken"))?,
                };
                let mut rest = all.into_iter().filter(|(login, _)| *login > after).peekable();
                let (mut page, mut last) = (Vec::new(), String::new());
                while page.len() < org.quirks.members_per_page {
                    let Some((login, member)) = rest.next() else { break };
                    page.push(member);
                    last = login;
                }
                let mut answer = json!({"members": page});
                if rest.peek().is_some() {
                    answer["continuationToken"] = continuation(&last).into();
                }
                Ok(answer)
            }
            other => Err(Refusal::bad_request(format_args!("invalid type '{other}'"))),
        }
    }

    /// Adds someone who has signed up, with a built-in role.
    pub fn add_member(
        &mut self,
        by: &Asked,
        org: &str,
        login: &str,
        wanted: WantedMember,
    ) -> Result<Value, Refusal> {
        let signed_up = self.users.contains_key(login);
        let found = self.org_of(by, org)?;
        by.may("org_member:add")?;
        let name = required(wanted.role, "role")?;
        let role = assignable_by_name(found, &name)
            .ok_or_else(|| Refusal::bad_request(format_args!("invalid role '{name}'")))?;
        if !signed_up {
            return Err(no_user(login));
        }
        if found.member(login).is_some() {
            return Err(Refusal::conflict(format_args!("User '{login}' is already a member")));
        }
        let member = Member {
            role_id: Some(role),
            role_since: by.now,
            created: by.now,
            how: by.how,
            role_how: by.how,
            ..Member::new(login)
        };
        found.members.push(member.clone());
        Ok(self.member_shown(self.org(&by.caller, org)?, &member))
    }

    /// Changes a member's role.
    pub fn update_member(
        &mut self,
        by: &Asked,
        org: &str,
        login: &str,
        wanted: WantedMember,
    ) -> Result<(), Refusal> {
        let org = self.org_of(by, org)?;
        by.may("org_member:update")?;
        if org.member(login).is_none() {
            return Err(no_user(login));
        }
        let role = match (wanted.fga_role_id.filter(|id| !id.is_empty()), wanted.role) {
            (Some(id), _) => {
                let role = org.assignable(&id);
                let role =
                    role.ok_or_else(|| Refusal::bad_request("Invalid parameter 'roleID'"))?;
                if role.default_identifier.is_empty() {
                    must_have(org, "usersCustomRolesEnabled", "custom roles for members")?;
                }
                id
            }
            (None, Some(name)) => {
                let role = assignable_by_name(org, &name).filter(|_| org.quirks.role_names_work);
                role.ok_or_else(|| super::rules::no_role(&name))?
            }
            (None, None) => return Err(Refusal::bad_request("Invalid parameter 'roleID'")),
        };
        if let Some(member) = org.member_mut(login) {
            member.role_id = Some(role);
            (member.role_since, member.role_how) = (by.now, by.how);
        }
        Ok(())
    }

    /// Takes someone out of the organization and all of its teams.
    pub fn delete_member(&mut self, by: &Asked, org: &str, login: &str) -> Result<(), Refusal> {
        self.org_of(by, org)?;
        by.may("org_member:delete")?;
        if by.caller.only_org.is_none() && by.caller.login == login {
            return Err(Refusal::bad_request("you can not remove yourself"));
        }
        if self.remove_member(org, login) { Ok(()) } else { Err(no_user(login)) }
    }

    /// Takes a member out of the books: false if there is none.
    pub fn remove_member(&mut self, org: &str, login: &str) -> bool {
        let Some(org) = self.org_mut(org) else { return false };
        let before = org.members.len();
        org.members.retain(|member| member.login != login);
        org.teams.iter_mut().for_each(|team| team.members.retain(|member| member.login != login));
        org.members.len() < before
    }

    /// The user who asks, or what a token that is nobody's says of itself.
    pub fn current_user(&self, by: &Asked) -> Value {
        let login = &by.caller.login;
        let orgs = self.orgs(&by.caller).into_iter().map(|name| {
            let member =
                self.org(&by.caller, name).ok().and_then(|org| Some((org, org.member(login)?)));
            let role = member.map_or("none", |(org, member)| role_word(org, member));
            json!({"githubLogin": name, "name": name, "avatarUrl": "", "role": role})
        });
        let mut user = self.user_info(login);
        user["organizations"] = orgs.collect();
        let rest = json!({
            "id": seed::id(0, login),
            "email": user.get("email").cloned().unwrap_or_else(|| "".into()),
            "hasMFA": false,
            "identities": [],
            "isManagedByMultiOrg": false,
            "isOrgManaged": false,
        });
        for (name, value) in rest.as_object().into_iter().flatten() {
            user[name] = value.clone();
        }
        if let Some(org) = &by.caller.only_org {
            let team = by.caller.team.as_deref().unwrap_or("");
            user["tokenInfo"] = json!({"name": login, "organization": org, "team": team});
        }
        user
    }

    /// Someone as answers show them.
    pub(super) fn user_info(&self, login: &str) -> Value {
        let user = self.users.get(login);
        let mut info = json!({
            "githubLogin": login,
            "name": user.map_or("", |user| &user.name),
            "avatarUrl": format!("https://example.com/avatars/{login}"),
        });
        if let Some(email) = user.and_then(|user| user.email.as_ref()) {
            info["email"] = json!(email);
        }
        info
    }

    fn member_shown(&self, org: &Org, member: &Member) -> Value {
        let assigned = member.role_id.as_ref().and_then(|id| org.role(id));
        let role = assigned.or_else(|| org.org_default());
        let since = assigned.map_or_else(|| YEAR_ONE.to_owned(), |_| iso_8601(member.role_since));
        let (id, name) = role.map_or(("", ""), |role| (role.id.as_str(), role.name.as_str()));
        let id = match org.quirks.fga_role_ids_differ {
            true => seed::id(0, ("fga", id)),
            false => id.to_owned(),
        };
        json!({
            "user": self.user_info(&member.login),
            "role": role_word(org, member),
            "fgaRole": {"id": id, "name": name, "modifiedAt": since},
            "created": iso_8601(member.created),
            "knownToPulumi": member.known,
            "virtualAdmin": member.virtual_admin,
        })
    }
}

/// The built-in role that is nearest to a member's.
pub(super) fn role_word(org: &Org, member: &Member) -> &'static str {
    let assigned = member.role_id.as_ref().and_then(|id| org.role(id));
    let role = assigned.or_else(|| org.org_default());
    match role.map(|role| role.default_identifier.as_str()) {
        Some("admin") => "admin",
        Some("billing-manager") => "billing-manager",
        _ => "member",
    }
}

/// The id of the built-in role that a member can be given by this word.
fn assignable_by_name(org: &Org, name: &str) -> Option<String> {
    let given = ["member", "admin", "billing-manager"].contains(&name);
    org.built_in(name).filter(|_| given).map(|role| role.id.clone())
}

/// What the identity provider's list says of the organization itself.
fn org_as_member(org: &Org) -> Value {
    json!({
        "user": {"githubLogin": org.name, "name": "", "avatarUrl": ""},
        "role": "none",
        "fgaRole": {"id": "", "name": "", "modifiedAt": YEAR_ONE},
        "created": "1970-01-01T00:00:00Z",
        "knownToPulumi": false,
        "virtualAdmin": false,
    })
}
