//! The service has no update and frees no name: what is replaced, and what is refused.

use emulator::{
    AccessToken, Config, DEPLOYER_ROLE, Fault, MEMBER_ROLE, On, Operation, Permissions,
};

use crate::harness::{Project, each_engine};

#[test]
fn a_change_under_the_same_name_is_refused_at_plan() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        for change in [
            "description = \"d\"".to_owned(),
            "admin = true".to_owned(),
            format!("expires = {}", project.cloud.clock().now() + 86_400),
            format!("role_id = \"{}\"", emulator::DEPLOYER_ROLE),
        ] {
            let attribute = change.split(' ').next().unwrap();
            project.token(&format!("name = \"ci\"\n {change}"));
            project
                .plan_fails()
                .says("The token can't be replaced under the same name")
                .says(&format!("the change of {attribute} needs a new one"))
                .says("use name_prefix instead of name")
                .says("on main.tf line");
        }
        assert_eq!(project.cloud.live("acme").len(), 1);
        project.token("name = \"ci\"");
        project.plan().is_clean();
    });
}

#[test]
fn a_change_together_with_the_name_replaces() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let old = project.only_token();
        project.token("name = \"ci-2\"\n description = \"d\"");
        project.plan().has_changes().says("must be replaced").says("forces replacement");
        project.apply();
        let new = project.only_token();
        assert_ne!(old["token_value"], new["token_value"]);
        let live = project.cloud.live("acme");
        assert_eq!(live.len(), 1);
        assert_eq!(live[0].name, "ci-2");
        project.plan().is_clean();
    });
}

#[test]
fn create_before_destroy_makes_the_new_token_first() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let lifecycle = "lifecycle { create_before_destroy = true }";
        project.token(&format!("name = \"ci\"\n {lifecycle}"));
        project.apply();
        project.cloud.clear_requests();
        project.token(&format!("name = \"ci-2\"\n {lifecycle}"));
        project.apply();
        let changes: Vec<_> = project
            .cloud
            .requests()
            .into_iter()
            .map(|request| request.method)
            .filter(|method| method != "GET")
            .collect();
        assert_eq!(changes, ["POST", "DELETE"]);
    });
}

#[test]
fn a_forced_replacement_under_the_same_name_is_refused() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let target = "-replace=pulumiservice_api_tokens_orgtoken.t";
        project
            .run(&["plan", "-no-color", "-input=false", target])
            .fails()
            .says("The token's name is taken");
        project.run(&["taint", "pulumiservice_api_tokens_orgtoken.t"]).succeeds();
        project.plan_fails().says("The token's name is taken").says("by lab-admin");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_name_that_is_listed_already_is_refused_at_plan() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let other = project.cloud.add_token(project.cloud.new_token("acme", "ci"));
        project.token("name = \"ci\"");
        project
            .plan_fails()
            .says("The token's name is taken")
            .says(&format!("its id is {}", other.id))
            .says("by someone-else")
            .says(
                "If a run was cut off, its value is lost: delete it or import it, and choose \
                 another name",
            );
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn who_may_not_list_can_create_all_the_same() {
    each_engine(|engine| {
        let mut config = Config::default();
        config.access_tokens.push(AccessToken {
            value: "pul-may-only-create".to_owned(),
            login: "creator".to_owned(),
            permissions: Permissions { list: false, metadata: false, ..Permissions::ALL },
        });
        let mut project = Project::with(engine, config);
        project.set("PULUMI_ACCESS_TOKEN", "pul-may-only-create");
        project.token("name = \"ci\"");
        project.plan().has_changes();
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        let made = project.only_token();
        assert!(made["token_value"].is_string());
        // That the name is taken, the state knows without a list.
        let forced = "-replace=pulumiservice_api_tokens_orgtoken.t";
        project
            .run(&["apply", "-no-color", "-auto-approve", "-refresh=false", forced])
            .fails()
            .says("The token can't be replaced under the same name");
        assert_eq!(project.only_token(), made);
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_role_that_can_not_be_compared_replaces_nothing() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.apply();
        let made = project.only_token();
        let metadata = On::operation(Operation::GetOrganizationMetadata);
        project.cloud.fault(metadata.always(), Fault::status(503));
        project.token(&format!("name_prefix = \"ci-\"\n role_id = \"{MEMBER_ROLE}\""));
        project.plan_fails().says("The service could not be asked while planning");
        project.cloud.clear_faults();
        project.apply().says("0 added, 1 changed, 0 destroyed");
        assert_eq!(project.only_token()["token_id"], made["token_id"]);
    });
}

