//! `pulumiservice_api_teams_environmentpermission`: what a team may do with an environment.

use super::RIGHTS;
use super::open_duration::OpenDuration;
use crate::cloud::EnvironmentGrant;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::access::object::{Feature, Object, TEAMS, settle};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, shown, stored, text};

const WORDS: &[&str] = &["read", "open", "write", "admin"];

crate::attributes! {
    /// What a team may do with an environment.
    ///
    /// A permission that is there already has to be imported.
    pub struct EnvironmentPermission {
        organization: Organization,
        /// The team's name.
        team_name: Attr<String> = required().replaces().plain_text(),
        /// The environment's project.
        project_name: Attr<String> = optional().default("default").replaces()
            .plain_text(),
        /// The environment's name.
        env_name: Attr<String> = required().replaces().plain_text(),
        /// `read` shows the definition alone; `open` also shows values and secrets; `write` also
        /// changes the environment; `admin` also deletes it and decides who has access.
        permission: Attr<String> = required().one_of_words(WORDS),
        /// For how long the environment may stay open at a time, such as `1h30m`. Without it there
        /// is no limit. How the service writes it is not known, so that only the length counts; nor
        /// whether it forgets a limit that is left out: if not, the next plan shows the limit again.
        max_open_duration: Attr<OpenDuration> = optional(),
        /// `{org_name}/{team_name}/{project_name}/{env_name}`.
        id: Attr<String> = computed().kept(),
    }
}

impl EnvironmentPermission {
    fn observed(mut self, grant: &EnvironmentGrant) -> Self {
        let limit = grant.max_open_duration.stored(None);
        self.permission = stored(&grant.permission, &self.permission);
        self.max_open_duration =
            Some(limit).filter(|limit| !limit.is_empty()).map(OpenDuration::new).into();
        self
    }

    fn names(&self) -> Result<(&str, &str, (&str, &str)), NotKnownYet> {
        let environment = (text(&self.project_name)?, text(&self.env_name)?);
        Ok((text(&self.organization.org_name)?, text(&self.team_name)?, environment))
    }

    async fn grant(self, cx: &Context) -> Result<Self, Reported> {
        let client = self.client(cx, "Granting")?;
        let (org, team, environment) = self.names()?;
        let limit = self.max_open_duration.value()?.and_then(OpenDuration::in_go);
        let (level, limit) = (text(&self.permission)?, limit.as_deref());
        let is_as_long = |found: &str| match limit {
            Some(limit) => OpenDuration::new(found).in_go().as_deref() == Some(limit),
            None => found.is_empty(),
        };
        let granted =
            client.grant_environment(org, team, environment, level, limit, is_as_long).await;
        self.told(cx, "Granting", granted).await?;
        Ok(self)
    }
}

impl Object for EnvironmentPermission {
    const FAILED: Message = said::ENVIRONMENT_PERMISSION;
    const RIGHTS: &'static str = RIGHTS;

    fn called(&self) -> String {
        let (team, org) = (quoted(&self.team_name), quoted(&self.organization.org_name));
        let [project, environment] = [&self.project_name, &self.env_name].map(shown);
        format!(
            "the permission of the team {team} of the organization {org} on the environment \
             {project}/{environment}"
        )
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[TEAMS]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        (status == 404).then_some("There is no such team or environment.")
    }
}

impl Resource for EnvironmentPermission {
    const NAME: &'static str = "api_teams_environmentpermission";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        if let Some(prior) = &plan.prior {
            settle(&mut plan.planned.max_open_duration, &prior.max_open_duration);
        }
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        match <Self as Resource>::read(cx, planned.clone()).await? {
            Some(_) => Err(planned.exists(cx)),
            None => planned.grant(cx).await,
        }
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, team, (project, environment)) = state.names()?;
        let found = state.told(cx, "Reading", client.team(org, team).await).await?;
        let grant = found.as_ref().and_then(|team| team.environment(project, environment));
        Ok(grant.map(|grant| state.clone().observed(grant)))
    }

    async fn update(cx: &Context, _: Self, planned: Self) -> Result<Self, Reported> {
        planned.grant(cx).await
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Revoking")?;
        let (org, team, environment) = state.names()?;
        state.told(cx, "Revoking", client.revoke_environment(org, team, environment).await).await
    }
}

impl Identity for EnvironmentPermission {
    const PARTS: &'static [Name] = &[
        Organization::org_name,
        EnvironmentPermission::team_name,
        EnvironmentPermission::project_name,
        EnvironmentPermission::env_name,
    ];
}

impl Import for EnvironmentPermission {}
