//! `pulumiservice_api_organizationsettings`: what holds for an organization as a whole.

use super::object::{Object, text};
use super::organization;
use crate::cloud::{Client, Error, OrganizationSettings, Setting};
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;

crate::attributes! {
    /// The settings of a Pulumi Cloud organization.
    ///
    /// Only the settings that are given are managed; the others are shown as they are. One that is
    /// no longer given stays as it is, and so does everything when the resource is destroyed: no
    /// call takes settings away.
    pub struct Settings {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The longest that an access token may live, in days; `0` for no limit. Tokens that live
        /// longer are refused from then on, the provider's own included.
        max_access_token_expiry_days: Attr<i64> = optional().computed().kept().range(0..=3650),
        /// What members may do with stacks that nobody gave them: `none`, `read`, `write`, `admin`.
        default_stack_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "write", "admin"]),
        /// The same for environments: `none`, `read`, `open`, `write`, `admin`.
        default_environment_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "open", "write", "admin"]),
        /// The same for Insights accounts: `none`, `read`, `write`, `admin`.
        default_account_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "write", "admin"]),
        /// The role that deployments run with; `""` for none.
        default_deployment_role_id: Attr<String> = optional().computed().kept(),
        /// The role of members, and of tokens that ask for none.
        default_role_id: Attr<String> = optional().computed().kept().length(1..=usize::MAX),
        /// Whether members may create stacks.
        members_can_create_stacks: Attr<bool> = optional().computed().kept(),
        /// Whether members may delete stacks.
        members_can_delete_stacks: Attr<bool> = optional().computed().kept(),
        /// Whether members may transfer stacks to other organizations.
        members_can_transfer_stacks: Attr<bool> = optional().computed().kept(),
        /// Whether members may create teams.
        members_can_create_teams: Attr<bool> = optional().computed().kept(),
        /// Whether members may create Insights accounts.
        members_can_create_accounts: Attr<bool> = optional().computed().kept(),
        /// The version control that is offered first.
        preferred_vcs: Attr<String> = optional().computed().kept()
            .one_of_words(&["none", "bitbucket", "github", "gitlab"]),
        /// Whether the AI features are on, in the service's own word.
        ai_enablement: Attr<String> = optional().computed().kept(),
        /// Whether Neo is on.
        neo_enabled: Attr<bool> = optional().computed().kept(),
        /// Whether Neo's agent is off.
        neo_agent_disabled: Attr<bool> = optional().computed().kept(),
        /// What Neo may do without being asked.
        neo_approval_mode: Attr<String> =
            optional().computed().kept().one_of_words(&["manual", "auto", "balanced"]),
        /// With whom Neo's tasks are shared.
        neo_task_sharing_mode: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "org"]),
        /// Whether Neo's explanations in the command line are off.
        neo_cli_explanations_disabled: Attr<bool> = optional().computed().kept(),
        /// Whether search in natural language is off.
        natural_language_search_disabled: Attr<bool> = optional().computed().kept(),
        /// `{org_name}`.
        id: Attr<String> = computed().kept(),
    }
}

/// The words for levels, with the service's numbers from the lowest up.
type Levels = &'static [(&'static str, i64)];

/// The default role, which has a call of its own.
const ROLE: &str = "defaultRoleId";
const STACK: Levels = &[("none", 0), ("read", 101), ("write", 102), ("admin", 103)];
const ACCOUNT: Levels = &[("none", 0), ("read", 1), ("write", 2), ("admin", 3)];

/// The settings, as the service names them, and the numbers of their words.
const ALL: &[(Name, &str, Levels)] = &[
    (Settings::max_access_token_expiry_days, "maxAccessTokenExpiryDays", &[]),
    (Settings::default_stack_permission, "defaultStackPermission", STACK),
    (Settings::default_environment_permission, "defaultEnvironmentPermission", &[]),
    (Settings::default_account_permission, "defaultAccountPermission", ACCOUNT),
    (Settings::default_deployment_role_id, "defaultDeploymentRoleId", &[]),
    (Settings::default_role_id, ROLE, &[]),
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
    /// What the service says of an organization. What it leaves out is none.
    pub fn observed(self, read: &OrganizationSettings) -> Self {
        let mut object = match self.into_value() {
            Value::Object(object) => object,
            _ => Default::default(),
        };
        for (name, wire, words) in ALL {
            let before = object.get(name.as_str()).cloned().unwrap_or_default();
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
            object.insert(name.as_str().to_owned(), value);
        }
        // What was just read has the declared types, or is kept as nothing.
        Self::from_value(Value::Object(object)).unwrap_or_default()
    }

    /// What is given otherwise than before.
    fn changed(&self, prior: Option<&Self>) -> OrganizationSettings {
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

    /// Makes the changes, and gives what there is then.
    async fn change(&self, client: &Client, prior: Option<&Self>) -> Result<Self, Error> {
        let (org, mut changes) = (text(&self.org_name), self.changed(prior));
        if let Some(Setting::Text(role)) = changes.remove(ROLE) {
            client.set_default_role(org, role.raw()).await?;
        }
        let read = match changes.is_empty() {
            true => client.settings(org).await?,
            false => client.change_settings(org, &changes).await?,
        };
        let mut after = self.clone().observed(&read).into_value();
        // What was given is as it was written, in its spelling.
        let given = self.clone().into_value();
        if let Value::Object(after) = &mut after {
            for (name, given) in given.as_map().into_iter().flatten() {
                if !given.is_null() && !given.is_unknown() {
                    after.insert(name.clone(), given.clone());
                }
            }
        }
        Ok(Self::from_value(after).unwrap_or_else(|_| self.clone()))
    }
}

impl Object for Settings {
    const FAILED: Message = said::SETTINGS;
    const RIGHTS: &'static str = "It takes a role with the scope organization:update.";

    fn called(&self) -> String {
        format!("the settings of the organization {:?}", text(&self.org_name))
    }
}

impl Resource for Settings {
    const NAME: &'static str = "api_organizationsettings";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |settings| &mut settings.org_name)?;
        let days = &plan.planned.max_access_token_expiry_days;
        let before = plan.prior.as_ref().map(|prior| &prior.max_access_token_expiry_days);
        if let Some(days) =
            days.get().filter(|days| *days > 0 && before != Some(&Attr::Known(*days)))
        {
            cx.warning_at(
                Settings::max_access_token_expiry_days,
                said::LIFE_LIMITED,
                format!(
                    "Every access token that may live longer than {days} days is refused from \
                     then on, in every request for the organization: the provider's own too."
                ),
            );
        }
        Ok(())
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let written = planned.change(&planned.client(cx, "Writing")?, None).await;
        written.map_err(|error| planned.failed(cx, "Writing", &error))
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let read = state.client(cx, "Reading")?.settings(text(&state.org_name)).await;
        let read = read.map_err(|error| state.failed(cx, "Reading", &error))?;
        Ok(Some(state.observed(&read)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let written = planned.change(&planned.client(cx, "Changing")?, Some(&prior)).await;
        written.map_err(|error| planned.failed(cx, "Changing", &error))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let detail = format!("{} stay as they are; only the state forgets them.", state.called());
        cx.warning(said::SETTINGS_STAY, detail);
        Ok(())
    }
}

impl Identity for Settings {
    const PARTS: &'static [Name] = &[Settings::org_name];
}

impl Import for Settings {}