#[test]
fn an_imported_token_keeps_its_role_whether_the_default_one_is_told_or_not() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token(&format!("name = \"ci\"\n role_id = \"{DEPLOYER_ROLE}\""));
        project.apply();
        let id = project.only_token()["id"].as_str().unwrap().to_owned();
        let address = "pulumiservice_api_tokens_orgtoken.t";
        project.run(&["state", "rm", address]).succeeds();
        project.token("name = \"ci\"");
        project.run(&["import", "-input=false", address, &id]).succeeds();
        let metadata = On::operation(Operation::GetOrganizationMetadata);
        project.cloud.fault(metadata.always(), Fault::status(503));
        project.plan().is_clean();
    });
}

#[test]
fn the_same_name_in_another_organization_is_another_name() {
    each_engine(|engine| {
        let mut config = Config::default();
        config.orgs.push(emulator::Org::new("umbrella"));
        let mut project = Project::with(engine, config);
        project.write("resource \"pulumiservice_api_tokens_orgtoken\" \"t\" { name = \"ci\" }");
        project.plan_fails().says("No organization is given").says("PULUMI_ORG");
        project.set("PULUMI_ORG", "acme");
        project.apply();
        assert_eq!(project.only_token()["org_name"], "acme");
        project.plan().is_clean();
        project.set("PULUMI_ORG", "umbrella");
        project.plan().has_changes().says("forces replacement");
        project.apply();
        assert!(project.cloud.live("acme").is_empty());
        assert_eq!(project.cloud.live("umbrella").len(), 1);
    });
}

#[test]
fn a_name_that_is_not_known_yet_is_refused_over_a_token_that_exists() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let project = Project::new(engine);
        let hcl = |input: &str| {
            format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{input}\" }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 name = substr(terraform_data.x.output, 0, 2)\n}}"
            )
        };
        project.write(&hcl("ci-1"));
        project.apply();
        project.write(&hcl("ci-2"));
        project
            .plan_fails()
            .is_not_known_yet(engine, &["Whether the object is to be replaced is not known yet"]);
        assert_eq!(project.cloud.live("acme").len(), 1);
        project
            .run(&["apply", "-auto-approve", "-input=false", "-target=terraform_data.x"])
            .succeeds();
        project.plan().is_clean();
    });
}

#[test]
fn what_is_no_longer_asked_for_replaces() {
    each_engine(|engine| {
        let end = 86_400 + jiff::Timestamp::now().as_second();
        for argument in [
            format!("role_id = \"{}\"", emulator::DEPLOYER_ROLE),
            "admin = true".to_owned(),
            "description = \"d\"".to_owned(),
            format!("expires = {end}"),
        ] {
            let project = Project::new(engine);
            project.token(&format!("name_prefix = \"ci-\"\n {argument}"));
            project.apply();
            project.token("name_prefix = \"ci-\"");
            project.plan().has_changes().says("must be replaced");
        }
    });
}

#[test]
fn an_old_token_that_will_be_revoked_all_the_same_is_said_to_be() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"\n expire_after = \"1d\"");
        project.apply();
        project.token("name_prefix = \"ci-\"\n expire_after = \"2d\"\n delete_on_destroy = false");
        project.plan().has_changes().says("The old token is still revoked");
        project.apply();
        // From then on a replacement leaves the old one to its expiry.
        project.token("name_prefix = \"ci-\"\n expire_after = \"3d\"\n delete_on_destroy = false");
        project.apply().says("The token stays valid");
        assert_eq!(project.cloud.live("acme").len(), 2);
    });
}
