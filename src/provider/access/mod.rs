//! Who may do what in an organization: a file for each kind of object.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `object` | what all kinds have in common: their names in messages, and failed calls |
//! | `organization` | the organization that an object belongs to |
//! | `team`, `team_member`, `team_role`, `stack_permission`, `environment_permission` | a kind of object each |
//! | `open_duration` | how long an environment may be open |
//! | `teams_read`, `team_lists` | teams as data sources, and as lists of existing objects |

mod environment_permission;
mod object;
mod open_duration;
mod organization;
mod stack_permission;
mod team;
mod team_lists;
mod team_member;
mod team_role;
mod teams_read;

use crate::framework::data_source::data_source;
use crate::framework::registry::Registry;
use crate::framework::resource::resource;

use environment_permission::EnvironmentPermission;
use stack_permission::StackPermission;
use team::Team;
use team_member::TeamMember;
use team_role::TeamRole;
use teams_read::{TeamRead, Teams};

/// Adds all that has to do with access.
pub fn register(registry: Registry) -> Registry {
    registry
        .resource(resource::<Team>().imported().listed())
        .resource(resource::<TeamMember>().imported().listed())
        .resource(resource::<TeamRole>().imported())
        .resource(resource::<StackPermission>().imported())
        .resource(resource::<EnvironmentPermission>().imported())
        .data_source(data_source::<Teams>())
        .data_source(data_source::<TeamRead>())
}
