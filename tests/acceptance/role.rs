//! Roles: their life, and what a service that reorders, holds on and loses answers does to it.

use std::time::Duration;

use emulator::{DEPLOYER_ROLE, ErrorBody, Fault, MEMBER_ROLE, On, Operation};
use pulumiservice::cloud::{Backoff, SystemRandom};
use serde_json::{Value, json};

use crate::access::{attributes, forget};
use crate::harness::{Project, one_engine};
use crate::inprocess::{Served, TestClock, provider};

const ALLOW: &str = r#"{
    __type      = "PermissionDescriptorAllow"
    permissions = ["stack:read", "stack:write", "environment:read"]
  }"#;

fn role(project: &Project, arguments: &str) {
    project.write(&format!(
        "resource \"pulumiservice_api_role\" \"r\" {{\n  org_name = \"acme\"\n  {arguments}\n}}"
    ));
}

fn state(project: &Project) -> Value {
    attributes(project, "pulumiservice_api_role")
}

#[test]
fn a_role_lives() {
    one_engine(|engine| {
        let project = Project::new(engine);
        role(&project, &format!("name = \"ops\"\n  description = \"d\"\n  details = {ALLOW}"));
        project.apply();
        project.plan().is_clean();
        let made = state(&project);
        let id = format!("acme/{}", made["role_id"].as_str().unwrap());
        assert_eq!((&made["id"], &made["version"]), (&json!(id), &json!(1)));

        // The order of permissions means nothing.
        role(
            &project,
            "name = \"ops\"\n  description = \"d\"\n  details = {\n    \
             __type = \"PermissionDescriptorAllow\"\n    \
             permissions = [\"environment:read\", \"stack:write\", \"stack:read\"]\n  }",
        );
        project.plan().is_clean();

        role(
            &project,
            "name = \"ops2\"\n  details = {\n    __type = \"PermissionDescriptorAllow\"\n    \
             permissions = [\"stack:read\"]\n  }",
        );
        project.apply();
        project.plan().is_clean();
        let changed = state(&project);
        assert_eq!(changed["role_id"], made["role_id"], "in place");
        assert_eq!((&changed["description"], &changed["version"]), (&json!(""), &json!(2)));

        forget(&project, "pulumiservice_api_role.r");
        project.run(&["import", "-no-color", "pulumiservice_api_role.r", &id]).succeeds();
        let imported = state(&project);
        assert_eq!(imported, changed, "every attribute is imported");
        project.plan().is_clean();

        project.cloud.remove_role("acme", made["role_id"].as_str().unwrap());
        project.plan().has_changes().says("will be created");
        project.apply();

        role(
            &project,
            "name = \"ops2\"\n  resource_type = \"stack\"\n  details = {\n    \
             __type = \"PermissionDescriptorAllow\"\n    permissions = [\"stack:read\"]\n  }",
        );
        project.plan().says("must be replaced");
        project.apply();
        project.destroy();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
        assert_eq!(project.cloud.breaches(), [""; 0]);
    });
}

#[test]
fn a_tree_is_checked_while_planning() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let group = |right: &str| {
            format!(
                "name = \"ops\"\n  details = {{\n    __type = \"PermissionDescriptorGroup\"\n    \
                 entries = [{ALLOW}, {{\n      __type = \"PermissionDescriptorCondition\"\n      \
                 condition = {{\n        __type = \"PermissionExpressionEqual\"\n        \
                 left = {{ __type = \"PermissionExpressionStack\" }}\n        right = {right}\n      \
                 }}\n      subNode = {ALLOW}\n    }}]\n  }}"
            )
        };
        role(&project, &group("{ __type = \"PermissionLiteralStack\", identity = \"x\" }"));
        project
            .plan_fails()
            .says("details is no tree of permissions")
            .says("At entries[1].condition.right: The __type \"PermissionLiteralStack\"");
        assert_eq!(project.requests("POST").len(), 0);
        role(
            &project,
            &group("{ __type = \"PermissionLiteralExpressionStack\", identity = \"x\" }"),
        );
        project.apply();
        project.plan().is_clean();
    });
}

