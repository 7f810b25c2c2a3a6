//! What the tokens of an issuer are exchanged for.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::issuer::without_zone;
use super::{Asked, Books, How, Issuer, Org, Refusal, shuffled};

/// The most entries of a policy.
const ENTRY_LIMIT: usize = 40;

/// The policy of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its id, which is not the issuer's.
    pub id: String,
    /// Its entries, in the order in which they were written.
    pub entries: Vec<PolicyEntry>,
    /// One more than the number of its changes.
    pub version: i64,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// When it was last changed, in Unix seconds.
    pub modified: i64,
    /// How it was last changed.
    pub how: How,
}

/// An entry of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PolicyEntry {
    /// `allow` or `deny`.
    pub decision: String,
    /// `organization`, `team`, `personal` or `runner`.
    pub token_type: String,
    /// The team, as a pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_name: Option<String>,
    /// The user, as a pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_login: Option<String>,
    /// The runner, as a pattern.
    #[serde(rename = "runnerID", skip_serializing_if = "Option::is_none")]
    pub runner_id: Option<String>,
    /// The role of an organization token.
    #[serde(rename = "roleID", skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// `admin` or `standard`, for organization tokens.
    pub authorized_permissions: Option<Vec<String>>,
    /// Patterns of claims, by the paths to them.
    pub rules: Map<String, Value>,
}

impl PolicyEntry {
    /// The entry that denies everything.
    pub fn denial() -> Self {
        Self {
            decision: "deny".to_owned(),
            token_type: "organization".to_owned(),
            authorized_permissions: Some(vec![]),
            ..Self::default()
        }
    }

    fn check(&self, org: &Org) -> Result<(), Refusal> {
        let given = |field: &Option<String>| field.as_ref().is_some_and(|text| !text.is_empty());
        let permissions = self.authorized_permissions.as_deref().unwrap_or_default();
        let wrong = if !["allow", "deny"].contains(&self.decision.as_str()) {
            format!("invalid decision '{}'", self.decision)
        } else if permissions.iter().any(|one| one != "admin" && one != "standard") {
            "invalid authorizedPermissions".to_owned()
        } else if self.rules.values().any(|pattern| !pattern.is_string()) {
            "rules must be strings".to_owned()
        } else {
            match self.token_type.as_str() {
                "team" if !given(&self.team_name) => "teamName is required".to_owned(),
                "personal" if !given(&self.user_login) => "userLogin is required".to_owned(),
                "runner" if !given(&self.runner_id) => "runnerID is required".to_owned(),
                "team" | "personal" | "runner" if given(&self.role_id) => {
                    "roleID is for organization tokens".to_owned()
                }
                "team" | "personal" | "runner" if !permissions.is_empty() => {
                    "authorizedPermissions are for organization tokens".to_owned()
                }
                "organization"
                    if self.decision == "allow"
                        && !given(&self.role_id)
                        && permissions.is_empty() =>
                {
                    "roleID or authorizedPermissions is required".to_owned()
                }
                "organization" | "team" | "personal" | "runner" => String::new(),
                other => format!("invalid tokenType '{other}'"),
            }
        };
        if !wrong.is_empty() {
            return Err(Refusal::bad_request(wrong));
        }
        match self.role_id.as_ref().filter(|id| !id.is_empty() && org.assignable(id).is_none()) {
            Some(id) => Err(Refusal::bad_request(format_args!("Role '{id}' not found"))),
            None => Ok(()),
        }
    }

    /// Whether the claims of an id token are as the rules want them.
    pub(super) fn meets(&self, claims: &Map<String, Value>) -> bool {
        self.rules.iter().all(|(path, pattern)| {
            let claim = claim(claims, path);
            claim.is_some_and(|claim| fits(pattern.as_str().unwrap_or(""), &claim))
        })
    }
}

impl Policy {
    /// A policy that denies everything.
    pub fn denying(id: String, now: i64) -> Self {
        let entries = vec![PolicyEntry::denial()];
        Self { id, entries, version: 1, created: now, modified: now, how: How::ByHand }
    }

