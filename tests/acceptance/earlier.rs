//! States that earlier builds wrote plan clean. They are kept as files, with what they were written
//! from; `v0.1.0` is the last one before attributes were declared.

use emulator::{Clock, Config};

use crate::harness::{Project, each_engine};
use crate::inprocess::{Served, TestClock, provider};
use pulumiservice::cloud::SystemRandom;

/// When the state was written.
const WRITTEN: i64 = 1_795_548_000;

#[test]
fn a_state_of_version_0_1_0_plans_clean_and_is_destroyed() {
    each_engine(|engine| {
        let config = Config { clock: Clock::frozen(WRITTEN), ..Config::default() };
        let mut project = Project::with(engine, config);
        let served = Served::start(provider(&project.cloud, TestClock::at(WRITTEN), SystemRandom));
        project.set("TF_REATTACH_PROVIDERS", served.reattach.clone());
        project.write(include_str!("states/v0.1.0.tf"));
        let state = include_str!("states/v0.1.0.tfstate");
        // Terraform 1.6 and OpenTofu 1.7 plan an update of each object of which a newer engine's state
        // notes secrets, whatever the provider says. 1.8 and 1.10 don't; those in between were not
        // tried.
        let noted = engine.is_at_least((1, 8), (1, 10));
        let state = if noted { state.to_owned() } else { without_notes(state) };
        project.file("terraform.tfstate", &state);
        for attributes in project.tokens() {
            let text = |name: &str| attributes[name].as_str().unwrap_or_default().to_owned();
            let mut token = project.cloud.new_token("acme", &text("name"));
            token.id = text("token_id");
            token.description = text("description");
            token.expires = attributes["expires"].as_i64().unwrap();
            token.admin = attributes["admin"] == true;
            if let Some(role) = token.role.as_mut().filter(|_| !text("role_id").is_empty()) {
                (role.id, role.default_identifier) = (text("role_id"), String::new());
            }
            project.cloud.add_token(token);
        }
        project.plan().is_clean();
        // The one that is to live on does.
        project.destroy().says("The token stays valid");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

/// The state without what its engine noted of secrets.
fn without_notes(state: &str) -> String {
    let mut state: serde_json::Value = serde_json::from_str(state).unwrap();
    for resource in state["resources"].as_array_mut().unwrap() {
        for instance in resource["instances"].as_array_mut().unwrap() {
            instance["sensitive_attributes"] = serde_json::json!([]);
        }
    }
    state.to_string()
}
