//! What each managed resource of the registry is taken through: the table of the test in
//! `registry`.

use std::collections::BTreeMap;

use emulator::books::How;
use emulator::{Emulator, Issuer, Member, Org, Policy, Role};
use serde_json::Value;

/// What a step does to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Nothing,
    Updates,
    Replaces,
}
use Does::*;

/// An argument and its expression; an empty one leaves the argument out. `IN_A_YEAR` is an instant.
pub type Argument = (&'static str, &'static str);

/// The life of one resource.
pub struct Life {
    /// Its name in HCL, without the provider's prefix.
    pub name: &'static str,
    /// Whether it belongs to an organization, which the test adds.
    pub has_org: bool,
    /// What there is in the organization before.
    pub before: fn(&mut Org),
    /// The arguments of its creation.
    pub create: &'static [Argument],
    /// What is changed, one step after the other.
    pub steps: &'static [(&'static [Argument], Does)],
    /// The import id, with attributes in braces.
    pub import_id: &'static str,
    /// What neither an import nor the configuration gives.
    pub not_imported: &'static [&'static str],
    /// Removes the object behind the provider's back, unless nothing can.
    pub remove: Option<fn(&Emulator, org: &str, object: &Value)>,
    /// What it is made anew with after that, if not the same.
    pub again: &'static [Argument],
}

/// Somebody's key, as GitHub's API writes it.
const PUBLIC_KEY: &str = "[\"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"]";

/// What most lives have.
const LIFE: Life = Life {
    name: "",
    has_org: true,
    before: |_| {},
    create: &[],
    steps: &[],
    import_id: "",
    not_imported: &[],
    remove: None,
    again: &[],
};

