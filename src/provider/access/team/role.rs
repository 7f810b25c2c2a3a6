//! `pulumiservice_api_teams_role`: the role of a team.

use crate::framework::identity;
use crate::framework::resource::{Identity, Import, Plan, Resource, said as of_resources};
use crate::provider::access::object::{CUSTOM_ROLES, Feature, Object, TEAMS};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, stored, text};

crate::attributes! {
    /// The role of a team: what its members, and its tokens, may do beside what else is granted to
    /// them. A team has one role by the API's document, though pages about the console speak of
    /// several; with several this manages one of them.
    ///
    /// A change gives the new role in the place of the old one, so that the team is never without.
    /// A team that has a role already has to be imported.
    pub struct TeamRole {
        organization: Organization,
        /// The team's name.
        team_name: Attr<String> = required().replaces().plain_text(),
        /// The id of the role.
        role_id: Attr<String> = required().plain_text(),
        /// `{org_name}/{team_name}`.
        id: Attr<String> = computed().kept(),
    }
}

impl TeamRole {
    fn names(&self) -> Result<(&str, &str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.team_name)?, text(&self.role_id)?))
    }
}

impl Object for TeamRole {
    const FAILED: Message = said::TEAM_ROLE;
    const RIGHTS: &'static str = "It takes a role with the scopes role:update and team:update: to \
                                  be an admin of the team is not enough.";

    fn called(&self) -> String {
        let (team, org) = (quoted(&self.team_name), quoted(&self.organization.org_name));
        format!("a role of the team {team} of the organization {org}")
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[TEAMS, CUSTOM_ROLES]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        match status {
            400 => Some(
                "Teams take roles whose resource_type is global and whose ux_purpose is \
                         role. The organization must have custom roles.",
            ),
            404 => Some("There is no such team, or no role with this id."),
            _ => None,
        }
    }
}

impl Resource for TeamRole {
    const NAME: &'static str = "api_teams_role";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Giving")?;
        let (org, team, role) = planned.names()?;
        let present = planned.told(cx, "Giving", client.team_roles(org, team).await).await?;
        if present.is_some_and(|roles| !roles.is_empty()) {
            return Err(planned.exists(cx));
        }
        planned.told(cx, "Giving", client.give_team_role(org, team, role).await).await?;
        Ok(planned)
    }

    async fn read(cx: &Context, mut state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, team, role) = state.names()?;
        let roles = state.told(cx, "Reading", client.team_roles(org, team).await).await?;
        let roles = roles.unwrap_or_default();
        // The service may know of several: then the state's is the one, if it is among them.
        let Some(found) = roles.iter().find(|id| *id == role).or(roles.iter().min()) else {
            return Ok(None);
        };
        state.role_id = stored(found, &state.role_id);
        Ok(Some(state))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Changing")?;
        let (org, team, role) = planned.names()?;
        planned.told(cx, "Changing", client.give_team_role(org, team, role).await).await?;
        // A service whose teams have several roles leaves the old one.
        let old = text(&prior.role_id)?;
        let roles = planned.told(cx, "Changing", client.team_roles(org, team).await).await?;
        let has = |id: &str| roles.iter().flatten().any(|other| other == id);
        if old != role && has(old) && has(role) {
            planned.told(cx, "Changing", client.take_team_role(org, team, old).await).await?;
        }
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Taking away")?;
        let (org, team, role) = state.names()?;
        state.told(cx, "Taking away", client.take_team_role(org, team, role).await).await
    }
}

impl Identity for TeamRole {
    const PARTS: &'static [Name] = &[Organization::org_name, TeamRole::team_name];
}

impl Import for TeamRole {
    /// Also `{org_name}/{team_name}/{role_id}`.
    fn parse(cx: &Context, id: &str) -> Option<Result<Self, Reported>> {
        let parts = [Organization::org_name, TeamRole::team_name, TeamRole::role_id];
        let wanted = Self::of_object(&identity::from_id(&parts, id)?);
        Some(wanted.map_err(|invalid| cx.error(of_resources::WRONG_ID, invalid.detail)))
    }

    async fn import(cx: &Context, wanted: Self) -> Result<Self, Reported> {
        let role = wanted.role_id.clone();
        let called = wanted.called();
        let found = <Self as Resource>::read(cx, wanted).await?;
        match found.filter(|found| role.is_null() || found.role_id == role) {
            Some(found) => Ok(found),
            None => {
                let missing = format!("There isn't {called}, or it is another one.");
                Err(cx.error(of_resources::NOT_FOUND, missing))
            }
        }
    }
}
