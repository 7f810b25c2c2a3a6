//! A token is revoked only if the service proved it: until then it stays in the state.

use emulator::{ACCESS_TOKEN, ErrorBody, Fault, On, Operation};

use crate::harness::{Project, one_engine};

/// Answers to a deletion that the service never saw.
fn foreign() -> [(Fault, &'static str); 5] {
    let not_its_own = "not how the service says that something isn't there";
    let listed = "The list has the token all the same";
    [
        (Fault::no_route(), not_its_own),
        (Fault::answer(404, ErrorBody::Html), not_its_own),
        (Fault::status(404), listed),
        (Fault::sign_in_page(), listed),
        (Fault::queued(), listed),
    ]
}

#[test]
fn what_answers_in_the_services_place_revokes_nothing() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let token = project.only_token();
        for (fault, says) in foreign() {
            project.cloud.fault(On::deletions().always(), fault);
            project.destroy_fails().says("Can't delete the token").says(says);
            assert_eq!(project.only_token(), token);
            assert_eq!(project.cloud.live("acme").len(), 1);
            project.cloud.clear_faults();
        }
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
        assert!(project.tokens().is_empty());
    });
}

#[test]
fn a_deletion_that_can_not_be_looked_up_keeps_the_token() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        project.cloud.fault(On::deletions().always(), Fault::queued());
        project.cloud.fault(On::operation(Operation::ListOrgTokens).always(), Fault::status(403));
        project.destroy_without_refresh().fails().says("it can't be looked up");
        assert_eq!(project.tokens().len(), 1);
    });
}

#[test]
fn under_rotation_no_token_piles_up_unsaid() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let write = |description: &str| {
            project.token(&format!(
                "name_prefix = \"ci-\"\n description = \"{description}\"\n lifecycle {{ \
                 create_before_destroy = true }}"
            ));
        };
        write("1");
        project.apply();
        project.cloud.fault(On::deletions().always(), Fault::no_route());
        write("2");
        project.apply_fails().says("Can't delete the token");
        // The old one is kept as a deposed object, and deleted by the next run.
        assert_eq!(project.tokens().len(), 2);
        assert_eq!(project.cloud.live("acme").len(), 2);
        project.cloud.clear_faults();
        project.apply();
        assert_eq!(project.tokens().len(), 1);
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_hidden_or_renamed_organization_is_not_a_revoked_token() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let kept = || {
            project.destroy_fails().says("not found");
            project
                .destroy_without_refresh()
                .fails()
                .says("may be hidden from the access token, or have another name now")
                .says("it stays in the state");
            assert_eq!(project.tokens().len(), 1);
        };
        project.cloud.hide_org(ACCESS_TOKEN, "acme");
        kept();
        project.cloud.show_org(ACCESS_TOKEN, "acme");
        project.cloud.rename_org("acme", "elsewhere");
        kept();
        assert_eq!(project.cloud.live("elsewhere").len(), 1);
        project.cloud.rename_org("elsewhere", "acme");
        project.destroy();
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn deletions_that_are_looked_up_share_their_lists() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("count = 20\n name = \"ci-${count.index}\"");
        project.apply();
        // Lists are taken to lag behind a young token.
        project.cloud.clock().advance(600);
        project.cloud.clear_requests();
        project.cloud.set_latency(std::time::Duration::from_millis(50));
        project.cloud.fault(On::deletions().always(), Fault::sign_in_page().after());
        project.run(&["destroy", "-no-color", "-auto-approve", "-parallelism=20"]).succeeds();
        assert!(project.cloud.live("acme").is_empty());
        let lists = project.requests("GET").iter().filter(|r| r.path.ends_with("/tokens")).count();
        assert!(lists < 10, "{lists} lists for 20 deletions");
    });
}
