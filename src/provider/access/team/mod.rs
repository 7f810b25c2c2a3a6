//! `pulumiservice_api_teams_team`: a team of an organization.

pub mod data;
pub mod environment_permission;
pub mod member;
mod open_duration;
mod records;
pub mod role;
pub mod stack_permission;

use super::object::{Feature, Object, TEAMS};
use crate::framework::resource::{Identity, Import, Plan, Resource, decide};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, shown};

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
        name: Attr<String> = optional().computed().kept().replaces().plain_text(),
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
        let name = if self.name.is_known() { shown(&self.name) } else { "from GitHub" };
        format!("the team {name:?} of the organization {}", quoted(&self.organization.org_name))
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[TEAMS]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        Some(match status {
            400 => "The team is its identity provider's, or the organization a single user's.",
            404 if !self.name.is_known() => "GitHub has no team with this id there.",
            500 => "So it is while the members of GitHub's teams are moved. The team isn't gone.",
            _ => return None,
        })
    }
}

impl Resource for Team {
    const NAME: &'static str = "api_teams_team";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let imported = |prior: &Self| prior.kind.is("github") && prior.github_team_id.is_null();
        if plan.prior.as_ref().is_some_and(imported) {
            decide(&mut plan.replaces, Self::github_team_id, false);
        }
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let found = planned.clone().observed(&planned.make(cx).await?);
        cx.keep(&found);
        let mut wanted = found.clone();
        wanted.display_name = planned.display_name.unless_unknown(wanted.display_name);
        wanted.description = planned.description.unless_unknown(wanted.description);
        Self::update(cx, found, wanted).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, name) = state.names()?;
        let found = state.told(cx, "Reading", client.team(org, name).await).await?;
        Ok(found.map(|team| state.observed(&team)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        match planned.change(&prior) {
            Some(change) => planned.changed(cx, change).await,
            None => Ok(planned),
        }
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let (org, name) = state.names()?;
        state.told(cx, "Deleting", client.delete_team(org, name).await).await
    }
}

impl Identity for Team {
    const PARTS: &'static [Name] = &[Organization::org_name, Team::name];
}

impl Import for Team {}
