//! A team, as the service tells it: who is in it, and what it may do.

use serde::Deserialize;

use crate::cloud::Text;
use crate::cloud::requests::or_default;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// The name, by which everything goes.
    pub name: Text,
    /// The name that people see.
    #[serde(default)]
    pub display_name: Text,
    /// What it is for.
    #[serde(default)]
    pub description: Text,
    /// Where it is kept: `pulumi`, `github` or `scim`.
    pub kind: Text,
    /// Who is in it; nobody can be told if there is a `list_members_error`.
    #[serde(default, deserialize_with = "or_default")]
    pub members: Vec<TeamMember>,
    /// Why the members can't be told at present, if they can't.
    #[serde(default, deserialize_with = "or_default")]
    pub list_members_error: Text,
    /// What it may do with stacks.
    #[serde(default, deserialize_with = "or_default")]
    pub stacks: Vec<StackGrant>,
    /// What it may do with environments.
    #[serde(default, deserialize_with = "or_default")]
    pub environments: Vec<EnvironmentGrant>,
    /// The ids of its roles.
    #[serde(default, deserialize_with = "or_default")]
    pub role_ids: Vec<Text>,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// The login, whatever the identity provider is.
    pub github_login: Text,
    /// The name that people see.
    #[serde(default)]
    pub name: Text,
    /// `member` or `admin`.
    #[serde(default)]
    pub role: Text,
}

/// What a team may do with a stack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackGrant {
    /// The stack's project.
    pub project_name: Text,
    /// The stack.
    pub stack_name: Text,
    /// 0 is nothing, 101 read, 102 write, 103 admin, and 104 creator, which may do as much.
    pub permission: i64,
}

/// What a team may do with an environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentGrant {
    /// The environment's project.
    pub project_name: Text,
    /// The environment.
    pub env_name: Text,
    /// `none`, `read`, `open`, `write` or `admin`.
    pub permission: Text,
    /// For how long it may be open, in Go's form; empty if there is no limit.
    #[serde(default, deserialize_with = "or_default")]
    pub max_open_duration: Text,
}

impl Team {
    /// What it may do with a stack, if anything.
    pub fn stack(&self, project: &str, stack: &str) -> Option<&StackGrant> {
        self.stacks.iter().find(|grant| {
            grant.project_name == project && grant.stack_name == stack && grant.permission != 0
        })
    }

    /// What it may do with an environment, if anything. Two projects may have environments of one
    /// name.
    pub fn environment(&self, project: &str, env: &str) -> Option<&EnvironmentGrant> {
        self.environments.iter().find(|grant| {
            let right = grant.project_name == project && grant.env_name == env;
            right && grant.permission != "none"
        })
    }

    /// The member with this login.
    pub fn member(&self, login: &str) -> Option<&TeamMember> {
        self.members.iter().find(|member| member.github_login == login)
    }
}
