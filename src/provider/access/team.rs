//! `pulumiservice_api_teams_team`: a team of an organization.

use super::{NO_ORGANIZATION, id, organization};
use crate::cloud::{self, Error, NewTeam, TeamChange};
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::failure::described;
use crate::provider::messages::access as said;

const RIGHTS: &str = "It takes a role with the scopes team:create, team:update and team:delete.";

crate::attributes! {
    /// A team of a Pulumi Cloud organization.
    ///
    /// The service makes whoever creates a team a member of it. A deleted team's name can be used
    /// again; its grants and its tokens end with it.
    pub struct Team {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The team's name, by which everything goes. There is no renaming.
        name: Attr<String> = required().replaces().length(1..=usize::MAX),
        /// The name that people see. If it isn't given it stays as it is: identity providers fill
        /// it for teams of theirs.
        display_name: Attr<String> = optional().computed().kept().length(0..=100),
        /// What the team is for. If it isn't given it stays as it is.
        description: Attr<String> = optional().computed().kept(),
        /// Where the team is kept: `pulumi`, `github` or `scim`.
        kind: Attr<String> = computed().kept(),
        /// `{org_name}/{name}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Team {
    fn names(&self) -> (&str, &str) {
        (self.org_name.text().unwrap_or_default(), self.name.text().unwrap_or_default())
    }

    fn observe(&mut self, team: &cloud::Team) {
        self.display_name = team.display_name.stored(self.display_name.text()).into();
        self.description = team.description.stored(self.description.text()).into();
        self.kind = team.kind.stored(self.kind.text()).into();
    }

    fn doing(&self, what: &str) -> String {
        let (org, name) = self.names();
        format!("{what} the team {name:?} of the organization {org:?}")
    }

    fn failed(&self, cx: &Context, what: &str, error: &Error) -> Reported {
        let (org, name) = self.names();
        let detail = described(&self.doing(what), error, |status| match status {
            403 => Some(RIGHTS.to_owned()),
            404 => Some(NO_ORGANIZATION.to_owned()),
            409 => Some(format!("There is one. To manage it, import {}.", id(&[org, name]))),
            _ => None,
        });
        cx.error(said::TEAM, detail)
    }
}

impl Resource for Team {
    const NAME: &'static str = "api_teams_team";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |team| &mut team.org_name)
    }

    async fn create(cx: &Context, mut planned: Self) -> Result<Self, Reported> {
        let client = cx.client_for(&planned.doing("Creating"))?;
        let (org, name) = planned.names();
        let text = |attr: &Attr<String>| attr.text().unwrap_or_default().to_owned();
        let team = NewTeam {
            name: name.to_owned(),
            display_name: text(&planned.display_name),
            description: text(&planned.description),
        };
        let made = match client.create_team(org, &team).await {
            // The answer was lost: what there is now tells what came of it.
            Err(error) if error.may_have_acted() => match client.team(org, name).await {
                Ok(Some(found)) if found.is(&team) => Ok(found),
                _ => Err(error),
            },
            made => made,
        };
        planned.observe(&made.map_err(|error| planned.failed(cx, "Creating", &error))?);
        Ok(planned)
    }

    async fn read(cx: &Context, mut state: Self) -> Result<Option<Self>, Reported> {
        let client = cx.client_for(&state.doing("Reading"))?;
        let (org, name) = state.names();
        let found = client.team(org, name).await;
        let found = found.map_err(|error| state.failed(cx, "Reading", &error))?;
        let Some(team) = found else { return Ok(None) };
        state.observe(&team);
        Ok(Some(state))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = cx.client_for(&planned.doing("Changing"))?;
        let (org, name) = planned.names();
        let changed = |now: &Attr<String>, before: &Attr<String>| {
            now.text().filter(|text| before.text() != Some(text)).map(str::to_owned)
        };
        let change = TeamChange {
            new_display_name: changed(&planned.display_name, &prior.display_name),
            new_description: changed(&planned.description, &prior.description),
        };
        let updated = client.update_team(org, name, &change).await;
        updated.map_err(|error| planned.failed(cx, "Changing", &error))?;
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = cx.client_for(&state.doing("Deleting"))?;
        let (org, name) = state.names();
        let deleted = client.delete_team(org, name).await;
        deleted.map_err(|error| state.failed(cx, "Deleting", &error))
    }
}

impl Identity for Team {
    const PARTS: &'static [Name] = &[Team::org_name, Team::name];
}

impl Import for Team {}
