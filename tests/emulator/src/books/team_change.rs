//! The changes of a team: one at a time.

use serde::Deserialize;

use super::rules::{no_team, no_user, permit, required};
use super::team::{check_display_name, must_have_several, with_teams};
use super::{
    Asked, Books, EnvironmentGrant, Refusal, StackGrant, Team, TeamKind, TeamMember, duration,
};

/// The body of a change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct TeamChange {
    pub new_description: Option<String>,
    pub new_display_name: Option<String>,
    pub member: Option<String>,
    pub member_action: Option<String>,
    pub add_stack_permission: Option<StackLevel>,
    pub edit_stack_permission: Option<StackLevel>,
    pub remove_stack: Option<StackLevel>,
    pub add_environment_permission: Option<EnvironmentLevel>,
    pub edit_environment_permission: Option<EnvironmentLevel>,
    pub remove_environment: Option<EnvironmentLevel>,
}

/// A stack, and a level if it is to get one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct StackLevel {
    pub project_name: String,
    pub stack_name: String,
    pub permission: Option<i64>,
}

/// An environment, and a level if it is to get one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct EnvironmentLevel {
    pub project_name: String,
    pub env_name: String,
    pub permission: Option<String>,
    pub max_open_duration: Option<String>,
}

impl TeamChange {
    fn operations(&self) -> usize {
        let texts = self.new_description.is_some() || self.new_display_name.is_some();
        let all = [
            texts,
            self.member.is_some() || self.member_action.is_some(),
            self.add_stack_permission.is_some(),
            self.edit_stack_permission.is_some(),
            self.remove_stack.is_some(),
            self.add_environment_permission.is_some(),
            self.edit_environment_permission.is_some(),
            self.remove_environment.is_some(),
        ];
        all.into_iter().filter(|asked| *asked).count()
    }
}

/// How a grant is written.
#[derive(Clone, Copy, PartialEq)]
enum Write {
    /// Over one that is there, or anew.
    Add,
    /// Only over one that is there.
    Edit,
}

impl Books {
    /// Changes a team. What several changes in one request would do is unknown, so they are
    /// refused; a new description and a new display name are one.
    pub fn update_team(
        &mut self,
        by: &Asked,
        org: &str,
        name: &str,
        change: TeamChange,
    ) -> Result<(), Refusal> {
        let org = with_teams(self.org_of(by, org)?)?;
        must_have_several(org)?;
        let team = org.team(name).ok_or_else(|| no_team(name))?;
        let own = by.caller.only_org.is_none().then(|| team.member(&by.caller.login)).flatten();
        permit(by.has("team:update") || own.is_some_and(|own| own.admin), "update the team")?;
        if change.operations() > 1 {
            return Err(Refusal::bad_request("one change at a time"));
        }
        let is_member = change.member.as_ref().is_some_and(|login| org.member(login).is_some());
        let quirks = org.quirks.clone();
        let absent = |what: String| match quirks.absent_removals_fail {
            true => Err(Refusal::not_found(what)),
            false => Ok(()),
        };
        let team = org.team_mut(name).ok_or_else(|| no_team(name))?;
        let clears = |text: &String| quirks.empty_text_clears || !text.is_empty();
        if change.new_description.is_some() || change.new_display_name.is_some() {
            team.must_not_be_scim()?;
        }
        if let Some(text) = change.new_display_name.filter(clears) {
            check_display_name(&text)?;
            team.display_name = text;
        }
        if let Some(text) = change.new_description.filter(clears) {
            team.description = text;
        }
        if change.member.is_some() || change.member_action.is_some() {
            let login = required(change.member, "member")?;
            let action = required(change.member_action, "memberAction")?;
            if !is_member {
                return Err(no_user(&login));
            }
            return team.change_member(by, login, &action, &absent);
        }
        if let Some(level) = change.add_stack_permission {
            return team.write_stack(by, level, Write::Add);
        }
        if let Some(level) = change.edit_stack_permission {
            return team.write_stack(by, level, Write::Edit);
        }
        if let Some(level) = change.add_environment_permission {
            return team.write_environment(by, level, Write::Add);
        }
        if let Some(level) = change.edit_environment_permission {
            return team.write_environment(by, level, Write::Edit);
        }
        if let Some(StackLevel { project_name, stack_name, .. }) = change.remove_stack {
            let before = team.stacks.len();
            team.stacks.retain(|grant| !grant.is_on(&project_name, &stack_name));
            if team.stacks.len() == before {
                return absent(format!("Stack '{project_name}/{stack_name}' not found"));
            }
        }
        if let Some(EnvironmentLevel { project_name, env_name, .. }) = change.remove_environment {
            let before = team.environments.len();
            team.environments.retain(|grant| !grant.is_on(&project_name, &env_name));
            if team.environments.len() == before {
                return absent(format!("Environment '{project_name}/{env_name}' not found"));
            }
        }
        Ok(())
    }
}

