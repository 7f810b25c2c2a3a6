//! Members and roles of teams, and what teams may do.

use emulator::{
    ACCESS_TOKEN, Fault, LOGIN, Member, On, Operation, Org, Permissions, Role, TeamRole,
};
use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, each_engine, one_engine};

const MEMBER: &str = "pulumiservice_api_teams_member";
const ROLE: &str = "pulumiservice_api_teams_role";
const STACK: &str = "pulumiservice_api_teams_stackpermission";
const ENVIRONMENT: &str = "pulumiservice_api_teams_environmentpermission";

fn block(ty: &str, arguments: &str) -> String {
    format!(
        "resource \"{ty}\" \"x\" {{\n  org_name = \"acme\"\n  team_name = \"platform\"\n  \
         {arguments}\n}}\n"
    )
}

fn prepared(engine: &'static crate::harness::Engine) -> Project {
    let project = Project::new(engine);
    project.cloud.edit_org("acme", |org| {
        org.members.push(Member::new("alice"));
        org.roles.extend(["role-a", "role-b"].map(|id| Role::custom(id, id)));
    });
    project
}

fn platform(project: &Project) -> emulator::Team {
    project.cloud.team("acme", "platform").unwrap()
}

fn edit(project: &Project, change: impl FnOnce(&mut emulator::Team)) {
    project.cloud.edit_org("acme", |org: &mut Org| change(org.team_mut("platform").unwrap()));
}

fn is_done(project: &Project) {
    project.destroy();
    assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
    assert_eq!(project.cloud.breaches(), [""; 0]);
}

#[test]
fn the_creator_is_no_drift_and_is_taken_over() {
    one_engine(|engine| {
        let project = prepared(engine);
        let creator = format!(
            "resource \"pulumiservice_api_teams_team\" \"t\" {{\n  org_name = \"acme\"\n  name = \
             \"ops\"\n}}\nresource \"{MEMBER}\" \"x\" {{\n  org_name = \"acme\"\n  team_name = \
             pulumiservice_api_teams_team.t.name\n  user_login = \"{LOGIN}\"\n}}"
        );
        project.write(&creator);
        project.apply();
        project.plan().is_clean();
        let team = project.cloud.team("acme", "ops").unwrap();
        assert!(!team.member(LOGIN).unwrap().admin, "{LOGIN} came as an admin");
        is_done(&project);
    });
}

#[test]
fn a_member_who_is_there_is_imported() {
    one_engine(|engine| {
        let project = prepared(engine);
        project.write(&block(MEMBER, "user_login = \"alice\"\n  role = \"admin\""));
        project.apply();
        forget(&project, &format!("{MEMBER}.x"));
        let id = "acme/platform/alice";
        project
            .apply_fails()
            .says("exists already")
            .says(&format!("terraform import {MEMBER}.NAME '{id}'"));
        project.run(&["import", "-no-color", &format!("{MEMBER}.x"), id]).succeeds();
        project.plan().is_clean();
        is_done(&project);

        project.write(&block(MEMBER, "user_login = \"nobody\""));
        project.apply_fails().says("has to be a member of it");
    });
}

#[test]
fn members_that_cannot_be_told_are_not_gone() {
    one_engine(|engine| {
        let project = prepared(engine);
        project.write(&block(MEMBER, "user_login = \"alice\""));
        project.apply();
        edit(&project, |team| team.list_members_error = Some("no answer from it".to_owned()));
        project.plan().is_clean().says("no answer from it");
        edit(&project, |team| team.list_members_error = None);
        edit(&project, |team| team.members.clear());
        project.plan().has_changes().says("will be created");
        project.apply();
        project.cloud.remove_team("acme", "platform");
        project.plan().has_changes().says("will be created");
    });
}

#[test]
fn a_member_whose_promotion_fails_is_in_the_state() {
    one_engine(|engine| {
        let project = prepared(engine);
        let promotions = On::operation(Operation::UpdateTeam).containing("promote").always();
        project.cloud.fault(promotions, Fault::status(400));
        // The answer to the addition is lost too.
        let additions = On::operation(Operation::UpdateTeam).containing("\"add\"");
        project.cloud.fault(additions, Fault::drop().after());
        project.write(&block(MEMBER, "user_login = \"alice\"\n  role = \"admin\""));
        project.apply_fails();
        assert_eq!(attributes(&project, MEMBER)["role"], "member");
        project.cloud.clear_faults();
        project.apply();
        project.plan().is_clean();
        assert!(platform(&project).member("alice").unwrap().admin);
        is_done(&project);
    });
}

