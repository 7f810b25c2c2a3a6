//! What differs from what was asked for shows; what the service adds by itself doesn't.

use crate::harness::{Project, each_engine};

#[test]
fn what_was_changed_behind_terraforms_back_shows() {
    each_engine(|engine| {
        for attribute in ["name", "description", "expires", "role_id"] {
            let project = Project::new(engine);
            let end = project.cloud.clock().now() + 86_400;
            let role = emulator::DEPLOYER_ROLE;
            project.token(&format!(
                "name = \"ci\"\n description = \"d\"\n expires = {end}\n role_id = \"{role}\""
            ));
            project.apply();
            let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
            project.cloud.edit("acme", &id, |token| match attribute {
                "name" => token.name = "renamed".to_owned(),
                "description" => token.description = "edited".to_owned(),
                "expires" => token.expires += 3600,
                _ => token.role.as_mut().unwrap().id = "another-role".to_owned(),
            });
            project
                .run(&["plan", "-refresh-only", "-no-color", "-input=false"])
                .succeeds()
                .says(&format!("~ {attribute} "));
            let plan = project.run(&["plan", "-no-color", "-input=false"]);
            if attribute == "name" {
                // It was used, whatever the token is called now.
                plan.fails().says("The token can't be replaced under the same name");
            } else {
                plan.fails().says(&format!("the change of {attribute} "));
            }
        }
    });
}

#[test]
fn a_role_that_nobody_asked_for_is_no_drift() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        assert!(project.cloud.token_named("acme", "ci").unwrap().role.is_some());
        project.plan().is_clean();
        project.cloud.edit("acme", &id, |token| token.role = None);
        project.plan().is_clean();
    });
}

#[test]
fn an_admin_role_that_nobody_asked_for_shows() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.edit("acme", &id, |token| {
            let role = token.role.as_mut().unwrap();
            role.id = emulator::ADMIN_ROLE.to_owned();
            role.default_identifier = "admin".to_owned();
        });
        project.plan().has_changes().says("admin").says("must be replaced");
    });
}

#[test]
fn a_role_that_the_list_leaves_out_is_no_drift() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token(&format!("name = \"ci\"\n role_id = \"{}\"", emulator::DEPLOYER_ROLE));
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.edit("acme", &id, |token| token.role = None);
        project.plan().is_clean();
    });
}

#[test]
fn a_generated_name_that_was_changed_replaces() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.apply();
        let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
        project.cloud.edit("acme", &id, |token| token.name = "renamed".to_owned());
        project.plan().has_changes().says("must be replaced");
        project.apply();
        project.plan().is_clean();
    });
}
