//! Roles, and the policies and permission sets that are kept beside them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rules::{no_role, permit, required};
use super::{Asked, Books, How, Org, Permissions, Refusal, details, seed, shuffled};
use crate::clock::iso_8601;
use crate::contract;

/// The built-in Admin role's id, in the organization `acme`. Other organizations have others.
pub const ADMIN_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a01";
/// The same of the built-in Member role: at first, the default.
pub const MEMBER_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a02";
/// The same of the built-in Billing Manager role.
pub const BILLING_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a03";
/// The same of `Deployer`, the one custom role of an [`Org::new`].
pub const DEPLOYER_ROLE: &str = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04";

/// When the organizations of this service were founded.
pub(super) const FOUNDED: i64 = 1_700_000_000;
const PURPOSES: [&str; 5] = ["role", "role_private", "role_temporary", "policy", "set"];

/// A role of an organization; or a policy or permission set, by its purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its id, as `roleID` takes it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `member`, `admin` and so on for a built-in role; empty for a custom one.
    pub default_identifier: String,
    /// Whether who asked for no role gets it.
    pub is_org_default: bool,
    /// What an organization token that has it may do.
    pub permissions: Permissions,
    /// `role`, `role_private`, `role_temporary`, `policy` or `set`.
    pub ux_purpose: String,
    /// `global` for what members, teams and tokens can be given.
    pub resource_type: String,
    /// Its tree of permissions, as it was sent.
    pub details: Value,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// When it was last changed, in Unix seconds.
    pub modified: i64,
    /// One more than the number of its changes.
    pub version: i32,
    /// The policy that was made with it and goes with it.
    pub policy: Option<String>,
    /// The team that it was made for and goes with.
    pub team: Option<String>,
    /// How it was made.
    pub how: How,
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
            ux_purpose: "role".to_owned(),
            resource_type: "global".to_owned(),
            details: allow(&["stack:read"]),
            created: FOUNDED,
            modified: FOUNDED,
            version: 1,
            policy: None,
            team: None,
            how: How::ByHand,
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

    pub(super) fn record(&self, org: &Org) -> Value {
        let details = match org.quirks.reorders {
            true => details::reordered(&self.details),
            false => self.details.clone(),
        };
        json!({
            "id": self.id,
            "orgId": seed::id(0, &org.name),
            "name": self.name,
            "description": self.description,
            "defaultIdentifier": self.default_identifier,
            "isOrgDefault": self.is_org_default,
            "resourceType": self.resource_type,
            "uxPurpose": self.ux_purpose,
            "details": details,
            "created": iso_8601(self.created),
            "modified": iso_8601(self.modified),
            "version": self.version,
        })
    }
}

fn allow(scopes: &[&str]) -> Value {
    json!({"__type": "PermissionDescriptorAllow", "permissions": scopes})
}

/// What an organization begins with.
pub(super) fn at_first(org: &str) -> Vec<Role> {
    let id = |of_acme: &str| match org {
        crate::ORG => of_acme.to_owned(),
        _ => seed::id(0, (org, of_acme)),
    };
    let billing = Permissions { roles: false, ..Permissions::MEMBER };
    let member = Permissions::MEMBER;
    let mut all = vec![
        Role::built_in(&id(MEMBER_ROLE), "Member", "member", member),
        Role::built_in(&id(ADMIN_ROLE), "Admin", "admin", Permissions::ADMIN_TOKEN),
        Role::built_in(&id(BILLING_ROLE), "Billing Manager", "billing-manager", billing),
        Role::custom(&id(DEPLOYER_ROLE), "Deployer"),
    ];
    for (identifier, name) in [
        ("stack-read", "Stack Read"),
        ("stack-admin", "Stack Admin"),
        ("environment-open", "Environment Open"),
    ] {
        let resource = identifier.split('-').next().unwrap_or_default().to_owned();
        all.push(Role {
            ux_purpose: "set".to_owned(),
            resource_type: resource,
            ..Role::built_in(&id(identifier), name, identifier, member)
        });
    }
    all
}

/// The body of a role's creation or change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct WantedRole {
    pub name: Option<String>,
    pub description: Option<String>,
    pub details: Option<Value>,
    pub resource_type: Option<String>,
    pub ux_purpose: Option<String>,
}

