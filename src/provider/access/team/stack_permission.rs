//! `pulumiservice_api_teams_stackpermission`: what a team may do with a stack.

use super::RIGHTS;
use crate::cloud::StackGrant;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::access::object::{Feature, Object, TEAMS};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, shown, text};

const WORDS: &[&str] = &["read", "write", "admin"];
/// The service's number for the first of the words; the others follow.
const READ: i64 = 101;
/// What the service gives a stack's creator, who may do what an admin may.
const CREATOR: i64 = 104;

crate::attributes! {
    /// What a team may do with a stack.
    ///
    /// A permission that is there already has to be imported.
    pub struct StackPermission {
        organization: Organization,
        /// The team's name.
        team_name: Attr<String> = required().replaces().plain_text(),
        /// The stack's project.
        project_name: Attr<String> = required().replaces().plain_text(),
        /// The stack's name.
        stack_name: Attr<String> = required().replaces().plain_text(),
        /// `read` shows the stack, the secrets of its configuration included; `write` also updates
        /// it and destroys its resources; `admin` also removes it and decides who has access.
        permission: Attr<String> = required().one_of_words(WORDS),
        /// `{org_name}/{team_name}/{project_name}/{stack_name}`.
        id: Attr<String> = computed().kept(),
    }
}

/// The word for a level of the service; the number itself for one that isn't known.
pub fn word(level: i64) -> String {
    let known = usize::try_from(level.min(CREATOR - 1).saturating_sub(READ)).ok();
    let word = known.and_then(|at| WORDS.get(at)).filter(|_| level <= CREATOR);
    word.map_or_else(|| level.to_string(), |word| (*word).to_owned())
}

impl StackPermission {
    fn observed(mut self, grant: &StackGrant) -> Self {
        self.permission = word(grant.permission).into();
        self
    }

    fn names(&self) -> Result<(&str, &str, (&str, &str)), NotKnownYet> {
        let stack = (text(&self.project_name)?, text(&self.stack_name)?);
        Ok((text(&self.organization.org_name)?, text(&self.team_name)?, stack))
    }

    async fn grant(self, cx: &Context) -> Result<Self, Reported> {
        let client = self.client(cx, "Granting")?;
        let (org, team, stack) = self.names()?;
        let permission = text(&self.permission)?;
        let at = WORDS.iter().position(|word| *word == permission).unwrap_or_default();
        let level = READ + i64::try_from(at).unwrap_or_default();
        self.told(cx, "Granting", client.grant_stack(org, team, stack, level).await).await?;
        Ok(self)
    }
}

impl Object for StackPermission {
    const FAILED: Message = said::STACK_PERMISSION;
    const RIGHTS: &'static str = RIGHTS;

    fn called(&self) -> String {
        let (team, org) = (quoted(&self.team_name), quoted(&self.organization.org_name));
        let [project, stack] = [&self.project_name, &self.stack_name].map(shown);
        format!(
            "the permission of the team {team} of the organization {org} on the stack \
             {project}/{stack}"
        )
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[TEAMS]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        (status == 404).then_some("There is no such team or stack.")
    }
}

impl Resource for StackPermission {
    const NAME: &'static str = "api_teams_stackpermission";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
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
        let (org, team, (project, stack)) = state.names()?;
        let found = state.told(cx, "Reading", client.team(org, team).await).await?;
        let grant = found.as_ref().and_then(|team| team.stack(project, stack));
        Ok(grant.map(|grant| state.clone().observed(grant)))
    }

    async fn update(cx: &Context, _: Self, planned: Self) -> Result<Self, Reported> {
        planned.grant(cx).await
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Revoking")?;
        let (org, team, stack) = state.names()?;
        state.told(cx, "Revoking", client.revoke_stack(org, team, stack).await).await
    }
}

impl Identity for StackPermission {
    const PARTS: &'static [Name] = &[
        Organization::org_name,
        StackPermission::team_name,
        StackPermission::project_name,
        StackPermission::stack_name,
    ];
}

impl Import for StackPermission {}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn levels_have_words() {
        let words = [0, 100, 101, 102, 103, 104, 105, -1, i64::MIN].map(word);
        assert_eq!(
            words,
            ["0", "100", "read", "write", "admin", "admin", "105", "-1", "-9223372036854775808"]
        );
    }
}
