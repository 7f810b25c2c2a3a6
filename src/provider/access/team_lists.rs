//! Teams and their members, as lists of existing objects.

use super::team::Team;
use super::team_member::TeamMember;
use super::teams_read::{team_of, teams_of};
use super::{InOrganization, organization};
use crate::framework::prelude::{Attr, Context, Reported, optional, required};
use crate::framework::resource::{List, Listed, Wanted};

crate::attributes! {
    /// The members of a team.
    pub struct MembersFilter {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional(),
        /// The team's name.
        team_name: Attr<String> = required().length(1..=usize::MAX),
    }
}

impl List for Team {
    type Filter = InOrganization;

    async fn list(
        cx: &Context,
        filter: InOrganization,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.org_name)?;
        let teams = teams_of(cx, &org).await?;
        let listed = teams.iter().take(wanted.limit).map(|team| {
            let name = team.name.stored(None);
            let display_name =
                if team.display_name.is_empty() { &team.name } else { &team.display_name };
            let nothing = Self {
                org_name: org.as_str().into(),
                name: name.into(),
                github_team_id: Attr::Null,
                display_name: Attr::Null,
                description: Attr::Null,
                kind: Attr::Null,
                id: Attr::Null,
            };
            Listed { display_name: display_name.to_string(), object: nothing.observed(team) }
        });
        Ok(listed.collect())
    }
}

impl List for TeamMember {
    type Filter = MembersFilter;

    async fn list(
        cx: &Context,
        filter: MembersFilter,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.org_name)?;
        let team = filter.team_name;
        let members = team_of(cx, &org, team.text().unwrap_or_default()).await?.members;
        let listed = members.iter().take(wanted.limit).map(|member| {
            let nothing = Self {
                org_name: org.as_str().into(),
                team_name: team.clone(),
                user_login: member.github_login.stored(None).into(),
                role: Attr::Null,
                id: Attr::Null,
            };
            let display_name = member.github_login.to_string();
            Listed { display_name, object: nothing.observed(member) }
        });
        Ok(listed.collect())
    }
}