impl Books {
    /// The records of one purpose.
    pub fn list_roles(
        &self,
        by: &Asked,
        org: &str,
        purpose: Option<&str>,
    ) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        let purpose = purpose
            .filter(|purpose| !purpose.is_empty())
            .ok_or_else(|| Refusal::bad_request("missing query parameter 'uxPurpose'"))?;
        check_purpose(purpose)?;
        by.may("role:read")?;
        let roles = org.roles.iter().filter(|role| role.ux_purpose == purpose);
        let roles: Vec<Value> = roles.map(|role| role.record(org)).collect();
        Ok(json!({"roles": shuffled(roles, org.quirks.reorders)}))
    }

    /// One record.
    pub fn get_role(&self, by: &Asked, org: &str, id: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("role:read")?;
        Ok(org.role(id).ok_or_else(|| no_role(id))?.record(org))
    }

    /// Makes a role; `with_policy` as the console does, in two records.
    pub fn create_role(
        &mut self,
        by: &Asked,
        org: &str,
        wanted: WantedRole,
        with_policy: bool,
    ) -> Result<Value, Refusal> {
        let found = self.org(&by.caller, org)?;
        by.may("role:create")?;
        must_have_custom_roles(found)?;
        let name = required(wanted.name, "name")?;
        let mut tree = required(wanted.details, "details")?;
        let purpose = wanted.ux_purpose.unwrap_or_else(|| "role".to_owned());
        let resource_type =
            wanted.resource_type.filter(|t| !t.is_empty()).unwrap_or_else(|| "global".to_owned());
        check_purpose(&purpose)?;
        check_role_name(found, &name, &purpose, None)?;
        check_tree(found, &tree, &resource_type)?;
        let permissions = Permissions::of_details(&tree);
        let mut role = Role {
            description: wanted.description.unwrap_or_default(),
            permissions,
            ux_purpose: purpose,
            resource_type,
            created: by.now,
            modified: by.now,
            how: by.how,
            ..Role::custom("", &name)
        };
        if with_policy {
            let id = self.fresh_id(&format!("policy of {name} in {org}"));
            let policy = Role {
                id: id.clone(),
                ux_purpose: "policy".to_owned(),
                details: tree,
                ..role.clone()
            };
            tree = json!({
                "__type": "PermissionDescriptorCompose",
                "permissionDescriptors": [id.clone()],
            });
            role.policy = Some(id);
            self.org_of(by, org)?.roles.push(policy);
        }
        role.details = tree;
        role.id = self.fresh_id(&format!("{} {name} in {org}", role.ux_purpose));
        let org = self.org_of(by, org)?;
        org.roles.push(role.clone());
        Ok(role.record(org))
    }

    /// Changes a role's name, description or tree; what is left out stays.
    pub fn update_role(
        &mut self,
        by: &Asked,
        org: &str,
        id: &str,
        wanted: WantedRole,
    ) -> Result<Value, Refusal> {
        let org = self.org_of(by, org)?;
        by.may("role:update")?;
        let role = custom(org, id)?;
        if let Some(name) = &wanted.name {
            check_role_name(org, name, &role.ux_purpose, Some(id))?;
        }
        if let Some(tree) = &wanted.details {
            check_tree(org, tree, &role.resource_type)?;
        }
        let clears = org.quirks.empty_text_clears;
        let Some(role) = org.roles.iter_mut().find(|role| role.id == id) else {
            return Err(no_role(id));
        };
        role.name = wanted.name.unwrap_or_else(|| role.name.clone());
        if let Some(text) = wanted.description.filter(|text| clears || !text.is_empty()) {
            role.description = text;
        }
        if let Some(tree) = wanted.details {
            role.permissions = Permissions::of_details(&tree);
            role.details = tree;
        }
        role.version += 1;
        role.modified = by.now;
        let role = role.clone();
        Ok(role.record(org))
    }

    /// Deletes a role that nobody has; with `force`, also takes it from those who have it.
    pub fn delete_role(
        &mut self,
        by: &Asked,
        org: &str,
        id: &str,
        force: bool,
    ) -> Result<(), Refusal> {
        let found = self.org_of(by, org)?;
        by.may("role:delete")?;
        let role = custom(found, id)?.clone();
        if role.is_org_default {
            return Err(Refusal::bad_request("the default role can not be deleted"));
        }
        let other = found.roles.iter().find(|other| details::composes(&other.details, id));
        if let Some(other) = other {
            return Err(Refusal::conflict(format_args!("role is used by '{}'", other.name)));
        }
        let holders = self.holders_of(org, id);
        if !holders.is_empty() && !force {
            let holders = holders.join(", ");
            return Err(Refusal::conflict(format_args!("role is still assigned to {holders}")));
        }
        if force && !(by.has("org_member:update") && by.has("team:update")) {
            return Err(Refusal::unauthorized("not authorized to force the deletion of a role"));
        }
        self.remove_role(org, id, by.now);
        Ok(())
    }

    /// Takes a role out of the books, and from all who have it: false if there is none.
    pub fn remove_role(&mut self, org: &str, id: &str, now: i64) -> bool {
        let Some((org, shelf)) = self.orgs.get_mut(org) else { return false };
        let Some(role) = org.role(id).cloned() else { return false };
        org.roles.retain(|other| other.id != id && Some(&other.id) != role.policy.as_ref());
        for member in org.members.iter_mut().filter(|member| member.role_id.as_deref() == Some(id))
        {
            member.role_id = None;
        }
        org.teams.iter_mut().for_each(|team| team.roles.retain(|role| role.role_id != id));
        let instead = org.org_default().map(Into::into);
        let has = |token: &&super::Token| token.role.as_ref().is_some_and(|role| role.id == id);
        let tokens: Vec<String> =
            shelf.tokens().iter().filter(has).map(|token| token.id.clone()).collect();
        for token in tokens {
            shelf.change(&token, now, |token| token.role.clone_from(&instead));
        }
        true
    }

    /// Who has a role, in words.
    fn holders_of(&self, org: &str, id: &str) -> Vec<String> {
        let Some((org, shelf)) = self.orgs.get(org) else { return vec![] };
        let members = org.members.iter().filter(|member| member.role_id.as_deref() == Some(id));
        let teams = org.teams.iter().filter(|team| team.has_role(id));
        let tokens = shelf.tokens().iter().filter(|token| token.exists());
        let tokens = tokens.filter(|token| token.role.as_ref().is_some_and(|role| role.id == id));
        members
            .map(|member| format!("member {}", member.login))
            .chain(teams.map(|team| format!("team {}", team.name)))
            .chain(tokens.map(|token| format!("token {}", token.name)))
            .collect()
    }

    /// Makes a role the default.
    pub fn set_default_role(&mut self, by: &Asked, org: &str, id: &str) -> Result<(), Refusal> {
        let org = self.org_of(by, org)?;
        by.may("organization:update")?;
        let role = org.role(id).ok_or_else(|| no_role(id))?;
        if org.assignable(&role.id).is_none() {
            return Err(Refusal::bad_request("Invalid role type"));
        }
        org.roles.iter_mut().for_each(|role| role.is_org_default = role.id == id);
        Ok(())
    }

    /// The teams that have a role.
    pub fn teams_with_role(&self, by: &Asked, org: &str, id: &str) -> Result<Value, Refusal> {
        let found = self.org(&by.caller, org)?;
        permit(by.has("role:read") && by.has("team:list"), "list teams")?;
        found.role(id).ok_or_else(|| no_role(id))?;
        let teams = found.teams.iter().filter(|team| team.has_role(id));
        let teams: Vec<Value> = teams.map(|team| self.team_shown(by, found, team)).collect();
        Ok(json!({"teams": shuffled(teams, found.quirks.reorders)}))
    }

    /// The people who were given a role by name.
    pub fn users_with_role(&self, by: &Asked, org: &str, id: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        permit(by.has("role:read") && by.has("org_member:read"), "list members")?;
        org.role(id).ok_or_else(|| no_role(id))?;
        let members = org.members.iter().filter(|member| member.role_id.as_deref() == Some(id));
        let users: Vec<Value> = members.map(|member| self.user_info(&member.login)).collect();
        Ok(json!({"users": shuffled(users, org.quirks.reorders)}))
    }
}

