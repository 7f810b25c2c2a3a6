//! `pulumiservice_api_tokens_orgtoken`: an access token of an organization.

use crate::provider::organization::{InOrganization, Organization};
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, RoleChoice};
use super::kind::Kind;
use super::selection::{ByName, ByRole, Filter, Owning, Selection, Which};
use super::token::{Facts, Token};

crate::attributes! {
    /// An access token of a Pulumi Cloud organization.
    ///
    /// The service shows a token's value once, when it is created; from then on only the state holds
    /// it. It can't change a token, so every change but that of a few attributes of Terraform's own
    /// replaces it. And it never frees a name, so a replacement needs another one: give
    /// `name_prefix` and every token gets a name of its own.
    pub struct OrgToken {
        naming: Naming,
        organization: Organization,
        role: RoleChoice,
        common: Common,
        /// `{org_name}/{token_id}`.
        id: Attr<String> = computed().kept(),
    }
}

crate::attributes! {
    /// Tokens of an organization, those of its teams aside.
    pub struct OrgTokenFilter {
        organization: InOrganization,
        which: Which,
        by_name: ByName,
        by_role: ByRole,
    }
}

impl Filter for OrgTokenFilter {
    fn selection(self) -> Selection {
        let Self { organization, which, by_name, by_role } = self;
        let owning = Owning::Organization(organization.org_name);
        Selection { by_name, by_role, ..Selection::of(owning, which) }
    }
}

impl Kind for OrgToken {
    const NAME: &'static str = "api_tokens_orgtoken";
    const PARTS: &'static [Name] = &[Organization::org_name, Common::token_id];
    const FACTS: &'static Facts = &Facts {
        has_name: true,
        has_organization: true,
        has_team: false,
        has_role: true,
        rights: "Managing organization tokens takes the token of an organization admin, or a role \
                 with that permission; an organization token can't manage organization tokens, not \
                 even an admin one.",
    };

    type Filter = OrgTokenFilter;

    fn into_token(self) -> Token {
        let Self { naming, organization, role, common, id } = self;
        Token { naming, organization, role, common, id, ..Token::nothing(Self::FACTS) }
    }

    fn from_token(token: Token) -> Self {
        let Token { naming, organization, role, common, id, .. } = token;
        Self { naming, organization, role, common, id }
    }
}
