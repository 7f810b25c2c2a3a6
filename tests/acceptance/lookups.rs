//! Data sources of who may do what.

use emulator::{
    ADMIN_ROLE, AccessToken, BILLING_ROLE, DEPLOYER_ROLE, MEMBER_ROLE, Member, Permissions, Role,
};
use serde_json::json;

use crate::harness::{Project, one_engine};

#[test]
fn what_an_organization_has_can_be_read() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.sign_up("ada", "Ada");
        project.cloud.edit_org("acme", |org| {
            let ada = Member { role_id: Some(DEPLOYER_ROLE.to_owned()), ..Member::new("ada") };
            org.members.extend([ada, Member::new("b"), Member::new("c"), Member::new("d")]);
        });
        project.write(
            r#"
provider "pulumiservice" {
  org_name = "acme"
}

data "pulumiservice_api_roles" "all" {}

data "pulumiservice_api_role" "member" {
  name = "Member"
}

data "pulumiservice_api_role" "deployer" {
  role_id = data.pulumiservice_organization_member.ada.role_id
}

data "pulumiservice_organization_member" "ada" {
  user_login = "ada"
}

data "pulumiservice_organization_members" "all" {}

data "pulumiservice_organization_role_scopes" "all" {}

data "pulumiservice_api_organization" "it" {}

data "pulumiservice_api_auth_oidcissuers" "all" {}

data "pulumiservice_current_user" "me" {}

output "all" {
  value = jsonencode({
    roles   = length(data.pulumiservice_api_roles.all.roles)
    member  = data.pulumiservice_api_role.member.default_identifier
    custom  = data.pulumiservice_api_role.deployer.name
    allows  = data.pulumiservice_api_role.deployer.details.permissions
    ada     = data.pulumiservice_organization_member.ada.name
    members = [for m in data.pulumiservice_organization_members.all.members : m.user_login]
    # Terraform before 1.2.7 knows of no index into attributes inside others.
    b       = element(data.pulumiservice_organization_members.all.members, 1).role
    scope   = data.pulumiservice_organization_role_scopes.all.scopes.stack["stack:read"]
    custom_roles = data.pulumiservice_api_organization.it.features.customRolesEnabled
    days    = data.pulumiservice_api_organization.it.max_access_token_expiry_days
    issuers = data.pulumiservice_api_auth_oidcissuers.all.issuers
    me      = data.pulumiservice_current_user.me.username
    avatar  = data.pulumiservice_current_user.me.avatar_url
    mine    = data.pulumiservice_current_user.me.organizations
  })
}
"#,
        );
        project.apply();
        let state = project.state();
        let all = state["outputs"]["all"]["value"].as_str().unwrap();
        let all: serde_json::Value = serde_json::from_str(all).unwrap();
        let expected = serde_json::json!({
            "roles": 4, "member": "member", "custom": "Deployer", "allows": ["stack:read"],
            "ada": "Ada", "members": ["ada", "b", "c", "d", emulator::LOGIN], "b": "member",
            "scope": "May stack read", "custom_roles": true, "days": 0, "issuers": [],
            "me": emulator::LOGIN, "avatar": format!("https://example.com/avatars/{}", emulator::LOGIN), "mine": ["acme"],
        });
        assert_eq!(all, expected);
        assert_eq!(project.cloud.breaches(), [""; 0]);
        project.plan().is_clean();
    });
}

#[test]
fn an_organization_its_roles_and_its_user_are_shown_with_all_that_is_promised() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        // The service knows an address for this one.
        project.cloud.sign_up("lead", "Lee");
        project.cloud.allow(AccessToken {
            value: "pul-lead".to_owned(),
            login: "lead".to_owned(),
            permissions: Permissions::ALL,
        });
        project.set("PULUMI_ACCESS_TOKEN", "pul-lead");
        project.set("PULUMI_ORG", "acme");
        project.cloud.set_policy("acme", Some(90));
        project.cloud.edit_org("acme", |org| {
            org.features.insert("teamsEnabled".to_owned(), false);
        });
        project.write(
            r#"
            data "pulumiservice_api_organization" "it" {}
            data "pulumiservice_api_roles" "all" {}
            data "pulumiservice_api_role" "by_name" { name = "Deployer" }
            data "pulumiservice_current_user" "me" {}
            output "org" { value = data.pulumiservice_api_organization.it }
            output "roles" { value = data.pulumiservice_api_roles.all.roles }
            output "role" { value = data.pulumiservice_api_role.by_name }
            output "me" { value = data.pulumiservice_current_user.me }
            "#,
        );
        project.apply();
        let mut org = project.output("org");
        let features = org.as_object_mut().unwrap().remove("features").unwrap();
        assert_eq!(features["accessTokenExpiryPolicyEnabled"], true);
        assert_eq!(features["teamsEnabled"], false);
        let mut expected = json!({
            "org_name": "acme",
            "kind": "pulumi",
            "product": "enterprise",
            "member_count": 2,
            "user_role": "admin",
            "default_role_id": MEMBER_ROLE,
            "max_access_token_expiry_days": 90,
        });
        assert_eq!(org, expected);

        let shown = |id: &str, name: &str, identifier: &str| {
            let kind = if identifier.is_empty() { "custom" } else { "built-in" };
            json!({
                "role_id": id,
                "name": name,
                "description": format!("The {kind} role {name}"),
                "resource_type": "global",
                "default_identifier": identifier,
                "is_org_default": id == MEMBER_ROLE,
                "version": 1,
            })
        };
        let deployer = shown(DEPLOYER_ROLE, "Deployer", "");
        let roles = json!([
            shown(ADMIN_ROLE, "Admin", "admin"),
            shown(BILLING_ROLE, "Billing Manager", "billing-manager"),
            deployer,
            shown(MEMBER_ROLE, "Member", "member"),
        ]);
        assert_eq!(project.output("roles"), roles);
        let mut role = project.output("role");
        for own in ["org_name", "ux_purpose", "details"] {
            assert!(role.as_object_mut().unwrap().remove(own).is_some(), "{own}");
        }
        assert_eq!(role, deployer);
        let me = json!({
            "username": "lead",
            "name": "Lee",
            "email": "lead@example.com",
            "avatar_url": "https://example.com/avatars/lead",
            "organizations": ["acme"],
        });
        assert_eq!(project.output("me"), me);

        // Another default, and no limit any more.
        project.cloud.set_default_role("acme", DEPLOYER_ROLE);
        project.cloud.set_policy("acme", None);
        project.apply();
        expected["default_role_id"] = DEPLOYER_ROLE.into();
        expected["max_access_token_expiry_days"] = 0.into();
        let mut org = project.output("org");
        org.as_object_mut().unwrap().remove("features");
        assert_eq!(org, expected);
        assert_eq!(project.cloud.breaches(), [""; 0]);
    });
}

#[test]
fn a_name_that_two_roles_have_is_refused_with_the_candidates() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| org.roles.push(Role::custom("other-id", "Deployer")));
        let role = |name: &str| {
            project.write(&format!(
                "data \"pulumiservice_api_role\" \"r\" {{\n  org_name = \"acme\"\n  \
                 name = \"{name}\"\n}}"
            ));
        };
        role("Deployer");
        project.plan_fails().says("more than one role").says(DEPLOYER_ROLE).says("other-id");
        role("Deployr");
        project.plan_fails().says("has no role \"Deployr\"").says(DEPLOYER_ROLE);
    });
}