    /// Whether nothing is allowed.
    pub fn only_denies(&self) -> bool {
        self.entries.iter().all(|entry| entry.decision == "deny")
    }

    fn shown(&self, org: &Org) -> Value {
        let entries = self.entries.iter().map(|entry| {
            let mut shown = json!(entry);
            shown["authorizedPermissions"] =
                json!(entry.authorized_permissions.as_deref().unwrap_or_default());
            shown
        });
        json!({
            "id": self.id,
            "version": self.version,
            "created": without_zone(self.created),
            "modified": without_zone(self.modified),
            "policies": shuffled(entries.collect(), org.quirks.reorders),
        })
    }
}

impl Books {
    /// The policy of an issuer.
    pub fn get_policy(&self, by: &Asked, org: &str, issuer: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("auth_policies:read")?;
        let unknown = || Refusal::bad_request(format_args!("unknown OIDC issuer '{issuer}'"));
        Ok(org.issuer(issuer).ok_or_else(unknown)?.policy.shown(org))
    }

    /// Writes all entries of a policy.
    pub fn update_policy(
        &mut self,
        by: &Asked,
        org: &str,
        id: &str,
        entries: Vec<PolicyEntry>,
    ) -> Result<Value, Refusal> {
        let org = self.org_of(by, org)?;
        by.may("auth_policies:update")?;
        if entries.is_empty() {
            return Err(Refusal::bad_request("policy definition can not be empty"));
        }
        if entries.len() > ENTRY_LIMIT {
            return Err(Refusal::bad_request(format_args!("more than {ENTRY_LIMIT} entries")));
        }
        entries.iter().try_for_each(|entry| entry.check(org))?;
        let of_id = |issuer: &&mut Issuer| issuer.policy.id == id;
        let issuer = org.issuers.iter_mut().find(of_id);
        let unknown = || Refusal::bad_request(format_args!("unknown policy '{id}'"));
        let policy = &mut issuer.ok_or_else(unknown)?.policy;
        policy.entries = entries;
        policy.version += 1;
        (policy.modified, policy.how) = (by.now, by.how);
        let policy = policy.clone();
        Ok(policy.shown(org))
    }
}

/// A claim as text, by a path whose parts are quoted if they have points in them.
fn claim(claims: &Map<String, Value>, path: &str) -> Option<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => parts.last_mut()?.push(c),
        }
    }
    let (first, rest) = parts.split_first()?;
    let value = rest.iter().try_fold(claims.get(first)?, |value, part| value.get(part))?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Whether a text fits a pattern: `*` is any number of characters, `?` none or one, `.` one.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    let next = text.chars().next();
    let after = next.map_or("", |c| &text[c.len_utf8()..]);
    match first {
        '*' => fits(rest, text) || next.is_some() && fits(pattern, after),
        '?' => fits(rest, text) || next.is_some() && fits(rest, after),
        '.' => next.is_some() && fits(rest, after),
        _ => next == Some(first) && fits(rest, after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_three_wildcards() {
        for (pattern, text, expected) in [
            ("repo:acme/*:ref:*", "repo:acme/infra:ref:refs/heads/main", true),
            ("repo:acme/*", "repo:other/infra", false),
            ("ab?c", "abc", true),
            ("ab?c", "abxc", true),
            ("ab?c", "abxyc", false),
            ("a.c", "abc", true),
            ("a.c", "ac", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_claim_is_found_by_its_path() {
        let claims = json!({"sub": "a", "kubernetes.io": {"pod": {"name": "p"}}, "n": 7});
        let claims = claims.as_object().unwrap();
        assert_eq!(claim(claims, "sub").as_deref(), Some("a"));
        assert_eq!(claim(claims, "\"kubernetes.io\".pod.name").as_deref(), Some("p"));
        assert_eq!(claim(claims, "n").as_deref(), Some("7"));
        assert_eq!(claim(claims, "kubernetes.io"), None);
    }
}
