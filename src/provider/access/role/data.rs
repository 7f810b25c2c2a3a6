//! Data sources of roles: `pulumiservice_api_roles`, `pulumiservice_api_role` and
//! `pulumiservice_organization_role_scopes`.

use super::Role;
use super::records::{PURPOSE, PURPOSES};
use crate::cloud::RoleRecord;
use crate::framework::data_source::DataSource;
use crate::provider::access::object::{Object, failed};
use crate::provider::access::records::Recorded;
use crate::provider::access::tree::Tree;
use crate::provider::block::holds_token;
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Asked};
use crate::provider::prelude::*;
use crate::provider::texts::{received, text};

crate::attributes! {
    /// The roles of an organization, built-in ones too.
    pub struct Roles {
        organization: Asked,
        /// `role`, or what roles are composed of: `policy`, `set`.
        ux_purpose: Attr<String> = optional().default(PURPOSE).one_of_words(PURPOSES),
        /// The roles, by name.
        roles: Attr<List<RoleOfList>> = computed(),
    }
}

crate::attributes! {
    /// What the service tells of a role.
    pub struct Details {
        /// What the role is for.
        description: Attr<String> = computed(),
        /// What the role can be given for.
        resource_type: Attr<String> = computed(),
        /// Which built-in one it is, such as `member` or `admin`; empty for others.
        default_identifier: Attr<String> = computed(),
        /// Whether members have it who were given none.
        is_org_default: Attr<bool> = computed(),
        /// `1` at first, and one more after each change.
        version: Attr<i64> = computed(),
    }
}

crate::attributes! {
    /// A role.
    pub struct RoleOfList {
        /// The service's identifier.
        role_id: Attr<String> = computed(),
        /// The name.
        name: Attr<String> = computed(),
        known: Details,
    }
}

crate::attributes! {
    /// A role of an organization, by its name or its id.
    pub struct OneRole {
        organization: Asked,
        /// The name.
        name: Attr<String> = optional().computed().exactly_one_of(&["name", "role_id"]),
        /// The service's identifier.
        role_id: Attr<String> = optional().computed().no_secret(holds_token),
        /// `role`, or what roles are composed of: `policy`, `set`.
        ux_purpose: Attr<String> = optional().default(PURPOSE).one_of_words(PURPOSES),
        known: Details,
        /// The tree of permissions, with the service's own keys.
        details: Attr<Tree> = computed(),
    }
}

crate::attributes! {
    /// The scopes that roles of an organization can give.
    pub struct RoleScopes {
        organization: Asked,
        /// What each scope allows, by the type of resource and the scope's name.
        scopes: Attr<Map<Map<String>>> = computed(),
    }
}

impl Details {
    fn of(role: &RoleRecord) -> Self {
        Self {
            description: received(&role.description),
            resource_type: received(&role.resource_type),
            default_identifier: received(&role.default_identifier),
            is_org_default: role.is_org_default.into(),
            version: role.version.into(),
        }
    }
}

impl RoleOfList {
    fn of(role: &RoleRecord) -> Self {
        Self { role_id: received(&role.id), name: received(&role.name), known: Details::of(role) }
    }
}

/// All roles of one purpose, by name.
async fn all(cx: &Context, org: &str, purpose: &str) -> Result<Vec<RoleRecord>, Reported> {
    let mut all = Role { ux_purpose: purpose.into(), ..Role::of(org) }.listed(cx).await?;
    all.sort_unstable_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(all)
}

impl DataSource for Roles {
    const NAME: &'static str = "api_roles";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let purpose = text(&config.ux_purpose)?.to_owned();
        let all = all(cx, &org, &purpose).await?;
        config.roles = all.iter().map(RoleOfList::of).map(Attr::Known).collect::<Vec<_>>().into();
        (config.organization, config.ux_purpose) = (Asked::of(org), purpose.into());
        Ok(config)
    }
}

impl DataSource for OneRole {
    const NAME: &'static str = "api_role";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let purpose = text(&config.ux_purpose)?.to_owned();
        let (name, id) = (text(&config.name)?, text(&config.role_id)?);
        let all = all(cx, &org, &purpose).await?;
        let fits = |role: &&RoleRecord| role.id == id || (id.is_empty() && role.name == name);
        let found: Vec<&RoleRecord> = all.iter().filter(fits).collect();
        let [role] = found[..] else {
            let candidates = if found.is_empty() { all.iter().collect() } else { found.clone() };
            let candidates = candidates.iter().map(|role| format!("{} ({})", role.name, role.id));
            let candidates = candidates.collect::<Vec<_>>().join(", ");
            let count = if found.is_empty() { "no" } else { "more than one" };
            let which = if id.is_empty() { name } else { id };
            let detail = format!(
                "The organization {org:?} has {count} role {which:?} of the purpose {purpose:?}. \
                 There are: {candidates}. Give the role_id."
            );
            return Err(cx.error(said::NO_SUCH_ROLE, detail));
        };
        Ok(Self {
            organization: Asked::of(org),
            name: received(&role.name),
            role_id: received(&role.id),
            ux_purpose: purpose.into(),
            known: Details::of(role),
            details: role.details.as_deref().and_then(Tree::from_wire).into(),
        })
    }
}

impl DataSource for RoleScopes {
    const NAME: &'static str = "organization_role_scopes";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let doing = format!("Listing the scopes of roles of the organization {org:?}");
        let scopes = match cx.client_for(&doing)?.scopes(&org).await {
            Ok(scopes) => scopes,
            Err(error) => return Err(failed(cx, &Role::of(&org), &doing, &error).await),
        };
        let described = scopes.into_iter().map(|(ty, scopes)| {
            let scopes = scopes
                .iter()
                .map(|(scope, about)| (scope.stored(None), Attr::Known(about.stored(None))));
            (ty, Attr::Known(scopes.collect::<Map<String>>()))
        });
        config.scopes = described.collect::<Map<Map<String>>>().into();
        config.organization = Asked::of(org);
        Ok(config)
    }
}
