//! What an organization has, as lists of existing objects.

use super::issuer::Issuer;
use super::member::Member;
use super::object::Object;
use super::records::Recorded;
use super::role::Role;
use super::team::Team;
use super::team::data::team_of;
use super::team::member::TeamMember;
use crate::framework::resource::{List, Listed, Wanted};
use crate::provider::organization::{self, InOrganization};
use crate::provider::prelude::{Attr, Context, PlainText, Reported, required};
use crate::provider::texts::text;

crate::attributes! {
    /// The members of a team.
    pub struct MembersFilter {
        organization: InOrganization,
        /// The team's name.
        team_name: Attr<String> = required().plain_text(),
    }
}

/// What the service has a list of, by organization, with a filter for each.
macro_rules! recorded {
    ($($kind:ty, $filter:ident: $doc:literal;)*) => {$(
        crate::attributes! {
            #[doc = $doc]
            pub struct $filter {
                organization: InOrganization,
            }
        }

        impl List for $kind {
            type Filter = $filter;

            async fn list(
                cx: &Context,
                filter: $filter,
                wanted: Wanted,
            ) -> Result<Vec<Listed<Self>>, Reported> {
                let whose = Self::of(&organization::asked(cx, &filter.organization.org_name)?);
                let all = whose.listed(cx).await?;
                let shown = all.iter().filter_map(|record| whose.clone().shown(record));
                Ok(shown.take(wanted.limit).collect())
            }
        }
    )*};
}

recorded! {
    Team, TeamsFilter: "The teams of an organization.";
    Role, RolesFilter: "The custom roles of an organization.";
    Issuer, IssuersFilter: "The OIDC issuers of an organization.";
    Member, OrganizationMembersFilter: "The members of an organization.";
}

impl List for TeamMember {
    type Filter = MembersFilter;

    async fn list(
        cx: &Context,
        filter: MembersFilter,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.organization.org_name)?;
        let team = team_of(cx, &org, text(&filter.team_name)?).await?;
        let shown = team.members.iter().take(wanted.limit).map(|member| {
            let login = member.github_login.stored(None);
            let whose = Self {
                team_name: filter.team_name.clone(),
                user_login: login.as_str().into(),
                ..Self::of(&org)
            };
            Listed { display_name: login, object: whose.observed(member) }
        });
        Ok(shown.collect())
    }
}
