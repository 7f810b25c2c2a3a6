//! A token is gone only for who knows that it was there: the same service, and not only just now.

use emulator::{ADMIN_ROLE, Config, Emulator, Fault, Lag, On, Operation};
use serde_json::Value;

use crate::harness::{Engine, Project, one_engine};

/// A token in the state, and another service with an organization of the same name.
fn moved(engine: &'static Engine) -> (Project, Emulator) {
    let mut project = Project::new(engine);
    project.token("name = \"ci\"");
    project.apply();
    let other = Emulator::start(Config::default());
    project.set("PULUMI_BACKEND_URL", other.url().to_owned());
    (project, other)
}

#[test]
fn a_token_of_another_service_is_not_gone() {
    one_engine(|engine| {
        let (mut project, other) = moved(engine);
        let token = project.only_token();
        let here = project.cloud.url().to_owned();
        // Neither for its age.
        project.cloud.clock().advance(600);
        other.clock().advance(600);
        for run in [
            project.plan_fails(),
            project.apply_fails(),
            project.destroy_fails(),
            project.destroy_without_refresh().fails(),
        ] {
            run.says("The object belongs to another service").says(other.url()).says(&here);
        }
        assert_eq!(project.only_token(), token);
        assert!(other.tokens("acme").is_empty());
        assert!(other.requests().iter().all(|request| request.method == "GET"));
        project.set("PULUMI_BACKEND_URL", here);
        project.plan().is_clean();
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn a_service_that_lists_the_token_takes_it_over() {
    one_engine(|engine| {
        let (mut project, other) = moved(engine);
        let token = other.add_token(project.cloud.token_named("acme", "ci").unwrap());
        project.plan().is_clean();
        project.apply();
        // From now on it is this service whose word counts.
        other.delete("acme", &token.id);
        other.clock().advance(600);
        project.plan().has_changes().says("The token is gone");
        let here = project.cloud.url().to_owned();
        project.cloud.delete("acme", &token.id);
        project.set("PULUMI_BACKEND_URL", here);
        project.plan_fails().says("The object belongs to another service").says(other.url());
    });
}

#[test]
fn a_token_that_is_left_to_its_expiry_is_forgotten_anywhere() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"\n  expire_after = \"1d\"\n  delete_on_destroy = false");
        project.apply();
        let other = Emulator::start(Config::default());
        project.set("PULUMI_BACKEND_URL", other.url().to_owned());
        project.destroy_without_refresh().succeeds().says("The token stays valid");
        assert!(project.tokens().is_empty());
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

/// An engine keeps nothing beside the attributes of a tainted object.
#[test]
fn a_tainted_token_that_another_service_lacks_is_not_dropped_without_a_word() {
    one_engine(|engine| {
        let (mut project, other) = moved(engine);
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        let here = project.cloud.url().to_owned();
        project.set("PULUMI_BACKEND_URL", here);
        project.run(&["taint", "pulumiservice_api_tokens_orgtoken.t"]).succeeds();
        project.token("name = \"ci-2\"");
        project.run(&["plan", "-out=saved", "-no-color"]);
        project.set("PULUMI_BACKEND_URL", other.url().to_owned());
        project.run(&["apply", "-no-color", "saved"]).says(&id).says("There is nothing to revoke");
    });
}

#[test]
fn a_young_token_that_no_list_shows_stays() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
        project.token("name = \"ci\"");
        project.apply();
        project.apply().says("The token is not listed yet");
        assert_eq!(project.requests("POST").len(), 1);
        project.destroy();
        assert_eq!(project.requests("DELETE").len(), 1);
        assert!(project.cloud.live("acme").is_empty());
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn an_old_token_that_no_list_shows_is_gone() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.delete("acme", &id);
        project.plan().is_clean().says("The token is not listed yet");
        project.cloud.clock().advance(301);
        project.plan().has_changes().says("The token is gone");
    });
}

#[test]
fn a_state_with_an_id_alone_is_that_token() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let token = project.only_token();
        let alone = || {
            project.edit_token(|token| {
                token["token_id"] = Value::Null;
                token["org_name"] = Value::Null;
            });
        };
        alone();
        project.plan().is_clean();
        project.apply();
        assert_eq!(project.only_token(), token);
        alone();
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn a_state_without_any_id_is_kept_and_nothing_is_searched() {
    one_engine(|engine| {
        for absent in [Value::Null, "".into(), "acme/".into(), "acme".into()] {
            let project = Project::new(engine);
            project.token("name = \"ci\"");
            project.apply();
            project.edit_token(|token| {
                token["token_id"] = if absent.is_null() { Value::Null } else { "".into() };
                token["id"] = absent.clone();
            });
            project.cloud.clear_requests();
            project.plan_fails();
            project.destroy_fails();
            project.destroy_without_refresh().fails();
            assert_eq!(project.tokens().len(), 1);
            assert_eq!(project.cloud.live("acme").len(), 1);
            assert!(project.requests("DELETE").is_empty());
        }
    });
}

/// A service in whose organization every token is an admin's that isn't made otherwise.
fn admins(engine: &'static Engine) -> Project {
    let project = Project::new(engine);
    project.cloud.edit_org("acme", |org| {
        for role in &mut org.roles {
            role.is_org_default = role.id == ADMIN_ROLE;
        }
    });
    project.token("name_prefix = \"ci-\"");
    project.apply();
    project
}

#[test]
fn what_the_organization_does_not_tell_is_no_drift() {
    one_engine(|engine| {
        let project = admins(engine);
        project.plan().is_clean();
        for fault in [Fault::status(503), Fault::status(403), Fault::remove("/defaultRoleId")] {
            project.cloud.fault(On::operation(Operation::GetOrganizationMetadata).always(), fault);
            project.plan().is_clean();
            project.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
            assert_eq!(project.only_token()["admin"], false);
            project.cloud.clear_faults();
            project.plan().is_clean();
        }
    });
}
