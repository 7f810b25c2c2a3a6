//! Plans keep the engine's rules, and find out what would fail only after the old token is dead.

use emulator::{BILLING_ROLE, Config, DEPLOYER_ROLE, Fault, On, Operation, Org};

use crate::harness::{Engine, Project, TOKEN, each_engine};

/// Engines that can make a value that is known only after apply.
fn each_with_unknowns(test: impl Fn(&'static Engine)) {
    each_engine(|engine| {
        if engine.has_terraform_data() {
            test(engine);
        }
    });
}

/// A token with these arguments, beside `terraform_data.x.output`, which is unknown at plan.
fn beside_unknown(input: &str, arguments: &str) -> String {
    format!(
        "resource \"terraform_data\" \"x\" {{ input = {input} }}\n\
         resource \"{TOKEN}\" \"t\" {{\n org_name = \"acme\"\n {arguments}\n}}"
    )
}

#[test]
fn no_key_has_a_meaning_of_its_own() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let write = |value: &str| {
            project.token(&format!(
                "name_prefix = \"ci-\"\n rotate_when_changed = {{\n \
                 \"$serde_json::private::Number\" = \"{value}\"\n }}"
            ));
        };
        write("one");
        project.apply();
        project.plan().is_clean();
        write("two");
        project.plan().has_changes().says("must be replaced");
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn an_organization_that_turns_out_to_be_another_one_keeps_the_plan_valid() {
    each_with_unknowns(|engine| {
        let config =
            Config { orgs: vec![Org::new("acme"), Org::new("umbrella")], ..Config::default() };
        let project = Project::with(engine, config);
        let write = |org: &str, arguments: &str| {
            project.write(&format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{org}\" }}\n\
                 provider \"pulumiservice\" {{ org_name = terraform_data.x.output }}\n\
                 resource \"{TOKEN}\" \"t\" {{\n name_prefix = \"ci-\"\n {arguments}\n}}"
            ));
        };
        write("acme", "");
        project.apply();
        // In place: whether it stays one is not known.
        write("umbrella", "reason = \"r\"");
        project
            .plan_fails()
            .is_not_known_yet(engine, &["Whether the object is to be replaced is not known yet"]);
        assert_eq!(project.cloud.live("acme").len(), 1);
        // With a replacement, the new token goes where it belongs.
        write("umbrella", "description = \"d\"");
        project.plan().has_changes().says("must be replaced");
        project.apply();
        assert!(project.cloud.live("acme").is_empty());
        assert_eq!(project.cloud.live("umbrella").len(), 1);
        project.plan().is_clean();
    });
}

#[test]
fn a_window_that_is_unknown_over_a_due_token_is_refused() {
    each_with_unknowns(|engine| {
        let project = Project::new(engine);
        let write = |input: &str| {
            let arguments = "name_prefix = \"ci-\"\n expire_after = \"90d\"\n rotate_before = \
                             terraform_data.x.output";
            project.write(&beside_unknown(&format!("\"{input}\""), arguments));
        };
        write("14d");
        project.apply();
        project.edit_token(|token| token["ready_for_rotation"] = true.into());
        write("7d");
        project
            .run(&["apply", "-no-color", "-auto-approve", "-refresh=false"])
            .fails()
            .is_not_known_yet(engine, &["Whether the object is to be replaced is not known yet"])
            .says_nothing_of("inconsistent final plan");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn ignored_changes_do_not_keep_a_due_token_from_being_replaced() {
    each_engine(|engine| {
        if !engine.ignores_configured_values_only() {
            return;
        }
        let project = Project::new(engine);
        project.token(
            "name_prefix = \"ci-\"\n expire_after = \"90d\"\n rotate_before = \"14d\"\n lifecycle \
             {\n ignore_changes = all\n }",
        );
        project.apply();
        project.plan().is_clean();
        let first = project.only_token();
        project.edit_token(|token| token["ready_for_rotation"] = true.into());
        project.run(&["apply", "-auto-approve", "-input=false", "-refresh=false"]).succeeds();
        assert_ne!(project.only_token()["token_id"], first["token_id"]);
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_role_that_is_not_there_is_found_out_at_plan_by_one_question() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let write = |role: &str| {
            project.token(&format!("count = 3\n name_prefix = \"ci-\"\n role_id = \"{role}\""));
        };
        write(DEPLOYER_ROLE);
        project.apply();
        project.cloud.clear_requests();
        write("no-such-role");
        project.plan_fails().says("There is no such role");
        let asked = project.cloud.requests();
        let asked = asked.iter().filter(|r| r.operation == Some(Operation::ListRoles)).count();
        assert_eq!(asked, 1);
        project.cloud.fault(On::operation(Operation::ListRoles).always(), Fault::status(403));
        project.plan().has_changes();
        assert_eq!(project.cloud.live("acme").len(), 3);
    });
}

#[test]
fn one_fixed_name_in_place_of_another_is_warned_of() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        project.token("name = \"ci-2\"");
        project
            .plan()
            .has_changes()
            .says("The old token is revoked before its new name is tried")
            .says("create_before_destroy");
        project.token("name_prefix = \"dd-\"");
        project.plan().has_changes().says_nothing_of("before its new name is tried");
    });
}

