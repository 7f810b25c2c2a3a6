//! What the books hold: tokens, roles, organizations and the access tokens that requests carry.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::iso_8601;

/// The built-in Admin role's id, in every organization.
pub const ADMIN_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a01";
/// The built-in Member role's id: the default of every organization.
pub const MEMBER_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a02";
/// The built-in Billing Manager role's id.
pub const BILLING_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a03";
/// The id of `Deployer`, the one custom role of an [`Org::new`].
pub const DEPLOYER_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04";

/// What the owner of an access token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Permissions {
    /// List tokens.
    pub list: bool,
    /// Create organization tokens.
    pub create: bool,
    /// Delete organization tokens.
    pub delete: bool,
    /// Read the organization's metadata.
    pub metadata: bool,
    /// List roles, and the tokens that have a role.
    pub roles: bool,
    /// Create and delete team tokens.
    pub teams: bool,
}

impl Permissions {
    /// An admin user's.
    pub const ALL: Self =
        Self { list: true, create: true, delete: true, metadata: true, roles: true, teams: true };
    /// None at all.
    pub const NONE: Self = Self {
        list: false,
        create: false,
        delete: false,
        metadata: false,
        roles: false,
        teams: false,
    };
    /// An admin organization token's: everything but creating and deleting organization tokens.
    pub const ADMIN_TOKEN: Self = Self { create: false, delete: false, ..Self::ALL };
    /// A plain member's.
    pub const MEMBER: Self = Self { metadata: true, roles: true, ..Self::NONE };
}

impl Default for Permissions {
    fn default() -> Self {
        Self::ALL
    }
}

/// A user's access token, as a request's `Authorization` header carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The secret itself.
    pub value: String,
    /// Whose it is; what it creates is listed as created by this login.
    pub login: String,
    /// What it may do, in every organization.
    #[serde(default)]
    pub permissions: Permissions,
}

/// A role of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id, as `roleID` takes it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `member`, `admin` and so on for a built-in role; empty for a custom one.
    pub default_identifier: String,
    /// Whether a token gets it that asked for none.
    pub is_org_default: bool,
    /// What an organization token that has it may do.
    pub permissions: Permissions,
}

impl Role {
    /// A custom role whose tokens may do what a member may.
    pub fn custom(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            description: format!("The custom role {name}"),
            default_identifier: String::new(),
            is_org_default: false,
            permissions: Permissions::MEMBER,
        }
    }

    fn built_in(id: &str, name: &str, identifier: &str, permissions: Permissions) -> Self {
        Self {
            description: format!("The built-in role {name}"),
            default_identifier: identifier.to_owned(),
            is_org_default: identifier == "member",
            permissions,
            ..Self::custom(id, name)
        }
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Its name, as the paths have it.
    pub name: String,
    /// What it has bought: only `enterprise` and `business-critical` have tokens.
    pub product: String,
    /// Its teams.
    pub teams: Vec<String>,
    /// Its roles, in the order in which they are listed.
    pub roles: Vec<Role>,
    /// The most days that a token may live, where there is such a policy. 0 is shown, and is none.
    pub max_expiry_days: Option<i64>,
}

impl Org {
    /// An Enterprise organization with the teams `platform` and `data science`, the built-in
    /// roles, one custom role, and no expiry policy.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            product: "enterprise".to_owned(),
            teams: vec!["platform".to_owned(), "data science".to_owned()],
            roles: vec![
                Role::built_in(MEMBER_ROLE, "Member", "member", Permissions::MEMBER),
                Role::built_in(ADMIN_ROLE, "Admin", "admin", Permissions::ADMIN_TOKEN),
                Role::built_in(
                    BILLING_ROLE,
                    "Billing Manager",
                    "billing-manager",
                    Permissions { roles: false, ..Permissions::MEMBER },
                ),
                Role::custom(DEPLOYER_ROLE, "Deployer"),
            ],
            max_expiry_days: None,
        }
    }

    pub(crate) fn sells_tokens(&self) -> bool {
        matches!(self.product.as_str(), "enterprise" | "business-critical")
    }

    pub(crate) fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }
}

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
