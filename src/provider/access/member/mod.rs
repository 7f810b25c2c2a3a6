//! `pulumiservice_api_organizationmember`: somebody's membership of an organization, and role.

mod adopted;
pub mod data;
mod roles;

use super::object::{CUSTOM_ROLES_OF_MEMBERS, Feature, Object};
use super::records::Recorded;
use crate::cloud::{Client, Error, Text};
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, text};

use roles::{BUILT_IN, give_default};

crate::attributes! {
    /// A member of a Pulumi Cloud organization, and their role.
    ///
    /// Whoever is added must have signed up at Pulumi Cloud, and belong to the organization's
    /// identity provider if it has one. Removing somebody takes them out of all teams too.
    pub struct Member {
        organization: Organization,
        /// The login.
        user_login: Attr<String> = required().replaces().plain_text(),
        /// A built-in role: `member`, `admin` or `billing-manager`.
        role: Attr<String> =
            optional().one_of_words(BUILT_IN).exactly_one_of(&["role", "role_id"]),
        /// A custom role, as `role_id` of a `pulumiservice_api_role`.
        role_id: Attr<String> = optional().plain_text(),
        /// Whether somebody who is a member already is taken over, on creation or, as after an
        /// import, by setting this later. Such a one stays in the organization on destroy, with its
        /// default role, also if this is no longer set. Otherwise who is there already is an error.
        adopt: Attr<bool> = optional().default(false),
        /// `{org_name}/{user_login}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Member {
    fn names(&self) -> Result<(&str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.user_login)?))
    }
}

/// Whether somebody is in an organization.
async fn is_there(client: &Client, org: &str, login: &str) -> Result<bool, Error> {
    Ok(client.members(org).await?.contains_key(&Text::from(login)))
}

impl Object for Member {
    const FAILED: Message = said::MEMBER;
    const RIGHTS: &'static str = "It takes a role with the scopes org_member:add, \
                                  org_member:update and org_member:delete.";

    fn called(&self) -> String {
        let (login, org) = (quoted(&self.user_login), quoted(&self.organization.org_name));
        format!("the member {login} of the organization {org}")
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        if self.role_id.is_null() { &[] } else { &[CUSTOM_ROLES_OF_MEMBERS] }
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        match status {
            400 => Some(
                "There is no such role for members; or it is the access token's own user, \
                         and nobody can remove themselves.",
            ),
            404 => Some(
                "There is no such user: people have to sign up before they can be added, \
                         or be invited.",
            ),
            _ => None,
        }
    }
}

impl Resource for Member {
    const NAME: &'static str = "api_organizationmember";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        plan.config.has_role(cx)?;
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Adding")?;
        let (org, login) = planned.names()?;
        // Asked before, as a lost answer can't tell whether somebody was there already.
        let there = planned.told(cx, "Adding", is_there(&client, org, login).await).await?;
        if !there {
            let role = planned.role.text()?.unwrap_or("member");
            match client.add_member(org, login, role).await {
                Err(lost)
                    if lost.may_have_acted() && is_there(&client, org, login).await == Ok(true) => {
                }
                added => planned.told(cx, "Adding", added).await?,
            }
            cx.keep(&Self { role: "member".into(), role_id: Attr::Null, ..planned.clone() });
        } else if planned.adopt.is(&true) {
            adopted::remember(cx);
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
        let (org, login) = state.names()?;
        let all = state.told(cx, "Reading", state.all(&client, org).await).await?;
        let found = all.iter().find(|known| known.member.user.github_login == login);
        Ok(found.map(|known| state.clone().observed(known)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        if planned.adopt.is(&true) && prior.adopt.is(&false) {
            adopted::remember(cx);
        }
        if (&prior.role, &prior.role_id) != (&planned.role, &planned.role_id) {
            planned.give_role(cx, &planned.client(cx, "Changing")?).await?;
        }
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let (client, (org, login)) = (state.client(cx, "Removing")?, state.names()?);
        let removed = match adopted::is(cx) {
            false => client.delete_member(org, login).await,
            true => give_default(&client, org, login).await,
        };
        state.told(cx, "Removing", removed).await
    }
}

impl Identity for Member {
    const PARTS: &'static [Name] = &[Organization::org_name, Member::user_login];
}

impl Import for Member {}
