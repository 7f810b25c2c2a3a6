//! What the tests of organizations' objects have in common.

use serde_json::Value;

use crate::harness::Project;

/// The attributes of the only resource of this type in the state.
pub fn attributes(project: &Project, ty: &str) -> Value {
    let state = project.state();
    let resources = state["resources"].as_array().cloned().unwrap_or_default();
    let found = resources.iter().find(|resource| resource["type"] == ty);
    found.unwrap_or_else(|| panic!("no {ty} in {state:#}"))["instances"][0]["attributes"].clone()
}

/// Takes a resource out of the state, and leaves it in the service.
pub fn forget(project: &Project, address: &str) {
    project.run(&["state", "rm", address]).succeeds();
}
