//! What an organization prescribes for its tokens.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use tokio::time::Instant;

use super::asked_once::AskedOnce;
use super::requests::{Patience, Requests};
use super::{Error, Text};

/// How long it may take to find out, tries and all. Everybody can do without.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// An organization's rules, as far as tokens are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The longest that a token may live, in days; `None` if there is no limit.
    #[serde(rename = "maxAccessTokenExpiryDays", default, deserialize_with = "limit")]
    pub max_token_days: Option<i64>,
    /// The role of a token for which none was asked, if the service tells.
    #[serde(default, deserialize_with = "id")]
    pub default_role_id: Option<Text>,
}

/// The organizations that one client has asked about.
pub(super) struct Organizations {
    requests: Arc<Requests>,
    known: AskedOnce<Organization>,
}

impl Organizations {
    pub(super) fn new(requests: Arc<Requests>) -> Organizations {
        Organizations { requests, known: AskedOnce::new() }
    }

    /// The organization, asked about once.
    pub(super) async fn get(&self, org: &str) -> Result<Organization, Error> {
        self.known.get(org, || self.ask(org, Patience::UntilStopped)).await
    }

    pub(super) fn is_asked(&self, org: &str) -> bool {
        self.known.is_asked(org)
    }

    /// The organization, whether it was asked about before or not.
    pub(super) async fn ask(&self, org: &str, patience: Patience) -> Result<Organization, Error> {
        let metadata = self.requests.get(&["api", "orgs", org, "metadata"]);
        metadata.patience(patience).within(PATIENCE, Instant::now()).json().await
    }
}

/// A limit in days; that of 0 is none.
fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::deserialize(deserializer)?.filter(|days| *days > 0))
}

/// An id; an empty one is none.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.filter(|id| !id.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::super::requests::read_object;
    use super::*;

    #[test]
    fn a_limit_may_be_absent_null_or_zero_but_not_of_another_type() {
        let days = |body: &str| {
            read_object::<Organization>(body.as_bytes()).map(|known| known.max_token_days)
        };
        assert_eq!(days(r#"{"id": "o"}"#), Ok(None));
        assert_eq!(days(r#"{"maxAccessTokenExpiryDays": null}"#), Ok(None));
        assert_eq!(days(r#"{"maxAccessTokenExpiryDays": 0}"#), Ok(None));
        assert_eq!(days(r#"{"maxAccessTokenExpiryDays": 90}"#), Ok(Some(90)));
        assert!(days(r#"{"maxAccessTokenExpiryDays": "90"}"#).is_err());
        assert!(days("[]").is_err());
    }
}
