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
    ListTeams,
    GetTeam,
    CreatePulumiTeam,
    CreateGitHubTeam,
    UpdateTeam,
    DeleteTeam,
    ListTeamRoles,
    UpdateTeamRoles,
    DeleteTeamRole,
    EnableTeamRoles,
    #[serde(rename = "ListRolesByOrgIDAndUXPurpose")]
    ListRoles,
    GetRole,
    CreateRole,
    UpdateRole,
    DeleteRole,
    UpdateOrganizationDefaultRole,
    ListAvailableScopes,
    ListTeamsWithRole,
    ListUsersWithRole,
    ListOrgTokensWithRole,
    ListOrganizationMembers,
    AddOrganizationMember,
    UpdateOrganizationMember,
    DeleteOrganizationMember,
    #[serde(rename = "List_orgs_oidc_issuers")]
    ListOidcIssuers,
    GetOidcIssuer,
    RegisterOidcIssuer,
    UpdateOidcIssuer,
    DeleteOidcIssuer,
    RegenerateThumbprints,
    GetAuthPolicy,
    UpdateAuthPolicy,
    GetOrganization,
    UpdateOrganizationSettings,
    GetOrganizationMetadata,
    GetCurrentUser,
    /// The exchange of an OIDC token.
    Token,
}

impl Operation {
    /// The lists of tokens, which have pages.
    pub const LISTS: [Self; 3] =
        [Self::ListOrgTokens, Self::ListTeamTokens, Self::ListPersonalTokens];
    /// The creations of tokens.
    pub const CREATIONS: [Self; 3] =
        [Self::CreateOrgToken, Self::CreateTeamToken, Self::CreatePersonalToken];
    /// The deletions of tokens.
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
            (method, ["orgs", _, "teams", rest @ ..]) => return Self::of_teams(method, rest),
            (method, ["orgs", _, "roles", rest @ ..]) => return Self::of_roles(method, rest),
            ("GET", ["orgs", _, "members"]) => Self::ListOrganizationMembers,
            ("POST", ["orgs", _, "members", _]) => Self::AddOrganizationMember,
            ("PATCH", ["orgs", _, "members", _]) => Self::UpdateOrganizationMember,
            ("DELETE", ["orgs", _, "members", _]) => Self::DeleteOrganizationMember,
            (method, ["orgs", _, "oidc", "issuers", rest @ ..]) => {
                return Self::of_issuers(method, rest);
            }
            ("GET", ["orgs", _, "auth", "policies", "oidcissuers", _]) => Self::GetAuthPolicy,
            ("PATCH", ["orgs", _, "auth", "policies", _]) => Self::UpdateAuthPolicy,
            ("GET", ["orgs", _]) => Self::GetOrganization,
            ("PATCH", ["orgs", _]) => Self::UpdateOrganizationSettings,
            ("GET", ["orgs", _, "metadata"]) => Self::GetOrganizationMetadata,
            ("GET", ["user"]) => Self::GetCurrentUser,
            ("POST", ["oauth", "token"]) => Self::Token,
            _ => return None,
        })
    }

    fn of_teams(method: &str, rest: &[&str]) -> Option<Self> {
        Some(match (method, rest) {
            ("GET", []) => Self::ListTeams,
            ("POST", ["pulumi"]) => Self::CreatePulumiTeam,
            ("POST", ["github"]) => Self::CreateGitHubTeam,
            ("GET", [_]) => Self::GetTeam,
            ("PATCH", [_]) => Self::UpdateTeam,
            ("DELETE", [_]) => Self::DeleteTeam,
            ("GET", [_, "roles"]) => Self::ListTeamRoles,
            ("POST", [_, "roles", _]) => Self::UpdateTeamRoles,
            ("DELETE", [_, "roles", _]) => Self::DeleteTeamRole,
            ("POST", [_, "enable-team-roles"]) => Self::EnableTeamRoles,
            _ => return None,
        })
    }

    fn of_roles(method: &str, rest: &[&str]) -> Option<Self> {
        Some(match (method, rest) {
            ("GET", []) => Self::ListRoles,
            ("POST", []) => Self::CreateRole,
            ("GET", ["scopes"]) => Self::ListAvailableScopes,
            ("GET", [_]) => Self::GetRole,
            ("PATCH", [_]) => Self::UpdateRole,
            ("DELETE", [_]) => Self::DeleteRole,
            ("PATCH", [_, "default"]) => Self::UpdateOrganizationDefaultRole,
            ("GET", [_, "teams"]) => Self::ListTeamsWithRole,
            ("GET", [_, "users"]) => Self::ListUsersWithRole,
            ("GET", [_, "tokens"]) => Self::ListOrgTokensWithRole,
            _ => return None,
        })
    }

    fn of_issuers(method: &str, rest: &[&str]) -> Option<Self> {
        Some(match (method, rest) {
            ("GET", []) => Self::ListOidcIssuers,
            ("POST", []) => Self::RegisterOidcIssuer,
            ("GET", [_]) => Self::GetOidcIssuer,
            ("PATCH", [_]) => Self::UpdateOidcIssuer,
            ("DELETE", [_]) => Self::DeleteOidcIssuer,
            ("POST", [_, "regenerate-thumbprints"]) => Self::RegenerateThumbprints,
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
