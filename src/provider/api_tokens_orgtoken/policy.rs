//! The organization's policy on how long tokens may live, held against a plan. The service has
//! the last word; this only says it before anything is done.

use crate::cloud::Client;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::provider::durations::{DAY, when};

use super::checks::duration;
use super::model::Model;
use super::token_of;

/// Refuses a token that the policy would refuse. Where the policy can't be asked for, nothing is
/// said.
pub async fn check_new(client: &Client, org: &str, planned: &Model, now: i64) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(days) = longest_days(client, org).await else { return found };
    let limit = days.saturating_mul(DAY);
    let policy =
        format!("The policy of the organization {org:?} lets a token live at most {days} days");
    let summary = "The organization's policy doesn't allow such a token";
    if let Some(expires) = planned.expires.as_i64() {
        let problem = if expires == 0 {
            format!("{policy}, and this one would never expire. Give it an expire_after.")
        } else if expires > now.saturating_add(limit) {
            format!(
                "{policy}, until {} from now on; expires is {expires} ({}).",
                when(now.saturating_add(limit)),
                when(expires)
            )
        } else {
            return found;
        };
        found.error_at(Path::attribute("expires"), summary, problem);
    } else if let Some(life) = duration(&planned.expire_after).filter(|life| *life > limit) {
        let given = planned.expire_after.as_str().unwrap_or_default();
        found.error_at(
            Path::attribute("expire_after"),
            summary,
            format!("{policy}; expire_after is {given:?}, {life} seconds."),
        );
    }
    found
}

/// Warns of a token that exists and violates the policy.
pub async fn check_existing(client: &Client, org: &str, prior: &Model, now: i64) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(expires) = prior.expires.as_i64() else { return found };
    let Some(days) = longest_days(client, org).await else { return found };
    if expires == 0 || expires > now.saturating_add(days.saturating_mul(DAY)) {
        let end = if expires == 0 {
            "never expires".to_owned()
        } else {
            format!("expires at {}", when(expires))
        };
        found.warning(
            "The token violates the organization's policy",
            format!(
                "The policy of the organization {org:?} lets a token live at most {days} days, \
                 but {} {end}. Replace it by one that expires sooner.",
                token_of(&prior.name, org)
            ),
        );
    }
    found
}

/// For those who asked for this warning.
pub fn warn_if_never_expires(planned: &Model, found: &mut Diagnostics) {
    if planned.expires.as_i64() == Some(0) {
        found.warning_at(
            Path::attribute("expires"),
            "The token never expires",
            "Whoever finds it can use it for ever. Give it a life with expire_after. (The \
             provider's warn_never_expires asks for this warning.)",
        );
    }
}

async fn longest_days(client: &Client, org: &str) -> Option<i64> {
    match client.organization(org).await {
        Ok(policy) => policy.max_token_days,
        Err(error) => {
            log::debug!("the policy of the organization is not known: {error}");
            None
        }
    }
}
