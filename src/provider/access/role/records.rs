//! A role as the service records it.

use serde_json::value::RawValue;

use super::Role;
use crate::cloud::{Client, Error, NewRole, RoleChange, RoleRecord};
use crate::framework::resource::Listed;
use crate::provider::access::records::{Made, Recorded};
use crate::provider::access::tree::Tree;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;
use crate::provider::texts::{changed, stored, text};

/// What roles are for, by themselves or composed.
pub const PURPOSES: &[&str] = &[PURPOSE, "policy", "set"];
/// What they are for if nothing else is said.
pub const PURPOSE: &str = "role";

impl Role {
    /// Organization, id and purpose.
    pub(super) fn names(&self) -> Result<(&str, &str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.role_id)?, self.purpose()))
    }

    /// An import, and a list of all, don't give the purpose. It is known whenever the service is
    /// asked.
    fn purpose(&self) -> &str {
        self.ux_purpose.iter().next().map_or(PURPOSE, String::as_str)
    }

    /// What the service says of a role of this organization.
    pub(super) fn observed(mut self, role: &RoleRecord) -> Self {
        self.name = stored(&role.name, &self.name);
        self.description = stored(&role.description, &self.description);
        self.details = role.details.as_deref().and_then(Tree::from_wire).into();
        self.resource_type = stored(&role.resource_type, &self.resource_type);
        self.ux_purpose = stored(&role.ux_purpose, &self.ux_purpose);
        self.made(role)
    }

    /// Whether the service has to be told.
    pub(super) fn differs(&self, planned: &Self) -> bool {
        (&self.name, &self.description, &self.details)
            != (&planned.name, &planned.description, &planned.details)
    }

    /// The role to create.
    pub(super) fn wanted(&self, cx: &Context) -> Result<NewRole, Reported> {
        Ok(NewRole {
            name: text(&self.name)?.to_owned(),
            description: text(&self.description)?.to_owned(),
            details: self.tree(cx)?,
            resource_type: text(&self.resource_type)?.to_owned(),
            ux_purpose: self.purpose().to_owned(),
        })
    }

    /// What to change about the role.
    pub(super) fn change(&self, cx: &Context, prior: &Self) -> Result<RoleChange, Reported> {
        let retold = self.details != prior.details;
        Ok(RoleChange {
            name: changed(&self.name, &prior.name),
            description: changed(&self.description, &prior.description),
            details: if retold { Some(self.tree(cx)?) } else { None },
        })
    }

    fn tree(&self, cx: &Context) -> Result<Box<RawValue>, Reported> {
        let tree = self.details.value()?.map_or_else(|| Ok(Box::default()), Tree::to_wire);
        tree.map_err(|why| cx.error_at(Role::details, said::DETAILS, why))
    }
}

impl Recorded for Role {
    type Record = RoleRecord;
    const MANY: &'static str = "roles";

    async fn all(&self, client: &Client, org: &str) -> Result<Vec<RoleRecord>, Error> {
        client.role_records(org, self.purpose()).await
    }

    /// Built-in ones can't be managed.
    fn shown(self, role: &RoleRecord) -> Option<Listed<Self>> {
        let display_name = role.name.to_string();
        let own = role.default_identifier.is_empty();
        own.then(|| Listed { display_name, object: self.observed(role) })
    }
}

impl Made for Role {
    fn made(mut self, role: &RoleRecord) -> Self {
        self.role_id = stored(&role.id, &self.role_id);
        self.version = role.version.into();
        self
    }

    fn meets(&self, found: &RoleRecord) -> bool {
        self.name.is_known_and(|name| found.name == *name)
    }
}
