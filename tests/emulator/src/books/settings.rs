//! The settings of an organization, and its metadata, which shows them.

use serde_json::{Map, Value, json};

use super::member::role_word;
use super::role::FOUNDED;
use super::rules::permit;
use super::{Asked, Books, Org, Refusal, seed};
use crate::clock::iso_8601;
use crate::contract;

/// What can be set and not be read.
const UNREADABLE: [&str; 2] = ["membersCanInviteCollaborators", "defaultAgentPoolID"];
/// The longest that a policy lets tokens live, in days.
const DAYS_LIMIT: i64 = 3_650;

/// What an organization begins with.
pub(super) fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "aiEnablement": "disabled",
        "defaultAccountPermission": 0,
        "defaultEnvironmentPermission": "none",
        "defaultStackPermission": 0,
        "membersCanCreateAccounts": false,
        "membersCanCreateStacks": true,
        "membersCanCreateTeams": false,
        "membersCanDeleteStacks": false,
        "membersCanTransferStacks": false,
        "naturalLanguageSearchDisabled": true,
        "neoAgentDisabled": true,
        "neoApprovalMode": "manual",
        "neoCLIExplanationsDisabled": true,
        "neoEnabled": false,
        "neoTaskSharingMode": "none",
        "preferredVCS": "none",
        "membersCanInviteCollaborators": false,
        "defaultAgentPoolID": "",
    });
    defaults.as_object().cloned().unwrap_or_default()
}

impl Books {
    /// An organization's metadata.
    pub fn metadata(&self, by: &Asked, org: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        permit(by.caller.permissions.metadata, "read the organization's metadata")?;
        Ok(shown(org, by))
    }

    /// Changes the settings that are given, and shows the metadata.
    pub fn update_settings(
        &mut self,
        by: &Asked,
        org: &str,
        wanted: &Value,
    ) -> Result<Value, Refusal> {
        let org = self.org_of(by, org)?;
        by.may("organization:update")?;
        contract::fits_schema("UpdateOrganizationRequest", wanted).map_err(Refusal::bad_request)?;
        let mut changed = org.clone();
        for (field, value) in wanted.as_object().into_iter().flatten() {
            let Some(name) = setting(field) else {
                return Err(Refusal::bad_request(format_args!("unknown field '{field}'")));
            };
            changed.set(&name, value)?;
        }
        org.clone_from(&changed);
        Ok(shown(org, by))
    }
}

/// The name of a setting in the metadata, from its name in a change.
fn setting(field: &str) -> Option<String> {
    let name = field.strip_prefix("set")?;
    let first = name.chars().next()?;
    Some(format!("{}{}", first.to_ascii_lowercase(), &name[first.len_utf8()..]))
}

impl Org {
    fn set(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        match name {
            "maxAccessTokenExpiryDays" => {
                let days = value.as_i64().filter(|days| (0..=DAYS_LIMIT).contains(days));
                let days = days.ok_or_else(|| Refusal::bad_request("invalid number of days"))?;
                self.max_expiry_days = Some(days).filter(|days| *days != 0);
            }
            "defaultDeploymentRoleId" => match value.as_str() {
                Some("") | None => drop(self.settings.remove(name)),
                Some(id) if self.assignable(id).is_none() => {
                    return Err(Refusal::bad_request(format_args!("Role '{id}' not found")));
                }
                Some(id) => drop(self.settings.insert(name.to_owned(), id.into())),
            },
            // Only the service itself makes somebody a creator.
            "defaultStackPermission" if value == 104 => {
                return Err(Refusal::bad_request("invalid permission 104"));
            }
            _ if self.settings.contains_key(name) => {
                self.settings.insert(name.to_owned(), value.clone());
            }
            _ => return Err(Refusal::bad_request(format_args!("unknown setting '{name}'"))),
        }
        Ok(())
    }
}

fn shown(org: &Org, by: &Asked) -> Value {
    let names = contract::properties("OrganizationFeatures");
    let features: Map<String, Value> =
        names.map(|name| (name.clone(), org.has(&name).into())).collect();
    let user_role = match by.caller.only_org {
        Some(_) => "none",
        None => org.member(&by.caller.login).map_or("none", |member| role_word(org, member)),
    };
    let mut metadata = json!({
        "id": seed::id(0, &org.name),
        "accountCount": 0,
        "auditLogsEnabled": true,
        "created": iso_8601(FOUNDED),
        "environmentCount": 0,
        "features": features,
        "insightsTrialUsingPolicy": false,
        "kind": org.kind,
        "memberCount": org.members.len(),
        "product": org.product,
        "stackCount": 0,
        "userRole": user_role,
        "webhooksEnabled": false,
    });
    for (name, value) in &org.settings {
        if !UNREADABLE.contains(&name.as_str()) {
            metadata[name] = value.clone();
        }
    }
    if let Some(role) = org.org_default() {
        metadata["defaultRoleId"] = role.id.clone().into();
    }
    match org.max_expiry_days {
        Some(days) => metadata["maxAccessTokenExpiryDays"] = days.into(),
        None if org.quirks.shows_null_policy => {
            metadata["maxAccessTokenExpiryDays"] = Value::Null;
        }
        None => {}
    }
    metadata
}
