//! What requests have left behind: the question of every test's end.

use super::{Books, How, Org, Team};

impl Books {
    /// All that was made by a request and still exists, in words: empty, if all has been taken
    /// away again. Settings are not looked at, as nothing takes them away.
    pub fn leftovers(&self, org: &str) -> Vec<String> {
        let Some((org, shelf)) = self.orgs.get(org) else { return vec![] };
        let tokens = shelf.tokens().iter().filter(|token| token.exists());
        let tokens = tokens.filter(|token| made(token.created_how));
        let personal = self.personal.tokens().iter().filter(|token| token.exists());
        let personal = personal.filter(|token| made(token.created_how));
        tokens
            .map(|token| format!("token {}", token.name))
            .chain(personal.map(|token| format!("personal token {}", token.id)))
            .chain(org.teams.iter().flat_map(of_team))
            .chain(of_roles(org))
            .chain(of_members(org))
            .chain(of_issuers(org))
            .collect()
    }
}

fn made(how: How) -> bool {
    matches!(how, How::Request(_))
}

fn of_team(team: &Team) -> Vec<String> {
    let name = &team.name;
    if made(team.how) {
        return vec![format!("team {name}")];
    }
    let members = team.members.iter().filter(|member| made(member.how));
    let stacks = team.stacks.iter().filter(|grant| made(grant.how) && grant.permission != 0);
    let environments =
        team.environments.iter().filter(|grant| made(grant.how) && grant.permission != "none");
    let roles = team.roles.iter().filter(|role| made(role.how));
    members
        .map(|member| format!("member {} of team {name}", member.login))
        .chain(stacks.map(|g| format!("stack {}/{} of team {name}", g.project, g.stack)))
        .chain(
            environments
                .map(|g| format!("environment {}/{} of team {name}", g.project, g.environment)),
        )
        .chain(roles.map(|role| format!("role {} of team {name}", role.role_id)))
        .collect()
}

fn of_roles(org: &Org) -> impl Iterator<Item = String> {
    // The private role of a team stays with the team, as nothing can take it away.
    let roles = org.roles.iter().filter(|role| made(role.how) && role.team.is_none());
    roles.map(|role| format!("{} {}", role.ux_purpose, role.name))
}

fn of_members(org: &Org) -> impl Iterator<Item = String> {
    let default = org.org_default().map(|role| role.id.as_str());
    org.members.iter().filter_map(move |member| {
        let role = member.role_id.as_deref().filter(|_| made(member.role_how));
        match role {
            _ if made(member.how) => Some(format!("member {}", member.login)),
            Some(id) if Some(id) != default => Some(format!("role {id} of {}", member.login)),
            _ => None,
        }
    })
}

fn of_issuers(org: &Org) -> impl Iterator<Item = String> {
    org.issuers.iter().filter_map(|issuer| match &issuer.policy {
        _ if made(issuer.how) => Some(format!("issuer {}", issuer.name)),
        policy if made(policy.how) && !policy.only_denies() => {
            Some(format!("policy of issuer {}", issuer.name))
        }
        _ => None,
    })
}