#[test]
fn a_scope_that_is_not_listed_is_a_warning_that_names_the_nearest() {
    one_engine(|engine| {
        let project = Project::new(engine);
        role(
            &project,
            "name = \"ops\"\n  details = {\n    __type = \"PermissionDescriptorAllow\"\n    \
             permissions = [\"stack:raed\"]\n  }",
        );
        project.plan().says("Warning").says("no scope \"stack:raed\"").says("\"stack:read\"");
        project.cloud.edit_org("acme", |org| org.new_scopes.push("stack:raed".to_owned()));
        project.apply().says_nothing_of("no scope");
    });
}

#[test]
fn what_exists_is_refused_with_the_import_line_and_a_lost_answer_is_settled() {
    one_engine(|engine| {
        let project = Project::new(engine);
        role(&project, &format!("name = \"Deployer\"\n  details = {ALLOW}"));
        let import = format!("pulumiservice_api_role.NAME 'acme/{DEPLOYER_ROLE}'");
        project.apply_fails().says("exists already").says(&import);

        role(&project, &format!("name = \"ops\"\n  details = {ALLOW}"));
        project.cloud.fault(On::operation(Operation::CreateRole), Fault::drop().after());
        project.apply();
        project.plan().is_clean();
        let ops = project.cloud.roles("acme").into_iter().filter(|role| role.name == "ops");
        assert_eq!(ops.count(), 1);

        let id = format!("acme/{MEMBER_ROLE}");
        forget(&project, "pulumiservice_api_role.r");
        project
            .run(&["import", "-no-color", "pulumiservice_api_role.r", &id])
            .fails()
            .says("is built in");
    });
}

#[test]
fn a_hidden_organization_is_not_a_missing_role() {
    one_engine(|engine| {
        let project = Project::new(engine);
        role(&project, &format!("name = \"ops\"\n  details = {ALLOW}"));
        project.apply();
        project.cloud.hide_org(emulator::ACCESS_TOKEN, "acme");
        project.plan_fails().says("not a member");
        project.cloud.show_org(emulator::ACCESS_TOKEN, "acme");
        project.plan().is_clean();
        let refusal = ErrorBody::Json(json!({"code": 403, "message": "Forbidden"}));
        project.cloud.fault(On::operation(Operation::GetRole), Fault::answer(403, refusal));
        project.plan_fails().says("role:create");
    });
}

#[test]
fn a_deletion_waits_for_the_holders_and_can_be_forced() {
    one_engine(|engine| {
        let project = Project::new(engine);
        role(&project, &format!("name = \"ops\"\n  details = {ALLOW}"));
        project.apply();
        // Once it is held, and then it isn't.
        let held = ErrorBody::Json(json!({"code": 409, "message": "role is still assigned"}));
        project.cloud.fault(On::operation(Operation::DeleteRole), Fault::answer(409, held));
        project.destroy();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);

        role(&project, &format!("name = \"ops\"\n  force_destroy = true\n  details = {ALLOW}"));
        project.apply();
        let id = state(&project)["role_id"].as_str().unwrap().to_owned();
        project.cloud.edit_org("acme", |org| {
            org.members.push(emulator::Member {
                role_id: Some(id.clone()),
                ..emulator::Member::new("ada")
            });
        });
        project.destroy();
        assert!(
            project
                .requests("DELETE")
                .iter()
                .any(|r| r.query.as_deref().is_some_and(|query| query.contains("force=true")))
        );
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
    });
}

#[test]
fn a_deletion_of_a_role_that_stays_in_use_says_who_has_it() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        role(&project, &format!("name = \"ops\"\n  details = {ALLOW}"));
        // The waits are the provider's; here there is no time for them. But a first answer comes within
        // all of them, also on a machine that is busy.
        let backoff = Backoff {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(100),
            total: Duration::from_secs(1),
        };
        let clock = TestClock::at(project.cloud.clock().now());
        let provider = provider(&project.cloud, clock, SystemRandom).with_backoff(backoff);
        let served = Served::start(provider);
        project.set("TF_REATTACH_PROVIDERS", served.reattach.clone());
        project.apply();
        let id = state(&project)["role_id"].as_str().unwrap().to_owned();
        project.cloud.edit_org("acme", |org| {
            org.members.push(emulator::Member {
                role_id: Some(id.clone()),
                ..emulator::Member::new("ada")
            });
        });
        project
            .run(&["destroy", "-no-color", "-auto-approve"])
            .fails()
            .says("still in use (members: \"ada\")")
            .says("force_destroy = true");
        assert!(project.requests("DELETE").len() > 1, "it has waited");
        project.cloud.remove_member("acme", "ada");
        project.destroy();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
    });
}
