//! Ephemeral `pulumiservice_api_tokens_orgtoken`.

use crate::provider::block::holds_token;
use crate::provider::messages::tokens as said;
use crate::provider::organization::InOrganization;
use crate::provider::prelude::*;

use super::{Common, Kind, Naming};
use crate::provider::tokens::kind::Kind as ManagedKind;
use crate::provider::tokens::org_token;
use crate::provider::tokens::token::{Facts, Token};

crate::attributes! {
    /// An access token of a Pulumi Cloud organization, for the length of a run.
    ///
    /// **Names are spent for good**: a `plan` opens one token, an `apply` two (OpenTofu at times one if
    /// there is nothing to do), a `destroy` one. If a CI system's id token can be exchanged, the ephemeral
    /// `pulumiservice_api_oauth_token` spends none.
    ///
    /// It is revoked when the run ends, also if it fails or is interrupted; what a slow service
    /// keeps from being revoked ends with its expiry. Nothing of it is in a state or plan file.
    pub struct OrgToken {
        organization: InOrganization,
        naming: Naming,
        /// Whether the token gets the built-in Admin role; the older form of `role_id`.
        admin: Attr<bool> = optional().default(false),
        /// The id of the role that the token gets; the data source `pulumiservice_api_roles` lists
        /// them.
        role_id: Attr<String> = optional()
            .otherwise("the organization's default role")
            .no_secret(holds_token),
        common: Common,
    }
}

impl Kind for OrgToken {
    const NAME: &'static str = org_token::OrgToken::NAME;
    const FACTS: &'static Facts = org_token::OrgToken::FACTS;

    fn wanted(&self) -> Token {
        let mut token = Token::nothing(Self::FACTS);
        token.organization.org_name = self.organization.org_name.clone();
        token.naming.name_prefix = self.naming.name_prefix.clone();
        token.role.admin = self.admin.clone();
        token.role.role_id = self.role_id.clone();
        token
    }

    fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    /// Which role it is only the service knows, and it is not asked for a token of one run.
    fn check(&self, cx: &Context) {
        if self.admin.is(&true) && self.role_id.is_known() {
            let detail = "admin = true gives the token the built-in Admin role, whatever role \
                          role_id names. Remove one of the two.";
            cx.error_at(Self::admin, said::ADMIN_BESIDE_ROLE, detail);
        }
    }
}
