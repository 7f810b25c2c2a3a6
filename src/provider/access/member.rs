//! `pulumiservice_api_organizationmember`: somebody's membership of an organization, and role.

use super::object::{Object, text};
use super::{InOrganization, organization};
use crate::cloud::{self, Client, Error, RoleRecord, Text};
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, List, Listed, Plan, Resource, Wanted};
use crate::provider::messages::access as said;

/// What is remembered beside the attributes: that the member was there before.
const ADOPTED: &str = "adopted";
/// The built-in roles that members can have.
const BUILT_IN: &[&str] = &["member", "admin", "billing-manager"];

crate::attributes! {
    /// A member of a Pulumi Cloud organization, and their role.
    ///
    /// Whoever is added must have signed up at Pulumi Cloud, and belong to the organization's
    /// identity provider if it has one. Removing somebody takes them out of all teams too.
    pub struct Member {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The login.
        user_login: Attr<String> = required().replaces().length(1..=usize::MAX),
        /// A built-in role: `member`, `admin` or `billing-manager`.
        role: Attr<String> =
            optional().one_of_words(BUILT_IN).exactly_one_of(&["role", "role_id"]),
        /// A custom role, as `role_id` of a `pulumiservice_api_role`.
        role_id: Attr<String> = optional().length(1..=usize::MAX),
        /// Whether somebody who is a member already is taken over. Such a one stays in the
        /// organization on destroy, with its default role. Otherwise a member who is there already
        /// is an error, and can be imported.
        adopt: Attr<bool> = optional().default(false),
        /// `{org_name}/{user_login}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Member {
    fn names(&self) -> (&str, &str) {
        (text(&self.org_name), text(&self.user_login))
    }

    /// What the service says of a member of this organization, with these roles.
    pub fn observed(mut self, member: &cloud::Member, roles: &[RoleRecord]) -> Self {
        let of = &member.fga_role;
        // The id may be another one than the role's.
        let role = roles.iter().find(|role| role.id == of.id);
        let role = role.or_else(|| roles.iter().find(|role| role.name == of.name));
        let id = role.map_or(&of.id, |role| &role.id).stored(self.role_id.text());
        let built_in = role.map(|role| role.default_identifier.raw());
        let word = built_in.filter(|word| BUILT_IN.contains(word) && self.role_id.is_null());
        (self.role, self.role_id) = match word {
            Some(word) => (word.into(), Attr::Null),
            None => (Attr::Null, id.into()),
        };
        self
    }

    /// The id of the role that is wanted.
    async fn wanted(&self, client: &Client) -> Result<String, Error> {
        let Some(word) = self.role.text() else { return Ok(text(&self.role_id).to_owned()) };
        let roles = client.role_records(text(&self.org_name), "role").await?;
        let role = roles.iter().find(|role| role.default_identifier == word);
        // The service refuses what it doesn't know.
        Ok(role.map_or(word, |role| role.id.raw()).to_owned())
    }

    async fn give_role(&self, cx: &Context, client: &Client) -> Result<(), Reported> {
        let (org, login) = self.names();
        let given = match self.wanted(client).await {
            Ok(id) => client.set_member_role(org, login, &id).await,
            Err(error) => Err(error),
        };
        given.map_err(|error| self.failed(cx, "Giving a role to", &error))
    }
}

impl Object for Member {
    const FAILED: Message = said::MEMBER;
    const RIGHTS: &'static str = "It takes a role with the scopes org_member:add, \
                                  org_member:update and org_member:delete, and for custom roles an \
                                  organization whose members can have them.";

    fn called(&self) -> String {
        let (org, login) = self.names();
        format!("the member {login:?} of the organization {org:?}")
    }

    fn cause(&self, status: u16) -> Option<String> {
        let cause = match status {
            400 => "There may be no such role for members; and nobody can remove themselves.",
            404 => {
                "There may be no such user: people have to sign up before they can be added, or be \
                 invited. Otherwise the organization's name is misspelt or hidden."
            }
            _ => return None,
        };
        Some(cause.to_owned())
    }
}

impl Resource for Member {
    const NAME: &'static str = "api_organizationmember";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |member| &mut member.org_name)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Adding")?;
        let (org, login) = planned.names();
        // Asked before, as a lost answer can't tell whether somebody was there already.
        let before = client.members(org).await;
        let before = before.map_err(|error| planned.failed(cx, "Adding", &error))?;
        let there = before.contains_key(&Text::from(login));
        if !there {
            let added =
                client.add_member(org, login, planned.role.text().unwrap_or("member")).await;
            if let Err(error) = added {
                let came = error.may_have_acted()
                    && client.members(org).await.is_ok_and(|m| m.contains_key(&Text::from(login)));
                if !came {
                    return Err(planned.failed(cx, "Adding", &error));
                }
            }
            cx.keep(&Self { role: "member".into(), role_id: Attr::Null, ..planned.clone() });
        } else if planned.adopt.is(&true) {
            cx.set_private(ADOPTED, Some("true"));
        } else {
            return Err(planned.exists(cx));
        }
        if there || planned.role.is_null() {
            planned.give_role(cx, &client).await?;
        }
        Ok(planned)
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, login) = state.names();
        let (members, roles) = tokio::join!(client.members(org), client.role_records(org, "role"));
        let read = members.and_then(|members| Ok((members, roles?)));
        let (members, roles) = read.map_err(|error| state.failed(cx, "Reading", &error))?;
        let found = members.get(&Text::from(login));
        Ok(found.map(|member| state.clone().observed(member, &roles)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        if (&prior.role, &prior.role_id) != (&planned.role, &planned.role_id) {
            planned.give_role(cx, &planned.client(cx, "Changing")?).await?;
        }
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Removing")?;
        let (org, login) = state.names();
        let removed = match cx.private(ADOPTED) {
            None => client.delete_member(org, login).await,
            Some(_) => given_back(&client, org, login).await,
        };
        removed.map_err(|error| state.failed(cx, "Removing", &error))
    }
}

/// Gives somebody the organization's default role.
async fn given_back(client: &Client, org: &str, login: &str) -> Result<(), Error> {
    let roles = client.role_records(org, "role").await?;
    let Some(role) = roles.iter().find(|role| role.is_org_default) else { return Ok(()) };
    match client.set_member_role(org, login, role.id.raw()).await {
        // The organization is there, so that the member is not.
        Err(error) if error.is_not_found() => Ok(()),
        given => given,
    }
}

impl Identity for Member {
    const PARTS: &'static [Name] = &[Member::org_name, Member::user_login];
}

impl Import for Member {}

impl List for Member {
    type Filter = InOrganization;

    async fn list(
        cx: &Context,
        filter: InOrganization,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.org_name)?;
        let empty = Self { org_name: org.as_str().into(), ..Self::default() };
        let client = empty.client(cx, "Listing")?;
        let (members, roles) =
            tokio::join!(client.members(&org), client.role_records(&org, "role"));
        let read = members.and_then(|members| Ok((members, roles?)));
        let (members, roles) = read.map_err(|error| empty.failed(cx, "Listing", &error))?;
        let listed = members.values().take(wanted.limit).map(|member| {
            let login = member.user.github_login.stored(None);
            let object = Self { user_login: login.as_str().into(), ..empty.clone() };
            Listed { display_name: login, object: object.observed(member, &roles) }
        });
        Ok(listed.collect())
    }
}
