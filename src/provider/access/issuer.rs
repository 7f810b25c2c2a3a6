//! `pulumiservice_api_auth_oidcissuer`: an OIDC issuer that an organization trusts.

use serde_json::value::RawValue;

use super::object::{Object, text};
use super::thumbprint::Thumbprint;
use super::tree::Tree;
use super::{InOrganization, organization, settle};
use crate::cloud::{self, IssuerChange, NewIssuer};
use crate::framework::attribute_type::same;
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, List, Listed, Plan, Resource, Wanted};
use crate::provider::messages::access as said;

/// What is remembered beside the attributes: that the configuration gave thumbprints.
const PINNED: &str = "thumbprints";

crate::attributes! {
    /// An OIDC issuer whose tokens an organization takes, such as that of a CI system.
    ///
    /// What its tokens can be exchanged for is in its policy, a `pulumiservice_api_auth_policy`;
    /// without one that is nothing. The issuer's policy goes with it.
    pub struct Issuer {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The name that people see.
        name: Attr<String> = required().length(1..=usize::MAX),
        /// Where the issuer is: what its tokens have as `iss`. The service fetches its keys there.
        url: Attr<String> = required().replaces().length(1..=usize::MAX),
        /// The SHA-256 sums of the certificates that the issuer may show, as 64 hexadecimal digits.
        /// They are for issuers whose certificate no public authority vouches for, and end with
        /// it. If none are given the service's own stay; when they are removed, the service looks
        /// at the certificate again.
        thumbprints: Attr<Set<Thumbprint>> = optional().computed().kept(),
        /// The longest life of exchanged tokens, in seconds.
        max_expiration: Attr<i64> = optional().default(90_000_i64).range(1..=i64::MAX),
        /// The issuer's keys, in the place of fetching them: a JSON Web Key Set with the keys of
        /// RFC 7517. They can be changed, but not removed.
        jwks: Attr<Tree> = optional(),
        /// The service's identifier.
        issuer_id: Attr<String> = computed().kept(),
        /// What the issuer calls itself.
        issuer: Attr<String> = computed().kept(),
        /// `{org_name}/{issuer_id}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Issuer {
    fn names(&self) -> (&str, &str) {
        (text(&self.org_name), text(&self.issuer_id))
    }

    /// What the service says of an issuer of this organization.
    pub fn observed(mut self, issuer: &cloud::Issuer) -> Self {
        self.name = issuer.name.stored(self.name.text()).into();
        self.url = issuer.url.stored(self.url.text()).into();
        self.max_expiration = issuer.max_expiration.unwrap_or(90_000).into();
        self.jwks = issuer.jwks.as_deref().and_then(Tree::from_wire).into();
        self.thumbprints = Attr::Unknown;
        self.made(issuer)
    }

    /// Fills in what only the service tells.
    fn made(mut self, issuer: &cloud::Issuer) -> Self {
        if self.thumbprints.is_unknown() {
            let all = issuer.thumbprints.iter().flatten();
            let all = all.map(|one| Attr::Known(Thumbprint(one.stored(None))));
            self.thumbprints = Set(all.collect()).into();
        }
        self.issuer_id = issuer.id.stored(self.issuer_id.text()).into();
        self.issuer = issuer.issuer.stored(self.issuer.text()).into();
        self
    }

    fn wire(&self, cx: &Context, prior: Option<&Self>) -> Result<IssuerChange, Reported> {
        let differs = |same: fn(&Self, &Self) -> bool| prior.is_none_or(|prior| !same(self, prior));
        let pinned = self
            .thumbprints
            .known()
            .filter(|_| differs(|a, b| same(&a.thumbprints, &b.thumbprints)));
        let jwks = self.jwks.known().filter(|_| differs(|a, b| same(&a.jwks, &b.jwks)));
        let jwks: Option<Result<Box<RawValue>, String>> = jwks.map(Tree::to_wire);
        Ok(IssuerChange {
            name: text(&self.name).to_owned(),
            thumbprints: pinned
                .map(|set| set.0.iter().filter_map(Attr::known).map(Thumbprint::plain).collect()),
            max_expiration: self
                .max_expiration
                .get()
                .filter(|_| differs(|a, b| a.max_expiration == b.max_expiration)),
            jwks: jwks.transpose().map_err(|why| cx.error_at(Issuer::jwks, said::ISSUER, why))?,
        })
    }

    /// Remembers whether the configuration gives thumbprints.
    fn remember(cx: &Context) -> Result<(), Reported> {
        let given = !cx.config::<Self>()?.thumbprints.is_null();
        cx.set_private(PINNED, given.then_some("given"));
        Ok(())
    }
}

impl Object for Issuer {
    const FAILED: Message = said::ISSUER;
    const RIGHTS: &'static str = "It takes a role with the scopes oidc_issuers:create, \
                                  oidc_issuers:update and oidc_issuers:delete.";

    fn called(&self) -> String {
        let (org, issuer) = self.names();
        let which = self.url.text().unwrap_or(issuer);
        format!("the OIDC issuer {which:?} of the organization {org:?}")
    }

    fn cause(&self, status: u16) -> Option<String> {
        let cause = "The service fetches the url with /.well-known/openid-configuration, so that \
                     it has to be right and to be reached from there; and thumbprints, if they are \
                     given, have to include that of the certificate that is there now.";
        (status == 400).then(|| cause.to_owned())
    }
}

impl Resource for Issuer {
    const NAME: &'static str = "api_auth_oidcissuer";

    fn validate(cx: &Context, config: &Self) {
        let given = config.thumbprints.known().into_iter().flat_map(|set| &set.0);
        for one in given.filter_map(Attr::known).filter(|one| !one.is_whole()) {
            let detail = format!(
                "{:?} is not the SHA-256 sum of a certificate: 64 hexadecimal digits.",
                one.0
            );
            cx.error_at(Issuer::thumbprints, said::THUMBPRINT, detail);
        }
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |issuer| &mut issuer.org_name)?;
        let (Some(prior), planned) = (&plan.prior, &mut plan.planned) else { return Ok(()) };
        settle(&mut planned.thumbprints, &prior.thumbprints);
        settle(&mut planned.jwks, &prior.jwks);
        if plan.config.thumbprints.is_null() && cx.private(PINNED).is_some() && prior.jwks.is_null()
        {
            planned.thumbprints = Attr::Unknown;
        }
        if !prior.jwks.is_null() && planned.jwks.is_null() && plan.replaces.is_empty() {
            let detail = "The service has no way to take an issuer's keys away. Give it the keys \
                          that it has, or replace it: terraform apply -replace=ADDRESS.";
            return Err(cx.error_at(Issuer::jwks, said::NOT_CLEARED, detail));
        }
        Ok(())
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Registering")?;
        let org = text(&planned.org_name);
        let rest = planned.wire(cx, None)?;
        let new = NewIssuer { url: text(&planned.url).to_owned(), rest };
        Self::remember(cx)?;
        let error = match client.create_issuer(org, &new).await {
            Ok(made) => return Ok(planned.clone().made(&made)),
            Err(error) => error,
        };
        // Whether it was there before, or the answer was lost, the list tells: no two issuers of an
        // organization have the same address.
        let all = client.issuers(org).await.unwrap_or_default();
        match all.iter().find(|found| found.url == new.url) {
            Some(found) if error.status() == Some(409) => {
                Err(planned.clone().made(found).exists(cx))
            }
            Some(found) if error.may_have_acted() && found.name == new.rest.name => {
                Ok(planned.clone().made(found))
            }
            _ => Err(planned.failed(cx, "Registering", &error)),
        }
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let (org, issuer) = state.names();
        let found = state.client(cx, "Reading")?.issuer(org, issuer).await;
        let found = found.map_err(|error| state.failed(cx, "Reading", &error))?;
        Ok(found.map(|issuer| state.clone().observed(&issuer)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Changing")?;
        let (org, issuer) = planned.names();
        let change = planned.wire(cx, Some(&prior))?;
        let updated = client.update_issuer(org, issuer, &change).await;
        let mut updated = updated.map_err(|error| planned.failed(cx, "Changing", &error))?;
        if planned.thumbprints.is_unknown() {
            let looked_at = client.regenerate_thumbprints(org, issuer).await;
            updated = looked_at.map_err(|error| planned.failed(cx, "Changing", &error))?;
        }
        Self::remember(cx)?;
        Ok(planned.made(&updated))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let (org, issuer) = state.names();
        let deleted = state.client(cx, "Deleting")?.delete_issuer(org, issuer).await;
        deleted.map_err(|error| state.failed(cx, "Deleting", &error))
    }
}

impl Identity for Issuer {
    const PARTS: &'static [Name] = &[Issuer::org_name, Issuer::issuer_id];
}

impl Import for Issuer {}

impl List for Issuer {
    type Filter = InOrganization;

    async fn list(
        cx: &Context,
        filter: InOrganization,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let org = organization::asked(cx, &filter.org_name)?;
        let empty = Self { org_name: org.as_str().into(), ..Self::default() };
        let all = empty.client(cx, "Listing")?.issuers(&org).await;
        let all = all.map_err(|error| empty.failed(cx, "Listing", &error))?;
        let listed = all.iter().take(wanted.limit).map(|issuer| Listed {
            display_name: issuer.name.to_string(),
            object: empty.clone().observed(issuer),
        });
        Ok(listed.collect())
    }
}
