//! An organization, and the switches for what nobody knows of the real service.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Issuer, Member, Permissions, Role, Team, role};

/// An organization. A test may change all of it with [`edit_org`](crate::Controls::edit_org).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Org {
    /// Its name, as the paths have it.
    pub name: String,
    /// What it has bought: only `enterprise` and `business-critical` have tokens.
    pub product: String,
    /// Where its people come from: `pulumi`, `github`, `saml`, `single-user` and so on.
    pub kind: String,
    /// The features that are otherwise than in every organization here: teams, custom roles and
    /// machine tokens are on there, and all others off.
    pub features: BTreeMap<String, bool>,
    /// Its teams, in the order in which they were made.
    pub teams: Vec<Team>,
    /// Its roles, policies and permission sets.
    pub roles: Vec<Role>,
    /// Its members.
    pub members: Vec<Member>,
    /// The OIDC issuers that it trusts.
    pub issuers: Vec<Issuer>,
    /// Its settings, by the names that the metadata has for them; those that can't be read, too.
    pub settings: Map<String, Value>,
    /// The teams that it has at GitHub, by their ids there.
    pub github_teams: BTreeMap<i64, String>,
    /// Scopes that the service has and the document doesn't.
    pub new_scopes: Vec<String>,
    /// The most days that a token may live, if there is such a policy. 0 is shown, and is none.
    pub max_expiry_days: Option<i64>,
    /// How it behaves if nobody knows how the real service does.
    pub quirks: Quirks,
}

/// How the service behaves if its rules are a guess, and a client has to cope with either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quirks {
    /// Lists that have no order come back in another one than they were sent.
    pub reorders: bool,
    /// Lists without entries are left out of an answer if the document lets them be.
    pub leaves_out_empty: bool,
    /// An empty description or display name clears what was there; else it is as if left out.
    pub empty_text_clears: bool,
    /// Taking a member, stack, environment or role from a team that doesn't have it is 404; else
    /// it is 204.
    pub absent_removals_fail: bool,
    /// `maxOpenDuration` comes back in Go's normal form, `1h30m0s`; else as it was sent.
    pub normalizes_durations: bool,
    /// A team takes a role only after `enable-team-roles`.
    pub team_roles_need_enabling: bool,
    /// A member's role can be changed by the name of a built-in one; else that is 404.
    pub role_names_work: bool,
    /// `fgaRole.id` of a member is another one than the id of that role.
    pub fga_role_ids_differ: bool,
    /// How many people a page of the identity provider's has.
    pub members_per_page: usize,
    /// An issuer gets the thumbprint of the certificate that the service sees, if none is given;
    /// else it has none.
    pub fills_thumbprints: bool,
    /// Given thumbprints must include that of the certificate that the service sees.
    pub checks_thumbprints: bool,
    /// An issuer that was given no `maxExpiration` shows 90,000; else it shows none.
    pub fills_max_expiration: bool,
    /// Without a policy, `maxAccessTokenExpiryDays` is null; else it is left out.
    pub shows_null_policy: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            reorders: true,
            leaves_out_empty: true,
            empty_text_clears: true,
            absent_removals_fail: true,
            normalizes_durations: true,
            team_roles_need_enabling: false,
            role_names_work: false,
            fga_role_ids_differ: false,
            members_per_page: 2,
            fills_thumbprints: true,
            checks_thumbprints: true,
            fills_max_expiration: true,
            shows_null_policy: false,
        }
    }
}

impl Org {
    /// An Enterprise organization with the teams `platform` and `data science`, the built-in
    /// roles, one custom role, no member yet, and no expiry policy.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            product: "enterprise".to_owned(),
            kind: "pulumi".to_owned(),
            features: BTreeMap::new(),
            teams: vec![Team::new("platform"), Team::new("data science")],
            roles: role::at_first(name),
            members: Vec::new(),
            issuers: Vec::new(),
            settings: super::settings::defaults(),
            github_teams: BTreeMap::new(),
            new_scopes: Vec::new(),
            max_expiry_days: None,
            quirks: Quirks::default(),
        }
    }

    /// Whether a feature is on.
    pub fn has(&self, feature: &str) -> bool {
        self.features.get(feature).copied().unwrap_or(match feature {
            "accessTokenExpiryPolicyEnabled" => self.max_expiry_days.is_some_and(|days| days != 0),
            "teamsEnabled" | "customRolesEnabled" | "usersCustomRolesEnabled" => true,
            "machineTokensEnabled" => self.sells_tokens(),
            _ => false,
        })
    }

    /// A team, by its name.
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    /// The same, to be changed.
    pub fn team_mut(&mut self, name: &str) -> Option<&mut Team> {
        self.teams.iter_mut().find(|team| team.name == name)
    }

    /// A role, policy or permission set, by its id.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// A role by its name.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name && role.ux_purpose == "role")
    }

    /// A role that members, teams and tokens can have.
    pub(crate) fn assignable(&self, id: &str) -> Option<&Role> {
        let fits = |role: &&Role| role.ux_purpose == "role" && role.resource_type == "global";
        self.role(id).filter(fits)
    }

    /// The role of who was given none.
    pub fn org_default(&self) -> Option<&Role> {
        self.roles.iter().find(|role| role.is_org_default)
    }

    /// A member, by the login.
    pub fn member(&self, login: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.login == login)
    }

    /// The same, to be changed.
    pub fn member_mut(&mut self, login: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.login == login)
    }

    /// An issuer, by its id.
    pub fn issuer(&self, id: &str) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.id == id)
    }

    /// The same, to be changed.
    pub fn issuer_mut(&mut self, id: &str) -> Option<&mut Issuer> {
        self.issuers.iter_mut().find(|issuer| issuer.id == id)
    }

    pub(crate) fn sells_tokens(&self) -> bool {
        matches!(self.product.as_str(), "enterprise" | "business-critical")
    }

    /// What a member with this access would be.
    pub(super) fn built_in_for(&self, permissions: Permissions) -> Option<String> {
        let identifier = if permissions == Permissions::ALL { "admin" } else { "member" };
        self.built_in(identifier).map(|role| role.id.clone())
    }

    /// The built-in role of this identifier.
    pub fn built_in(&self, identifier: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.default_identifier == identifier)
    }
}
