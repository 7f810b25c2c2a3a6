//! Who may do what in an organization: a folder for each kind of object.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `object` | what all kinds have in common: their names in messages, and failed calls |
//! | `records` | what those have in common of which the service has a list |
//! | `lists` | lists of existing objects |
//! | `tree` | permissions and keys, as the service writes them |
//! | `team/` | teams, their members and roles, and what they may do |
//! | `role/`, `member/`, `issuer/`, `policy/`, `settings/` | a kind of object each |
//!
//! In a folder, `mod` declares the kind and has its life, `records` reads and writes what the
//! service has of it, and `data` has its data sources.

mod issuer;
mod lists;
mod member;
mod object;
mod policy;
mod records;
mod role;
mod settings;
mod team;
mod tree;

use crate::framework::data_source::data_source;
use crate::framework::registry::Registry;
use crate::framework::resource::resource;

use issuer::Issuer;
use member::Member;
use policy::Policy;
use role::Role;
use settings::Settings;
use team::Team;
use team::environment_permission::EnvironmentPermission;
use team::member::TeamMember;
use team::role::TeamRole;
use team::stack_permission::StackPermission;

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
        .data_source(data_source::<team::data::Teams>())
        .data_source(data_source::<team::data::TeamRead>())
        .data_source(data_source::<role::data::Roles>())
        .data_source(data_source::<role::data::OneRole>())
        .data_source(data_source::<role::data::RoleScopes>())
        .data_source(data_source::<member::data::Members>())
        .data_source(data_source::<member::data::OneMember>())
        .data_source(data_source::<member::data::CurrentUser>())
        .data_source(data_source::<settings::data::Organization>())
        .data_source(data_source::<issuer::data::Issuers>());
    role::functions::register(registry)
}
