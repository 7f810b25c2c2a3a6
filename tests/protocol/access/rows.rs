//! The table: a row for each resource of organizations.

use emulator::books::How;
use emulator::{Emulator, Issuer, Member, ORG, Org, Policy, Role};
use serde_json::{Value, json};

use super::{Object, dynamic, registered};
use crate::harness::Lab;

/// A resource, and what is expected of it.
pub struct Row {
    /// Its name, without the provider's prefix.
    pub name: &'static str,
    /// What there is in the organization before.
    pub before: fn(&mut Org),
    /// The arguments of its creation, but for the organization.
    pub config: Value,
    /// Those that change it in place.
    pub change: Value,
    /// The import id that a second creation is refused with; empty if there can be several, or if
    /// it is there from the beginning. `*` is any part.
    pub import_id: &'static str,
    /// The rights that a 403 names.
    pub rights: &'static str,
    /// What a 404 means if the organization is there.
    pub missing: &'static str,
    /// What a 409 to a change means.
    pub taken: &'static str,
    /// The feature without which a creation with these arguments is refused, and its name in words.
    pub feature: Option<(&'static str, &'static str, Value)>,
    /// Removes it behind the provider's back, unless nothing can.
    pub remove: Option<fn(&Emulator, &Value)>,
}

impl Row {
    /// A service with what there is before, and the object of this row, made.
    pub async fn made(&self, lab: &mut Lab) -> Object {
        lab.cloud.edit_org(ORG, self.before);
        let mut object = Object::new(self.name);
        super::goes_well(self.name, &object.apply(lab, &self.config).await);
        object
    }
}

/// The table. A resource of the registry that is no token and has no row in it fails.
pub fn rows() -> Vec<Row> {
    let rows = table();
    let mut names: Vec<_> = rows.iter().map(|row| row.name.to_owned()).collect();
    let registered = registered().into_iter().map(|mut spellings| spellings.swap_remove(0));
    let tokens = |name: &String| name.starts_with("api_tokens_");
    let mut registered: Vec<_> = registered.filter(|name| !tokens(name)).collect();
    names.sort_unstable();
    registered.sort_unstable();
    assert_eq!(names, registered, "a row for each");
    rows
}

const DELETED: &str = "Somebody has deleted it meanwhile";
const TAKEN: &str = "It exists already. To manage it, import it";

