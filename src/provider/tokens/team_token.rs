//! `pulumiservice_api_tokens_teamtoken`: an access token of a team.

use crate::provider::organization::{InOrganization, Organization};
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, OfTeam};
use super::kind::Kind;
use super::selection::{ByName, Filter, Owning, Selection, Which};
use super::token::{Facts, Token};

crate::attributes! {
    /// An access token of a team of a Pulumi Cloud organization.
    ///
    /// It may do what the team's roles and grants allow, and what the organization lets its members do
    /// by default; it ends with the team. As with organization tokens, the service shows the value
    /// once, changes nothing, and never frees a name.
    pub struct TeamToken {
        naming: Naming,
        organization: Organization,
        team: OfTeam,
        common: Common,
        /// `{org_name}/{team_name}/{token_id}`.
        id: Attr<String> = computed().kept(),
    }
}

crate::attributes! {
    /// Tokens of a team.
    pub struct TeamTokenFilter {
        organization: InOrganization,
        /// The team.
        team_name: Attr<String> = required().plain_text(),
        which: Which,
        by_name: ByName,
    }
}

impl Filter for TeamTokenFilter {
    fn selection(self) -> Selection {
        let Self { organization, team_name, which, by_name } = self;
        let owning = Owning::Team(organization.org_name, team_name);
        Selection { by_name, ..Selection::of(owning, which) }
    }
}

impl Kind for TeamToken {
    const NAME: &'static str = "api_tokens_teamtoken";
    const PARTS: &'static [Name] = &[Organization::org_name, OfTeam::team_name, Common::token_id];
    const FACTS: &'static Facts = &Facts {
        has_name: true,
        has_organization: true,
        has_team: true,
        has_role: false,
        rights: "Managing a team's tokens takes the token of an organization admin or of an admin of \
                 the team.",
    };

    type Filter = TeamTokenFilter;

    fn into_token(self) -> Token {
        let Self { naming, organization, team, common, id } = self;
        Token { naming, organization, team, common, id, ..Token::nothing(Self::FACTS) }
    }

    fn from_token(token: Token) -> Self {
        let Token { naming, organization, team, common, id, .. } = token;
        Self { naming, organization, team, common, id }
    }
}
