//! `pulumiservice_api_teams_member`: a member of a team.

use super::RIGHTS;
use crate::cloud;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::access::object::{Feature, Object, TEAMS};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, stored, text};

const ADMIN: &str = "admin";

crate::attributes! {
    /// A member of a team that Pulumi Cloud keeps itself. The members of a team of GitHub's, or of
    /// an identity provider's, are kept there.
    ///
    /// The service makes whoever creates a team a member of it, as an admin. That is no drift, and
    /// the user whose access token the provider has is taken over without an error. Anyone else who
    /// is a member already has to be imported.
    pub struct TeamMember {
        organization: Organization,
        /// The team's name.
        team_name: Attr<String> = required().replaces().plain_text(),
        /// The user's login, who has to be a member of the organization.
        user_login: Attr<String> = required().replaces().plain_text(),
        /// What the member is in the team: an `admin` may change the team and its tokens.
        role: Attr<String> = optional().default("member").one_of_words(&["member", ADMIN]),
        /// `{org_name}/{team_name}/{user_login}`.
        id: Attr<String> = computed().kept(),
    }
}

impl TeamMember {
    /// What the service says of the member.
    pub fn observed(mut self, member: &cloud::TeamMember) -> Self {
        self.role = stored(&member.role, &self.role);
        self
    }

    fn names(&self) -> Result<(&str, &str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.team_name)?, text(&self.user_login)?))
    }

    /// Makes the member what is planned, whatever it is now.
    async fn promoted(self, cx: &Context, now: &Attr<String>) -> Result<Self, Reported> {
        if self.role != *now {
            let (org, team, login) = self.names()?;
            let admin = self.role.is(ADMIN);
            let set = self.client(cx, "Changing")?.set_team_admin(org, team, login, admin).await;
            self.told(cx, "Changing", set).await?;
        }
        Ok(self)
    }
}

impl Object for TeamMember {
    const FAILED: Message = said::TEAM_MEMBER;
    const RIGHTS: &'static str = RIGHTS;

    fn called(&self) -> String {
        let org = quoted(&self.organization.org_name);
        let (login, team) = (quoted(&self.user_login), quoted(&self.team_name));
        format!("the member {login} of the team {team} of the organization {org}")
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[TEAMS]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        match status {
            400 => Some(
                "Only teams that Pulumi Cloud keeps itself take members from here: those \
                         of a team of GitHub's or of an identity provider's are kept there.",
            ),
            404 => Some(
                "There is no such team, or no such member of the organization: somebody \
                         has to be a member of it before they can be one of a team.",
            ),
            _ => None,
        }
    }
}

impl Resource for TeamMember {
    const NAME: &'static str = "api_teams_member";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Adding")?;
        let (org, team, login) = planned.names()?;
        let found = planned.told(cx, "Adding", client.team(org, team).await).await?;
        if let Some(member) = found.as_ref().and_then(|team| team.member(login)) {
            let own = client.login().await.is_ok_and(|own| own == login);
            let now = planned.clone().observed(member).role;
            return if own { planned.promoted(cx, &now).await } else { Err(planned.exists(cx)) };
        }
        planned.told(cx, "Adding", client.add_team_member(org, team, login).await).await?;
        let added = Self { role: "member".into(), ..planned.clone() };
        cx.keep(&added);
        planned.promoted(cx, &added.role).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, team, login) = state.names()?;
        let found = state.told(cx, "Reading", client.team(org, team).await).await?;
        let Some(found) = found else { return Ok(None) };
        match found.member(login) {
            Some(member) => Ok(Some(state.observed(member))),
            None if found.list_members_error.is_empty() => Ok(None),
            None => {
                let detail = format!(
                    "Whether there still is {} is not known, so it stays in the state as it is. \
                     The service says: {}",
                    state.called(),
                    found.list_members_error
                );
                cx.warning(said::TEAM_MEMBERS_UNKNOWN, detail);
                Ok(Some(state))
            }
        }
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        planned.promoted(cx, &prior.role).await
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Removing")?;
        let (org, team, login) = state.names()?;
        state.told(cx, "Removing", client.remove_team_member(org, team, login).await).await
    }
}

impl Identity for TeamMember {
    const PARTS: &'static [Name] =
        &[Organization::org_name, TeamMember::team_name, TeamMember::user_login];
}

impl Import for TeamMember {}
