//! Data sources of an organization as a whole: `pulumiservice_api_organization` and
//! `pulumiservice_api_auth_oidcissuers`.

use super::issuer::Issuer;
use super::object::Object;
use super::organization;
use super::settings::Settings;
use super::thumbprint::Thumbprint;
use crate::cloud::Setting;
use crate::framework::data_source::DataSource;
use crate::framework::prelude::*;

crate::attributes! {
    /// An organization: what it is, and what it can do.
    pub struct Organization {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed(),
        /// What keeps its members: `pulumi`, `github`, `saml` and so on.
        kind: Attr<String> = computed(),
        /// Its edition, by the service's older names.
        product: Attr<String> = computed(),
        /// How many members it has.
        member_count: Attr<i64> = computed(),
        /// The role of whose access token the provider runs with.
        user_role: Attr<String> = computed(),
        /// The role of members, and of tokens that ask for none.
        default_role_id: Attr<String> = computed(),
        /// The longest that an access token may live, in days; `0` for no limit.
        max_access_token_expiry_days: Attr<i64> = computed(),
        /// What it can do, by the service's names, such as `customRolesEnabled`.
        features: Attr<Map<bool>> = computed(),
    }
}

crate::attributes! {
    /// The OIDC issuers that an organization trusts.
    pub struct Issuers {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed(),
        /// The issuers, by address.
        issuers: Attr<List<Listed>> = computed(),
    }
}

crate::attributes! {
    /// An issuer.
    pub struct Listed {
        /// The service's identifier.
        issuer_id: Attr<String> = computed(),
        /// The name that people see.
        name: Attr<String> = computed(),
        /// Where it is.
        url: Attr<String> = computed(),
        /// What it calls itself.
        issuer: Attr<String> = computed(),
        /// The SHA-256 sums of its certificates.
        thumbprints: Attr<Set<Thumbprint>> = computed(),
        /// The longest life of exchanged tokens, in seconds.
        max_expiration: Attr<i64> = computed(),
    }
}

impl DataSource for Organization {
    const NAME: &'static str = "api_organization";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.org_name)?;
        let whose = Settings { org_name: org.as_str().into(), ..Settings::default() };
        let read = whose.client(cx, "Reading")?.settings(&org).await;
        let read = read.map_err(|error| whose.failed(cx, "Reading", &error))?;
        let text = |name: &str| match read.get(name) {
            Some(Setting::Text(text)) => Attr::Known(text.stored(None)),
            _ => Attr::Null,
        };
        let number = |name: &str| match read.get(name) {
            Some(Setting::Number(number)) => Attr::Known(*number),
            _ => Attr::Null,
        };
        let features = match read.get("features") {
            Some(Setting::Flags(flags)) => flags.clone(),
            _ => Default::default(),
        };
        let features = features.into_iter().map(|(name, on)| (name, Attr::Known(on)));
        Ok(Self {
            kind: text("kind"),
            product: text("product"),
            member_count: number("memberCount"),
            user_role: text("userRole"),
            default_role_id: text("defaultRoleId"),
            max_access_token_expiry_days: number("maxAccessTokenExpiryDays").or(0.into()),
            features: features.collect::<Map<bool>>().into(),
            org_name: org.into(),
        })
    }
}

impl DataSource for Issuers {
    const NAME: &'static str = "api_auth_oidcissuers";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.org_name)?;
        let whose = Issuer { org_name: org.as_str().into(), ..Issuer::default() };
        let all = whose.client(cx, "Reading")?.issuers(&org).await;
        let mut all = all.map_err(|error| whose.failed(cx, "Reading", &error))?;
        all.sort_by(|a, b| (&a.url, &a.id).cmp(&(&b.url, &b.id)));
        let listed = all.iter().map(|issuer| {
            let seen = whose.clone().observed(issuer);
            let Issuer { issuer_id, name, url, issuer, thumbprints, max_expiration, .. } = seen;
            Attr::Known(Listed { issuer_id, name, url, issuer, thumbprints, max_expiration })
        });
        config.issuers = listed.collect::<Vec<_>>().into();
        config.org_name = org.into();
        Ok(config)
    }
}
