//! What plan and validate refuse, and what they let through until it is known.

use crate::harness::{Project, each_engine};

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

#[test]
fn bad_arguments_are_refused_at_validate_and_at_plan() {
    let far = now() + 730 * 86_400 + 3600;
    let cases = [
        ("name = \"\"".to_owned(), "name must have 1 to 40 characters", "has 0"),
        (format!("name = \"{}\"", "é".repeat(41)), "name must have 1 to 40 characters", "has 41"),
        ("name = \"a\"\n expires = -1".to_owned(), "expires is -1.", "must not be negative"),
        ("name = \"a\"\n expires = 1.5".to_owned(), "It is 1.5.", "whole number"),
        ("name = \"a\"\n expires = 12345".to_owned(), "expires is 12345.", "in the past"),
        (format!("name = \"a\"\n expires = {far}"), "two years (730 days)", "expires is"),
        (
            "name = \"a\"\n expires = 99999999999999999999".to_owned(),
            "It is 99999999999999999999.",
            "sensible size",
        ),
        (
            "description = \"d\"".to_owned(),
            "another attribute in its place, is missing",
            "name_prefix",
        ),
    ];
    each_engine(|engine| {
        let project = Project::new(engine);
        for (arguments, summary, detail) in &cases {
            project.token(arguments);
            project.run(&["validate", "-no-color"]).fails().says(summary).says(detail);
            project.plan_fails().says(summary).says(detail);
        }
        assert!(project.requests("POST").is_empty());
    });
}

#[test]
fn an_expiry_that_has_passed_is_refused_for_a_new_token_only() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token(&format!("name = \"a\"\n expires = {}", now() - 60));
        project.plan_fails().says("The expiry is in the past").says("on main.tf line");
    });
}

#[test]
fn forty_characters_that_are_many_bytes_are_a_name() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let name = "é".repeat(40);
        project.token(&format!("name = \"{name}\""));
        project.apply();
        assert!(project.cloud.token_named("acme", &name).is_some());
        project.plan().is_clean();
    });
}

#[test]
fn what_is_unknown_at_plan_is_checked_at_apply_before_anything_is_sent() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        for (arguments, says) in [
            ("name = terraform_data.x.output", "has 41"),
            ("name = \"a\"\n expires = terraform_data.y.output", "must not be negative"),
        ] {
            let project = Project::new(engine);
            project.write(&format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{}\" }}\n\
                 resource \"terraform_data\" \"y\" {{ input = -5 }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 {arguments}\n}}",
                "x".repeat(41)
            ));
            project.plan().has_changes();
            project.apply_fails().says(says);
            assert!(project.requests("POST").is_empty());
        }
    });
}
