//! The data source `pulumiservice_api_auth_oidcissuers`.

use super::{Issuer, Thumbprint};
use crate::framework::data_source::DataSource;
use crate::provider::access::object::Object;
use crate::provider::access::records::Recorded;
use crate::provider::organization::{self, Asked};
use crate::provider::prelude::*;

crate::attributes! {
    /// The OIDC issuers that an organization trusts.
    pub struct Issuers {
        organization: Asked,
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

impl DataSource for Issuers {
    const NAME: &'static str = "api_auth_oidcissuers";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let org = organization::asked(cx, &config.organization.org_name)?;
        let whose = Issuer::of(&org);
        let mut all = whose.listed(cx).await?;
        all.sort_unstable_by(|a, b| (&a.url, &a.id).cmp(&(&b.url, &b.id)));
        let listed = all.iter().map(|issuer| {
            let seen = whose.clone().observed(issuer);
            let Issuer { issuer_id, name, url, issuer, thumbprints, max_expiration, .. } = seen;
            Attr::Known(Listed { issuer_id, name, url, issuer, thumbprints, max_expiration })
        });
        config.issuers = listed.collect::<Vec<_>>().into();
        config.organization = Asked::of(org);
        Ok(config)
    }
}
