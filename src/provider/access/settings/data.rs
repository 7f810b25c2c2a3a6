//! The data source `pulumiservice_api_organization`.

use super::Settings;
use crate::cloud::Setting;
use crate::framework::data_source::DataSource;
use crate::provider::access::object::Object;
use crate::provider::organization::{self, Asked};
use crate::provider::prelude::*;

crate::attributes! {
    /// An organization: what it is, and what it can do.
    pub struct Organization {
        organization: Asked,
        /// What keeps its members: `pulumi`, `github`, `saml` and so on.
        kind: Attr<String> = computed(),
        /// Its edition, by the service's older names.
        product: Attr<String> = computed(),
        /// How many members it has.
        member_count: Attr<i64> = computed(),
        /// The organization role of the access token's user.
        user_role: Attr<String> = computed(),
        /// The role of members, and of tokens that ask for none.
        default_role_id: Attr<String> = computed(),
        /// The longest that an access token may live, in days; `0` for no limit.
        max_access_token_expiry_days: Attr<i64> = computed(),
        /// What it can do, by the service's names, such as `customRolesEnabled`.
        features: Attr<Map<bool>> = computed(),
    }
}

impl DataSource for Organization {
    const NAME: &'static str = "api_organization";

    async fn read(cx: &Context, config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let whose = Settings::of(&org);
        let read = whose.client(cx, "Reading")?.settings(&org).await;
        let read = whose.told(cx, "Reading", read).await?;
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
            organization: Asked::of(org),
        })
    }
}
