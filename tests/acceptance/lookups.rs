//! Data sources of who may do what.

use emulator::{DEPLOYER_ROLE, Member, Role};

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
    b       = data.pulumiservice_organization_members.all.members[1].role
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
