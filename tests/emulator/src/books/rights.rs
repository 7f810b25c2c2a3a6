//! What a caller may do.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The scopes beside those of tokens, by the service's names for them.
const SCOPES: [&str; 21] = [
    "team:list",
    "team:read",
    "team:create",
    "team:update",
    "team:delete",
    "github_team:create",
    "role:create",
    "role:update",
    "role:delete",
    "org_member:read",
    "org_member:add",
    "org_member:update",
    "org_member:delete",
    "oidc_issuers:read",
    "oidc_issuers:create",
    "oidc_issuers:update",
    "oidc_issuers:delete",
    "oidc_issuers:regenerate_thumbprints",
    "auth_policies:read",
    "auth_policies:update",
    "organization:update",
];

/// Some of the scopes of teams, roles, members, issuers, policies and settings. In JSON, a list
/// of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<String>", from = "Vec<String>")]
pub struct Scopes(u32);

impl Scopes {
    /// All of them.
    pub const ALL: Self = Self((1 << SCOPES.len()) - 1);
    /// None of them.
    pub const NONE: Self = Self(0);
    /// `team:list`, `team:read` and `org_member:read`.
    const MEMBER: Self = Self(1 | 1 << 1 | 1 << 9);

    fn bit(scope: &str) -> Option<u32> {
        SCOPES.iter().position(|name| *name == scope).map(|at| 1 << at)
    }
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        let named = SCOPES.iter().enumerate().filter(|(at, _)| scopes.0 & 1 << at != 0);
        named.map(|(_, name)| (*name).to_owned()).collect()
    }
}

impl From<Vec<String>> for Scopes {
    fn from(names: Vec<String>) -> Self {
        Self(names.iter().filter_map(|name| Self::bit(name)).fold(0, |all, bit| all | bit))
    }
}

/// What the owner of an access token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Permissions {
    /// List tokens: `org_token:read`.
    pub list: bool,
    /// Create organization tokens: `org_token:create`.
    pub create: bool,
    /// Delete organization tokens: `org_token:delete`.
    pub delete: bool,
    /// Read the organization's metadata.
    pub metadata: bool,
    /// List roles, and the tokens that have a role: `role:read`.
    pub roles: bool,
    /// Create and delete team tokens: `team:create_token` and `team:delete_token`.
    pub teams: bool,
    /// All else.
    pub scopes: Scopes,
}

impl Permissions {
    /// An admin user's.
    pub const ALL: Self = Self {
        list: true,
        create: true,
        delete: true,
        metadata: true,
        roles: true,
        teams: true,
        scopes: Scopes::ALL,
    };
    /// None at all.
    pub const NONE: Self = Self {
        list: false,
        create: false,
        delete: false,
        metadata: false,
        roles: false,
        teams: false,
        scopes: Scopes::NONE,
    };
    /// An admin organization token's: everything but creating and deleting organization tokens.
    pub const ADMIN_TOKEN: Self = Self { create: false, delete: false, ..Self::ALL };
    /// A plain member's.
    pub const MEMBER: Self =
        Self { metadata: true, roles: true, scopes: Scopes::MEMBER, ..Self::NONE };

    /// The same with this scope, by the service's name for it. Scopes that nothing here asks for
    /// change nothing.
    pub fn with(self, scope: &str) -> Self {
        self.set(scope, true)
    }

    /// The same without this scope.
    pub fn without(self, scope: &str) -> Self {
        self.set(scope, false)
    }

    fn set(mut self, scope: &str, to: bool) -> Self {
        match scope {
            "org_token:read" => self.list = to,
            "org_token:create" => self.create = to,
            "org_token:delete" => self.delete = to,
            "role:read" => self.roles = to,
            "team:create_token" | "team:delete_token" => self.teams = to,
            _ => {
                let bit = Scopes::bit(scope).unwrap_or(0);
                self.scopes.0 = if to { self.scopes.0 | bit } else { self.scopes.0 & !bit };
            }
        }
        self
    }

    /// Whether it has this scope.
    pub fn has(self, scope: &str) -> bool {
        match scope {
            "role:read" => self.roles,
            _ => Scopes::bit(scope).is_some_and(|bit| self.scopes.0 & bit != 0),
        }
    }

    /// What who has a role with this tree of permissions may do: what a member may, and every
    /// scope that is anywhere in the tree, whatever its conditions.
    pub fn of_details(details: &Value) -> Self {
        let mut all = Self::MEMBER;
        super::details::each_scope(details, &mut |scope| all = all.with(scope));
        all
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_taken_and_given_by_their_names() {
        let some = Permissions::ALL.without("team:create").without("org_token:create");
        assert!(!some.has("team:create") && some.has("team:update") && !some.create);
        assert!(some.with("team:create").has("team:create"));
        assert!(Permissions::MEMBER.has("team:read") && Permissions::MEMBER.has("org_member:read"));
        assert!(!Permissions::MEMBER.has("team:update") && !Permissions::NONE.has("team:read"));
        let text = serde_json::to_string(&some).unwrap();
        assert!(text.contains("team:update") && !text.contains("\"team:create\""), "{text}");
        assert_eq!(serde_json::from_str::<Permissions>(&text).unwrap(), some);
    }
}
