//! What a team may do with stacks and environments.

use serde::Serialize;

use super::Team;
use crate::cloud::{Client, Error};

/// A change of a team, one in a request.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Change<'a> {
    AddStackPermission(Stack<'a>),
    RemoveStack(Stack<'a>),
    AddEnvironmentPermission(Environment<'a>),
    RemoveEnvironment(Environment<'a>),
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stack<'a> {
    project_name: &'a str,
    stack_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<i64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Environment<'a> {
    project_name: &'a str,
    env_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_open_duration: Option<&'a str>,
}

impl Client {
    /// Gives a team this permission on a stack, in the place of any other. If the answer was lost,
    /// the team tells what came of it.
    pub async fn grant_stack(
        &self,
        org: &str,
        team: &str,
        (project_name, stack_name): (&str, &str),
        permission: i64,
    ) -> Result<(), Error> {
        let stack = Stack { project_name, stack_name, permission: Some(permission) };
        let granted = self.change_grant(org, team, Change::AddStackPermission(stack)).await;
        let has = |team: &Team| {
            team.stack(project_name, stack_name).is_some_and(|grant| grant.permission == permission)
        };
        self.settled(org, team, granted, has).await
    }

    /// Takes a team's permission on a stack.
    pub async fn revoke_stack(
        &self,
        org: &str,
        team: &str,
        (project_name, stack_name): (&str, &str),
    ) -> Result<(), Error> {
        let stack = Stack { project_name, stack_name, permission: None };
        let removed = self.change_grant(org, team, Change::RemoveStack(stack)).await;
        let there = |team: &Team| team.stack(project_name, stack_name).is_some();
        self.unless_there(org, team, removed, there).await
    }

    /// Gives a team this permission on an environment, in the place of any other, without a limit
    /// if no longest duration is given. If the answer was lost, the team tells what came of it, with
    /// a duration (empty for none) that the service may write in its own way.
    pub async fn grant_environment(
        &self,
        org: &str,
        team: &str,
        (project_name, env_name): (&str, &str),
        permission: &str,
        max_open_duration: Option<&str>,
        is_as_long: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let environment =
            Environment { project_name, env_name, permission: Some(permission), max_open_duration };
        let change = Change::AddEnvironmentPermission(environment);
        let granted = self.change_grant(org, team, change).await;
        let has = |team: &Team| {
            team.environment(project_name, env_name).is_some_and(|grant| {
                grant.permission == permission && is_as_long(grant.max_open_duration.raw())
            })
        };
        self.settled(org, team, granted, has).await
    }

    /// Takes a team's permission on an environment.
    pub async fn revoke_environment(
        &self,
        org: &str,
        team: &str,
        (project_name, env_name): (&str, &str),
    ) -> Result<(), Error> {
        let environment =
            Environment { project_name, env_name, permission: None, max_open_duration: None };
        let removed = self.change_grant(org, team, Change::RemoveEnvironment(environment)).await;
        let there = |team: &Team| team.environment(project_name, env_name).is_some();
        self.unless_there(org, team, removed, there).await
    }

    async fn change_grant(&self, org: &str, team: &str, change: Change<'_>) -> Result<(), Error> {
        self.requests().patch(&["api", "orgs", org, "teams", team], &change).empty().await
    }

    /// A 404 proves a removal if the team lacks it, or is gone itself.
    async fn unless_there(
        &self,
        org: &str,
        team: &str,
        removed: Result<(), Error>,
        there: impl Fn(&Team) -> bool,
    ) -> Result<(), Error> {
        match removed {
            Err(error) if error.is_not_found() => match self.team(org, team).await? {
                Some(team) if there(&team) => Err(error),
                _ => Ok(()),
            },
            removed => removed,
        }
    }
}