#[test]
fn a_role_changes_without_a_gap_and_is_never_overwritten() {
    one_engine(|engine| {
        for needs_enabling in [false, true] {
            let project = prepared(engine);
            project.cloud.edit_org("acme", |org| {
                org.quirks.team_roles_need_enabling = needs_enabling;
            });
            project.write(&block(ROLE, "role_id = \"role-a\""));
            project.apply();
            project.plan().is_clean();
            assert_eq!(attributes(&project, ROLE)["id"], "acme/platform");
            project.cloud.clear_requests();
            project.write(&block(ROLE, "role_id = \"role-b\""));
            project.apply();
            project.plan().is_clean();
            assert!(project.requests("DELETE").is_empty(), "the team is never without");
            assert_eq!(platform(&project).roles[0].role_id, "role-b");

            // Another one in its place is drift; the same is refused to who doesn't manage it.
            let by_hand =
                |id: &str| TeamRole { role_id: id.to_owned(), how: emulator::books::How::ByHand };
            edit(&project, |team| team.roles = vec![by_hand("role-a")]);
            project.plan().has_changes().says("will be updated in-place");
            forget(&project, &format!("{ROLE}.x"));
            project.apply_fails().says("exists already");
            let import = |id: &str| project.run(&["import", "-no-color", &format!("{ROLE}.x"), id]);
            import("acme/platform/role-b").fails().says("no such object");
            import("acme/platform/role-a").succeeds();
            forget(&project, &format!("{ROLE}.x"));
            import("acme/platform").succeeds();
            project.apply();
            is_done(&project);
        }
    });
}

#[test]
fn permissions_are_changed_in_place_and_found_by_project_and_name() {
    one_engine(|engine| {
        let project = prepared(engine);
        let both = |level: &str, limit: &str| {
            let stack = format!(
                "project_name = \"web\"\n  stack_name = \"prod\"\n  permission = \"{level}\""
            );
            let environment = format!("env_name = \"prod\"\n  permission = \"{level}\"\n  {limit}");
            project.write(&(block(STACK, &stack) + &block(ENVIRONMENT, &environment)));
        };
        // Another project's of the same name, with more.
        edit(&project, |team| {
            team.environments.push(emulator::EnvironmentGrant {
                project: "other".to_owned(),
                environment: "prod".to_owned(),
                permission: "admin".to_owned(),
                max_open_duration: None,
                how: emulator::books::How::ByHand,
            });
        });
        both("read", "max_open_duration = \"1h30m\"");
        project.apply();
        project.plan().is_clean();
        both("read", "max_open_duration = \"1.5h\"");
        project.plan().is_clean();
        both("write", "");
        project.apply().says("0 added, 2 changed, 0 destroyed");
        project.plan().is_clean();
        let team = platform(&project);
        assert_eq!(team.stacks[0].permission, 102);
        assert_eq!(team.environments[1].max_open_duration, None);

        // The service's own level for a stack's creator counts as admin.
        both("admin", "");
        project.apply();
        edit(&project, |team| team.stacks[0].permission = 104);
        project.plan().is_clean();
        // None is nothing.
        edit(&project, |team| team.stacks[0].permission = 0);
        project.plan().has_changes().says("will be created");
        project.apply();

        for (ty, id) in
            [(STACK, "acme/platform/web/prod"), (ENVIRONMENT, "acme/platform/default/prod")]
        {
            forget(&project, &format!("{ty}.x"));
            project
                .apply_fails()
                .says("exists already")
                .says(&format!("terraform import {ty}.NAME '{id}'"));
            project.run(&["import", "-no-color", &format!("{ty}.x"), id]).succeeds();
        }
        project.plan().is_clean();
        is_done(&project);
        assert_eq!(platform(&project).environments.len(), 1, "the other project's stays");

        both("none", "");
        project.plan_fails().says("permission is none of the words");
    });
}