impl StackGrant {
    fn is_on(&self, project: &str, stack: &str) -> bool {
        self.project == project && self.stack == stack
    }
}

impl EnvironmentGrant {
    fn is_on(&self, project: &str, environment: &str) -> bool {
        self.project == project && self.environment == environment
    }
}

impl Team {
    fn must_not_be_scim(&self) -> Result<(), Refusal> {
        match self.kind {
            TeamKind::Scim => Err(Refusal::bad_request("the team is the identity provider's")),
            TeamKind::Pulumi | TeamKind::Github => Ok(()),
        }
    }

    fn change_member(
        &mut self,
        by: &Asked,
        login: String,
        action: &str,
        absent: &dyn Fn(String) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if self.kind != TeamKind::Pulumi {
            return Err(Refusal::bad_request("the team's members are kept elsewhere"));
        }
        let at = self.members.iter().position(|member| member.login == login);
        match (action, at) {
            ("add", Some(_)) => {
                Err(Refusal::conflict(format_args!("User '{login}' is already a member")))
            }
            ("add", None) => {
                self.members.push(TeamMember { login, admin: false, how: by.how });
                Ok(())
            }
            ("remove", Some(at)) => {
                self.members.remove(at);
                Ok(())
            }
            ("remove", None) => absent(format!("User '{login}' not found")),
            ("promote" | "demote", Some(at)) => {
                self.members[at].admin = action == "promote";
                Ok(())
            }
            ("promote" | "demote", None) => Err(no_user(&login)),
            _ => Err(Refusal::bad_request(format_args!("invalid memberAction '{action}'"))),
        }
    }

    fn write_stack(&mut self, by: &Asked, level: StackLevel, write: Write) -> Result<(), Refusal> {
        let StackLevel { project_name: project, stack_name: stack, permission } = level;
        let permission = required(permission, "permission")?;
        // 104 is given by the service itself.
        if ![0, 101, 102, 103].contains(&permission) {
            return Err(Refusal::bad_request(format_args!("invalid permission {permission}")));
        }
        let there = self.stacks.iter_mut().find(|grant| grant.is_on(&project, &stack));
        match there {
            Some(grant) => (grant.permission, grant.how) = (permission, by.how),
            None if write == Write::Edit => {
                let what = format!("Stack '{project}/{stack}' not found");
                return Err(Refusal::not_found(what));
            }
            None => self.stacks.push(StackGrant { project, stack, permission, how: by.how }),
        }
        Ok(())
    }

    fn write_environment(
        &mut self,
        by: &Asked,
        level: EnvironmentLevel,
        write: Write,
    ) -> Result<(), Refusal> {
        let EnvironmentLevel { project_name: project, env_name: environment, .. } = level;
        let permission = required(level.permission, "permission")?;
        if !["none", "read", "open", "write", "admin"].contains(&permission.as_str()) {
            return Err(Refusal::bad_request(format_args!("invalid permission '{permission}'")));
        }
        let max_open_duration = level.max_open_duration.filter(|text| !text.is_empty());
        if let Some(text) = max_open_duration.as_ref().filter(|t| duration::normal(t).is_none()) {
            return Err(Refusal::bad_request(format_args!("invalid maxOpenDuration '{text}'")));
        }
        let there = self.environments.iter().position(|g| g.is_on(&project, &environment));
        if there.is_none() && write == Write::Edit {
            let what = format!("Environment '{project}/{environment}' not found");
            return Err(Refusal::not_found(what));
        }
        let how = by.how;
        let grant = EnvironmentGrant { project, environment, permission, max_open_duration, how };
        match there {
            Some(at) => self.environments[at] = grant,
            None => self.environments.push(grant),
        }
        Ok(())
    }
}