pub const LIVES: &[Life] = &[
    Life {
        name: "api_tokens_orgtoken",
        before: with_roles,
        create: &[("name", "\"first\"")],
        steps: &[
            (&[("reason", "\"audit\"")], Updates),
            (&[("reason", "")], Updates),
            (&[("name", "\"second\"")], Replaces),
            (&[("name", ""), ("name_prefix", "\"p-\"")], Replaces),
            (&[("name_prefix", "\"q-\"")], Replaces),
            (&[("name", "\"third\""), ("name_prefix", "")], Replaces),
            (&[("name", ""), ("name_prefix", "\"r-\"")], Replaces),
            (&[("description", "\"what for\"")], Replaces),
            (&[("description", "")], Replaces),
            (&[("admin", "true")], Replaces),
            (&[("admin", "")], Replaces),
            (&[("role_id", "\"role-a\"")], Replaces),
            (&[("role_id", "")], Replaces),
            (&[("expires", "IN_A_YEAR")], Replaces),
            (&[("expires", ""), ("expire_after", "\"30d\"")], Replaces),
            (&[("expire_after", "\"60d\""), ("rotate_before", "\"1d\"")], Replaces),
            (&[("rotate_before", "\"2d\""), ("delete_on_destroy", "false")], Updates),
            (&[("rotate_before", ""), ("delete_on_destroy", "")], Updates),
            (&[("expire_after", "")], Replaces),
            (&[("rotate_when_changed", "{ by = \"a\" }")], Updates),
            (&[("rotate_when_changed", "{ by = \"b\" }")], Replaces),
            (&[("rotate_when_changed", "")], Updates),
            (&[("encrypt_to", PUBLIC_KEY)], Updates),
            (&[("encrypt_to", "")], Replaces),
        ],
        import_id: "{org_name}/{token_id}",
        not_imported: &["token_value"],
        remove: Some(|cloud, org, token| cloud.delete(org, text(token, "token_id"))),
        ..LIFE
    },
    Life {
        name: "api_tokens_teamtoken",
        create: &[("team_name", "\"platform\""), ("name", "\"first\"")],
        steps: &[
            (&[("reason", "\"audit\"")], Updates),
            (&[("reason", "")], Updates),
            (&[("name", "\"second\"")], Replaces),
            (&[("name", ""), ("name_prefix", "\"p-\"")], Replaces),
            (&[("name_prefix", "\"q-\"")], Replaces),
            (&[("name", "\"third\""), ("name_prefix", "")], Replaces),
            (&[("name", ""), ("name_prefix", "\"r-\"")], Replaces),
            (&[("description", "\"what for\"")], Replaces),
            (&[("description", "")], Replaces),
            (&[("team_name", "\"data science\"")], Replaces),
            (&[("expires", "IN_A_YEAR")], Replaces),
            (&[("expires", ""), ("expire_after", "\"30d\"")], Replaces),
            (&[("expire_after", "\"60d\""), ("rotate_before", "\"1d\"")], Replaces),
            (&[("rotate_before", "\"2d\""), ("delete_on_destroy", "false")], Updates),
            (&[("rotate_before", ""), ("delete_on_destroy", "")], Updates),
            (&[("expire_after", "")], Replaces),
            (&[("rotate_when_changed", "{ by = \"a\" }")], Updates),
            (&[("rotate_when_changed", "{ by = \"b\" }")], Replaces),
            (&[("rotate_when_changed", "")], Updates),
            (&[("encrypt_to", PUBLIC_KEY)], Updates),
            (&[("encrypt_to", "")], Replaces),
        ],
        import_id: "{org_name}/{team_name}/{token_id}",
        not_imported: &["token_value"],
        remove: Some(|cloud, org, token| cloud.delete(org, text(token, "token_id"))),
        ..LIFE
    },
    Life {
        name: "api_tokens_personaltoken",
        has_org: false,
        create: &[("description", "\"mine\"")],
        steps: &[
            (&[("reason", "\"audit\"")], Updates),
            (&[("reason", "")], Updates),
            (&[("description", "\"still mine\"")], Replaces),
            (&[("description", "")], Replaces),
            (&[("expires", "IN_A_YEAR")], Replaces),
            (&[("expires", ""), ("expire_after", "\"30d\"")], Replaces),
            (&[("expire_after", "\"60d\""), ("rotate_before", "\"1d\"")], Replaces),
            (&[("rotate_before", "\"2d\""), ("delete_on_destroy", "false")], Updates),
            (&[("rotate_before", ""), ("delete_on_destroy", "")], Updates),
            (&[("expire_after", "")], Replaces),
            (&[("rotate_when_changed", "{ by = \"a\" }")], Updates),
            (&[("rotate_when_changed", "{ by = \"b\" }")], Replaces),
            (&[("rotate_when_changed", "")], Updates),
            (&[("encrypt_to", PUBLIC_KEY)], Updates),
            (&[("encrypt_to", "")], Replaces),
        ],
        import_id: "{token_id}",
        not_imported: &["token_value"],
        remove: Some(|cloud, _, token| cloud.delete_personal(text(token, "token_id"))),
        ..LIFE
    },
    Life {
        name: "api_teams_team",
        before: |org| {
            org.kind = "github".to_owned();
            org.github_teams = BTreeMap::from([(7, "hub".to_owned()), (8, "den".to_owned())]);
        },
        create: &[("name", "\"ops\"")],
        steps: &[
            (&[("display_name", "\"Operations\"")], Updates),
            (&[("description", "\"They operate.\"")], Updates),
            (&[("display_name", ""), ("description", "")], Nothing),
            (&[("name", "\"web\"")], Replaces),
            (&[("name", ""), ("github_team_id", "7")], Replaces),
            (&[("github_team_id", "8")], Replaces),
            (&[("name", "\"ops\""), ("github_team_id", "")], Replaces),
        ],
        import_id: "{org_name}/{name}",
        remove: Some(|cloud, org, team| cloud.remove_team(org, text(team, "name"))),
        ..LIFE
    },
    Life {
        name: "api_teams_member",
        before: |org| org.members.extend(["alice", "bob"].map(Member::new)),
        create: &[
            ("team_name", "\"platform\""),
            ("user_login", "\"alice\""),
            ("role", "\"admin\""),
        ],
        steps: &[
            (&[("role", "\"member\"")], Updates),
            (&[("role", "\"admin\"")], Updates),
            (&[("role", "")], Updates),
            (&[("user_login", "\"bob\"")], Replaces),
            (&[("team_name", "\"data science\"")], Replaces),
        ],
        import_id: "{org_name}/{team_name}/{user_login}",
        remove: Some(|cloud, org, _| {
            edit_team(cloud, org, "data science", |team| team.members.clear())
        }),
        ..LIFE
    },
    Life {
        name: "api_teams_role",
        before: with_roles,
        create: &[("team_name", "\"platform\""), ("role_id", "\"role-a\"")],
        steps: &[
            (&[("role_id", "\"role-b\"")], Updates),
            (&[("team_name", "\"data science\"")], Replaces),
        ],
        import_id: "{org_name}/{team_name}/{role_id}",
        remove: Some(|cloud, org, _| {
            edit_team(cloud, org, "data science", |team| team.roles.clear())
        }),
        ..LIFE
    },
    Life {
        name: "api_teams_stackpermission",
        create: &[
            ("team_name", "\"platform\""),
            ("project_name", "\"web/shop\""),
            ("stack_name", "\"50%\""),
            ("permission", "\"read\""),
        ],
        steps: &[
            (&[("permission", "\"admin\"")], Updates),
            (&[("permission", "\"write\"")], Updates),
            (&[("stack_name", "\"prod\"")], Replaces),
            (&[("project_name", "\"shop\"")], Replaces),
            (&[("team_name", "\"data science\"")], Replaces),
        ],
        import_id: "{org_name}/{team_name}/{project_name}/{stack_name}",
        remove: Some(|cloud, org, _| {
            edit_team(cloud, org, "data science", |team| team.stacks.clear())
        }),
        ..LIFE
    },
    Life {
        name: "api_teams_environmentpermission",
        create: &[
            ("team_name", "\"platform\""),
            ("project_name", "\"web/shop\""),
            ("env_name", "\"prod\""),
            ("permission", "\"read\""),
            ("max_open_duration", "\"1h30m0s\""),
        ],
        steps: &[
            (&[("max_open_duration", "\"90m\"")], Nothing),
            (&[("max_open_duration", "\"1d\"")], Updates),
            (&[("permission", "\"open\"")], Updates),
            (&[("max_open_duration", "")], Updates),
            (&[("env_name", "\"test\"")], Replaces),
            (&[("project_name", "\"shop\"")], Replaces),
            (&[("project_name", "")], Replaces),
            (&[("team_name", "\"data science\"")], Replaces),
        ],
        import_id: "{org_name}/{team_name}/{project_name}/{env_name}",
        remove: Some(|cloud, org, _| {
            edit_team(cloud, org, "data science", |team| team.environments.clear());
        }),
        ..LIFE
    },
    Life {
        name: "api_role",
        create: &[("name", "\"ops\""), ("details", READ)],
        steps: &[
            (&[("name", "\"web\"")], Updates),
            (&[("description", "\"They operate.\"")], Updates),
            (&[("description", "")], Updates),
            (&[("details", WRITE)], Updates),
            (&[("force_destroy", "true")], Updates),
            (&[("force_destroy", "")], Updates),
            (&[("resource_type", "\"stack\"")], Replaces),
            (&[("resource_type", "")], Replaces),
            (&[("ux_purpose", "\"policy\"")], Replaces),
            (&[("ux_purpose", "")], Replaces),
        ],
        import_id: "{org_name}/{role_id}",
        remove: Some(|cloud, org, role| cloud.remove_role(org, text(role, "role_id"))),
        ..LIFE
    },
    Life {
        name: "api_organizationsettings",
        before: with_roles,
        create: &[("members_can_create_teams", "true")],
        steps: &[
            (SETTINGS, Updates),
            (OTHER_SETTINGS, Updates),
            (NO_SETTINGS, Nothing),
            (&[("members_can_create_teams", "false")], Updates),
            (&[("members_can_create_teams", "")], Nothing),
        ],
        import_id: "{org_name}",
        ..LIFE
    },
    Life {
        name: "api_auth_oidcissuer",
        before: |org| org.quirks.checks_thumbprints = false,
        create: &[("name", "\"ci\""), ("url", "\"https://ci.example.com\"")],
        steps: &[
            (&[("name", "\"builds\"")], Updates),
            (&[("max_expiration", "600")], Updates),
            (&[("max_expiration", "")], Updates),
            (&[("thumbprints", THUMBPRINT)], Updates),
            (&[("thumbprints", "")], Updates),
            (&[("jwks", JWKS)], Updates),
            (&[("jwks", ""), ("url", "\"https://ci.example.org\"")], Replaces),
        ],
        import_id: "{org_name}/{issuer_id}",
        remove: Some(|cloud, org, issuer| cloud.remove_issuer(org, text(issuer, "issuer_id"))),
        ..LIFE
    },
    Life {
        name: "api_auth_policy",
        before: |org| org.issuers.extend(["one", "two"].map(issuer)),
        create: &[("issuer_id", "\"one\""), ("policies", FOR_TEAM)],
        steps: &[(&[("policies", FOR_ADMIN)], Updates), (&[("issuer_id", "\"two\"")], Replaces)],
        import_id: "{org_name}/{issuer_id}",
        remove: Some(|cloud, org, _| cloud.remove_issuer(org, "two")),
        again: &[("issuer_id", "\"one\"")],
        ..LIFE
    },
    Life {
        name: "api_organizationmember",
        before: with_roles,
        create: &[("user_login", "\"alice\""), ("role", "\"member\"")],
        steps: &[
            (&[("role", "\"admin\"")], Updates),
            (&[("role", ""), ("role_id", "\"role-a\"")], Updates),
            (&[("role_id", "\"role-b\"")], Updates),
            (&[("role", "\"member\""), ("role_id", "")], Updates),
            // Who isn't there is added, and not taken over.
            (&[("user_login", "\"bob\""), ("adopt", "true")], Replaces),
            (&[("adopt", "")], Updates),
        ],
        import_id: "{org_name}/{user_login}",
        remove: Some(|cloud, org, member| cloud.remove_member(org, text(member, "user_login"))),
        ..LIFE
    },
];