#[test]
fn what_is_missing_is_said() {
    one_engine(|engine| {
        let project = prepared(engine);
        project.cloud.set_permissions(ACCESS_TOKEN, Permissions::ALL.without("role:update"));
        project.write(&block(ROLE, "role_id = \"role-a\""));
        project.apply_fails().says("role:update and team:update");
        project.cloud.set_permissions(ACCESS_TOKEN, Permissions::ALL.without("team:update"));
        project.write(&block(MEMBER, "user_login = \"alice\""));
        project.apply_fails().says("team:update, or to be an admin of the team");
        project.cloud.set_permissions(ACCESS_TOKEN, Permissions::ALL);
        edit(&project, |team| team.kind = emulator::TeamKind::Github);
        project.apply_fails().says("Only teams that Pulumi Cloud keeps itself");
    });
}

#[test]
fn teams_can_be_read() {
    one_engine(|engine| {
        let project = prepared(engine);
        let arguments = "user_login = \"alice\"";
        let read = r#"
data "pulumiservice_api_teams" "all" { org_name = "acme" }

data "pulumiservice_api_teams_team" "one" {
  org_name   = "acme"
  name       = "platform"
  depends_on = [pulumiservice_api_teams_member.x, pulumiservice_api_teams_role.x, pulumiservice_api_teams_stackpermission.x, pulumiservice_api_teams_environmentpermission.x]
}

output "all" {
  value = jsonencode({
    teams   = [for team in data.pulumiservice_api_teams.all.teams : team.name]
    members = data.pulumiservice_api_teams_team.one.members
    roles   = data.pulumiservice_api_teams_team.one.role_ids
    stacks  = data.pulumiservice_api_teams_team.one.stack_permissions
    environments = data.pulumiservice_api_teams_team.one.environment_permissions
  })
}
"#;
        let stack = "project_name = \"web\"\n  stack_name = \"prod\"\n  permission = \"admin\"";
        let environment =
            "env_name = \"prod\"\n  permission = \"open\"\n  max_open_duration = \"1h\"";
        project.write(
            &[
                block(MEMBER, arguments),
                block(ROLE, "role_id = \"role-a\""),
                block(STACK, stack),
                block(ENVIRONMENT, environment),
                read.to_owned(),
            ]
            .concat(),
        );
        project.apply();
        let run = project.run(&["output", "-raw", "all"]).succeeds();
        let all: serde_json::Value = serde_json::from_str(&run.stdout()).unwrap();
        let expected = json!({
            "teams": ["data science", "platform"],
            "members": [{"user_login": "alice", "name": "Alice Doe", "role": "member"}],
            "roles": ["role-a"],
            "stacks": [{"project_name": "web", "stack_name": "prod", "permission": "admin"}],
            "environments": [{
                "project_name": "default",
                "env_name": "prod",
                "permission": "open",
                "max_open_duration": "1h0m0s",
            }],
        });
        assert_eq!(all, expected);
        project.plan().is_clean();
        is_done(&project);

        edit(&project, |team| team.list_members_error = Some("no answer from it".to_owned()));
        project.write(
            "data \"pulumiservice_api_teams_team\" \"one\" {\n  org_name = \"acme\"\n  name = \
             \"platform\"\n}",
        );
        project.plan_fails().says("The team's members can't be told at present");
    });
}

#[test]
fn teams_and_members_are_listed() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 14), (99, 0)) {
            return;
        }
        let project = prepared(engine);
        edit(&project, |team| {
            let how = emulator::books::How::ByHand;
            team.members =
                vec![emulator::TeamMember { login: "alice".to_owned(), admin: true, how }];
        });
        project.write("");
        for (ty, filter, expected) in [
            ("pulumiservice_api_teams_team", "", vec!["data science", "platform"]),
            (MEMBER, "team_name = \"platform\"", vec!["alice"]),
        ] {
            project.file(
                "x.tfquery.hcl",
                &format!(
                    "list \"{ty}\" \"found\" {{\n provider = pulumiservice\n include_resource = \
                     true\n config {{\n org_name = \"acme\"\n {filter}\n }}\n}}"
                ),
            );
            let run = project.run(&["query", "-no-color", "-json"]).succeeds();
            let text = run.stdout();
            let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
            let found: Vec<String> = lines
                .filter_map(|line: serde_json::Value| {
                    Some(line.get("list_resource_found")?["display_name"].as_str()?.to_owned())
                })
                .collect();
            assert_eq!(found, expected);
        }
    });
}
