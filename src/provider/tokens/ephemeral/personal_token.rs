//! Ephemeral `pulumiservice_api_tokens_personaltoken`.

use super::{Common, Kind};
use crate::provider::tokens::kind::Kind as ManagedKind;
use crate::provider::tokens::personal_token;
use crate::provider::tokens::token::{Facts, Token};

crate::attributes! {
    /// An access token of the user whose access token the provider has, for the length of a run.
    ///
    /// It has no name, so that no run spends any.
    ///
    /// It is revoked when the run ends, also if it fails or is interrupted; what a slow service
    /// keeps from being revoked ends with its expiry. Nothing of it is in a state or plan file.
    pub struct PersonalToken {
        common: Common,
    }
}

impl Kind for PersonalToken {
    const NAME: &'static str = personal_token::PersonalToken::NAME;
    const FACTS: &'static Facts = personal_token::PersonalToken::FACTS;

    fn wanted(&self) -> Token {
        Token::nothing(Self::FACTS)
    }

    fn common(&mut self) -> &mut Common {
        &mut self.common
    }
}
