//! Who may do what in an organization: a file for each kind of object.

mod organization;
mod team;

use crate::framework::identity;
use crate::framework::registry::Registry;
use crate::framework::resource::resource;

use team::Team;

/// Adds all that has to do with access.
pub fn register(registry: Registry) -> Registry {
    registry.resource(resource::<Team>().imported())
}

/// What a 404 means to an object that is looked for by an organization's name.
const NO_ORGANIZATION: &str = "Usually the organization's name is misspelt, or the access token's \
                               user is not a member.";

/// The import id of an object with these parts.
fn id(parts: &[&str]) -> String {
    parts.iter().map(|part| identity::escaped(part)).collect::<Vec<_>>().join("/")
}
