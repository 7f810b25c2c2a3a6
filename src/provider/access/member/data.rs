//! Data sources of people: `pulumiservice_organization_members`, `…_member` and
//! `pulumiservice_current_user`.

use super::Member;
use super::roles::Known;
use crate::framework::data_source::DataSource;
use crate::provider::access::object::Object;
use crate::provider::access::records::Recorded;
use crate::provider::failure::described;
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Asked};
use crate::provider::prelude::*;
use crate::provider::texts::text;

crate::attributes! {
    /// Everybody in an organization: those whom its identity provider knows, and those who have
    /// signed in.
    pub struct Members {
        organization: Asked,
        /// The members, by login.
        members: Attr<List<Listed>> = computed(),
    }
}

crate::attributes! {
    /// A member.
    pub struct Listed {
        /// The login.
        user_login: Attr<String> = computed(),
        /// The name that people see. Others may have the same.
        name: Attr<String> = computed(),
        /// The address, if the service tells it.
        email: Attr<String> = computed(),
        /// The built-in role: `member`, `admin` or `billing-manager`.
        role: Attr<String> = computed(),
        /// The custom role, if it is one.
        role_id: Attr<String> = computed(),
        /// Whether they have ever signed in.
        known_to_pulumi: Attr<bool> = computed(),
        /// Whether they are admin here without being one at the identity provider.
        virtual_admin: Attr<bool> = computed(),
    }
}

crate::attributes! {
    /// A member of an organization, by the login.
    pub struct OneMember {
        organization: Asked,
        /// The login.
        user_login: Attr<String> = required(),
        /// The name that people see. Others may have the same.
        name: Attr<String> = computed(),
        /// The address, if the service tells it.
        email: Attr<String> = computed(),
        /// The built-in role: `member`, `admin` or `billing-manager`.
        role: Attr<String> = computed(),
        /// The custom role, if it is one.
        role_id: Attr<String> = computed(),
        /// Whether they have ever signed in.
        known_to_pulumi: Attr<bool> = computed(),
        /// Whether they are admin here without being one at the identity provider.
        virtual_admin: Attr<bool> = computed(),
    }
}

crate::attributes! {
    /// The user whose access token the provider has.
    pub struct CurrentUser {
        /// The login; of a token that is nobody's, its name.
        username: Attr<String> = computed(),
        /// The name that people see.
        name: Attr<String> = computed(),
        /// The address.
        email: Attr<String> = computed(),
        /// Where their picture is.
        avatar_url: Attr<String> = computed(),
        /// The names of the organizations that they are in.
        organizations: Attr<List<String>> = computed(),
    }
}

fn listed(org: &str, known: &Known) -> Listed {
    let Member { role, role_id, .. } = Member::of(org).observed(known);
    let (member, user) = (&known.member, &known.member.user);
    Listed {
        user_login: user.github_login.stored(None).into(),
        name: user.name.stored(None).into(),
        email: user.email.as_ref().map(|email| email.stored(None)).into(),
        role,
        role_id,
        known_to_pulumi: member.known_to_pulumi.into(),
        virtual_admin: member.virtual_admin.into(),
    }
}

impl DataSource for Members {
    const NAME: &'static str = "organization_members";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let all = Member::of(&org).listed(cx).await?;
        let all = all.iter().map(|known| Attr::Known(listed(&org, known)));
        config.members = all.collect::<Vec<_>>().into();
        config.organization = Asked::of(org);
        Ok(config)
    }
}

impl DataSource for OneMember {
    const NAME: &'static str = "organization_member";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let login = text(&config.user_login)?;
        let all = Member::of(&org).listed(cx).await?;
        let Some(known) = all.iter().find(|known| known.member.user.github_login == login) else {
            let detail = format!("The organization {org:?} has no member {login:?}.");
            return Err(cx.error_at(OneMember::user_login, said::NO_SUCH_MEMBER, detail));
        };
        let Listed { name, email, role, role_id, known_to_pulumi, virtual_admin, .. } =
            listed(&org, known);
        let user_login = config.user_login;
        let organization = Asked::of(org);
        Ok(Self {
            organization,
            user_login,
            name,
            email,
            role,
            role_id,
            known_to_pulumi,
            virtual_admin,
        })
    }
}

impl DataSource for CurrentUser {
    const NAME: &'static str = "current_user";

    async fn read(cx: &Context, _config: Self) -> Result<Self, Reported> {
        let doing = "Asking whose the access token is";
        let user = cx.client_for(doing)?.current_user().await;
        let user =
            user.map_err(|e| cx.error(said::CURRENT_USER, described(doing, &e, |_| None)))?;
        let orgs = user.organizations.iter().map(|org| Attr::Known(org.github_login.stored(None)));
        Ok(Self {
            username: user.github_login.stored(None).into(),
            name: user.name.stored(None).into(),
            email: user.email.as_ref().map(|email| email.stored(None)).into(),
            avatar_url: user.avatar_url.stored(None).into(),
            organizations: orgs.collect::<Vec<_>>().into(),
        })
    }
}
