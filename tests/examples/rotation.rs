//! The three configurations of the guide on rotation, through a rotation each.

use crate::attached::Attached;
use crate::harness::{Engine, each_engine};

/// Runs a test with each engine that has all that these examples use: `terraform_data`, and
/// `plantimestamp`.
fn each_current_engine(test: impl Fn(&'static Engine)) {
    each_engine(|engine| {
        if engine.is_at_least((1, 5), (1, 6)) {
            test(engine);
        }
    });
}

#[test]
fn in_ci_the_new_token_is_stored_before_the_old_one_is_revoked() {
    each_current_engine(|engine| {
        let example = Attached::example(engine, "rotation/ci-secret-store");
        example.apply();
        let first = example.only_token();
        assert!(first["name"].as_str().unwrap().starts_with("ci-deploy-"));
        assert_eq!(example.valid(), [example.stored()]);

        example.days_pass(59);
        example.plan().is_clean();
        example.days_pass(1);
        example.plan().has_changes().says("The token is due for rotation").says("+/-");

        let apply = example.apply();
        let second = example.only_token();
        assert_ne!(first["name"], second["name"]);
        assert_eq!(example.valid(), [example.stored()], "{apply}");
        assert_eq!(example.stored(), second["token_value"]);
        let text = apply.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}\n{apply}"));
        let made = at("orgtoken.ci: Creation complete");
        let stored = at("terraform_data.secret: Modifications complete");
        let revoked = at("orgtoken.ci (deposed object");
        let revoking = revoked + text[revoked..].find(": Destroying...").unwrap();
        assert!(made < stored && stored < revoking, "{apply}");
        example.plan().is_clean();
    });
}

#[test]
fn in_a_staged_hand_over_the_old_token_lives_until_its_own_expiry() {
    each_current_engine(|engine| {
        let example = Attached::example(engine, "rotation/staged-handover");
        example.apply();
        let first = example.only_token()["token_value"].as_str().unwrap().to_owned();

        example.days_pass(60);
        example.apply().says("The token stays valid");
        let second = example.stored();
        assert_eq!(example.valid(), [first.clone(), second.clone()], "both work");
        example.plan().is_clean();

        example.days_pass(29);
        assert_eq!(example.valid(), [first, second.clone()], "a day is left");
        example.plan().is_clean();
        example.days_pass(1);
        assert_eq!(example.valid(), [second]);
        example.plan().is_clean();
    });
}

#[test]
fn a_schedule_and_an_incident_rotate_and_nothing_else_does() {
    each_current_engine(|engine| {
        let example = Attached::example(engine, "rotation/time-rotating");
        let apply = |now: &str, incident: &str| {
            let (now, incident) = (format!("-var=now={now}"), format!("-var=incident={incident}"));
            example
                .run(&["apply", "-no-color", "-input=false", "-auto-approve", &now, &incident])
                .succeeds();
            let token = example.only_token()["token_value"].as_str().unwrap().to_owned();
            assert_eq!(example.valid(), [token.as_str()]);
            token
        };
        let first = apply("2027-03-01T00:00:00Z", "0");
        assert_eq!(apply("2027-03-31T23:59:59Z", "0"), first, "the month is the same");
        let second = apply("2027-04-01T00:00:00Z", "0");
        assert_ne!(first, second, "a new month");
        assert_eq!(apply("2027-04-02T00:00:00Z", "0"), second);
        let third = apply("2027-04-02T00:00:00Z", "1");
        assert_ne!(second, third, "an incident");
        assert_eq!(apply("2027-04-03T00:00:00Z", "1"), third);
    });
}
