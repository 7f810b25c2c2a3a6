//! An entry of a policy.

use crate::cloud::{PolicyEntry, Text};
use crate::provider::block::holds_token;
use crate::provider::prelude::*;
use crate::provider::texts::text;

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
        runner_id: Attr<String> = optional().no_secret(holds_token),
        /// For `organization`: the role that the token gets.
        role_id: Attr<String> = optional().no_secret(holds_token),
        /// For `organization`: `admin` for an administrator's token, or `standard`.
        authorized_permissions: Attr<Set<String>> = optional(),
        /// Patterns of claims, by the paths to them: parts with points in them are quoted, as in
        /// `"kubernetes.io".pod.name`. `*` is any number of characters, `?` none or one, `.` one.
        rules: Attr<Map<String>> = optional(),
    }
}

impl Entry {
    /// As the service writes it.
    ///
    /// # Errors
    /// A part of it is not known yet.
    pub fn wire(&self) -> Result<PolicyEntry, NotKnownYet> {
        let of = |attr: &Attr<String>| text(attr).map(Text::from);
        let permissions = self.authorized_permissions.value()?.into_iter().flat_map(|set| &set.0);
        let rules = self.rules.value()?.into_iter().flatten();
        let rules = rules.map(|(claim, pattern)| Ok((claim.clone(), of(pattern)?)));
        Ok(PolicyEntry {
            decision: of(&self.decision)?,
            token_type: of(&self.token_type)?,
            team_name: of(&self.team_name)?,
            user_login: of(&self.user_login)?,
            runner_id: of(&self.runner_id)?,
            role_id: of(&self.role_id)?,
            authorized_permissions: permissions.map(of).collect::<Result<_, _>>()?,
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// As the service wrote it; what is empty there is absent here.
    pub fn from_wire(entry: &PolicyEntry) -> Self {
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

    /// Why it may let in more than was meant, as far as it is known, and what to do.
    pub fn open(&self) -> Option<&'static str> {
        if !self.decision.is("allow") || self.rules.is_unknown() {
            return None;
        }
        let claims: Vec<_> = self.rules.iter().flatten().map(|(claim, _)| claim).collect();
        if claims.is_empty() {
            return Some(
                "An entry that allows has no rules: it lets in every id token of the issuer, \
                 whosever it is. Give it rules for `aud` and for what tells the pipeline, such as \
                 `repository` and `environment`.",
            );
        }
        let audience = claims.into_iter().any(|claim| claim == "aud");
        (!audience).then_some(
            "An entry that allows has no rule for `aud`: it lets in id tokens that were made for \
             other services, which can pass them on. Give it one.",
        )
    }

    /// What is wrong with it, as far as it is known.
    pub fn wrong(&self) -> Option<&'static str> {
        let lacks = |attr: &Attr<String>| attr.is_null() || attr.is("");
        let has = |attr: &Attr<String>| attr.is_known_and(|text| !text.is_empty());
        let permissions = &self.authorized_permissions;
        let no_permissions =
            permissions.is_null() || permissions.is_known_and(|set| set.0.is_empty());
        let Attr::Known(token_type) = &self.token_type else { return None };
        match token_type.as_str() {
            "team" if lacks(&self.team_name) => Some("for team tokens takes a team_name"),
            "personal" if lacks(&self.user_login) => Some("for personal tokens takes a user_login"),
            "runner" if lacks(&self.runner_id) => Some("for runner tokens takes a runner_id"),
            "organization"
                if self.decision.is("allow") && lacks(&self.role_id) && no_permissions =>
            {
                Some("that allows organization tokens takes a role_id or authorized_permissions")
            }
            "organization" => None,
            _ if has(&self.role_id) || permissions.is_known_and(|set| !set.0.is_empty()) => {
                Some("has role_id and authorized_permissions for organization tokens only")
            }
            _ => None,
        }
    }
}
