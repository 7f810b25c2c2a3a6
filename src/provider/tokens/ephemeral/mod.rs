//! Tokens for the length of a run: made when it opens them, revoked when it closes them, and never
//! stored. One life, and a short file for each kind.
//!
//! Engines don't close what they opened if a run fails or is cut off; they end the provider. So a
//! token is on loan until it is closed, and what is on loan at the end is revoked then.

mod oauth_token;
mod org_token;
mod personal_token;
mod team_token;

pub use oauth_token::OauthToken;
pub use org_token::OrgToken;
pub use personal_token::PersonalToken;
pub use team_token::TeamToken;

use crate::cloud::Owner;
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::provider::block::holds_token;
use crate::provider::messages::tokens as said;
use crate::provider::organization::{self, InOrganization};
use crate::provider::prelude::*;

use super::attributes::{LIVES_TWO_YEARS, LONGEST_LIFE, LONGEST_PREFIX};
use super::token::{Facts, Token};
use super::{create, delete};

/// What is kept for closing, under the attributes' names: the id, and whose the token is.
const TOKEN_ID: &str = Common::token_id.as_str();
const ORGANIZATION: &str = InOrganization::org_name.as_str();
const TEAM: &str = TeamToken::team_name.as_str();

crate::attributes! {
    /// How an ephemeral token is named.
    pub struct Naming {
        /// Names the token with this prefix and 8 random characters. Every run spends a name or two
        /// for good.
        name_prefix: Attr<String> = optional().default("tf-")
            .length(1..=LONGEST_PREFIX)
            .no_secret(holds_token),
    }
}

crate::attributes! {
    /// What every ephemeral token has.
    pub struct Common {
        /// What the token is for, shown in Pulumi Cloud.
        description: Attr<String> = optional().default(""),
        /// How long the token lives if nobody revokes it before: the longest that one can be left
        /// over when a run is cut off.
        expire_after: Attr<Duration> = optional()
            .default(one_hour())
            .longer_than_zero()
            .at_most_days(LONGEST_LIFE, LIVES_TWO_YEARS),
        /// Sent to the organization's audit log.
        reason: Attr<String> = optional(),
        /// The id that the service gave the token.
        token_id: Attr<String> = computed(),
        /// The secret.
        token_value: Attr<Secret> = computed(),
        /// When the token expires, in Unix seconds.
        expires: Attr<i64> = computed(),
        /// When the token expires, in RFC 3339.
        expires_at: Attr<String> = computed(),
    }
}

fn one_hour() -> Duration {
    Duration::parse("1h").unwrap_or_else(|_| unreachable!("1h is a duration"))
}

/// A kind of token that can be had for the length of a run.
pub trait Kind: Attributes {
    /// The ephemeral resource's name, without the provider's prefix.
    const NAME: &'static str;
    /// What sets the kind apart.
    const FACTS: &'static Facts;

    /// The token to make, but for what all kinds have.
    fn wanted(&self) -> Token;
    /// What all kinds have.
    fn common(&mut self) -> &mut Common;

    /// Checks what the declaration's rules can't say.
    fn check(&self, cx: &Context) {
        let _ = cx;
    }
}

impl<K: Kind> EphemeralResource for K {
    const NAME: &'static str = <K as Kind>::NAME;

    fn validate(cx: &Context, config: Self) {
        config.check(cx);
    }

    async fn open(cx: &Context, mut config: Self) -> Result<Opened<Self>, Reported> {
        config.check(cx);
        cx.ended()?;
        let mut wanted = config.wanted();
        if K::FACTS.has_organization {
            let org = &mut wanted.organization.org_name;
            *org = organization::asked(cx, org)?.into();
        }
        let common = config.common();
        wanted.common.description = common.description.clone();
        wanted.common.expire_after = common.expire_after.clone();
        wanted.common.expires = Attr::Unknown;
        wanted.common.reason = common.reason.clone();
        if K::FACTS.has_name {
            wanted.naming.name = Attr::Unknown;
        }
        // Nothing may come between making a token and noting that it is lent.
        let client = cx.client_for(&format!("Creating {}", wanted.title()))?;
        let made = create::create(cx, wanted).await?;
        if let (Some(owner), Some(id)) = (made.owner(), made.id()) {
            let expires = made.end().unwrap_or_default();
            client.lend(&owner, id, made.name(), expires);
        }
        cx.set_private(TOKEN_ID, made.id());
        cx.set_private(ORGANIZATION, made.org());
        cx.set_private(TEAM, made.team());
        common.token_id = made.common.token_id;
        common.token_value = made.common.token_value;
        common.expires = made.common.expires;
        common.expires_at = made.common.expires_at;
        Ok(Opened { result: config, renew_at: None })
    }

    async fn close(cx: &Context) -> Result<(), Reported> {
        let Some(id) = cx.private(TOKEN_ID) else { return Ok(()) };
        let owner = match (cx.private(ORGANIZATION), cx.private(TEAM)) {
            (Some(org), Some(team)) => Owner::team(org, team),
            (Some(org), None) => Owner::organization(org),
            (None, _) => Owner::User,
        };
        let doing = format!("Revoking the ephemeral token {id} of {owner}");
        let client = cx.client_for(&doing)?;
        match client.give_back(&owner, &id).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let why = delete::why(K::FACTS, &doing, &error);
                Err(cx.error(said::CANT_DELETE, format!("{why} It ends with its expiry.")))
            }
        }
    }
}
