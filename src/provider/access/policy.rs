//! `pulumiservice_api_auth_policy`: what the tokens of an OIDC issuer can be exchanged for.

use super::object::{Object, text};
use super::organization;
use crate::cloud::{self, PolicyEntry, Text};
use crate::framework::prelude::*;
use crate::framework::resource::{Identity, Import, Plan, Resource};
use crate::provider::messages::access as said;

/// The most entries that a policy takes.
const MOST_ENTRIES: usize = 40;

crate::attributes! {
    /// The policy of an OIDC issuer: whose tokens get which access tokens of the organization.
    ///
    /// Whoever may write it can hand out access tokens of every kind, personal tokens of other
    /// people included: guard it like an administrator's access token. An entry lets in every id
    /// token that its `rules` fit, so that they should name at least an audience and a subject.
    ///
    /// Every issuer has one policy, which denies everything at first. Creating this resource writes
    /// over such a policy, and over no other; destroying it denies everything again.
    pub struct Policy {
        /// The organization. Without it the provider's `org_name` counts.
        org_name: Attr<String> = optional().computed().kept().replaces(),
        /// The issuer, as `issuer_id` of a `pulumiservice_api_auth_oidcissuer`.
        issuer_id: Attr<String> = required().replaces().length(1..=usize::MAX),
        /// The entries. A denial wins over whatever allows the same; the order means nothing. The
        /// keys are in snake case here, unlike those of the service.
        policies: Attr<Set<Entry>> = required(),
        /// The service's identifier of the policy.
        policy_id: Attr<String> = computed().kept(),
        /// `{org_name}/{issuer_id}`.
        id: Attr<String> = computed().kept(),
    }
}

crate::attributes! {
    /// An entry of a policy.
    pub struct Entry {
        /// `allow` or `deny`.
        decision: Attr<String> = required().one_of_words(&["allow", "deny"]),
        /// The kind of access token: `organization`, `team`, `personal` or `runner`.
        token_type: Attr<String> =
            required().one_of_words(&["organization", "team", "personal", "runner"]),
        /// For `team`: the team, as a pattern.
        team_name: Attr<String> = optional(),
        /// For `personal`: the user's login, as a pattern.
        user_login: Attr<String> = optional(),
        /// For `runner`: the runner, as a pattern.
        runner_id: Attr<String> = optional(),
        /// For `organization`: the role that the token gets.
        role_id: Attr<String> = optional(),
        /// For `organization`: `admin` for an administrator's token, or `standard`.
        authorized_permissions: Attr<Set<String>> = optional(),
        /// Patterns of claims, by the paths to them: parts with points in them are quoted, as in
        /// `"kubernetes.io".pod.name`. `*` is any number of characters, `?` none or one, `.` one.
        rules: Attr<Map<String>> = optional(),
    }
}

impl Entry {
    fn wire(&self) -> PolicyEntry {
        let of = |attr: &Attr<String>| Text::from(text(attr));
        let permissions = self.authorized_permissions.known().into_iter().flat_map(|set| &set.0);
        let rules = self.rules.known().into_iter().flatten();
        PolicyEntry {
            decision: of(&self.decision),
            token_type: of(&self.token_type),
            team_name: of(&self.team_name),
            user_login: of(&self.user_login),
            runner_id: of(&self.runner_id),
            role_id: of(&self.role_id),
            authorized_permissions: permissions.map(of).collect(),
            rules: rules.map(|(claim, pattern)| (claim.clone(), of(pattern))).collect(),
        }
    }

    fn from_wire(entry: &PolicyEntry) -> Self {
        let of = |text: &Text| match text.is_empty() {
            true => Attr::Null,
            false => text.stored(Some(text.raw())).into(),
        };
        let permissions: Vec<_> = entry.authorized_permissions.iter().map(of).collect();
        let rules: Map<String> =
            entry.rules.iter().map(|(k, v)| (k.clone(), Attr::Known(v.stored(None)))).collect();
        Self {
            decision: of(&entry.decision),
            token_type: of(&entry.token_type),
            team_name: of(&entry.team_name),
            user_login: of(&entry.user_login),
            runner_id: of(&entry.runner_id),
            role_id: of(&entry.role_id),
            authorized_permissions: Some(Set(permissions)).filter(|set| !set.0.is_empty()).into(),
            rules: Some(rules).filter(|rules| !rules.is_empty()).into(),
        }
    }

