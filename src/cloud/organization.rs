//! What an organization prescribes for its tokens.

use serde::Deserialize;

use super::http::read_object;

/// An organization's rules, as far as tokens are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The longest that a token may live, in days; `None` where there is no limit.
    pub max_token_days: Option<i64>,
    /// The role of a token for which none was asked, where the service tells.
    pub default_role_id: Option<String>,
}

impl Policy {
    /// Reads the body of an answer. The error says where and why; it may quote the body.
    pub(super) fn read(body: &[u8]) -> Result<Policy, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Metadata {
            max_access_token_expiry_days: Option<i64>,
            default_role_id: Option<String>,
        }
        let metadata: Metadata = read_object(body)?;
        Ok(Policy {
            max_token_days: metadata.max_access_token_expiry_days,
            default_role_id: metadata.default_role_id.filter(|id| !id.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_may_be_absent_or_null_but_not_of_another_type() {
        let days = |body: &str| Policy::read(body.as_bytes()).map(|policy| policy.max_token_days);
        assert_eq!(days(r#"{"id": "o"}"#), Ok(None));
        assert_eq!(days(r#"{"maxAccessTokenExpiryDays": null}"#), Ok(None));
        assert_eq!(days(r#"{"maxAccessTokenExpiryDays": 90}"#), Ok(Some(90)));
        assert!(days(r#"{"maxAccessTokenExpiryDays": "90"}"#).is_err());
        assert!(days("[]").is_err());
    }
}
