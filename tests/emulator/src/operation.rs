//! The operations of the API that this service knows, by the names that the OpenAPI document
//! gives them.

use serde::{Deserialize, Serialize};

/// An operation of the API. In JSON it goes by its `operationId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Operation {
    ListOrgTokens,
    CreateOrgToken,
    DeleteOrgToken,
    ListTeamTokens,
    CreateTeamToken,
    DeleteTeamToken,
    ListPersonalTokens,
    CreatePersonalToken,
    DeletePersonalToken,
    ListOrgTokensWithRole,
    #[serde(rename = "ListRolesByOrgIDAndUXPurpose")]
    ListRoles,
    GetOrganizationMetadata,
    GetCurrentUser,
    /// The exchange of an OIDC token.
    Token,
}

impl Operation {
    /// The lists that have pages.
    pub const LISTS: [Self; 3] =
        [Self::ListOrgTokens, Self::ListTeamTokens, Self::ListPersonalTokens];
    /// The creations.
    pub const CREATIONS: [Self; 3] =
        [Self::CreateOrgToken, Self::CreateTeamToken, Self::CreatePersonalToken];
    /// The deletions.
    pub const DELETIONS: [Self; 3] =
        [Self::DeleteOrgToken, Self::DeleteTeamToken, Self::DeletePersonalToken];

    /// The operation that a request asks for, by its method and its path as it was sent.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.strip_prefix("/api/")?.split('/').collect();
        Some(match (method, segments.as_slice()) {
            ("GET", ["orgs", _, "tokens"]) => Self::ListOrgTokens,
            ("POST", ["orgs", _, "tokens"]) => Self::CreateOrgToken,
            ("DELETE", ["orgs", _, "tokens", _]) => Self::DeleteOrgToken,
            ("GET", ["orgs", _, "teams", _, "tokens"]) => Self::ListTeamTokens,
            ("POST", ["orgs", _, "teams", _, "tokens"]) => Self::CreateTeamToken,
            ("DELETE", ["orgs", _, "teams", _, "tokens", _]) => Self::DeleteTeamToken,
            ("GET", ["user", "tokens"]) => Self::ListPersonalTokens,
            ("POST", ["user", "tokens"]) => Self::CreatePersonalToken,
            ("DELETE", ["user", "tokens", _]) => Self::DeletePersonalToken,
            ("GET", ["orgs", _, "roles", _, "tokens"]) => Self::ListOrgTokensWithRole,
            ("GET", ["orgs", _, "roles"]) => Self::ListRoles,
            ("GET", ["orgs", _, "metadata"]) => Self::GetOrganizationMetadata,
            ("GET", ["user"]) => Self::GetCurrentUser,
            ("POST", ["oauth", "token"]) => Self::Token,
            _ => return None,
        })
    }

    /// Whether it lists tokens page by page.
    pub fn is_list(self) -> bool {
        Self::LISTS.contains(&self)
    }

    /// Whether it makes a token.
    pub fn is_creation(self) -> bool {
        Self::CREATIONS.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_slash_does_not_split_a_segment() {
        let of = Operation::of;
        assert_eq!(of("GET", "/api/orgs/a%2Fb/tokens"), Some(Operation::ListOrgTokens));
        assert_eq!(of("GET", "/api/orgs/a/b/tokens"), None);
        assert_eq!(of("PUT", "/api/orgs/a/tokens"), None);
        assert_eq!(of("DELETE", "/api/user/tokens/x"), Some(Operation::DeletePersonalToken));
    }
}
