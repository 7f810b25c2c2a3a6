//! What the service refuses becomes something to act on, and nothing is lost by it.

use emulator::{AccessToken, Config, ErrorBody, Fault, On, Operation, Permissions};

use crate::harness::{Project, each_engine};

#[test]
fn refusals_say_what_usually_causes_them() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"");
        project.set("PULUMI_ACCESS_TOKEN", "pul-wrong");
        project
            .plan_fails()
            .says("status 401: Unauthorized")
            .says("The access token is not valid there")
            .says_nothing_of("pul-wrong");

        let mut config = Config::default();
        config.access_tokens.push(AccessToken {
            value: "pul-reader".to_owned(),
            login: "reader".to_owned(),
            permissions: Permissions { create: false, ..Permissions::ALL },
        });
        let mut project = Project::with(engine, config);
        project.set("PULUMI_ACCESS_TOKEN", "pul-reader");
        project.token("name = \"ci\"");
        project
            .apply_fails()
            .says("Creating the token \"ci\" of the organization \"acme\" failed")
            .says("status 403")
            .says("The access token may not do this");

        let project = Project::new(engine);
        project.write(
            "resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {\n name = \"ci\"\n org_name = \
             \"no-such-org\"\n}",
        );
        project
            .plan_fails()
            .says("status 404: Not Found: Organization 'no-such-org' not found")
            .says("Usually the organization's name is misspelt");

        let project = Project::new(engine);
        project.token("name = \"ci\"\n role_id = \"no-such-role\"");
        project.apply_fails().says("There is no such role").says("Deployer");
        // Who may not see the roles is told by the service.
        project.cloud.fault(On::operation(Operation::ListRoles).always(), Fault::status(403));
        project.apply_fails().says("Role 'no-such-role' not found").says("role_id names a role");

        let project = Project::new(engine);
        project.token("name = \"ci\"");
        let id = project.cloud.add_token(project.cloud.new_token("acme", "ci")).id;
        project.cloud.delete("acme", &id);
        project
            .apply_fails()
            .says("status 409: Conflict: token name already exists")
            .says("A name can be used once");
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn an_error_page_that_is_no_json_is_readable() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.cloud.fault(On::creations(), Fault::answer(400, ErrorBody::Html));
        project.apply_fails().says("status 400").says_nothing_of("<h1>");
        assert!(project.cloud.existing("acme").is_empty());
    });
}

#[test]
fn a_failed_refresh_or_deletion_keeps_the_token_in_the_state() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let state = project.only_token();
        project.cloud.fault(On::lists().always(), Fault::status(400));
        project.plan_fails().says("Reading the token \"ci\" of the organization \"acme\" failed");
        project.cloud.clear_faults();
        project.cloud.fault(On::deletions().always(), Fault::status(400));
        project
            .run(&["destroy", "-no-color", "-auto-approve", "-input=false"])
            .fails()
            .says("Deleting the token \"ci\" of the organization \"acme\"");
        assert_eq!(project.only_token(), state);
        project.cloud.clear_faults();
        project.plan().is_clean();
    });
}
