//! An issuer as the service records it.

use super::{Issuer, LONGEST_LIFE, Thumbprint};
use crate::cloud::{self, Client, Error, IssuerChange, NewIssuer};
use crate::framework::attribute_type::same;
use crate::framework::resource::Listed;
use crate::provider::access::records::{Made, Recorded};
use crate::provider::access::tree::Tree;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;
use crate::provider::texts::{stored, text};

impl Issuer {
    /// Organization and id.
    pub(super) fn names(&self) -> Result<(&str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.issuer_id)?))
    }

    /// What the service says of an issuer of this organization.
    pub(super) fn observed(mut self, issuer: &cloud::Issuer) -> Self {
        self.name = stored(&issuer.name, &self.name);
        self.url = stored(&issuer.url, &self.url);
        self.max_expiration = issuer.max_expiration.unwrap_or(LONGEST_LIFE).into();
        self.jwks = issuer.jwks.as_deref().and_then(Tree::from_wire).into();
        self.thumbprints = Attr::Unknown;
        self.made(issuer)
    }

    /// The issuer to register.
    pub(super) fn wanted(&self, cx: &Context) -> Result<NewIssuer, Reported> {
        Ok(NewIssuer { url: text(&self.url)?.to_owned(), rest: self.change(cx, None)? })
    }

    /// What to change about the issuer.
    pub(super) fn change(
        &self,
        cx: &Context,
        prior: Option<&Self>,
    ) -> Result<IssuerChange, Reported> {
        let differs = |same: fn(&Self, &Self) -> bool| prior.is_none_or(|prior| !same(self, prior));
        let pinned = differs(|a, b| same(&a.thumbprints, &b.thumbprints));
        // What the service is to look up itself is unknown.
        let pinned = match &self.thumbprints {
            Attr::Known(set) if pinned => Some(set),
            _ => None,
        };
        let limited = differs(|a, b| a.max_expiration == b.max_expiration);
        let jwks = self.jwks.value()?.filter(|_| differs(|a, b| same(&a.jwks, &b.jwks)));
        let jwks = jwks.map(Tree::to_wire).transpose();
        Ok(IssuerChange {
            name: text(&self.name)?.to_owned(),
            thumbprints: pinned
                .map(|set| set.0.iter().flat_map(Attr::iter).map(Thumbprint::plain).collect()),
            max_expiration: self.max_expiration.copied()?.filter(|_| limited),
            jwks: jwks.map_err(|why| cx.error_at(Issuer::jwks, said::ISSUER, why))?,
        })
    }
}

impl Recorded for Issuer {
    type Record = cloud::Issuer;
    const MANY: &'static str = "OIDC issuers";

    async fn all(&self, client: &Client, org: &str) -> Result<Vec<cloud::Issuer>, Error> {
        client.issuers(org).await
    }

    fn shown(self, issuer: &cloud::Issuer) -> Option<Listed<Self>> {
        let display_name = issuer.name.to_string();
        Some(Listed { display_name, object: self.observed(issuer) })
    }
}

impl Made for Issuer {
    fn made(mut self, issuer: &cloud::Issuer) -> Self {
        if self.thumbprints.is_unknown() {
            let all = issuer.thumbprints.iter().flatten();
            let all = all.map(|one| Attr::Known(Thumbprint(one.stored(None))));
            self.thumbprints = Set(all.collect()).into();
        }
        self.issuer_id = stored(&issuer.id, &self.issuer_id);
        self.issuer = stored(&issuer.issuer, &self.issuer);
        self
    }

    fn meets(&self, found: &cloud::Issuer) -> bool {
        self.url.is_known_and(|url| found.url == *url)
    }
}
