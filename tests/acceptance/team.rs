//! Teams: what a service that hides, loses answers and keeps teams elsewhere does to them.

use emulator::{ACCESS_TOKEN, Fault, On, Operation, Team, TeamKind};
use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, Run, one_engine};

const TYPE: &str = "pulumiservice_api_teams_team";

fn team(project: &Project, arguments: &str) {
    project
        .write(&format!("resource \"{TYPE}\" \"t\" {{\n  org_name = \"acme\"\n  {arguments}\n}}"));
}

fn imported<'p>(project: &'p Project, id: &str) -> Run<'p> {
    project.run(&["import", "-no-color", &format!("{TYPE}.t"), id]).succeeds()
}

/// Nothing is left, and every request was one that the service's document has.
fn is_done(project: &Project) {
    project.destroy();
    assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
    assert_eq!(project.cloud.breaches(), [""; 0]);
}

#[test]
fn a_team_takes_its_name_for_people_unless_it_is_given() {
    one_engine(|engine| {
        let project = Project::new(engine);
        team(&project, "name = \"ops\"");
        project.apply();
        project.plan().is_clean();
        let made = attributes(&project, TYPE);
        assert_eq!(
            (&made["display_name"], &made["description"]),
            (&json!("ops"), &json!("")),
            "{made:#}"
        );
        assert_eq!((&made["kind"], &made["id"]), (&json!("pulumi"), &json!("acme/ops")));

        // Texts that somebody else wrote are taken in unless they are given, and can be cleared.
        let edit = |text: &'static str| {
            project.cloud.edit_org("acme", |org| {
                org.team_mut("ops").unwrap().description = text.to_owned();
            });
        };
        edit("by hand");
        project.plan().is_clean();
        team(&project, "name = \"ops\"\n  description = \"\"");
        project.plan().has_changes();
        project.apply();
        assert_eq!(project.cloud.team("acme", "ops").unwrap().description, "");
        is_done(&project);
    });
}

#[test]
fn a_team_that_is_hidden_or_fails_is_not_gone() {
    one_engine(|engine| {
        let project = Project::new(engine);
        team(&project, "name = \"ops\"");
        project.apply();
        project.cloud.hide_org(ACCESS_TOKEN, "acme");
        project.plan_fails().says("Reading the team").says("404");
        project.cloud.show_org(ACCESS_TOKEN, "acme");
        project.cloud.fault(On::operation(Operation::GetTeam).always(), Fault::status(500));
        project.plan_fails().says("The team isn't gone");
        project.cloud.clear_faults();
        // A 404 about a team that the list has.
        project.cloud.fault(On::operation(Operation::GetTeam), Fault::status(404));
        project.plan().is_clean();
        project.cloud.remove_team("acme", "ops");
        project.plan().has_changes().says("will be created");
        project.apply();
        is_done(&project);
    });
}

#[test]
fn a_lost_answer_is_settled_by_reading() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let creations = On::operation(Operation::CreatePulumiTeam);
        project.cloud.fault(creations.clone(), Fault::drop().after());
        team(&project, "name = \"ops\"");
        project.apply();
        project.plan().is_clean();
        assert_eq!(project.requests("POST").len(), 1, "it is not made twice");
        project.destroy();

        // Lost before the service acted: nothing is there.
        project.cloud.fault(creations, Fault::drop());
        project.apply_fails();
        assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
        project.apply();
        is_done(&project);
    });
}

#[test]
fn a_team_of_somebody_else_is_imported_and_never_overwritten() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| {
            org.teams.push(Team { description: "theirs".to_owned(), ..Team::new("ops") });
        });
        team(&project, "name = \"ops\"\n  description = \"ours\"");
        project.apply_fails().says("409").says(&format!("terraform import {TYPE}.NAME 'acme/ops'"));
        assert_eq!(project.cloud.team("acme", "ops").unwrap().description, "theirs");
        imported(&project, "acme/ops");
        project.plan().has_changes().says("will be updated in-place");
        project.apply();
        project.plan().is_clean();
        is_done(&project);
    });
}

#[test]
fn a_team_of_an_identity_providers_has_texts_of_its_own() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| {
            org.kind = "saml".to_owned();
            let description = "from the directory".to_owned();
            org.teams.push(Team { kind: TeamKind::Scim, description, ..Team::new("staff") });
        });
        team(&project, "name = \"staff\"");
        imported(&project, "acme/staff");
        project.plan().is_clean();
        assert_eq!(attributes(&project, TYPE)["kind"], "scim");
        team(&project, "name = \"staff\"\n  description = \"ours\"");
        project.apply_fails().says("identity provider");
        project.cloud.remove_team("acme", "staff");
        project.plan().has_changes().says("will be created");
    });
}

#[test]
fn a_team_of_github_is_taken_over_by_its_id_there() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| {
            org.kind = "github".to_owned();
            org.github_teams.insert(7, "hub".to_owned());
        });
        team(&project, "github_team_id = 7");
        project.apply();
        project.plan().is_clean();
        let made = attributes(&project, TYPE);
        assert_eq!((&made["name"], &made["id"]), (&json!("hub"), &json!("acme/hub")));

        // After an import the configuration alone knows the id, and nothing is sent for it.
        forget(&project, &format!("{TYPE}.t"));
        imported(&project, "acme/hub");
        project.cloud.clear_requests();
        project.apply().says("0 added, 1 changed, 0 destroyed");
        assert!(project.requests("PATCH").is_empty());
        project.plan().is_clean();
        assert_eq!(attributes(&project, TYPE), made);
        is_done(&project);

        team(&project, "github_team_id = 8");
        project.apply_fails().says("404");
        team(&project, "github_team_id = 8\n  name = \"hub\"");
        project.plan_fails().says("exclude each other");
    });
}

/// Only the answer names the team: what appears meanwhile may be another's.
#[test]
fn a_team_of_github_whose_answer_is_lost_is_left_to_the_user() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| {
            org.kind = "github".to_owned();
            org.github_teams.insert(7, "hub".to_owned());
        });
        let creations = On::operation(Operation::CreateGitHubTeam);
        project.cloud.fault(creations, Fault::drop().after());
        team(&project, "github_team_id = 7");
        project.apply_fails().says("import it if it is there");
        project.apply_fails().says("409");
        imported(&project, "acme/hub");
        project.apply();
        project.plan().is_clean();
    });
}
