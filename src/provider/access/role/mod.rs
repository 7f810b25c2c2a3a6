//! `pulumiservice_api_role`: a role, or a part of one, with its tree of permissions.

pub mod data;
pub mod functions;
mod grammar;
mod holders;
mod import;
mod records;
mod scopes;

use super::object::{CUSTOM_ROLES, Feature, Object, not_cleared, settle};
use super::records::Made;
use super::tree::Tree;
use crate::framework::resource::{Identity, Plan, Resource};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, received, text};

use records::{PURPOSE, PURPOSES};

crate::attributes! {
    /// A custom role of a Pulumi Cloud organization: what those may do who are given it.
    ///
    /// A change acts at once on everybody who has the role. The functions `permissions_allow`,
    /// `permissions_on_stack` and their like write the tree of permissions.
    pub struct Role {
        organization: Organization,
        /// The name, which no other role of the organization has.
        name: Attr<String> = required().plain_text(),
        /// What the role is for. Whether the service takes an empty one in the place of another is
        /// not known; if it doesn't, the apply says so.
        description: Attr<String> = optional().default(""),
        /// The tree of permissions, with the service's own keys:
        /// `{ __type = "PermissionDescriptorAllow", permissions = ["stack:read"] }`. The order of
        /// `permissions` means nothing. A scope that the service doesn't list is a warning.
        details: Attr<Tree> = required(),
        /// What the role can be given for: `global` for members, teams and tokens, or `stack`,
        /// `environment`, `insights-account`.
        resource_type: Attr<String> = optional().default("global").replaces(),
        /// `role`, or what roles can be composed of: `policy`, `set`.
        ux_purpose: Attr<String> =
            optional().default(PURPOSE).replaces().one_of_words(PURPOSES),
        /// Whether deleting the role takes it from all who have it. Otherwise that waits half a
        /// minute for them to go, and then fails. What other roles include is never deleted, and
        /// whether the organization's default role can be is not known.
        force_destroy: Attr<bool> = optional().default(false),
        /// The service's identifier, as `role_id` of tokens, teams and members takes it.
        role_id: Attr<String> = computed().kept(),
        /// `1` at first, and one more after each change.
        version: Attr<i64> = computed(),
        /// `{org_name}/{role_id}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Object for Role {
    const FAILED: Message = said::ROLE;
    const RIGHTS: &'static str = "It takes a role with the scopes role:create, role:update and \
                                  role:delete (force_destroy also org_member:update and \
                                  team:update), and an organization that has custom roles.";

    fn called(&self) -> String {
        let which = if self.name.is_null() { &self.role_id } else { &self.name };
        let org = quoted(&self.organization.org_name);
        format!("the role {} of the organization {org}", quoted(which))
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn features(&self) -> &'static [Feature] {
        &[CUSTOM_ROLES]
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        match status {
            401 if self.force_destroy.is(&true) => Some(Self::RIGHTS),
            409 if self.role_id.is_known() => Some("Another role has this name."),
            _ => None,
        }
    }
}

impl Resource for Role {
    const NAME: &'static str = "api_role";

    fn validate(cx: &Context, config: Self) {
        if let Some(why) = config.details.iter().find_map(grammar::wrong) {
            cx.error_at(Role::details, said::DETAILS, why);
        }
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let mut changes = true;
        if let (Some(prior), planned) = (&plan.prior, &mut plan.planned) {
            settle(&mut planned.details, &prior.details);
            changes = prior.differs(planned);
            if !changes {
                planned.version = prior.version.clone();
            }
        }
        organization::plan(cx, plan, Self::organization)?;
        if changes { scopes::warn_of_unknown(cx, &plan.planned).await } else { Ok(()) }
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Creating")?;
        let (org, role) = (text(&planned.organization.org_name)?.to_owned(), planned.wanted(cx)?);
        planned.created(cx, &client, "Creating", client.create_role(&org, &role)).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, role, purpose) = state.names()?;
        let found = state.told(cx, "Reading", client.role_record(org, role, purpose).await).await?;
        Ok(found.map(|role| state.observed(&role)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        if !prior.differs(&planned) {
            return Ok(planned);
        }
        let client = planned.client(cx, "Changing")?;
        let change = planned.change(cx, &prior)?;
        let (org, role, _) = planned.names()?;
        let updated = client.update_role(org, role, &change).await;
        let updated = planned.told(cx, "Changing", updated).await?;
        let mut planned = planned.made(&updated);
        if text(&planned.description)?.is_empty() && !updated.description.is_empty() {
            planned.description = received(&updated.description);
            cx.keep(&planned);
            return Err(not_cleared(cx, Role::description));
        }
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let (org, role, purpose) = state.names()?;
        let deleted = client.delete_role(org, role, purpose, state.force_destroy.is(&true)).await;
        holders::told(cx, &client, &state, deleted).await
    }
}

impl Identity for Role {
    const PARTS: &'static [Name] = &[Organization::org_name, Role::role_id];
    const BY_SERVICE: bool = true;
}
