//! `pulumiservice_api_tokens_personaltoken`: an access token of the user who the provider runs as.

use crate::provider::prelude::*;

use super::attributes::Common;
use super::kind::Kind;
use super::selection::{Filter, Owning, Selection, Which};
use super::token::{Facts, Token};

crate::attributes! {
    /// An access token of the user whose access token the provider has.
    ///
    /// It may do all that the user may. It has no name, so that a replacement is never in its own
    /// way; but if the answer to its creation is lost, nothing tells which token it was.
    ///
    /// Nobody sees the personal tokens of others: a run with another user's access token is an error
    /// and leaves the token in the state.
    pub struct PersonalToken {
        common: Common,
        /// `{token_id}`.
        id: Attr<String> = computed().kept(),
    }
}

crate::attributes! {
    /// Tokens of the user whose access token the provider has.
    pub struct PersonalTokenFilter {
        which: Which,
    }
}

impl Filter for PersonalTokenFilter {
    fn selection(self) -> Selection {
        Selection::of(Owning::User, self.which)
    }
}

impl Kind for PersonalToken {
    const NAME: &'static str = "api_tokens_personaltoken";
    const PARTS: &'static [Name] = &[Common::token_id];
    const FACTS: &'static Facts = &Facts {
        has_name: false,
        has_organization: false,
        has_team: false,
        has_role: false,
        rights: "Only a user has personal tokens: the access token must be a user's, not an \
                 organization's or a team's.",
    };

    type Filter = PersonalTokenFilter;

    fn into_token(self) -> Token {
        let Self { common, id } = self;
        Token { common, id, ..Token::nothing(Self::FACTS) }
    }

    fn from_token(token: Token) -> Self {
        Self { common: token.common, id: token.id }
    }
}
