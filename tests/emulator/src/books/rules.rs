//! The single rules: each looks at one thing and either passes it or says why not.

use serde::Deserialize;

use super::{Filter, Org, Role};

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 40;
/// The furthest expiry, in seconds from now: two years, of which one may be a leap year.
pub const EXPIRY_LIMIT: i64 = (365 + 366) * DAY;
pub(super) const DAY: i64 = 24 * 60 * 60;

/// A request that the rules turn down: the status and the message of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The message, with its usual beginning.
    pub message: String,
}

impl Refusal {
    /// 400.
    pub fn bad_request(what: impl std::fmt::Display) -> Self {
        Self { status: 400, message: format!("Bad Request: {what}") }
    }

    /// 401.
    pub fn unauthorized(what: impl std::fmt::Display) -> Self {
        Self { status: 401, message: format!("Unauthorized: {what}") }
    }

    /// 403.
    pub fn forbidden(what: impl std::fmt::Display) -> Self {
        Self { status: 403, message: format!("Forbidden: {what}") }
    }

    /// 404.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self { status: 404, message: format!("Not Found: {what}") }
    }

    /// 409.
    pub fn conflict(what: impl std::fmt::Display) -> Self {
        Self { status: 409, message: format!("Conflict: {what}") }
    }
}

/// The query of a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ListQuery {
    pub filter: Option<String>,
    pub max_results: Option<String>,
    pub continuation_token: Option<String>,
}

impl Org {
    pub(super) fn must_sell_tokens(&self) -> Result<&Self, Refusal> {
        if self.sells_tokens() {
            return Ok(self);
        }
        Err(Refusal::forbidden(format_args!(
            "Organization '{}' has no organization and team tokens: they need the Enterprise or \
             Business Critical edition",
            self.name
        )))
    }

    pub(super) fn must_have_team(&self, team: &str) -> Result<&Self, Refusal> {
        if self.team(team).is_some() { Ok(self) } else { Err(no_team(team)) }
    }

    pub(super) fn default_role(&self, admin: bool) -> Result<&Role, Refusal> {
        let fits = |role: &&Role| match admin {
            true => role.default_identifier == "admin",
            false => role.is_org_default,
        };
        self.roles.iter().find(fits).ok_or_else(|| no_role(if admin { "admin" } else { "default" }))
    }
}

impl ListQuery {
    /// What is asked for: the filter, the most tokens of a page, and the id to go on after.
    pub(super) fn read(&self) -> Result<(Filter, usize, Option<String>), Refusal> {
        let filter = match self.filter.as_deref() {
            None | Some("" | "active") => Filter::Active,
            Some("expired") => Filter::Expired,
            Some("all") => Filter::All,
            Some(other) => {
                return Err(Refusal::bad_request(format_args!("invalid filter '{other}'")));
            }
        };
        let most = match self.max_results.as_deref() {
            None | Some("") => 100,
            Some(text) => {
                text.parse().ok().filter(|most| (1..=1000).contains(most)).ok_or_else(|| {
                    Refusal::bad_request("maxResults must be a number between 1 and 1000")
                })?
            }
        };
        let after = match self.continuation_token.as_deref() {
            None | Some("") => None,
            Some(token) => Some(
                continued_after(token)
                    .ok_or_else(|| Refusal::bad_request("invalid continuationToken"))?,
            ),
        };
        Ok((filter, most, after))
    }
}

/// The continuation token of a list that goes on after this id. It has characters in it that mean
/// something in a query, so that a client that does not encode them is found out.
pub fn continuation(after: &str) -> String {
    format!("{after}/+&=?#%2B")
}

pub(super) fn continued_after(token: &str) -> Option<String> {
    token.strip_suffix("/+&=?#%2B").filter(|id| !id.is_empty()).map(str::to_owned)
}

pub(super) fn permit(may: bool, what: &str) -> Result<(), Refusal> {
    if may { Ok(()) } else { Err(Refusal::forbidden(format_args!("not permitted to {what}"))) }
}

pub(super) fn required<T>(field: Option<T>, name: &str) -> Result<T, Refusal> {
    field.ok_or_else(|| Refusal::bad_request(format_args!("missing field '{name}'")))
}

pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    match name.chars().count() {
        0 => Err(Refusal::bad_request("token name must not be empty")),
        1..=NAME_LIMIT => Ok(()),
        _ => Err(Refusal::bad_request(format_args!(
            "token name must be at most {NAME_LIMIT} characters"
        ))),
    }
}

pub(super) fn check_expiry(expires: i64, now: i64) -> Result<(), Refusal> {
    if expires == 0 || (expires > now && expires <= now + EXPIRY_LIMIT) {
        return Ok(());
    }
    Err(Refusal::bad_request("expires must be 0 or in the future, at most two years ahead"))
}

pub(super) fn check_policy(max_days: Option<i64>, expires: i64, now: i64) -> Result<(), Refusal> {
    match max_days {
        Some(days) if days != 0 && (expires == 0 || expires > now + days * DAY) => {
            Err(Refusal::bad_request(format_args!(
                "the organization's policy requires tokens to expire within {days} days"
            )))
        }
        _ => Ok(()),
    }
}

pub(super) fn no_org(name: &str) -> Refusal {
    Refusal::not_found(format_args!("Organization '{name}' not found"))
}

pub(super) fn no_team(name: &str) -> Refusal {
    Refusal::not_found(format_args!("Team {name} not found"))
}

pub(super) fn no_user(login: &str) -> Refusal {
    Refusal::not_found(format_args!("User '{login}' not found"))
}

pub(super) fn must_have(org: &Org, feature: &str, what: &str) -> Result<(), Refusal> {
    match org.has(feature) {
        true => Ok(()),
        false => Err(Refusal::forbidden(format_args!(
            "Organization '{}' does not have {what} ({feature})",
            org.name
        ))),
    }
}

/// The organization's policy bites on every request, also on that of a token made before it.
pub(super) fn check_life(org: &Org, left: Option<i64>) -> Result<(), Refusal> {
    match org.max_expiry_days {
        Some(days) if days != 0 && left.is_some_and(|left| left > days * DAY) => {
            Err(Refusal::forbidden(format_args!(
                "Organization '{}' requires access tokens to expire within {days} days",
                org.name
            )))
        }
        _ => Ok(()),
    }
}

pub(super) fn no_role(id: &str) -> Refusal {
    Refusal::not_found(format_args!("Role '{id}' not found"))
}