const READ: &str = "{ __type = \"PermissionDescriptorAllow\", permissions = [\"stack:read\"] }";
const WRITE: &str =
    "{ __type = \"PermissionDescriptorAllow\", permissions = [\"stack:read\", \"stack:write\"] }";
const THUMBPRINT: &str = "[\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"]";
const JWKS: &str = "{ keys = [{ kty = \"RSA\", kid = \"a\", n = \"AQAB\", e = \"AQAB\" }] }";
const FOR_TEAM: &str = "[{ decision = \"allow\", token_type = \"team\", team_name = \"platform\", rules = { aud = \"a\" } }]";
const FOR_ADMIN: &str = "[{ decision = \"allow\", token_type = \"organization\", authorized_permissions = [\"admin\"], rules = { aud = \"a\" } }]";

const SETTINGS: &[Argument] = &[
    ("max_access_token_expiry_days", "800"),
    ("default_stack_permission", "\"write\""),
    ("default_environment_permission", "\"open\""),
    ("default_account_permission", "\"write\""),
    ("default_deployment_role_id", "\"role-a\""),
    ("default_role_id", "\"role-a\""),
    ("members_can_create_stacks", "false"),
    ("members_can_delete_stacks", "false"),
    ("members_can_transfer_stacks", "false"),
    ("members_can_create_accounts", "false"),
    ("preferred_vcs", "\"github\""),
    ("ai_enablement", "\"enabled\""),
    ("neo_enabled", "false"),
    ("neo_agent_disabled", "false"),
    ("neo_approval_mode", "\"manual\""),
    ("neo_task_sharing_mode", "\"none\""),
    ("neo_cli_explanations_disabled", "false"),
    ("natural_language_search_disabled", "false"),
];
const OTHER_SETTINGS: &[Argument] = &[
    ("max_access_token_expiry_days", "900"),
    ("default_stack_permission", "\"none\""),
    ("default_environment_permission", "\"none\""),
    ("default_account_permission", "\"none\""),
    ("default_deployment_role_id", "\"\""),
    ("default_role_id", "\"role-b\""),
    ("members_can_create_stacks", "true"),
    ("members_can_delete_stacks", "true"),
    ("members_can_transfer_stacks", "true"),
    ("members_can_create_accounts", "true"),
    ("preferred_vcs", "\"gitlab\""),
    ("ai_enablement", "\"disabled\""),
    ("neo_enabled", "true"),
    ("neo_agent_disabled", "true"),
    ("neo_approval_mode", "\"auto\""),
    ("neo_task_sharing_mode", "\"org\""),
    ("neo_cli_explanations_disabled", "true"),
    ("natural_language_search_disabled", "true"),
];
const NO_SETTINGS: &[Argument] = &[
    ("max_access_token_expiry_days", ""),
    ("default_stack_permission", ""),
    ("default_environment_permission", ""),
    ("default_account_permission", ""),
    ("default_deployment_role_id", ""),
    ("default_role_id", ""),
    ("members_can_create_stacks", ""),
    ("members_can_delete_stacks", ""),
    ("members_can_transfer_stacks", ""),
    ("members_can_create_accounts", ""),
    ("preferred_vcs", ""),
    ("ai_enablement", ""),
    ("neo_enabled", ""),
    ("neo_agent_disabled", ""),
    ("neo_approval_mode", ""),
    ("neo_task_sharing_mode", ""),
    ("neo_cli_explanations_disabled", ""),
    ("natural_language_search_disabled", ""),
];

/// An issuer that was there before.
fn issuer(id: &str) -> Issuer {
    Issuer {
        id: id.to_owned(),
        name: id.to_owned(),
        url: format!("https://{id}.example.com"),
        issuer: format!("https://{id}.example.com"),
        thumbprints: Vec::new(),
        max_expiration: None,
        jwks: None,
        created: 0,
        modified: 0,
        last_used: None,
        policy: Policy::denying(format!("policy-{id}"), 0),
        how: How::ByHand,
    }
}

fn with_roles(org: &mut Org) {
    org.roles.extend(["role-a", "role-b"].map(|id| Role::custom(id, id)));
}

fn edit_team(cloud: &Emulator, org: &str, team: &str, change: fn(&mut emulator::Team)) {
    cloud.edit_org(org, |org| change(org.team_mut(team).unwrap()));
}

pub fn text<'a>(object: &'a Value, attribute: &str) -> &'a str {
    object[attribute].as_str().unwrap_or_default()
}
