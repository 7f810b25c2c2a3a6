//! Teams: what they are, and how they are made, shown and deleted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rules::{must_have, no_team, required};
use super::{Asked, Books, Deletion, How, Org, Refusal, leave_out_empty, shuffled};

/// The longest display name, in characters.
const DISPLAY_NAME_LIMIT: usize = 100;

/// Where a team comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TeamKind {
    /// Made here.
    Pulumi,
    /// Made at GitHub, where its members are.
    Github,
    /// Made, filled and deleted by the identity provider.
    Scim,
}

/// A team of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Team {
    /// Its name, as the paths have it.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Where it comes from.
    pub kind: TeamKind,
    /// Its members, in the order in which they came.
    pub members: Vec<TeamMember>,
    /// What it may do with stacks.
    pub stacks: Vec<StackGrant>,
    /// What it may do with environments.
    pub environments: Vec<EnvironmentGrant>,
    /// Its roles; through the API it gets no more than one.
    pub roles: Vec<TeamRole>,
    /// Whether `enable-team-roles` was called.
    pub roles_enabled: bool,
    /// Why the members can't be told at present; then none are.
    pub list_members_error: Option<String>,
    /// How it was made.
    pub how: How,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TeamMember {
    /// The login.
    pub login: String,
    /// Whether it may change the team.
    pub admin: bool,
    /// How it got there.
    pub how: How,
}

/// What a team may do with a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StackGrant {
    /// The stack's project.
    pub project: String,
    /// The stack.
    pub stack: String,
    /// 0 is nothing, 101 read, 102 write, 103 admin, 104 creator.
    pub permission: i64,
    /// How it was given.
    pub how: How,
}

/// What a team may do with an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnvironmentGrant {
    /// The environment's project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// `none`, `read`, `open`, `write` or `admin`.
    pub permission: String,
    /// For how long it may be open, in Go's form.
    pub max_open_duration: Option<String>,
    /// How it was given.
    pub how: How,
}

/// A role that a team has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TeamRole {
    /// The role.
    pub role_id: String,
    /// How it was given.
    pub how: How,
}

impl Team {
    /// A team of this name without members, as if it had been there before.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            display_name: name.to_owned(),
            description: String::new(),
            kind: TeamKind::Pulumi,
            members: Vec::new(),
            stacks: Vec::new(),
            environments: Vec::new(),
            roles: Vec::new(),
            roles_enabled: false,
            list_members_error: None,
            how: How::ByHand,
        }
    }

    /// A member, by the login.
    pub fn member(&self, login: &str) -> Option<&TeamMember> {
        self.members.iter().find(|member| member.login == login)
    }

    /// Whether it has this role.
    pub fn has_role(&self, id: &str) -> bool {
        self.roles.iter().any(|role| role.role_id == id)
    }
}

/// The body of a team's creation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct WantedTeam {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "githubTeamID")]
    pub github_team_id: Option<i64>,
}

impl Books {
    /// All teams.
    pub fn list_teams(&self, by: &Asked, org: &str) -> Result<Value, Refusal> {
        let org = with_teams(self.org(&by.caller, org)?)?;
        by.may("team:list")?;
        let teams: Vec<Value> =
            org.teams.iter().map(|team| self.team_shown(by, org, team)).collect();
        Ok(json!({"teams": shuffled(teams, org.quirks.reorders)}))
    }

    /// One team.
    pub fn get_team(&self, by: &Asked, org: &str, team: &str) -> Result<Value, Refusal> {
        let org = with_teams(self.org(&by.caller, org)?)?;
        by.may("team:read")?;
        let team = org.team(team).ok_or_else(|| no_team(team))?;
        Ok(self.team_shown(by, org, team))
    }

    /// Makes a team of this service's own.
    pub fn create_team(
        &mut self,
        by: &Asked,
        org: &str,
        wanted: WantedTeam,
    ) -> Result<Value, Refusal> {
        let found = with_teams(self.org_of(by, org)?)?;
        by.may("team:create")?;
        must_have_several(found)?;
        let name = required(wanted.name, "name")?;
        check_team_name(&name)?;
        let display_name = wanted.display_name.unwrap_or_else(|| name.clone());
        check_display_name(&display_name)?;
        let description = wanted.description.unwrap_or_default();
        self.add_team(by, org, Team { display_name, description, ..Team::new(&name) })
    }

    /// Takes a team over from GitHub.
    pub fn create_github_team(
        &mut self,
        by: &Asked,
        org: &str,
        wanted: WantedTeam,
    ) -> Result<Value, Refusal> {
        let found = with_teams(self.org_of(by, org)?)?;
        by.may("github_team:create")?;
        let id = required(wanted.github_team_id, "githubTeamID")?;
        if found.kind != "github" {
            return Err(Refusal::bad_request("the organization is not backed by GitHub"));
        }
        let name = found.github_teams.get(&id).cloned();
        let name =
            name.ok_or_else(|| Refusal::not_found(format_args!("GitHub team {id} not found")))?;
        self.add_team(by, org, Team { kind: TeamKind::Github, ..Team::new(&name) })
    }

