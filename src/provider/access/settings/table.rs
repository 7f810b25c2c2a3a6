//! The settings by the names and numbers that the service has for them, read and written.

use super::Settings;
use crate::cloud::{OrganizationSettings, Setting};
use crate::provider::access::object::Object;
use crate::provider::prelude::*;
use crate::provider::texts::text;

/// The words for levels, with the service's numbers from the lowest up.
type Levels = &'static [(&'static str, i64)];

/// The default role, which has a call of its own.
const DEFAULT_ROLE: &str = "defaultRoleId";
const STACK: Levels = &[("none", 0), ("read", 101), ("write", 102), ("admin", 103)];
const ACCOUNT: Levels = &[("none", 0), ("read", 1), ("write", 2), ("admin", 3)];

/// The settings, as the service names them, and the numbers of their words.
const ALL: &[(Name, &str, Levels)] = &[
    (Settings::max_access_token_expiry_days, "maxAccessTokenExpiryDays", &[]),
    (Settings::default_stack_permission, "defaultStackPermission", STACK),
    (Settings::default_environment_permission, "defaultEnvironmentPermission", &[]),
    (Settings::default_account_permission, "defaultAccountPermission", ACCOUNT),
    (Settings::default_deployment_role_id, "defaultDeploymentRoleId", &[]),
    (Settings::default_role_id, DEFAULT_ROLE, &[]),
    (Settings::members_can_create_stacks, "membersCanCreateStacks", &[]),
    (Settings::members_can_delete_stacks, "membersCanDeleteStacks", &[]),
    (Settings::members_can_transfer_stacks, "membersCanTransferStacks", &[]),
    (Settings::members_can_create_teams, "membersCanCreateTeams", &[]),
    (Settings::members_can_create_accounts, "membersCanCreateAccounts", &[]),
    (Settings::preferred_vcs, "preferredVCS", &[]),
    (Settings::ai_enablement, "aiEnablement", &[]),
    (Settings::neo_enabled, "neoEnabled", &[]),
    (Settings::neo_agent_disabled, "neoAgentDisabled", &[]),
    (Settings::neo_approval_mode, "neoApprovalMode", &[]),
    (Settings::neo_task_sharing_mode, "neoTaskSharingMode", &[]),
    (Settings::neo_cli_explanations_disabled, "neoCLIExplanationsDisabled", &[]),
    (Settings::natural_language_search_disabled, "naturalLanguageSearchDisabled", &[]),
];

impl Settings {
    /// Makes the changes, and gives what there is then.
    pub(super) async fn written(self, cx: &Context, prior: Option<Self>) -> Result<Self, Reported> {
        let client = self.client(cx, "Writing")?;
        let (org, mut changes) = (text(&self.organization.org_name)?, self.changed(prior.as_ref()));
        if let Some(Setting::Text(role)) = changes.remove(DEFAULT_ROLE) {
            self.told(cx, "Writing", client.set_default_role(org, role.raw()).await).await?;
            if let Some(prior) = prior {
                cx.keep(&Self { default_role_id: self.default_role_id.clone(), ..prior });
            }
        }
        let read = self.told(cx, "Writing", client.change_settings(org, &changes).await).await?;
        // What was planned stays as it was written, in its spelling.
        Ok(self.clone().unless_unknown(&self.observed(&read)))
    }

    /// What the service says of an organization. What it leaves out is none.
    pub(super) fn observed(self, read: &OrganizationSettings) -> Self {
        let mut object = self.into_object();
        for (name, wire, words) in ALL {
            let before = object.get(name.as_str()).cloned().unwrap_or_default();
            let before = if before.is_unknown() { Value::Null } else { before };
            let value = match read.get(*wire) {
                Some(Setting::Bool(truth)) => Value::from(*truth),
                // A creator may do what an admin may.
                Some(Setting::Number(level)) if !words.is_empty() => {
                    let word = words.iter().rev().find(|(_, number)| number <= level);
                    word.map_or(Value::Null, |(word, _)| (*word).into())
                }
                Some(Setting::Number(number)) => Value::from(*number),
                Some(Setting::Text(text)) => text.stored(before.as_str()).into(),
                _ if *name == Self::max_access_token_expiry_days => Value::from(0),
                _ if *name == Self::default_deployment_role_id => Value::from(""),
                _ => Value::Null,
            };
            object.replace(name.as_str(), value);
            // One of another type than is known tells nothing.
            if Self::of_object(&object).is_err() {
                object.replace(name.as_str(), before);
            }
        }
        Self::of_object(&object).unwrap_or_default()
    }

    /// What is given otherwise than before.
    pub(super) fn changed(&self, prior: Option<&Self>) -> OrganizationSettings {
        let now = self.clone().into_value();
        let before = prior.map(|prior| prior.clone().into_value()).unwrap_or_default();
        let changed = ALL.iter().filter_map(|(name, wire, words)| {
            let value = now.attribute(name.as_str());
            if value.is_null() || value.is_unknown() || value == before.attribute(name.as_str()) {
                return None;
            }
            let text = value.as_str().unwrap_or_default();
            let level = words.iter().find(|(word, _)| *word == text).map(|(_, number)| *number);
            let setting = match (level.or(value.as_i64()), value.as_bool()) {
                (Some(number), _) => Setting::Number(number),
                (_, Some(truth)) => Setting::Bool(truth),
                _ => Setting::Text(text.into()),
            };
            Some(((*wire).to_owned(), setting))
        });
        changed.collect()
    }
}