pub(super) fn must_have_custom_roles(org: &Org) -> Result<(), Refusal> {
    super::rules::must_have(org, "customRolesEnabled", "custom roles")
}

fn custom<'a>(org: &'a Org, id: &str) -> Result<&'a Role, Refusal> {
    let role = org.role(id).ok_or_else(|| no_role(id))?;
    match role.default_identifier.is_empty() {
        true => Ok(role),
        false => Err(Refusal::bad_request("a built-in role can not be changed")),
    }
}

fn check_purpose(purpose: &str) -> Result<(), Refusal> {
    match PURPOSES.contains(&purpose) {
        true => Ok(()),
        false => Err(Refusal::bad_request(format_args!("invalid uxPurpose '{purpose}'"))),
    }
}

fn check_role_name(
    org: &Org,
    name: &str,
    purpose: &str,
    own_id: Option<&str>,
) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::bad_request("role name must not be empty"));
    }
    let others = org.roles.iter().filter(|role| Some(role.id.as_str()) != own_id);
    match others.into_iter().any(|role| role.name == name && role.ux_purpose == purpose) {
        true => Err(Refusal::conflict("Role with this name already exists")),
        false => Ok(()),
    }
}

fn check_tree(org: &Org, tree: &Value, resource_type: &str) -> Result<(), Refusal> {
    let prefix = match resource_type {
        "global" => "",
        "stack" => "stack",
        "environment" => "environment",
        "insights-account" => "insights_account",
        other => return Err(Refusal::bad_request(format_args!("invalid resourceType '{other}'"))),
    };
    let has_scope = |scope: &str| {
        scope.starts_with(prefix)
            && contract::scopes().iter().chain(&org.new_scopes).any(|known| known == scope)
    };
    details::check(tree, &|id| org.role(id).is_some(), &has_scope)
}