    fn add_team(&mut self, by: &Asked, org: &str, mut team: Team) -> Result<Value, Refusal> {
        let found = self.org_of(by, org)?;
        if found.team(&team.name).is_some() {
            let name = &team.name;
            let taken = format_args!("Team with name \"{name}\" already exists").to_string();
            return Err(Refusal::conflict(taken));
        }
        team.how = by.how;
        // An organization's token is no user, and so no member of anything.
        if by.caller.only_org.is_none() && team.kind == TeamKind::Pulumi {
            let login = by.caller.login.clone();
            team.members.push(TeamMember { login, admin: true, how: by.how });
        }
        found.teams.push(team.clone());
        Ok(self.team_shown(by, self.org(&by.caller, org)?, &team))
    }

    /// Deletes a team, what it was given, and its tokens.
    pub fn delete_team(&mut self, by: &Asked, org: &str, team: &str) -> Result<(), Refusal> {
        with_teams(self.org_of(by, org)?)?;
        by.may("team:delete")?;
        let deletion =
            Deletion { at: by.now, by: by.caller.login.clone(), how: by.how, reason: None };
        if self.remove_team(org, team, &deletion) { Ok(()) } else { Err(no_team(team)) }
    }

    /// Takes a team out of the books, with its tokens: false if there is none.
    pub fn remove_team(&mut self, org: &str, team: &str, deletion: &Deletion) -> bool {
        let Some((org, shelf)) = self.orgs.get_mut(org) else { return false };
        if org.team(team).is_none() {
            return false;
        }
        org.teams.retain(|other| other.name != team);
        org.roles.retain(|role| role.team.as_deref() != Some(team));
        let own = shelf.tokens().iter().filter(|token| token.team.as_deref() == Some(team));
        let own: Vec<(String, String)> = own
            .filter(|token| token.exists())
            .map(|token| (token.id.clone(), token.value.clone()))
            .collect();
        for (id, value) in own {
            shelf.change(&id, deletion.at, |token| token.deleted = Some(deletion.clone()));
            self.holders.remove(&value);
        }
        true
    }

    /// A team as an answer to this caller shows it.
    pub(super) fn team_shown(&self, by: &Asked, org: &Org, team: &Team) -> Value {
        let reorders = org.quirks.reorders;
        let member = |member: &TeamMember| {
            let mut shown = self.user_info(&member.login);
            shown["role"] = if member.admin { "admin" } else { "member" }.into();
            shown
        };
        let members: Vec<Value> = match &team.list_members_error {
            None => team.members.iter().map(member).collect(),
            Some(_) => vec![],
        };
        let stacks: Vec<Value> = team.stacks.iter().map(StackGrant::shown).collect();
        let environments = team.environments.iter().map(|grant| grant.shown(org)).collect();
        let roles: Vec<Value> = team.roles.iter().map(|role| json!(role.role_id)).collect();
        let own = by.caller.only_org.is_none().then(|| team.member(&by.caller.login)).flatten();
        let mut shown = json!({
            "name": team.name,
            "displayName": team.display_name,
            "description": team.description,
            "kind": team.kind,
            "members": shuffled(members, reorders),
            "stacks": shuffled(stacks, reorders),
            "environments": shuffled(environments, reorders),
            "accounts": [],
            "roleIds": roles,
            "userRole": match own {
                None => "none",
                Some(member) if member.admin => "admin",
                Some(_) => "member",
            },
        });
        if let Some(why) = &team.list_members_error {
            shown["listMembersError"] = json!(why);
        }
        if org.quirks.leaves_out_empty {
            leave_out_empty(&mut shown);
        }
        shown
    }
}

impl StackGrant {
    fn shown(&self) -> Value {
        let set = match self.permission {
            101 => "Stack Read",
            102 => "Stack Write",
            103 | 104 => "Stack Admin",
            _ => "",
        };
        json!({
            "projectName": self.project,
            "stackName": self.stack,
            "permission": self.permission,
            "permissionSetName": set,
        })
    }
}

impl EnvironmentGrant {
    fn shown(&self, org: &Org) -> Value {
        let mut shown = json!({
            "projectName": self.project,
            "envName": self.environment,
            "permission": self.permission,
            "permissionSetName": format!("Environment {}", self.permission),
        });
        if let Some(text) = &self.max_open_duration {
            let normal = super::duration::normal(text).filter(|_| org.quirks.normalizes_durations);
            shown["maxOpenDuration"] = json!(normal.as_ref().unwrap_or(text));
        }
        shown
    }
}

pub(super) fn with_teams<O: std::borrow::Borrow<Org>>(org: O) -> Result<O, Refusal> {
    must_have(org.borrow(), "teamsEnabled", "teams")?;
    Ok(org)
}

pub(super) fn must_have_several(org: &Org) -> Result<(), Refusal> {
    match org.kind.as_str() {
        "single-user" => Err(Refusal::bad_request("an organization of a single user has no teams")),
        _ => Ok(()),
    }
}

fn check_team_name(name: &str) -> Result<(), Refusal> {
    let right = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !name.is_empty() && name.chars().all(right) {
        true => Ok(()),
        false => Err(Refusal::bad_request(format_args!("invalid team name '{name}'"))),
    }
}

pub(super) fn check_display_name(name: &str) -> Result<(), Refusal> {
    match name.chars().count() > DISPLAY_NAME_LIMIT {
        false => Ok(()),
        true => Err(Refusal::bad_request(format_args!(
            "display name must be at most {DISPLAY_NAME_LIMIT} characters"
        ))),
    }
}
