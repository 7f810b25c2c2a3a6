//! What the tokens of an OIDC issuer are exchanged for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Client, Error, Text};

/// The policy of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Policy {
    /// The service's identifier, which is not the issuer's.
    pub id: Text,
    /// Its entries, in no order.
    #[serde(default)]
    pub policies: Vec<PolicyEntry>,
}

/// An entry of a policy. What is absent and what is empty mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PolicyEntry {
    /// `allow` or `deny`.
    pub decision: Text,
    /// `organization`, `team`, `personal` or `runner`.
    pub token_type: Text,
    /// The team, as a pattern.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub team_name: Text,
    /// The user, as a pattern.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub user_login: Text,
    /// The runner, as a pattern.
    #[serde(rename = "runnerID", skip_serializing_if = "Text::is_empty")]
    pub runner_id: Text,
    /// The role of an organization token.
    #[serde(rename = "roleID", skip_serializing_if = "Text::is_empty")]
    pub role_id: Text,
    /// `admin` or `standard`, for organization tokens.
    pub authorized_permissions: Vec<Text>,
    /// Patterns of claims, by the paths to them.
    pub rules: BTreeMap<String, Text>,
}

impl PolicyEntry {
    /// The entry that denies everything.
    fn denial() -> PolicyEntry {
        PolicyEntry {
            decision: "deny".into(),
            token_type: "organization".into(),
            ..PolicyEntry::default()
        }
    }
}

impl Policy {
    /// Whether nothing is allowed, as after an issuer's registration.
    pub fn only_denies(&self) -> bool {
        self.policies.iter().all(|entry| entry.decision == "deny")
    }

    /// Whether it has these entries, in whatever order.
    pub fn is(&self, entries: &[PolicyEntry]) -> bool {
        sorted(&self.policies) == sorted(entries)
    }
}

fn sorted(entries: &[PolicyEntry]) -> Vec<PolicyEntry> {
    let mut entries = entries.to_vec();
    entries.iter_mut().for_each(|entry| entry.authorized_permissions.sort_unstable());
    entries.sort_unstable();
    entries
}

impl Client {
    /// The policy of an issuer; `None` if there is no such issuer. The service answers an unknown
    /// issuer like a bad request, so that the issuer is asked for first.
    pub async fn policy(&self, org: &str, issuer: &str) -> Result<Option<Policy>, Error> {
        if self.issuer(org, issuer).await?.is_none() {
            return Ok(None);
        }
        let path = ["api", "orgs", org, "auth", "policies", "oidcissuers", issuer];
        self.requests().get(&path).json().await.map(Some)
    }

    /// Gives an issuer's policy, which has this id, these entries instead of what it has. If the
    /// answer was lost, reading it tells what came of that.
    pub async fn write_policy(
        &self,
        org: &str,
        issuer: &str,
        id: &str,
        entries: &[PolicyEntry],
    ) -> Result<Policy, Error> {
        #[derive(Serialize)]
        struct Change<'a> {
            policies: &'a [PolicyEntry],
        }
        let path = ["api", "orgs", org, "auth", "policies", id];
        match self.requests().patch(&path, &Change { policies: entries }).json().await {
            Err(error) if error.may_have_acted() => match self.policy(org, issuer).await {
                Ok(Some(found)) if found.is(entries) => Ok(found),
                _ => Err(error),
            },
            written => written,
        }
    }

    /// Takes away all that an issuer's policy allows. An issuer that is gone allows nothing.
    pub async fn deny_everything(&self, org: &str, issuer: &str) -> Result<(), Error> {
        match self.policy(org, issuer).await? {
            Some(found) if !found.only_denies() => {
                let denial = [PolicyEntry::denial()];
                self.write_policy(org, issuer, found.id.raw(), &denial).await.map(drop)
            }
            _ => Ok(()),
        }
    }
}
