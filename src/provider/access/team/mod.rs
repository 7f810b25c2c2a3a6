//! `pulumiservice_api_teams_team`: a team of an organization.

pub mod data;
pub mod environment_permission;
pub mod member;
mod open_duration;
mod records;
pub mod role;
pub mod stack_permission;

use super::object::{Feature, Object, TEAMS, text};
use crate::cloud::NewTeam;
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};

/// What it takes to change a team.
const RIGHTS: &str = "It takes a role with the scope team:update, or to be an admin of the team.";

crate::attributes! {
    /// A team of a Pulumi Cloud organization.
    ///
    /// The service makes whoever creates a team a member of it; what it does for an organization's
    /// access token, which is nobody's, is not known. A deleted team's name can be used again; its
    /// grants and its tokens end with it.
    pub struct Team {
        organization: Organization,
        /// The team's name, by which everything goes. There is no renaming. GitHub names its own.
        name: Attr<String> = optional().computed().kept().replaces().length(1..=usize::MAX),
        /// Takes over the team with this id at GitHub, if the organization is backed by it. The
        /// service doesn't tell it: after an import it is not known, and giving it changes nothing.
        github_team_id: Attr<i64> = optional().replaces().exactly_one_of(&["name", "github_team_id"]),
        /// The name that people see, `name` at first. If it isn't given it stays as it is. Whether
        /// texts of GitHub's teams can be changed here is not known.
        display_name: Attr<String> = optional().computed().kept().length(0..=100),
        /// What the team is for. If it isn't given it stays as it is; `""` clears it, if the service
        /// lets it, which is not known; otherwise the apply says so.
        description: Attr<String> = optional().computed().kept(),
        /// Where the team is kept: `pulumi`, `github` or `scim`.
        kind: Attr<String> = computed().kept(),
        /// `{org_name}/{name}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Object for Team {
    const FAILED: Message = said::TEAM;
    const RIGHTS: &'static str = "It takes a role with the scopes team:create (github_team:create \
                                  for one of GitHub's), team:update and team:delete.";

    fn called(&self) -> String {
        let name = self.name.text().unwrap_or("from GitHub");
        format!("the team {name:?} of the organization {:?}", text(&self.organization.org_name))
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
                "A team of an identity provider's is changed there, and a single user's \
                         organization has no teams.",
            ),
            404 if self.name.known().is_none() => Some("GitHub has no team with this id there."),
            500 => Some(
                "So it is while the members of GitHub's teams are moved. The team isn't \
                         gone.",
            ),
            _ => None,
        }
    }
}

impl Resource for Team {
    const NAME: &'static str = "api_teams_team";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let imported = |prior: &Self| prior.kind.is("github") && prior.github_team_id.is_null();
        if plan.prior.as_ref().is_some_and(imported) {
            plan.replaces.retain(|name| *name != Self::github_team_id);
        }
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let (client, org) = (planned.client(cx, "Creating")?, text(&planned.organization.org_name));
        let made = match planned.github_team_id.get() {
            Some(id) => client.create_github_team(org, id).await,
            None => {
                let name = text(&planned.name).to_owned();
                let display_name = planned.display_name.text().unwrap_or(&name).to_owned();
                let description = text(&planned.description).to_owned();
                client.create_team(org, &NewTeam { name, display_name, description }).await
            }
        };
        let found = planned.clone().observed(&planned.told(cx, "Creating", made).await?);
        cx.keep(&found);
        let mut wanted = found.clone();
        wanted.display_name = planned.display_name.unless_unknown(wanted.display_name);
        wanted.description = planned.description.unless_unknown(wanted.description);
        Self::update(cx, found, wanted).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let found = client.team(text(&state.organization.org_name), text(&state.name)).await;
        Ok(state.told(cx, "Reading", found).await?.map(|team| state.observed(&team)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        match planned.change(&prior) {
            Some(change) => planned.changed(cx, change).await,
            None => Ok(planned),
        }
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let deleted =
            client.delete_team(text(&state.organization.org_name), text(&state.name)).await;
        state.told(cx, "Deleting", deleted).await
    }
}

impl Identity for Team {
    const PARTS: &'static [Name] = &[Organization::org_name, Team::name];
}

impl Import for Team {}
