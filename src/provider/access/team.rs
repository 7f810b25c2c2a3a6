//! `pulumiservice_api_teams_team`: a team of an organization.

use super::{Object, changed, organization, text};
use crate::cloud::{self, NewTeam, TeamChange};
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;

crate::attributes! {
    /// A team of a Pulumi Cloud organization.
    ///
    /// The service makes whoever creates a team a member of it. A deleted team's name can be used
    /// again; its grants and its tokens end with it.
    pub struct Team {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The team's name, by which everything goes. There is no renaming. GitHub names its own.
        name: Attr<String> = optional().computed().kept().replaces().length(1..=usize::MAX),
        /// Takes over the team with this id at GitHub, if the organization is backed by it. The
        /// service doesn't tell it: after an import it is not known, and giving it changes nothing.
        github_team_id: Attr<i64> = optional().replaces().exactly_one_of(&["name", "github_team_id"]),
        /// The name that people see, `name` at first. If it isn't given it stays as it is.
        display_name: Attr<String> = optional().computed().kept().length(0..=100),
        /// What the team is for. If it isn't given it stays as it is; `""` clears it.
        description: Attr<String> = optional().computed().kept(),
        /// Where the team is kept: `pulumi`, `github` or `scim`.
        kind: Attr<String> = computed().kept(),
        /// `{org_name}/{name}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Team {
    /// What the service says of the team.
    pub fn observed(mut self, team: &cloud::Team) -> Self {
        self.name = self.name.known().cloned().unwrap_or_else(|| team.name.stored(None)).into();
        self.display_name = team.display_name.stored(self.display_name.text()).into();
        self.description = team.description.stored(self.description.text()).into();
        self.kind = team.kind.stored(self.kind.text()).into();
        self
    }
}

impl Object for Team {
    const FAILED: Message = said::TEAM;
    const RIGHTS: &'static str = "It takes a role with the scopes team:create (github_team:create \
                                  for one of GitHub's), team:update and team:delete.";

    fn called(&self) -> String {
        let name = self.name.text().unwrap_or("from GitHub");
        format!("the team {name:?} of the organization {:?}", text(&self.org_name))
    }

    fn cause(&self, status: u16) -> Option<String> {
        let moving = "So it is while the members of GitHub's teams are moved. The team isn't gone.";
        (status == 500).then(|| moving.to_owned())
    }
}

impl Resource for Team {
    const NAME: &'static str = "api_teams_team";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let imported = |prior: &Self| prior.kind.is("github") && prior.github_team_id.is_null();
        if plan.prior.as_ref().is_some_and(imported) {
            plan.replaces.retain(|name| *name != Self::github_team_id);
        }
        organization::plan(cx, plan, |team| &mut team.org_name)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let (client, org) = (planned.client(cx, "Creating")?, text(&planned.org_name));
        let made = match planned.github_team_id.get() {
            Some(id) => client.create_github_team(org, id).await,
            None => {
                let name = text(&planned.name).to_owned();
                let display_name = planned.display_name.text().unwrap_or(&name).to_owned();
                let description = text(&planned.description).to_owned();
                client.create_team(org, &NewTeam { name, display_name, description }).await
            }
        };
        let found = planned.clone().observed(&planned.told(cx, "Creating", made)?);
        cx.keep(&found);
        let mut wanted = found.clone();
        wanted.display_name = planned.display_name.unless_unknown(wanted.display_name);
        wanted.description = planned.description.unless_unknown(wanted.description);
        Self::update(cx, found, wanted).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let found = client.team(text(&state.org_name), text(&state.name)).await;
        Ok(state.told(cx, "Reading", found)?.map(|team| state.observed(&team)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let change = TeamChange {
            new_display_name: changed(&planned.display_name, &prior.display_name),
            new_description: changed(&planned.description, &prior.description),
        };
        if change != TeamChange::default() {
            let (org, name) = (text(&planned.org_name), text(&planned.name));
            let updated = planned.client(cx, "Changing")?.update_team(org, name, &change).await;
            planned.told(cx, "Changing", updated)?;
        }
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let deleted = client.delete_team(text(&state.org_name), text(&state.name)).await;
        state.told(cx, "Deleting", deleted)
    }
}

impl Identity for Team {
    const PARTS: &'static [Name] = &[Team::org_name, Team::name];
}

impl Import for Team {}
