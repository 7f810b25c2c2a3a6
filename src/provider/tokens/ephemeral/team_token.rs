//! Ephemeral `pulumiservice_api_tokens_teamtoken`.

use crate::provider::organization::InOrganization;
use crate::provider::prelude::*;

use super::{Common, Kind, Naming};
use crate::provider::tokens::kind::Kind as ManagedKind;
use crate::provider::tokens::team_token;
use crate::provider::tokens::token::{Facts, Token};

crate::attributes! {
    /// An access token of a team, for the length of a run.
    ///
    /// **Names are spent for good**: a `plan` opens one token, an `apply` two (OpenTofu at times one if
    /// there is nothing to do), a `destroy` one. If a CI system's id token can be exchanged, the ephemeral
    /// `pulumiservice_api_oauth_token` spends none.
    ///
    /// It is revoked when the run ends, also if it fails or is interrupted; what a slow service
    /// keeps from being revoked ends with its expiry. Nothing of it is in a state or plan file.
    pub struct TeamToken {
        organization: InOrganization,
        /// The team.
        team_name: Attr<String> = required().plain_text(),
        naming: Naming,
        common: Common,
    }
}

impl Kind for TeamToken {
    const NAME: &'static str = team_token::TeamToken::NAME;
    const FACTS: &'static Facts = team_token::TeamToken::FACTS;

    fn wanted(&self) -> Token {
        let mut token = Token::nothing(Self::FACTS);
        token.organization.org_name = self.organization.org_name.clone();
        token.team.team_name = self.team_name.clone();
        token.naming.name_prefix = self.naming.name_prefix.clone();
        token
    }

    fn common(&mut self) -> &mut Common {
        &mut self.common
    }
}
