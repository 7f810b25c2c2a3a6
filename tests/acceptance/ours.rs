//! A token is revoked as one of ours by a verdict, never by an id in an answer.

use emulator::{ADMIN_ROLE, Fault, On, Operation};

use crate::harness::{Project, one_engine};

#[test]
fn an_id_in_an_answer_revokes_no_strangers_token() {
    one_engine(|engine| {
        for name in ["name = \"ci\"", "name_prefix = \"ci-\""] {
            let project = Project::new(engine);
            let stranger = project.cloud.add_token(project.cloud.new_token("acme", "theirs"));
            project.token(name);
            project.cloud.fault(On::creations(), Fault::only_id(&stranger.id));
            // Nothing had been made, so that the name is free still.
            project.apply();
            assert_eq!(project.cloud.live("acme").len(), 2);
            project.destroy();

            let project = Project::new(engine);
            let stranger = project.cloud.add_token(project.cloud.new_token("acme", "theirs"));
            project.token(name);
            project.cloud.fault(On::creations(), Fault::only_id(&stranger.id).after());
            if name.starts_with("name_prefix") {
                project.apply().says("A token was revoked, as its value was lost");
                project.destroy();
            } else {
                project.apply_fails().says("The token was made, but its value was lost");
            }
            let live = project.cloud.live("acme");
            assert_eq!(live.len(), 1, "{live:#?}");
            assert_eq!(live[0].id, stranger.id);
        }
    });
}

#[test]
fn a_lost_admin_token_is_ours_if_that_is_the_default_role() {
    one_engine(|engine| {
        for name in ["name = \"ci\"", "name_prefix = \"ci-\""] {
            let project = Project::new(engine);
            project.cloud.edit_org("acme", |org| {
                for role in &mut org.roles {
                    role.is_org_default = role.id == ADMIN_ROLE;
                }
            });
            project.cloud.set_admin_follows_role(true);
            project.token(name);
            project.cloud.fault(On::creations(), Fault::drop().after());
            if name.starts_with("name_prefix") {
                project.apply();
                project.destroy();
            } else {
                project.apply_fails().says("The token was made, but its value was lost");
                assert!(project.tokens().is_empty());
            }
            let live = project.cloud.live("acme");
            assert!(live.is_empty(), "{live:#?}");
        }
    });
}

#[test]
fn a_drawn_name_is_proof_enough_without_the_organization() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.set_admin_follows_role(true);
        let metadata = On::operation(Operation::GetOrganizationMetadata);
        project.cloud.fault(metadata.always(), Fault::status(403));
        project.cloud.fault(On::creations(), Fault::drop().after());
        project.token("name_prefix = \"ci-\"\n admin = true");
        project.apply().says("A token was revoked, as its value was lost");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}
