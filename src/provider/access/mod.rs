//! Who may do what in an organization: a file for each kind of object.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `object` | what all kinds have in common: their names in messages, and failed calls |
//! | `organization` | the organization that an object belongs to |
//! | `team`, `team_member`, … | a kind of object each |

mod object;
pub mod organization;
mod team;

use crate::framework::registry::Registry;
use crate::framework::resource::resource;

use object::{Object, text};
use team::Team;

/// Adds all that has to do with access.
pub fn register(registry: Registry) -> Registry {
    registry.resource(resource::<Team>().imported())
}
