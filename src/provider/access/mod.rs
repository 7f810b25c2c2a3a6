//! Who may do what in an organization: a file for each kind of object.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `object` | what all kinds have in common: their names in messages, and failed calls |
//! | `tree`, `grammar`, `scopes` | permissions, as the service writes them |
//! | `permissions` | functions that write them |
//! | `team`, `role`, … | a kind of object each |
//! | `open_duration` | how long an environment may be open |
//! | `role_lookups`, `people`, `organization_lookups`, `teams_read` | data sources |
//! | `team_lists` | teams and their members as lists of existing objects |

mod environment_permission;
mod grammar;
mod issuer;
mod member;
mod object;
mod open_duration;
mod organization_lookups;
mod people;
mod permissions;
mod policy;
mod role;
mod role_lookups;
mod scopes;
mod settings;
mod stack_permission;
mod team;
mod team_lists;
mod team_member;
mod team_role;
mod teams_read;
mod thumbprint;
mod tree;

use crate::framework::attribute_type::same;
use crate::framework::data_source::data_source;
use crate::framework::prelude::*;
use crate::framework::registry::Registry;
use crate::framework::resource::resource;
use crate::provider::organization::{self, InOrganization};

use environment_permission::EnvironmentPermission;
use issuer::Issuer;
use member::Member;
use object::{Object, changed, text};
use policy::Policy;
use role::Role;
use settings::Settings;
use stack_permission::StackPermission;
use team::Team;
use team_member::TeamMember;
use team_role::TeamRole;
use teams_read::{TeamRead, Teams};

/// Adds all that has to do with access.
pub fn register(registry: Registry) -> Registry {
    let registry = registry
        .resource(resource::<Team>().imported().listed())
        .resource(resource::<TeamMember>().imported().listed())
        .resource(resource::<TeamRole>().imported())
        .resource(resource::<StackPermission>().imported())
        .resource(resource::<EnvironmentPermission>().imported())
        .resource(resource::<Role>().imported().listed())
        .resource(resource::<Settings>().imported())
        .resource(resource::<Issuer>().also_named("api_auth_oidc_issuer").imported().listed())
        .resource(resource::<Policy>().imported())
        .resource(resource::<Member>().also_named("api_organization_member").imported().listed());
    let registry = registry
        .data_source(data_source::<Teams>())
        .data_source(data_source::<TeamRead>())
        .data_source(data_source::<role_lookups::Roles>())
        .data_source(data_source::<role_lookups::OneRole>())
        .data_source(data_source::<role_lookups::RoleScopes>())
        .data_source(data_source::<people::Members>())
        .data_source(data_source::<people::OneMember>())
        .data_source(data_source::<people::CurrentUser>())
        .data_source(data_source::<organization_lookups::Organization>())
        .data_source(data_source::<organization_lookups::Issuers>());
    permissions::register(registry)
}

/// What means the same as before keeps the state's spelling.
fn settle<T: AttributeType>(planned: &mut Attr<T>, prior: &Attr<T>) {
    if same(planned, prior) {
        *planned = prior.clone();
    }
}
