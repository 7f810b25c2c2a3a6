//! `data.pulumiservice_api_teams` and `data.pulumiservice_api_teams_team`: teams that are read and
//! not managed.

use super::open_duration::OpenDuration;
use super::{Team, stack_permission};
use crate::cloud;
use crate::framework::data_source::DataSource;
use crate::provider::access::object::Object;
use crate::provider::access::records::Recorded;
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Asked};
use crate::provider::prelude::*;
use crate::provider::texts::{received, text};

crate::attributes! {
    /// The teams of an organization.
    pub struct Teams {
        organization: Asked,
        /// The teams, by name.
        teams: Attr<List<TeamOfList>> = computed(),
    }
}

crate::attributes! {
    /// What the service tells of a team.
    pub struct Details {
        /// The name that people see.
        display_name: Attr<String> = computed(),
        /// What the team is for.
        description: Attr<String> = computed(),
        /// Where the team is kept: `pulumi`, `github` or `scim`.
        kind: Attr<String> = computed(),
    }
}

crate::attributes! {
    /// A team of the list.
    pub struct TeamOfList {
        /// The team's name, by which everything goes.
        name: Attr<String> = computed(),
        details: Details,
    }
}

crate::attributes! {
    /// A team of an organization, with its members and all that is granted to it.
    pub struct TeamRead {
        organization: Asked,
        /// The team's name.
        name: Attr<String> = required().plain_text(),
        details: Details,
        /// The members, by login. An identity provider that can't be asked is an error.
        members: Attr<List<MemberOfTeam>> = computed(),
        /// The ids of the team's roles.
        role_ids: Attr<Set<String>> = computed(),
        /// What the team may do with stacks, by project and stack.
        stack_permissions: Attr<List<StackOfTeam>> = computed(),
        /// What the team may do with environments, by project and environment.
        environment_permissions: Attr<List<EnvironmentOfTeam>> = computed(),
    }
}

crate::attributes! {
    /// A member of the team.
    pub struct MemberOfTeam {
        /// The login.
        user_login: Attr<String> = computed(),
        /// The name that people see, which several may have.
        name: Attr<String> = computed(),
        /// `member` or `admin`.
        role: Attr<String> = computed(),
    }
}

crate::attributes! {
    /// What the team may do with a stack.
    pub struct StackOfTeam {
        /// The stack's project.
        project_name: Attr<String> = computed(),
        /// The stack's name.
        stack_name: Attr<String> = computed(),
        /// `read`, `write` or `admin`.
        permission: Attr<String> = computed(),
    }
}

crate::attributes! {
    /// What the team may do with an environment.
    pub struct EnvironmentOfTeam {
        /// The environment's project.
        project_name: Attr<String> = computed(),
        /// The environment's name.
        env_name: Attr<String> = computed(),
        /// `read`, `open`, `write` or `admin`.
        permission: Attr<String> = computed(),
        /// For how long the environment may stay open at a time; null if there is no limit.
        max_open_duration: Attr<OpenDuration> = computed(),
    }
}

/// A team with its members, by login.
pub async fn team_of(cx: &Context, org: &str, name: &str) -> Result<cloud::Team, Reported> {
    let wanted = Team { name: name.into(), ..Team::of(org) };
    let found = wanted.client(cx, "Reading")?.team(org, name).await;
    let Some(mut team) = wanted.told(cx, "Reading", found).await? else {
        return Err(cx.error(said::TEAM, format!("There isn't {}.", wanted.called())));
    };
    if !team.list_members_error.is_empty() {
        let why = format!(
            "Reading {} failed. The service says: {}",
            wanted.called(),
            team.list_members_error
        );
        return Err(cx.error(said::TEAM_MEMBERS_UNKNOWN, why));
    }
    team.members.sort_unstable_by(|a, b| a.github_login.cmp(&b.github_login));
    Ok(team)
}

impl Details {
    fn of(team: &cloud::Team) -> Self {
        Self {
            display_name: received(&team.display_name),
            description: received(&team.description),
            kind: received(&team.kind),
        }
    }
}

impl DataSource for Teams {
    const NAME: &'static str = "api_teams";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let teams = Team::of(&org).listed(cx).await?.into_iter().map(|team| {
            Attr::Known(TeamOfList { name: received(&team.name), details: Details::of(&team) })
        });
        Ok(Self { teams: Attr::Known(teams.collect()), organization: Asked::of(org) })
    }
}

impl DataSource for TeamRead {
    const NAME: &'static str = "api_teams_team";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let mut team = team_of(cx, &org, text(&config.name)?).await?;
        let stack =
            |grant: &cloud::StackGrant| (grant.project_name.clone(), grant.stack_name.clone());
        team.stacks.sort_unstable_by_key(stack);
        let environment =
            |grant: &cloud::EnvironmentGrant| (grant.project_name.clone(), grant.env_name.clone());
        team.environments.sort_unstable_by_key(environment);
        let members = team.members.iter().map(|member| {
            Attr::Known(MemberOfTeam {
                user_login: received(&member.github_login),
                name: received(&member.name),
                role: received(&member.role),
            })
        });
        let stacks = team.stacks.iter().filter(|grant| grant.permission != 0).map(|grant| {
            Attr::Known(StackOfTeam {
                project_name: received(&grant.project_name),
                stack_name: received(&grant.stack_name),
                permission: stack_permission::word(grant.permission).into(),
            })
        });
        let environments = team.environments.iter().filter(|grant| grant.permission != "none");
        let environments = environments.map(|grant| {
            let limit = Some(grant.max_open_duration.stored(None)).filter(|text| !text.is_empty());
            Attr::Known(EnvironmentOfTeam {
                project_name: received(&grant.project_name),
                env_name: received(&grant.env_name),
                permission: received(&grant.permission),
                max_open_duration: limit.map(OpenDuration::new).into(),
            })
        });
        Ok(Self {
            organization: Asked::of(org),
            name: config.name,
            details: Details::of(&team),
            members: Attr::Known(members.collect()),
            role_ids: Attr::Known(Set(team.role_ids.iter().map(received).collect())),
            stack_permissions: Attr::Known(stacks.collect()),
            environment_permissions: Attr::Known(environments.collect()),
        })
    }
}
