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
use crate::provider::texts::{received, text};

crate::attributes! {
    /// Everybody in an organization: those whom its identity provider knows, and those who have
    /// signed in.
    pub struct Members {
        organization: Asked,
        /// The members, by login.
        members: Attr<List<MemberOfList>> = computed(),
    }
}

crate::attributes! {
    /// What the service tells of a member.
    pub struct Details {
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
    /// A member.
    pub struct MemberOfList {
        /// The login.
        user_login: Attr<String> = computed(),
        details: Details,
    }
}

crate::attributes! {
    /// A member of an organization, by the login.
    pub struct OneMember {
        organization: Asked,
        /// The login.
        user_login: Attr<String> = required(),
        details: Details,
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

impl Details {
    fn of(org: &str, known: &Known) -> Self {
        let Member { role, role_id, .. } = Member::of(org).observed(known);
        let (member, user) = (&known.member, &known.member.user);
        Self {
            name: received(&user.name),
            email: user.email.as_ref().map(received).unwrap_or_default(),
            role,
            role_id,
            known_to_pulumi: member.known_to_pulumi.into(),
            virtual_admin: member.virtual_admin.into(),
        }
    }
}

impl DataSource for Members {
    const NAME: &'static str = "organization_members";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let all = Member::of(&org).listed(cx).await?;
        let all = all.iter().map(|known| {
            let user_login = received(&known.member.user.github_login);
            Attr::Known(MemberOfList { user_login, details: Details::of(&org, known) })
        });
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
        let details = Details::of(&org, known);
        Ok(Self { organization: Asked::of(org), details, ..config })
    }
}

impl DataSource for CurrentUser {
    const NAME: &'static str = "current_user";

    async fn read(cx: &Context, _config: Self) -> Result<Self, Reported> {
        let doing = "Asking whose the access token is";
        let user = cx.client_for(doing)?.current_user().await;
        let user =
            user.map_err(|e| cx.error(said::CURRENT_USER, described(doing, &e, |_| None)))?;
        let orgs = user.organizations.iter().map(|org| received(&org.github_login));
        Ok(Self {
            username: received(&user.github_login),
            name: received(&user.name),
            email: user.email.as_ref().map(received).unwrap_or_default(),
            avatar_url: received(&user.avatar_url),
            organizations: orgs.collect::<Vec<_>>().into(),
        })
    }
}
