//! Which tokens a list is about: filters that lists, data sources and queries share.

use jiff::Timestamp;

use crate::cloud::{Owner, Status, Token as ListedToken};
use crate::provider::block::holds_token;
use crate::provider::organization;
use crate::provider::prelude::*;
use crate::provider::texts::text;

use super::attributes::LONGEST_NAME;

crate::attributes! {
    /// Which tokens are meant, by what every token has.
    pub struct Which {
        /// `active` for tokens that give access, `expired`, or `all` for both.
        status: Attr<String> =
            optional().one_of_words(&["active", "expired", "all"]).otherwise("`active`"),
        /// Only tokens that end within this time from now on, such as `30d` (units `w`, `d`, `h`,
        /// `m`, `s`).
        expires_within: Attr<Duration> = optional(),
        /// Only tokens that have not been used for this long, such as `90d`. A token that was never
        /// used counts from its creation.
        unused_for: Attr<Duration> = optional(),
    }
}

crate::attributes! {
    /// Which tokens are meant, by name.
    pub struct ByName {
        /// Only tokens whose name begins like this.
        name_prefix: Attr<String> =
            optional().length(1..=LONGEST_NAME).no_secret(holds_token),
    }
}

crate::attributes! {
    /// Which tokens are meant, by what they may do.
    pub struct ByRole {
        /// Only tokens that have the role with this id, whether it was asked for or is the
        /// organization's default.
        role_id: Attr<String> = optional().no_secret(holds_token),
        /// Only tokens that have the built-in Admin role, or only those that don't.
        admin: Attr<bool> = optional(),
    }
}

/// A filter of some kind of token.
pub trait Filter: Attributes {
    /// The tokens that it means.
    fn selection(self) -> Selection;
}

/// The tokens that are meant. What their kind doesn't have is null.
#[derive(Clone, Debug)]
pub struct Selection {
    pub owning: Owning,
    pub which: Which,
    pub by_name: ByName,
    pub by_role: ByRole,
}

/// Whose tokens are meant.
#[derive(Clone, Debug)]
pub enum Owning {
    Organization(Attr<String>),
    Team(Attr<String>, Attr<String>),
    User,
}

impl Owning {
    /// The owner; the provider's organization if none is named.
    pub fn owner(&self, cx: &Context) -> Result<Owner, Reported> {
        Ok(match self {
            Self::Organization(org) => Owner::organization(organization::asked(cx, org)?),
            Self::Team(org, team) => Owner::team(organization::asked(cx, org)?, text(team)?),
            Self::User => Owner::User,
        })
    }
}

impl Selection {
    /// All active tokens of an owner.
    pub fn of(owning: Owning, which: Which) -> Self {
        Self { owning, which, by_name: ByName::default(), by_role: ByRole::default() }
    }

    /// The status that the tokens have.
    ///
    /// # Errors
    /// It is not known yet.
    pub fn status(&self) -> Result<Status, NotKnownYet> {
        Ok(match self.which.status.text()? {
            Some("expired") => Status::Expired,
            Some("all") => Status::All,
            _ => Status::Active,
        })
    }

    /// Whether a token is meant, whatever its status is; `now` is in Unix seconds.
    pub fn holds(&self, token: &ListedToken, now: i64) -> bool {
        let within = self.which.expires_within.is_null_or(|ahead| {
            token.expires != 0 && token.expires <= now.saturating_add(ahead.seconds())
        });
        let unused = self.which.unused_for.is_null_or(|span| {
            used_or_made(token).is_some_and(|then| then <= now.saturating_sub(span.seconds()))
        });
        let named =
            self.by_name.name_prefix.is_null_or(|prefix| token.name.raw().starts_with(prefix));
        let in_role = self
            .by_role
            .role_id
            .is_null_or(|wanted| token.role.as_ref().is_some_and(|role| role.id == *wanted));
        let admin = self.by_role.admin.is_null_or(|wanted| token.is_admin() == *wanted);
        within && unused && named && in_role && admin
    }
}

/// When a token was used for the last time, or else made, in Unix seconds; `None` if the service
/// doesn't tell.
fn used_or_made(token: &ListedToken) -> Option<i64> {
    if token.last_used > 0 {
        return Some(token.last_used);
    }
    token.created_at().map(Timestamp::as_second)
}
