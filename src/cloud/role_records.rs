//! Roles as they are kept: their trees of permissions, who has them, and their changes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Client, Error, Text};

/// How long a deletion waits for a role's holders to go.
const HOLDERS_TIME: Duration = Duration::from_secs(30);
/// What a role can be for, as far as people make them.
const PURPOSES: [&str; 3] = ["role", "policy", "set"];

/// A role, a policy or a permission set.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleRecord {
    /// The service's identifier.
    pub id: Text,
    /// The name that people see.
    #[serde(default)]
    pub name: Text,
    /// What it is for.
    #[serde(default)]
    pub description: Text,
    /// Its tree of permissions, in JSON.
    pub details: Option<Box<RawValue>>,
    /// What it can be given for, such as `global`.
    #[serde(default)]
    pub resource_type: Text,
    /// `role`, `policy`, `set` or a purpose of the service's own.
    #[serde(default)]
    pub ux_purpose: Text,
    /// Which built-in one it is; empty for others.
    #[serde(default)]
    pub default_identifier: Text,
    /// Whether who was given none has it.
    #[serde(default)]
    pub is_org_default: bool,
    /// One more than the number of its changes.
    #[serde(default)]
    pub version: i64,
}

/// The role to create.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRole {
    /// The name that people see.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its tree of permissions, in JSON.
    pub details: Box<RawValue>,
    /// What it can be given for.
    pub resource_type: String,
    /// What it is for the service.
    pub ux_purpose: String,
}

/// What to change about a role; what is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RoleChange {
    /// The name that people are to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its tree of permissions, in JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<RawValue>>,
}

/// Who has a role, as far as it could be found out.
#[derive(Clone, Debug, Default)]
pub struct RoleHolders {
    /// The names of teams.
    pub teams: Vec<Text>,
    /// The logins of those who were given it by name.
    pub members: Vec<Text>,
    /// The names of organization tokens.
    pub tokens: Vec<Text>,
    /// The names of roles, policies and sets that include it.
    pub roles: Vec<Text>,
}

/// Scopes with what they allow, by the type of resource that they are for.
pub type Scopes = BTreeMap<String, BTreeMap<Text, Text>>;

#[derive(Deserialize)]
struct Listed {
    roles: Vec<RoleRecord>,
}

impl Client {
    /// All records of one purpose.
    pub async fn role_records(&self, org: &str, purpose: &str) -> Result<Vec<RoleRecord>, Error> {
        let roles = self.requests().get(&["api", "orgs", org, "roles"]);
        let listed: Listed = roles.query("uxPurpose", purpose).json().await?;
        Ok(listed.roles)
    }

    /// The role with this id; `None` if the service says that there is none, and the list of that
    /// purpose agrees. A hidden organization has no list, and is an error.
    pub async fn role_record(
        &self,
        org: &str,
        id: &str,
        purpose: &str,
    ) -> Result<Option<RoleRecord>, Error> {
        match self.requests().get(&["api", "orgs", org, "roles", id]).found().await? {
            Some(role) => Ok(Some(role)),
            None => {
                let mut all = self.role_records(org, purpose).await?.into_iter();
                Ok(all.find(|role| role.id == id))
            }
        }
    }

    /// Creates a role. If the answer was lost it may exist, which [`Error::may_have_acted`] tells.
    pub async fn create_role(&self, org: &str, role: &NewRole) -> Result<RoleRecord, Error> {
        let answer = self.requests().post(&["api", "orgs", org, "roles"], role).json().await;
        // Whoever is given the role next looks for it there, also if the answer was lost.
        self.forget_roles(org);
        answer
    }

    /// Changes a role, at once for everybody who has it.
    pub async fn update_role(
        &self,
        org: &str,
        id: &str,
        change: &RoleChange,
    ) -> Result<RoleRecord, Error> {
        self.requests().patch(&["api", "orgs", org, "roles", id], change).json().await
    }

    /// Deletes a role; `force` also takes it from all who have it. As long as the service says that
    /// somebody has it this waits, for half a minute at most.
    pub async fn delete_role(
        &self,
        org: &str,
        id: &str,
        purpose: &str,
        force: bool,
    ) -> Result<(), Error> {
        let path = ["api", "orgs", org, "roles", id];
        let mut deletion = self.requests().delete(&path).waiting_out(409, HOLDERS_TIME);
        if force {
            deletion = deletion.query("force", "true");
        }
        let listed =
            async { Ok(self.role_records(org, purpose).await?.iter().any(|role| role.id == id)) };
        deletion.deleted().await?.proven_unless(listed).await
    }

    /// Who has a role. What can't be asked is left out.
    pub async fn role_holders(&self, org: &str, id: &str) -> RoleHolders {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct Named {
            name: Text,
            github_login: Text,
        }
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Holders {
            teams: Vec<Named>,
            users: Vec<Named>,
            tokens: Vec<Named>,
        }
        let ask = |what: &'static str| async move {
            let asked = self.requests().get(&["api", "orgs", org, "roles", id, what]);
            asked.json().await.unwrap_or_else(|error| {
                log::debug!("who has the role is not known: {error}");
                Holders::default()
            })
        };
        let (teams, users, tokens) = tokio::join!(ask("teams"), ask("users"), ask("tokens"));
        let mut roles = Vec::new();
        for purpose in PURPOSES {
            let all = self.role_records(org, purpose).await.unwrap_or_default();
            let quoted = format!("{id:?}");
            let includes = |role: &&RoleRecord| {
                role.details.as_ref().is_some_and(|tree| tree.get().contains(&quoted))
            };
            roles.extend(all.iter().filter(includes).map(|role| role.name.clone()));
        }
        RoleHolders {
            teams: teams.teams.into_iter().map(|team| team.name).collect(),
            members: users.users.into_iter().map(|user| user.github_login).collect(),
            tokens: tokens.tokens.into_iter().map(|token| token.name).collect(),
            roles,
        }
    }

    /// All scopes that a role can give.
    pub async fn scopes(&self, org: &str) -> Result<Scopes, Error> {
        #[derive(Deserialize)]
        struct Group {
            scopes: Vec<Scope>,
        }
        #[derive(Deserialize)]
        struct Scope {
            name: Text,
            #[serde(default)]
            metadata: Metadata,
        }
        #[derive(Default, Deserialize)]
        struct Metadata {
            #[serde(default)]
            description: Text,
        }
        let scopes = self.requests().get(&["api", "orgs", org, "roles", "scopes"]);
        let listed: BTreeMap<String, Vec<Group>> = scopes.json().await?;
        let of_type = |groups: Vec<Group>| {
            let scopes = groups.into_iter().flat_map(|group| group.scopes);
            scopes.map(|scope| (scope.name, scope.metadata.description)).collect()
        };
        Ok(listed.into_iter().map(|(ty, groups)| (ty, of_type(groups))).collect())
    }

    /// Makes a role the one of members, and of tokens that ask for none.
    pub async fn set_default_role(&self, org: &str, id: &str) -> Result<(), Error> {
        self.requests().patch_empty(&["api", "orgs", org, "roles", id, "default"]).empty().await
    }
}
