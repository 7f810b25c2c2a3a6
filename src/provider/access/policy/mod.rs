//! `pulumiservice_api_auth_policy`: what the tokens of an OIDC issuer can be exchanged for.

mod entry;

use super::object::Object;
use crate::cloud::{self, PolicyEntry};
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;
use crate::provider::texts::{quoted, stored, text};

use entry::Entry;

/// The most entries that a policy takes.
const MOST_ENTRIES: usize = 40;

crate::attributes! {
    /// The policy of an OIDC issuer: whose tokens get which access tokens of the organization.
    ///
    /// Whoever may write it can hand out access tokens of every kind, personal tokens of other
    /// people included: guard it like an administrator's access token. An entry lets in every id
    /// token that its `rules` fit: name an audience, and a pipeline by repository and environment.
    ///
    /// Every issuer has one policy, which denies everything at first. Creating this resource writes
    /// over such a policy, and over no other; destroying it denies everything again. As no document
    /// has the form of that first denial, any policy that only denies is taken for it.
    pub struct Policy {
        organization: Organization,
        /// The issuer, as `issuer_id` of a `pulumiservice_api_auth_oidcissuer`.
        issuer_id: Attr<String> = required().replaces().plain_text(),
        /// The entries. A denial wins over whatever allows the same; the order means nothing. The
        /// keys are in snake case here, unlike those of the service.
        policies: Attr<Set<Entry>> = required(),
        /// The service's identifier of the policy.
        policy_id: Attr<String> = computed().kept(),
        /// `{org_name}/{issuer_id}`.
        id: Attr<String> = computed().kept(),
    }
}

impl Policy {
    fn names(&self) -> Result<(&str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.issuer_id)?))
    }

    fn entries(&self) -> Result<Vec<PolicyEntry>, NotKnownYet> {
        let entries = self.policies.value()?.into_iter().flat_map(|set| &set.0);
        entries.filter_map(|entry| entry.value().transpose()).map(|entry| entry?.wire()).collect()
    }

    fn made(mut self, policy: &cloud::Policy) -> Self {
        self.policy_id = stored(&policy.id, &self.policy_id);
        self
    }

    /// What the service says, with entries that mean the same in the spelling that they have here.
    fn observed(mut self, policy: &cloud::Policy) -> Self {
        if !self.entries().is_ok_and(|entries| policy.is(&entries)) {
            let entries = policy.policies.iter().map(Entry::from_wire).map(Attr::Known);
            self.policies = Set(entries.collect()).into();
        }
        self.made(policy)
    }
}

impl Object for Policy {
    const FAILED: Message = said::POLICY;
    const RIGHTS: &'static str = "It takes a role with the scopes oidc_issuers:read, \
                                  auth_policies:read and auth_policies:update.";

    fn called(&self) -> String {
        let (issuer, org) = (quoted(&self.issuer_id), quoted(&self.organization.org_name));
        format!("the policy of the OIDC issuer {issuer} of the organization {org}")
    }

    fn organization(&mut self) -> &mut Attr<String> {
        &mut self.organization.org_name
    }

    fn cause(&self, status: u16) -> Option<&'static str> {
        (status == 404).then_some("The issuer, and its policy with it, is gone. Plan again.")
    }
}

impl Resource for Policy {
    const NAME: &'static str = "api_auth_policy";

    fn validate(cx: &Context, config: Self) {
        let Attr::Known(Set(entries)) = &config.policies else { return };
        if !(1..=MOST_ENTRIES).contains(&entries.len()) {
            let detail = format!(
                "A policy has 1 to {MOST_ENTRIES} entries. Nothing is allowed by one that denies."
            );
            cx.error_at(Policy::policies, said::POLICY_ENTRY, detail);
        }
        for why in entries.iter().flat_map(Attr::iter).filter_map(Entry::wrong) {
            cx.error_at(Policy::policies, said::POLICY_ENTRY, format!("An entry {why}."));
        }
        if let Some(why) = entries.iter().flat_map(Attr::iter).find_map(Entry::open) {
            cx.warning_at(Policy::policies, said::POLICY_OPEN, why);
        }
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, Self::organization)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let (client, (org, issuer)) = (planned.client(cx, "Writing")?, planned.names()?);
        let found = planned.told(cx, "Writing", client.policy(org, issuer).await).await?;
        let Some(found) = found else {
            return Err(cx.error_at(Policy::issuer_id, said::POLICY, "There is no such issuer."));
        };
        if !found.only_denies() {
            return Err(planned.exists(cx));
        }
        let written = client.write_policy(org, issuer, found.id.raw(), &planned.entries()?).await;
        let written = planned.told(cx, "Writing", written).await?;
        Ok(planned.made(&written))
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let client = state.client(cx, "Reading")?;
        let (org, issuer) = state.names()?;
        let found = state.told(cx, "Reading", client.policy(org, issuer).await).await?;
        Ok(found.map(|policy| state.observed(&policy)))
    }

    async fn update(cx: &Context, _prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Changing")?;
        let ((org, issuer), policy) = (planned.names()?, text(&planned.policy_id)?);
        let written = client.write_policy(org, issuer, policy, &planned.entries()?).await;
        planned.told(cx, "Changing", written).await?;
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Denying everything in")?;
        let (org, issuer) = state.names()?;
        state.told(cx, "Denying everything in", client.deny_everything(org, issuer).await).await
    }
}

impl Identity for Policy {
    const PARTS: &'static [Name] = &[Organization::org_name, Policy::issuer_id];
    const BY_SERVICE: bool = true;
}

impl Import for Policy {}
