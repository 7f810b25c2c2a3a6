//! The exchange of a CI system's OIDC token for a short-lived access token.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::policy::fits;
use super::{Books, Caller, Holder, Issuer, Permissions, Refusal, no_org, seed};

/// An id token of a CI system, which can be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken {
    /// The token itself, which may be any text.
    pub value: String,
    /// The address of its issuer, which an organization has to have registered; without one,
    /// every organization gives whatever is asked for.
    pub issuer: Option<String>,
    /// What it says, for the rules of the issuer's policy.
    pub claims: Map<String, Value>,
}

impl IdToken {
    /// One that everyone trusts.
    pub fn of_nobody(value: String) -> Self {
        Self { value, issuer: None, claims: Map::new() }
    }

    /// One of this issuer, with these claims.
    pub fn of(issuer: &str, value: &str, claims: Value) -> Self {
        let claims = claims.as_object().cloned().unwrap_or_default();
        Self { value: value.to_owned(), issuer: Some(issuer.to_owned()), claims }
    }
}

/// An exchange of a CI system's token for an access token (RFC 8693).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Exchange {
    pub grant_type: String,
    pub audience: String,
    pub subject_token: String,
    pub subject_token_type: String,
    pub requested_token_type: String,
    pub scope: String,
    pub expiration: Option<i64>,
}

/// What an exchange gives.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Exchanged {
    pub value: String,
    pub expires_in: i64,
    pub token_type: String,
    pub scope: String,
}

impl Issuer {
    /// The role that its policy gives with a token of this kind for this team, user or runner, if
    /// any, and whether the token may be an admin's. One entry that denies outweighs all others.
    fn grants(&self, token: &IdToken, kind: &str, name: &str) -> Result<Grant, Refusal> {
        let entries = self.policy.entries.iter().filter(|entry| {
            let pattern = match kind {
                "team" => &entry.team_name,
                "personal" => &entry.user_login,
                "runner" => &entry.runner_id,
                _ => &None,
            };
            entry.token_type == kind
                && pattern.as_ref().is_none_or(|pattern| fits(pattern, name))
                && entry.meets(&token.claims)
        });
        let (allowed, denied): (Vec<_>, Vec<_>) =
            entries.partition(|entry| entry.decision == "allow");
        if allowed.is_empty() || !denied.is_empty() {
            return Err(Refusal::forbidden(format_args!(
                "the policy of issuer '{}' does not allow this token",
                self.name
            )));
        }
        let permissions = allowed.iter().filter_map(|entry| entry.authorized_permissions.as_ref());
        let admin = permissions.flatten().any(|permission| permission == "admin");
        let role = allowed.iter().find_map(|entry| entry.role_id.clone());
        Ok(Grant { admin, role })
    }
}

/// What a policy gives.
struct Grant {
    admin: bool,
    role: Option<String>,
}

impl Books {
    /// From now on, this id token can be exchanged.
    pub fn trust(&mut self, token: IdToken) {
        self.id_tokens.push(token);
    }

    /// Exchanges a CI system's token for an access token that is in no list.
    pub fn exchange(&mut self, asked: &Exchange, now: i64) -> Result<Exchanged, Refusal> {
        const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
        const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
        const LIFE: i64 = 2 * 60 * 60;
        if asked.grant_type != GRANT {
            return Err(Refusal::bad_request(format_args!("grant_type must be {GRANT}")));
        }
        if asked.subject_token_type != ID_TOKEN {
            return Err(Refusal::bad_request(format_args!(
                "subject_token_type must be {ID_TOKEN}"
            )));
        }
        let name = asked
            .audience
            .strip_prefix("urn:pulumi:org:")
            .ok_or_else(|| Refusal::bad_request("audience must be urn:pulumi:org:<ORG>"))?;
        let (org, _) = self.orgs.get(name).ok_or_else(|| no_org(name))?;
        let untrusted = || Refusal::unauthorized("the subject token is not trusted");
        let token = self.id_tokens.iter().find(|token| token.value == asked.subject_token);
        let token = token.ok_or_else(untrusted)?;
        let issuer = match &token.issuer {
            None => None,
            Some(url) => {
                let issuer = org.issuers.iter().find(|issuer| issuer.url == *url);
                Some(issuer.ok_or_else(untrusted)?)
            }
        };
        let mut expires_in = asked.expiration.filter(|&seconds| seconds != 0).unwrap_or(LIFE);
        if expires_in < 0 {
            return Err(Refusal::bad_request("expiration must not be negative"));
        }
        let kind = asked.requested_token_type.rsplit(':').next().unwrap_or_default();
        let name_of_scope = asked.scope.split_once(':').map_or("", |(_, name)| name);
        let grant = match issuer {
            None => Grant { admin: true, role: None },
            Some(issuer) => {
                expires_in = expires_in.min(issuer.limit());
                issuer.grants(token, kind, name_of_scope)?
            }
        };
        let wrong_scope =
            || Refusal::bad_request(format_args!("scope '{}' does not fit the token", asked.scope));
        let mut caller = Caller {
            login: format!("oidc:{kind}"),
            permissions: Permissions::MEMBER,
            only_org: Some(name.to_owned()),
            ..Caller::default()
        };
        match (asked.requested_token_type.strip_suffix(kind), kind) {
            (Some("urn:pulumi:token-type:access_token:"), "organization") => {
                org.must_sell_tokens()?;
                match asked.scope.as_str() {
                    "" => {
                        if let Some(role) = grant.role.as_ref().and_then(|id| org.role(id)) {
                            caller.permissions = role.permissions;
                        }
                    }
                    "admin" if !grant.admin => {
                        return Err(Refusal::forbidden("the policy does not authorize admin"));
                    }
                    "admin" => caller.permissions = Permissions::ADMIN_TOKEN,
                    _ => return Err(wrong_scope()),
                }
            }
            (Some("urn:pulumi:token-type:access_token:"), "team") => {
                let team = asked.scope.strip_prefix("team:").ok_or_else(wrong_scope)?;
                org.must_sell_tokens()?.must_have_team(team)?;
                caller.team = Some(team.to_owned());
            }
            (Some("urn:pulumi:token-type:access_token:"), "personal") => {
                let user = asked.scope.strip_prefix("user:").ok_or_else(wrong_scope)?;
                let rights = self.holders.values().find_map(|holder| match holder {
                    Holder::User { login, permissions } if login == user => Some(*permissions),
                    _ => None,
                });
                caller = Caller {
                    login: user.to_owned(),
                    permissions: rights.ok_or_else(wrong_scope)?,
                    ..Caller::default()
                };
            }
            (Some("urn:pulumi:token-type:access_token:"), "runner") => {
                asked.scope.strip_prefix("runner:").ok_or_else(wrong_scope)?;
                caller.permissions = Permissions::NONE;
            }
            _ => return Err(Refusal::bad_request("unknown requested_token_type")),
        }
        let used = issuer.map(|issuer| issuer.id.clone());
        if let Some(issuer) = used.and_then(|id| self.org_mut(name)?.issuer_mut(&id)) {
            issuer.last_used = Some(now);
        }
        self.made += 1;
        let value = seed::value(self.seed, ("exchange", self.made));
        self.holders.insert(value.clone(), Holder::Exchanged { caller, expires: now + expires_in });
        Ok(Exchanged {
            value,
            expires_in,
            token_type: asked.requested_token_type.clone(),
            scope: asked.scope.clone(),
        })
    }
}
