//! `pulumiservice_api_role`: a role, or a part of one, with its tree of permissions.

use serde_json::value::RawValue;

use super::object::{Object, text};
use super::tree::Tree;
use super::{InOrganization, grammar, organization, scopes, settle};
use crate::cloud::{NewRole, RoleChange, RoleHolders, RoleRecord};
use crate::framework::prelude::*;
use crate::framework::resource::said::NOT_FOUND;
use crate::framework::resource::{Identity, Import, List, Listed, Plan, Resource, Wanted};
use crate::provider::failure::described;
use crate::provider::messages::access as said;

crate::attributes! {
    /// A custom role of a Pulumi Cloud organization: what those may do who are given it.
    ///
    /// A change acts at once on everybody who has the role. The functions `permissions_allow`,
    /// `permissions_on_stack` and their like write the tree of permissions.
    pub struct Role {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The name, which no other role of the organization has.
        name: Attr<String> = required().length(1..=usize::MAX),
        /// What the role is for.
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
            optional().default("role").replaces().one_of_words(&["role", "policy", "set"]),
        /// Whether deleting the role takes it from all who have it. Otherwise that waits half a
        /// minute for them to go, and then fails. What other roles include is never deleted.
        force_destroy: Attr<bool> = optional().default(false),
        /// The service's identifier, as `role_id` of tokens, teams and members takes it.
        role_id: Attr<String> = computed().kept(),
        /// How often the role was changed, and one.
        version: Attr<i64> = computed(),
        /// `{org_name}/{role_id}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Role {
    fn names(&self) -> (&str, &str, &str) {
        (text(&self.org_name), text(&self.role_id), self.ux_purpose.text().unwrap_or("role"))
    }

    /// What the service says of a role of this organization.
    pub fn observed(mut self, role: &RoleRecord) -> Self {
        self.name = role.name.stored(self.name.text()).into();
        self.description = role.description.stored(self.description.text()).into();
        self.details = role.details.as_deref().and_then(Tree::from_wire).into();
        self.resource_type = role.resource_type.stored(self.resource_type.text()).into();
        self.ux_purpose = role.ux_purpose.stored(self.ux_purpose.text()).into();
        self.made(role)
    }

    fn made(mut self, role: &RoleRecord) -> Self {
        self.role_id = role.id.stored(self.role_id.text()).into();
        self.version = role.version.into();
        self
    }

    fn is(&self, found: &RoleRecord) -> bool {
        let tree = found.details.as_deref().and_then(Tree::from_wire);
        let same = tree.zip(self.details.known()).is_some_and(|(a, b)| a.same(b));
        let (name, about) = (text(&self.name), text(&self.description));
        same && found.version <= 1 && found.name == name && found.description == about
    }

    /// Whether the service has to be told.
    fn differs(&self, planned: &Self) -> bool {
        (&self.name, &self.description, &self.details)
            != (&planned.name, &planned.description, &planned.details)
    }

    fn tree(&self, cx: &Context) -> Result<Box<RawValue>, Reported> {
        let tree = self.details.known().map_or_else(|| Ok(Box::default()), Tree::to_wire);
        tree.map_err(|why| cx.error_at(Role::details, said::DETAILS, why))
    }
}

impl Object for Role {
    const FAILED: Message = said::ROLE;
    const RIGHTS: &'static str = "It takes a role with the scopes role:create, role:update and \
                                  role:delete (force_destroy also org_member:update and \
                                  team:update), and an organization that has custom roles.";

    fn called(&self) -> String {
        let (org, role, _) = self.names();
        format!("the role {:?} of the organization {org:?}", self.name.text().unwrap_or(role))
    }

    fn cause(&self, status: u16) -> Option<String> {
        (status == 401 && self.force_destroy.is(&true)).then(|| Self::RIGHTS.to_owned())
    }
}

impl Resource for Role {
    const NAME: &'static str = "api_role";

    fn validate(cx: &Context, config: &Self) {
        let Some(Err((at, why))) = config.details.known().map(|tree| grammar::check(&tree.0))
        else {
            return;
        };
        let at = if at.is_root() { "the top".to_owned() } else { at.to_string() };
        cx.error_at(Role::details, said::DETAILS, format!("At {at}: {why}"));
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |role| &mut role.org_name)?;
        let planned = &mut plan.planned;
        if let Some(prior) = &plan.prior {
            settle(&mut planned.details, &prior.details);
            if !prior.differs(planned) {
                planned.version = prior.version.clone();
                return Ok(());
            }
        }
        let (Some(tree), Some(org)) = (planned.details.known(), planned.org_name.text()) else {
            return Ok(());
        };
        if let Some(client) = cx.configuration()?.client() {
            let of = text(&planned.resource_type);
            scopes::warn_of_unknown(cx, client, org, (Role::details, tree), of).await;
        }
        Ok(())
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Creating")?;
        let (org, _, purpose) = planned.names();
        let role = NewRole {
            name: text(&planned.name).to_owned(),
            description: text(&planned.description).to_owned(),
            details: planned.tree(cx)?,
            resource_type: text(&planned.resource_type).to_owned(),
            ux_purpose: purpose.to_owned(),
        };
        let error = match client.create_role(org, &role).await {
            Ok(made) => return Ok(planned.clone().made(&made)),
            Err(error) => error,
        };
        // Whether it was there before, or the answer to its creation was lost, the list tells.
        let all = client.role_records(org, purpose).await.unwrap_or_default();
        let Some(found) = all.iter().find(|found| found.name == role.name) else {
            return Err(planned.failed(cx, "Creating", &error));
        };
        match error.status() {
            Some(409) => Err(planned.clone().made(found).exists(cx)),
            _ if error.may_have_acted() && planned.is(found) => Ok(planned.clone().made(found)),
            _ => Err(planned.failed(cx, "Creating", &error)),
        }
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, role, purpose) = state.names();
        let found = client.role_record(org, role, purpose).await;
        let found = found.map_err(|error| state.failed(cx, "Reading", &error))?;
        Ok(found.map(|role| state.clone().observed(&role)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        if !prior.differs(&planned) {
            return Ok(planned);
        }
        let changed = |now: &Attr<String>, before| (now != before).then(|| text(now).to_owned());
        let retold = planned.details != prior.details;
        let change = RoleChange {
            name: changed(&planned.name, &prior.name),
            description: changed(&planned.description, &prior.description),
            details: if retold { Some(planned.tree(cx)?) } else { None },
        };
        let client = planned.client(cx, "Changing")?;
        let (org, role, _) = planned.names();
        let updated = client.update_role(org, role, &change).await;
        let updated = updated.map_err(|error| planned.failed(cx, "Changing", &error))?;
        let planned = planned.made(&updated);
        if updated.description == text(&planned.description) {
            return Ok(planned);
        }
        cx.keep(&Self { description: updated.description.stored(None).into(), ..planned });
        let detail = "The service kept the role's description. Give it another one.";
        Err(cx.error_at(Role::description, said::NOT_CLEARED, detail))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let (org, role, purpose) = state.names();
        let force = state.force_destroy.is(&true);
        match client.delete_role(org, role, purpose, force).await {
            Ok(()) => Ok(()),
            Err(error) if error.status() == Some(409) => {
                let holders = said_of(&client.role_holders(org, role).await);
                let doing = format!("Deleting {}", state.called());
                let detail = described(&doing, &error, |_| Some(holders.clone()));
                Err(cx.error(said::ROLE, detail))
            }
            Err(error) => Err(state.failed(cx, "Deleting", &error)),
        }
    }
}

impl Identity for Role {
    const PARTS: &'static [Name] = &[Role::org_name, Role::role_id];
}

impl Import for Role {
    async fn import(cx: &Context, wanted: Self) -> Result<Self, Reported> {
        let client = wanted.client(cx, "Importing")?;
        let (org, role, purpose) = wanted.names();
        let found = client.role_record(org, role, purpose).await;
        match found.map_err(|error| wanted.failed(cx, "Importing", &error))? {
            Some(found) if found.default_identifier.is_empty() => {
                Ok(wanted.clone().observed(&found))
            }
            Some(_) => {
                Err(cx.error(said::ROLE, format!("{} is built in: {BUILT_IN}", wanted.called())))
            }
            None => Err(cx.error(NOT_FOUND, format!("There isn't {}.", wanted.called()))),
        }
    }
}

impl List for Role {
    type Filter = InOrganization;

    async fn list(
        cx: &Context,
        filter: InOrganization,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.org_name)?;
        let empty = Self { org_name: org.as_str().into(), ..Self::default() };
        let all = empty.client(cx, "Listing")?.role_records(&org, "role").await;
        let all = all.map_err(|error| empty.failed(cx, "Listing", &error))?;
        let own = all.iter().filter(|role| role.default_identifier.is_empty());
        let listed = own.take(wanted.limit).map(|role| Listed {
            display_name: role.name.to_string(),
            object: empty.clone().observed(role),
        });
        Ok(listed.collect())
    }
}

const BUILT_IN: &str = "it can't be changed. Read it with the data source pulumiservice_api_role.";

/// Who has a role, and what can be done about it.
fn said_of(holders: &RoleHolders) -> String {
    let all = [
        ("teams", &holders.teams),
        ("members", &holders.members),
        ("tokens", &holders.tokens),
        ("roles that include it", &holders.roles),
    ];
    let named = all.iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| {
        let names: Vec<_> = names.iter().map(|name| format!("{:?}", name.to_string())).collect();
        format!("{what}: {}", names.join(", "))
    });
    let named = named.collect::<Vec<_>>().join("; ");
    let named = if named.is_empty() { "who it is can't be seen".to_owned() } else { named };
    format!(
        "The role is still in use ({named}). Give them another role, or destroy what gives it to \
         them in the same run; or set force_destroy = true and apply before the role goes, which \
         takes it from everybody, but not out of roles that include it."
    )
}
