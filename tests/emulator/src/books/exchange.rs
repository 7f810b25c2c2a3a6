//! The exchange of a CI system's OIDC token for a short-lived access token.

use serde::Deserialize;

use super::{Books, Caller, Holder, Permissions, Refusal, no_org, seed};

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

impl Books {
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
        if !self.id_tokens.contains(&asked.subject_token) {
            return Err(Refusal::unauthorized("the subject token is not trusted"));
        }
        let expires_in = asked.expiration.filter(|&seconds| seconds != 0).unwrap_or(LIFE);
        if expires_in < 0 {
            return Err(Refusal::bad_request("expiration must not be negative"));
        }
        let kind = asked.requested_token_type.rsplit(':').next().unwrap_or_default();
        let wrong_scope =
            || Refusal::bad_request(format_args!("scope '{}' does not fit the token", asked.scope));
        let mut caller = Caller {
            login: format!("oidc:{kind}"),
            permissions: Permissions::MEMBER,
            only_org: Some(name.to_owned()),
            team: None,
            hidden: vec![],
        };
        match (asked.requested_token_type.strip_suffix(kind), kind) {
            (Some("urn:pulumi:token-type:access_token:"), "organization") => {
                org.must_sell_tokens()?;
                match asked.scope.as_str() {
                    "" => {}
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
                    only_org: None,
                    team: None,
                    hidden: vec![],
                };
            }
            (Some("urn:pulumi:token-type:access_token:"), "runner") => {
                asked.scope.strip_prefix("runner:").ok_or_else(wrong_scope)?;
                caller.permissions = Permissions::NONE;
            }
            _ => return Err(Refusal::bad_request("unknown requested_token_type")),
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
