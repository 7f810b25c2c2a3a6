//! `pulumiservice_api_organizationsettings`: what holds for an organization as a whole.

pub mod data;
mod table;

use super::object::Object;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::block::holds_token;
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, text};

crate::attributes! {
    /// The settings of a Pulumi Cloud organization.
    ///
    /// Only what is given is managed; the rest is shown as it is. What is no longer given stays, and
    /// so does everything when the resource is destroyed: no call takes settings away.
    pub struct Settings {
        organization: Organization,
        /// The longest that an access token may live, in days; `0` for no limit. From then on every
        /// request with a token that never expires, or has longer left, is refused: those of others
        /// and the provider's own. Destroying this doesn't lift the limit.
        max_access_token_expiry_days: Attr<i64> = optional().computed().kept().range(0..=3650),
        /// What members with the built-in role of members, and team tokens, may do with stacks that
        /// nobody gave them: `none`, `read`, `write`, `admin`.
        default_stack_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "write", "admin"]),
        /// The same for environments: `none`, `read`, `open`, `write`, `admin`.
        default_environment_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "open", "write", "admin"]),
        /// The same for Insights accounts: `none`, `read`, `write`, `admin`.
        default_account_permission: Attr<String> =
            optional().computed().kept().one_of_words(&["none", "read", "write", "admin"]),
        /// The role that deployments run with; `""` for none.
        default_deployment_role_id: Attr<String> =
            optional().computed().kept().no_secret(holds_token),
        /// The role of members, and of tokens that ask for none. No call takes it away; the id
        /// of the built-in role of members should lead back, which no document says.
        default_role_id: Attr<String> = optional().computed().kept().plain_text(),
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
        /// Whether the AI features are on, in a word of the service's that no document lists.
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

impl Object for Settings {
    const FAILED: Message = said::SETTINGS;
    const RIGHTS: &'static str = "It takes a role with the scope organization:update.";

    fn called(&self) -> String {
        format!("the settings of the organization {}", quoted(&self.organization.org_name))
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        (status == 404).then_some("There is no role with the id that is given.")
    }
}

impl Resource for Settings {
    const NAME: &'static str = "api_organizationsettings";

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, Self::organization)?;
        let days = &plan.planned.max_access_token_expiry_days;
        let before = plan.prior.as_ref().map(|prior| &prior.max_access_token_expiry_days);
        let Attr::Known(limit @ 1..) = days else { return Ok(()) };
        if before != Some(days) {
            let detail = format!(
                "Every access token that may live longer than {limit} days is refused from then \
                 on, in every request for the organization: the provider's own too."
            );
            cx.warning_at(Settings::max_access_token_expiry_days, said::LIFE_LIMITED, detail);
        }
        Ok(())
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        planned.written(cx, None).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let org = text(&state.organization.org_name)?;
        let read = state.told(cx, "Reading", client.settings(org).await).await?;
        Ok(Some(state.observed(&read)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        planned.written(cx, Some(prior)).await
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let detail = format!("{} stay as they are; only the state forgets them.", state.called());
        cx.warning(said::SETTINGS_STAY, detail);
        Ok(())
    }

    fn is_only_forgotten(_: &Self) -> bool {
        true
    }
}

impl Identity for Settings {
    const PARTS: &'static [Name] = &[Organization::org_name];
}

impl Import for Settings {}
