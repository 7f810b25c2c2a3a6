//! Members of organizations.

use emulator::{DEPLOYER_ROLE, Fault, Member, On, Operation};
use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, one_engine};

const TYPE: &str = "pulumiservice_api_organizationmember";

fn member(project: &Project, arguments: &str) {
    project.write(&format!(
        "resource \"{TYPE}\" \"m\" {{\n  org_name = \"acme\"\n  user_login = \"ada\"\n  \
         {arguments}\n}}"
    ));
}

#[test]
fn a_member_lives_whatever_the_ids_of_roles_are() {
    one_engine(|engine| {
        for differ in [false, true] {
            let project = Project::new(engine);
            project.cloud.sign_up("ada", "Ada");
            project.cloud.edit_org("acme", |org| {
                org.quirks.fga_role_ids_differ = differ;
                org.members.extend(["b", "c", "d", "acme2"].map(Member::new));
            });
            let role = || {
                let ada = project.cloud.org("acme").member("ada").cloned().unwrap();
                let role = ada.role_id.unwrap();
                project.cloud.org("acme").role(&role).unwrap().name.clone()
            };
            member(&project, "role = \"admin\"");
            project.apply();
            project.plan().is_clean();
            assert_eq!(
                (role().as_str(), &attributes(&project, TYPE)["id"]),
                ("Admin", &json!("acme/ada"))
            );

            member(&project, &format!("role_id = \"{DEPLOYER_ROLE}\""));
            project.apply();
            project.plan().is_clean();
            assert_eq!(role(), "Deployer");
            member(&project, "role = \"billing-manager\"");
            project.apply();
            project.plan().is_clean();

            for arguments in
                [format!("role_id = \"{DEPLOYER_ROLE}\""), "role = \"member\"".to_owned()]
            {
                member(&project, &arguments);
                project.apply();
                let before = attributes(&project, TYPE);
                forget(&project, &format!("{TYPE}.m"));
                project.run(&["import", "-no-color", &format!("{TYPE}.m"), "acme/ada"]).succeeds();
                assert_eq!(attributes(&project, TYPE), before, "every attribute is imported");
                project.plan().is_clean();
            }

            project.cloud.remove_member("acme", "ada");
            project.plan().has_changes().says("will be created");
            project
                .cloud
                .fault(On::operation(Operation::AddOrganizationMember), Fault::drop().after());
            project.apply();
            project.plan().is_clean();
            project.destroy();
            assert!(project.cloud.org("acme").member("ada").is_none());
            assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
            assert_eq!(project.cloud.breaches(), [""; 0]);
        }
    });
}

#[test]
fn who_is_there_is_taken_over_only_if_that_is_asked_for_and_then_stays() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.sign_up("ada", "Ada");
        project.cloud.edit_org("acme", |org| org.members.push(Member::new("ada")));
        member(&project, "role = \"admin\"");
        project.apply_fails().says("exists already").says(&format!("{TYPE}.NAME 'acme/ada'"));
        member(&project, "role = \"admin\"\n  adopt = true");
        project.apply();
        project.plan().is_clean();
        project.run(&["apply", "-no-color", "-refresh-only", "-auto-approve"]).succeeds();
        project.destroy();
        assert!(project.cloud.org("acme").member("ada").is_some(), "the member stays");
        assert_eq!(project.cloud.leftovers("acme"), [""; 0], "with the default role");
    });
}

#[test]
fn who_was_imported_and_is_taken_over_then_stays_too() {
    one_engine(|engine| {
        for (arguments, stays) in
            [("role = \"admin\"\n  adopt = true", true), ("role = \"admin\"", false)]
        {
            let project = Project::new(engine);
            project.cloud.sign_up("ada", "Ada");
            project.cloud.edit_org("acme", |org| org.members.push(Member::new("ada")));
            member(&project, arguments);
            let address = format!("{TYPE}.m");
            project.run(&["import", "-no-color", &address, "acme/ada"]).succeeds();
            project.apply();
            project.plan().is_clean();
            // Who was there before, was there before.
            member(&project, "role = \"admin\"");
            project.apply();
            project.destroy();
            assert_eq!(project.cloud.org("acme").member("ada").is_some(), stays);
        }
    });
}

#[test]
fn who_has_not_signed_up_is_an_error_with_its_cause() {
    one_engine(|engine| {
        let project = Project::new(engine);
        member(&project, "role = \"admin\"");
        project.apply_fails().says("people have to sign up");
        member(&project, "adopt = true");
        project.plan_fails().says("role, role_id");
    });
}
