//! `pulumiservice_api_auth_oidcissuer`: an OIDC issuer that an organization trusts.

pub mod data;
mod records;
mod thumbprint;

use super::object::{Object, settle};
use super::records::Made;
use super::tree::Tree;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, text};

use thumbprint::Thumbprint;

/// The service's own limit to the life of exchanged tokens, in seconds (25 hours).
const LONGEST_LIFE: i64 = 90_000;

crate::attributes! {
    /// An OIDC issuer whose tokens an organization takes, such as that of a CI system.
    ///
    /// What its tokens can be exchanged for is in its policy, a `pulumiservice_api_auth_policy`;
    /// without one that is nothing. The issuer's policy goes with it, as far as is known.
    pub struct Issuer {
        organization: Organization,
        /// The name that people see.
        name: Attr<String> = required().plain_text(),
        /// Where the issuer is: what its tokens have as `iss`. The service fetches its keys there.
        url: Attr<String> = required().replaces().plain_text(),
        /// The SHA-256 sums of the certificates that the issuer may show, as 64 hexadecimal digits.
        /// They are for issuers whose certificate no public authority vouches for, and end with
        /// it. If none are given the service's own stay; when they are removed, the service looks
        /// at the certificate again.
        thumbprints: Attr<Set<Thumbprint>> = optional().computed().kept(),
        /// The longest life of exchanged tokens, in seconds. Whether the service can forget it is not
        /// known, so that removing it here sets the service's own default, 25 hours.
        max_expiration: Attr<i64> = optional().default(LONGEST_LIFE).range(1..=i64::MAX),
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

impl Object for Issuer {
    const FAILED: Message = said::ISSUER;
    const RIGHTS: &'static str = "It takes a role with the scopes oidc_issuers:create, \
                                  oidc_issuers:update and oidc_issuers:delete.";

    fn called(&self) -> String {
        let which = if self.url.is_null() { &self.issuer_id } else { &self.url };
        let org = quoted(&self.organization.org_name);
        format!("the OIDC issuer {} of the organization {org}", quoted(which))
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        let cause = "The service fetches the url with /.well-known/openid-configuration, so that \
                     it has to be right and to be reached from there; and thumbprints, if they are \
                     given, have to include that of the certificate that is there now.";
        (status == 400).then_some(cause)
    }
}

impl Resource for Issuer {
    const NAME: &'static str = "api_auth_oidcissuer";

    fn validate(cx: &Context, config: Self) {
        for why in config.thumbprints.iter().flat_map(thumbprint::wrong) {
            cx.error_at(Issuer::thumbprints, said::THUMBPRINT, why);
        }
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let (Some(prior), planned) = (&plan.prior, &mut plan.planned) else {
            return organization::plan(cx, plan, Self::organization);
        };
        settle(&mut planned.thumbprints, &prior.thumbprints);
        settle(&mut planned.jwks, &prior.jwks);
        let unpinned = plan.config.thumbprints.is_null() && thumbprint::were_given(cx);
        if unpinned && prior.jwks.is_null() && planned.jwks.is_null() {
            planned.thumbprints = Attr::Unknown;
        }
        let clears = !prior.jwks.is_null() && planned.jwks.is_null();
        organization::plan(cx, plan, Self::organization)?;
        if clears && plan.replaces.is_empty() {
            let detail = "The service has no way to take an issuer's keys away. Give it the keys \
                          that it has; or replace it, its policy with it: terraform taint ADDRESS, \
                          then apply. To destroy it, run destroy with -refresh=false.";
            return Err(cx.error_at(Issuer::jwks, said::NOT_CLEARED, detail));
        }
        Ok(())
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Registering")?;
        let (org, new) = (text(&planned.organization.org_name)?.to_owned(), planned.wanted(cx)?);
        thumbprint::remember_given(cx)?;
        planned.created(cx, &client, "Registering", client.create_issuer(&org, &new)).await
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, issuer) = state.names()?;
        let found = state.told(cx, "Reading", client.issuer(org, issuer).await).await?;
        Ok(found.map(|issuer| state.observed(&issuer)))
    }

    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Changing")?;
        let (org, issuer) = planned.names()?;
        let updated = client.update_issuer(org, issuer, &planned.change(cx, Some(&prior))?).await;
        let mut updated = planned.told(cx, "Changing", updated).await?;
        if planned.thumbprints.is_unknown() {
            cx.keep(&planned.clone().made(&updated));
            let looked_at = client.regenerate_thumbprints(org, issuer).await;
            updated = planned.told(cx, "Looking at the certificate of", looked_at).await?;
        }
        thumbprint::remember_given(cx)?;
        Ok(planned.made(&updated))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Deleting")?;
        let (org, issuer) = state.names()?;
        state.told(cx, "Deleting", client.delete_issuer(org, issuer).await).await
    }
}

impl Identity for Issuer {
    const PARTS: &'static [Name] = &[Organization::org_name, Issuer::issuer_id];
    const BY_SERVICE: bool = true;
}

impl Import for Issuer {}
