//! The role of a team.

use serde_json::{Value, json};

use super::role::must_have_custom_roles;
use super::rules::{no_role, no_team, permit};
use super::team::with_teams;
use super::{Asked, Books, Org, Refusal, Role, TeamRole, shuffled};

impl Books {
    /// The roles of a team.
    pub fn team_roles(&self, by: &Asked, org: &str, team: &str) -> Result<Value, Refusal> {
        let org = with_teams(self.org(&by.caller, org)?)?;
        by.may("team:read")?;
        let team = org.team(team).ok_or_else(|| no_team(team))?;
        let roles = team.roles.iter().filter_map(|role| org.role(&role.role_id));
        let roles: Vec<Value> = roles.map(|role| role.record(org)).collect();
        Ok(json!({"roles": shuffled(roles, org.quirks.reorders)}))
    }

    /// Gives a team this role in the place of whatever it had.
    pub fn give_team_role(
        &mut self,
        by: &Asked,
        org: &str,
        team: &str,
        id: &str,
    ) -> Result<(), Refusal> {
        let org = self.roles_of_team(by, org, team)?;
        org.role(id).ok_or_else(|| no_role(id))?;
        if org.assignable(id).is_none() {
            return Err(Refusal::bad_request("Role with this name already exists"));
        }
        let need = org.quirks.team_roles_need_enabling;
        let team = org.team_mut(team).ok_or_else(|| no_team(team))?;
        if need && !team.roles_enabled {
            return Err(Refusal::bad_request("team roles are not enabled for this team"));
        }
        team.roles = vec![TeamRole { role_id: id.to_owned(), how: by.how }];
        Ok(())
    }

    /// Takes a role from a team.
    pub fn take_team_role(
        &mut self,
        by: &Asked,
        org: &str,
        team: &str,
        id: &str,
    ) -> Result<(), Refusal> {
        let org = self.roles_of_team(by, org, team)?;
        let fails = org.quirks.absent_removals_fail;
        let team = org.team_mut(team).ok_or_else(|| no_team(team))?;
        if fails && !team.has_role(id) {
            return Err(no_role(id));
        }
        team.roles.retain(|role| role.role_id != id);
        Ok(())
    }

    /// Turns roles on for a team, with a role of its own that nobody sees.
    pub fn enable_team_roles(
        &mut self,
        by: &Asked,
        org: &str,
        team: &str,
    ) -> Result<Value, Refusal> {
        let id = self.fresh_id(&format!("private role of {team} in {org}"));
        let org = self.roles_of_team(by, org, team)?;
        let found = org.team_mut(team).ok_or_else(|| no_team(team))?;
        if found.roles_enabled {
            return Err(Refusal::bad_request("Role with this name already exists"));
        }
        found.roles_enabled = true;
        let role = Role {
            ux_purpose: "role_private".to_owned(),
            created: by.now,
            modified: by.now,
            team: Some(team.to_owned()),
            how: by.how,
            ..Role::custom(&id, &format!("team {team}"))
        };
        org.roles.push(role.clone());
        Ok(role.record(org))
    }

    fn roles_of_team(&mut self, by: &Asked, org: &str, team: &str) -> Result<&mut Org, Refusal> {
        let org = with_teams(self.org_of(by, org)?)?;
        permit(by.has("role:update") && by.has("team:update"), "change the roles of teams")?;
        must_have_custom_roles(org)?;
        org.team(team).ok_or_else(|| no_team(team))?;
        Ok(org)
    }
}