    /// What is wrong with it, as far as it is known.
    fn wrong(&self) -> Option<&'static str> {
        let lacks = |attr: &Attr<String>| !attr.is_unknown() && text(attr).is_empty();
        let no_permissions = !self.authorized_permissions.is_unknown()
            && self.authorized_permissions.known().is_none_or(|set| set.0.is_empty());
        match (self.token_type.text()?, self.decision.text()) {
            ("team", _) if lacks(&self.team_name) => Some("for team tokens takes a team_name"),
            ("personal", _) if lacks(&self.user_login) => {
                Some("for personal tokens takes a user_login")
            }
            ("runner", _) if lacks(&self.runner_id) => Some("for runner tokens takes a runner_id"),
            ("organization", Some("allow")) if lacks(&self.role_id) && no_permissions => {
                Some("that allows organization tokens takes a role_id or authorized_permissions")
            }
            ("organization", _) => None,
            _ if !text(&self.role_id).is_empty()
                || self.authorized_permissions.known().is_some_and(|set| !set.0.is_empty()) =>
            {
                Some("has role_id and authorized_permissions for organization tokens only")
            }
            _ => None,
        }
    }
}

impl Policy {
    fn names(&self) -> (&str, &str) {
        (text(&self.org_name), text(&self.issuer_id))
    }

    fn entries(&self) -> Vec<PolicyEntry> {
        let entries = self.policies.known().into_iter().flat_map(|set| &set.0);
        entries.filter_map(Attr::known).map(Entry::wire).collect()
    }

    fn made(mut self, policy: &cloud::Policy) -> Self {
        self.policy_id = policy.id.stored(self.policy_id.text()).into();
        self
    }

    /// What the service says, with entries that mean the same in the spelling that they have here.
    fn observed(mut self, policy: &cloud::Policy) -> Self {
        if !policy.is(&self.entries()) {
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
        let (org, issuer) = self.names();
        format!("the policy of the OIDC issuer {issuer:?} of the organization {org:?}")
    }
}

impl Resource for Policy {
    const NAME: &'static str = "api_auth_policy";

    fn validate(cx: &Context, config: &Self) {
        let Some(entries) = config.policies.known() else { return };
        if entries.0.is_empty() || entries.0.len() > MOST_ENTRIES {
            let detail = format!(
                "A policy has 1 to {MOST_ENTRIES} entries. Nothing is allowed by one that denies."
            );
            cx.error_at(Policy::policies, said::POLICY_ENTRY, detail);
        }
        for why in entries.0.iter().filter_map(Attr::known).filter_map(Entry::wrong) {
            cx.error_at(Policy::policies, said::POLICY_ENTRY, format!("An entry {why}."));
        }
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        organization::plan(cx, plan, |policy| &mut policy.org_name)
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Writing")?;
        let (org, issuer) = planned.names();
        let found = client.policy(org, issuer).await;
        let found = found.map_err(|error| planned.failed(cx, "Writing", &error))?;
        let Some(found) = found else {
            return Err(cx.error_at(Policy::issuer_id, said::POLICY, "There is no such issuer."));
        };
        if !found.only_denies() {
            return Err(planned.exists(cx));
        }
        let written = client.write_policy(org, found.id.raw(), &planned.entries()).await;
        let written = written.map_err(|error| planned.failed(cx, "Writing", &error))?;
        Ok(planned.made(&written))
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        let (org, issuer) = state.names();
        let found = state.client(cx, "Reading")?.policy(org, issuer).await;
        let found = found.map_err(|error| state.failed(cx, "Reading", &error))?;
        Ok(found.map(|policy| state.clone().observed(&policy)))
    }

    async fn update(cx: &Context, _prior: Self, planned: Self) -> Result<Self, Reported> {
        let client = planned.client(cx, "Changing")?;
        let (org, policy) = (text(&planned.org_name), text(&planned.policy_id));
        let written = client.write_policy(org, policy, &planned.entries()).await;
        written.map_err(|error| planned.failed(cx, "Changing", &error))?;
        Ok(planned)
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        let client = state.client(cx, "Denying everything in")?;
        let (org, issuer) = state.names();
        let denied = match client.policy(org, issuer).await {
            Ok(Some(found)) if !found.only_denies() => {
                let denial = [PolicyEntry::denial()];
                client.write_policy(org, found.id.raw(), &denial).await.map(drop)
            }
            found => found.map(drop),
        };
        denied.map_err(|error| state.failed(cx, "Denying everything in", &error))
    }
}

impl Identity for Policy {
    const PARTS: &'static [Name] = &[Policy::org_name, Policy::issuer_id];
}

impl Import for Policy {}