#[test]
fn a_never_ending_token_is_not_replaced_by_one_that_may_be_refused() {
    each_with_unknowns(|engine| {
        let project = Project::new(engine);
        let keeps = "delete_on_destroy = tobool(terraform_data.x.output)";
        project.write(&beside_unknown("true", "name_prefix = \"ci-\""));
        project.apply();
        project.write(&beside_unknown(
            "false",
            &format!("name_prefix = \"ci-\"\n description = \"d\"\n {keeps}"),
        ));
        project.plan_fails().says("A token that never expires must be deleted on destroy");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_plan_under_a_prefix_finds_out_what_is_wrong_with_the_run() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.set("PULUMI_ACCESS_TOKEN", "pul-wrong");
        project.plan_fails().says("The service doesn't take the access token");
        project.set("PULUMI_ACCESS_TOKEN", emulator::ACCESS_TOKEN);
        let metadata = || On::operation(Operation::GetOrganizationMetadata).always();
        // Whatever stands before the service proves nothing.
        project.cloud.fault(metadata(), Fault::no_route());
        project.plan().has_changes();
        project.cloud.clear_faults();
        project.write(&format!(
            "provider \"pulumiservice\" {{ max_retries = 0 }}\nresource \"{TOKEN}\" \"t\" {{\n \
             org_name = \"no-such-org\"\n name_prefix = \"ci-\"\n}}"
        ));
        project.plan_fails().says("There is no such organization, or it can't be seen");
        project.set("PULUMI_BACKEND_URL", "http://127.0.0.1:1");
        project.plan().has_changes().says("The service could not be asked while planning");
    });
}

#[test]
fn an_empty_role_is_none() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.apply();
        let first = project.only_token();
        project.token("name_prefix = \"ci-\"\n role_id = \"\"");
        project.plan().says_nothing_of("must be replaced");
        project.apply();
        project.plan().is_clean();
        project.token("name_prefix = \"ci-\"");
        project.plan().says_nothing_of("must be replaced");
        project.apply();
        assert_eq!(project.only_token()["token_id"], first["token_id"]);
    });
}

#[test]
fn an_imported_token_waits_for_a_role_that_is_not_known_yet() {
    each_with_unknowns(|engine| {
        let project = Project::new(engine);
        let mut token = project.cloud.new_token("acme", "ci");
        token.admin = true;
        let role = token.role.as_mut().unwrap();
        role.id = emulator::ADMIN_ROLE.to_owned();
        role.default_identifier = "admin".to_owned();
        let token = project.cloud.add_token(token);
        project.write(&beside_unknown(
            &format!("\"{}\"", emulator::ADMIN_ROLE),
            "name_prefix = \"ci\"\n role_id = terraform_data.x.output",
        ));
        let address = format!("{TOKEN}.t");
        project
            .run(&["import", "-input=false", &address, &format!("acme/{}", token.id)])
            .succeeds();
        project
            .plan_fails()
            .is_not_known_yet(engine, &["Whether the object is to be replaced is not known yet"]);
        let first = ["apply", "-auto-approve", "-input=false", "-target=terraform_data.x"];
        project.run(&first).succeeds();
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        project.plan().is_clean();
    });
}

#[test]
fn a_prefix_that_turns_out_null_leaves_the_fixed_name() {
    each_with_unknowns(|engine| {
        let project = Project::new(engine);
        let arguments = "name = \"ci\"\n name_prefix = terraform_data.x.output == \"a\" ? null : \
                         \"ci-\"";
        project.write(&beside_unknown("\"a\"", arguments));
        project.apply();
        assert_eq!(project.only_token()["name"], "ci");
        project.plan().is_clean();
        // Over a token that exists, too.
        let changed = format!("{arguments}\n reason = \"r\"");
        let forced = "-replace=terraform_data.x";
        project.write(&beside_unknown("\"a\"", &changed));
        project.run(&["apply", "-auto-approve", "-input=false", forced]).succeeds();
        project.apply();
        assert_eq!(project.only_token()["name"], "ci");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn the_limits_are_those_of_the_service() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| org.max_expiry_days = Some(0));
        project.token("name_prefix = \"ci-\"\n expire_after = \"730d\"");
        project.apply();
        project.token("name_prefix = \"ci-\"\n expire_after = \"731d\"");
        project.plan_fails().says("expire_after is too long");
    });
}

#[test]
fn admin_beside_another_role_is_refused() {
    each_engine(|engine| {
        let project = Project::new(engine);
        for role in [DEPLOYER_ROLE, BILLING_ROLE] {
            project.token(&format!("name_prefix = \"ci-\"\n admin = true\n role_id = \"{role}\""));
            project.plan_fails().says("admin and role_id contradict each other");
        }
        project.token(&format!(
            "name_prefix = \"ci-\"\n admin = true\n role_id = \"{}\"",
            emulator::ADMIN_ROLE
        ));
        project.apply();
        project.plan().is_clean();
    });
}
