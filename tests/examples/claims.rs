//! What the guides say of the engines, so that it stays true with the next version of them.

use crate::attached::Attached;
use crate::folders;
use crate::harness::{Project, each_engine};

/// Also a heading of the page for troubleshooting.
const CANNOT_BE_DESTROYED: &str = "Instance cannot be destroyed";

#[test]
fn a_monitor_learns_of_a_due_rotation_and_prevent_destroy_stops_it() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 5), (1, 6)) {
            return;
        }
        let example = Attached::example(engine, "rotation/ci-secret-store");
        example.apply();
        let refresh_only = || {
            example.run(&[
                "plan",
                "-no-color",
                "-input=false",
                "-refresh-only",
                "-detailed-exitcode",
            ])
        };

        example.days_pass(59);
        // From 1.10 to 1.14 Terraform gives 2 here, though it says that it finds nothing.
        let always = engine.is_at_least((1, 10), (99, 0)) && !engine.is_at_least((1, 15), (99, 0));
        let clean = if always { 2 } else { 0 };
        let run = refresh_only();
        assert_eq!(run.code(), Some(clean), "{run}");
        run.says("No changes.");
        example.days_pass(1);
        let run = refresh_only();
        assert_eq!(run.code(), Some(2), "{run}");
        run.says("ready_for_rotation = false -> true");

        let main = example.folder().join("main.tf");
        let text = std::fs::read_to_string(main).unwrap();
        let keeps = "create_before_destroy = true\n    prevent_destroy = true";
        example.file("main.tf", &text.replace("create_before_destroy = true", keeps));
        // OpenTofu begins the sentence otherwise.
        example.plan_fails().says("nstance cannot be destroyed");
    });
}

#[test]
fn replace_triggered_by_does_not_see_what_is_made_anew() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 2), (1, 6)) {
            return;
        }
        let project = Project::new(engine);
        project.write(
            r#"
            resource "pulumiservice_api_teams_team" "clock" {
              org_name = "acme"
              name     = "clock"
            }
            resource "pulumiservice_api_tokens_orgtoken" "t" {
              org_name    = "acme"
              name_prefix = "ci-"
              lifecycle {
                replace_triggered_by = [pulumiservice_api_teams_team.clock]
              }
            }
            "#,
        );
        project.apply();
        // As `time_rotating` leaves the state in a refresh when its time has come.
        project.cloud.remove_team("acme", "clock");
        let rotates = if engine.is_at_least((99, 0), (1, 12)) { "2 to add" } else { "1 to add" };
        project.plan().has_changes().says(rotates);
    });
}

#[test]
fn the_words_of_the_engines_are_headings() {
    let page = folders::root().join("docs/guides/troubleshooting.md");
    let page = std::fs::read_to_string(page).unwrap();
    let headings: Vec<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(|heading| heading.replace('`', "\""))
        .collect();
    assert!(headings.iter().any(|heading| heading == CANNOT_BE_DESTROYED));
    each_engine(|engine| {
        let project = Project::new(engine);
        let refused = |words: &str| {
            assert!(headings.iter().any(|heading| heading == words), "no heading: {words}");
            project.run(&["validate", "-no-color"]).fails().says(words);
        };
        project.token("name_prefix = \"ci-\"\n  expires = \"2027-01-01T00:00:00Z\"");
        refused("Inappropriate value for attribute \"expires\": a number is required");
        if engine.name.starts_with("Terraform") && engine.is_at_least((1, 5), (0, 0)) {
            project.file(
                "import.tf",
                "import {\n  to = pulumiservice_api_tokens_orgtoken.t\n  id = \"acme/x\"\n  \
                 provider = pulumiservice\n}\n",
            );
            project.token("name_prefix = \"ci-\"");
            refused("Invalid import provider argument");
        }
    });
}