fn table() -> Vec<Row> {
    let teams = |config: &Value| Some(("teamsEnabled", "teams", config.clone()));
    let team = json!({"name": "ops"});
    let member = json!({"team_name": "platform", "user_login": "alice"});
    let role = json!({"team_name": "platform", "role_id": "role-a"});
    let stack = json!({
        "team_name": "platform", "project_name": "web", "stack_name": "prod", "permission": "read",
    });
    let environment = json!({
        "team_name": "platform", "env_name": "prod", "permission": "read",
        "max_open_duration": "90m",
    });
    let custom = json!({"name": "ops", "details": reads()});
    vec![
        Row {
            name: "api_teams_team",
            before: |_| {},
            feature: teams(&team),
            config: team,
            change: json!({"name": "ops", "description": "They operate."}),
            import_id: "acme/ops",
            rights: "team:create",
            missing: DELETED,
            taken: TAKEN,
            remove: Some(|cloud, _| cloud.remove_team(ORG, "ops")),
        },
        Row {
            name: "api_teams_member",
            before: |org| org.members.push(Member::new("alice")),
            feature: teams(&member),
            config: member,
            change: json!({"team_name": "platform", "user_login": "alice", "role": "admin"}),
            import_id: "acme/platform/alice",
            rights: "team:update, or to be an admin of the team",
            missing: "somebody has to be a member of it before",
            taken: TAKEN,
            remove: Some(|cloud, _| edit_team(cloud, |team| team.members.clear())),
        },
        Row {
            name: "api_teams_role",
            before: with_roles,
            feature: Some(("customRolesEnabled", "custom roles", role.clone())),
            config: role,
            change: json!({"team_name": "platform", "role_id": "role-b"}),
            import_id: "acme/platform",
            rights: "role:update and team:update",
            missing: "no role with this id",
            taken: TAKEN,
            remove: Some(|cloud, _| edit_team(cloud, |team| team.roles.clear())),
        },
        Row {
            name: "api_teams_stackpermission",
            before: |_| {},
            feature: teams(&stack),
            change: with(&stack, "permission", json!("admin")),
            config: stack,
            import_id: "acme/platform/web/prod",
            rights: "team:update",
            missing: "There is no such team or stack",
            taken: TAKEN,
            remove: Some(|cloud, _| edit_team(cloud, |team| team.stacks.clear())),
        },
        Row {
            name: "api_teams_environmentpermission",
            before: |_| {},
            feature: teams(&environment),
            change: with(&environment, "permission", json!("open")),
            config: environment,
            import_id: "acme/platform/default/prod",
            rights: "team:update",
            missing: "There is no such team or environment",
            taken: TAKEN,
            remove: Some(|cloud, _| edit_team(cloud, |team| team.environments.clear())),
        },
        Row {
            name: "api_role",
            before: |_| {},
            feature: Some(("customRolesEnabled", "custom roles", custom.clone())),
            change: with(&custom, "description", json!("They operate.")),
            config: custom,
            import_id: "acme/*",
            rights: "role:create, role:update and role:delete",
            missing: DELETED,
            taken: "Another role has this name",
            remove: Some(|cloud, role| cloud.remove_role(ORG, text(role, "role_id"))),
        },
        Row {
            name: "api_organizationsettings",
            before: |_| {},
            feature: None,
            config: json!({"members_can_create_teams": true}),
            change: json!({"members_can_create_teams": false}),
            import_id: "",
            rights: "organization:update",
            missing: "There is no role with the id that is given",
            taken: TAKEN,
            remove: None,
        },
        Row {
            name: "api_auth_oidcissuer",
            before: |_| {},
            feature: None,
            config: json!({"name": "ci", "url": "https://ci.example.com"}),
            change: json!({
                "name": "builds", "url": "https://ci.example.com", "max_expiration": 600,
            }),
            import_id: "acme/*",
            rights: "oidc_issuers:create",
            missing: DELETED,
            taken: TAKEN,
            remove: Some(|cloud, issuer| cloud.remove_issuer(ORG, text(issuer, "issuer_id"))),
        },
        Row {
            name: "api_auth_policy",
            before: |org| org.issuers.push(issuer()),
            feature: None,
            config: json!({"issuer_id": "one", "policies": [entry("platform"), entry("*")]}),
            change: json!({"issuer_id": "one", "policies": [entry("data science")]}),
            import_id: "acme/one",
            rights: "auth_policies:update",
            missing: "The issuer, and its policy with it, is gone",
            taken: TAKEN,
            remove: Some(|cloud, _| cloud.remove_issuer(ORG, "one")),
        },
        Row {
            name: "api_organizationmember",
            before: with_roles,
            feature: Some((
                "usersCustomRolesEnabled",
                "custom roles for members",
                json!({"user_login": "alice", "role_id": "role-a"}),
            )),
            config: json!({"user_login": "alice", "role": "member"}),
            change: json!({"user_login": "alice", "role": "admin"}),
            import_id: "acme/alice",
            rights: "org_member:add",
            missing: "people have to sign up",
            taken: TAKEN,
            remove: Some(|cloud, _| cloud.remove_member(ORG, "alice")),
        },
    ]
}

/// A tree of permissions.
pub fn reads() -> Value {
    let permissions = ["stack:read", "environment:read"];
    dynamic(json!({"__type": "PermissionDescriptorAllow", "permissions": permissions}))
}

/// The same object with another value of this attribute.
pub fn with(config: &Value, name: &str, value: Value) -> Value {
    let mut config = config.clone();
    config[name] = value;
    config
}

pub fn with_roles(org: &mut Org) {
    org.roles.extend(["role-a", "role-b"].map(|id| Role::custom(id, id)));
}

fn text<'a>(object: &'a Value, attribute: &str) -> &'a str {
    object[attribute].as_str().unwrap()
}

fn edit_team(cloud: &Emulator, change: fn(&mut emulator::Team)) {
    cloud.edit_org(ORG, |org| change(org.team_mut("platform").unwrap()));
}

fn entry(team: &str) -> Value {
    json!({
        "decision": "allow", "token_type": "team", "team_name": team, "user_login": null,
        "runner_id": null, "role_id": null, "authorized_permissions": null,
        "rules": {"aud": "urn:pulumi:org:acme", "repository": "acme/*"},
    })
}

fn issuer() -> Issuer {
    Issuer {
        id: "one".to_owned(),
        name: "one".to_owned(),
        url: "https://one.example.com".to_owned(),
        issuer: "https://one.example.com".to_owned(),
        thumbprints: Vec::new(),
        max_expiration: None,
        jwks: None,
        created: 0,
        modified: 0,
        last_used: None,
        policy: Policy::denying("policy-one".to_owned(), 0),
        how: How::ByHand,
    }
}
