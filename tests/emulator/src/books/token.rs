//! Tokens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Role;
use crate::clock::iso_8601;

/// Whom a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// An organization.
    Organization,
    /// A team.
    Team,
    /// A user.
    Personal,
    /// A user, made by logging in and listed among the personal ones.
    Refresh,
}

/// The role of a token, as it is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRole {
    /// The role's id.
    pub id: String,
    /// The role's name.
    pub name: String,
    /// The role's kind; empty for a custom role.
    pub default_identifier: String,
}

impl From<&Role> for TokenRole {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id.clone(),
            name: role.name.clone(),
            default_identifier: role.default_identifier.clone(),
        }
    }
}

/// How something came into the books or out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By the request of this number in the log of requests.
    Request(u64),
    /// By the test's own hand.
    ByHand,
}

/// The end of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deletion {
    /// Unix seconds.
    pub at: i64,
    /// The login that did it.
    pub by: String,
    /// How it was done.
    pub how: How,
    /// What was given for the audit log.
    pub reason: Option<String>,
}

/// A token that was ever made. It stays in the books when it is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// Whom it belongs to.
    pub kind: TokenType,
    /// The organization it belongs to; empty for a personal one.
    pub org: String,
    /// The team it belongs to, if any.
    pub team: Option<String>,
    /// Its name; empty for a personal one.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Whether it is listed as an admin's.
    pub admin: bool,
    /// Its role; only organization tokens have one.
    pub role: Option<TokenRole>,
    /// When it ends, in Unix seconds; 0 is never.
    pub expires: i64,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// The login that made it.
    pub created_by: String,
    /// How it was made.
    pub created_how: How,
    /// What was given for the audit log, which is never listed.
    pub reason: Option<String>,
    /// When it was last used, in Unix seconds; 0 is never.
    pub last_used: i64,
    /// The secret.
    pub value: String,
    /// Fields that lists show otherwise than they are, such as a `created` that is no time. See
    /// [`hostile_texts`](crate::hostile_texts).
    pub listed_as: Map<String, Value>,
    /// Its end, once it is deleted.
    pub deleted: Option<Deletion>,
}

impl Token {
    /// Whether it still exists: it has not been deleted. It may have expired.
    pub fn exists(&self) -> bool {
        self.deleted.is_none()
    }

    /// Whether its time is over.
    pub fn expired(&self, now: i64) -> bool {
        self.expires != 0 && self.expires <= now
    }

    /// How many more seconds it has.
    pub fn left(&self, now: i64) -> i64 {
        if self.expires == 0 { i64::MAX } else { self.expires - now }
    }

    /// Whether it gives access: it exists and has not expired.
    pub fn live(&self, now: i64) -> bool {
        self.exists() && !self.expired(now)
    }

    /// The token as a list shows it: without its value.
    pub fn listed(&self) -> Value {
        let mut listed = json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "created": iso_8601(self.created),
            "createdBy": self.created_by,
            "lastUsed": self.last_used,
            "expires": self.expires,
            "admin": self.admin,
            "type": self.kind,
        });
        if let Some(role) = &self.role {
            listed["role"] = json!(role);
        }
        for (field, value) in &self.listed_as {
            listed[field] = value.clone();
        }
        listed
    }
}
