//! The OIDC issuers that an organization trusts.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::policy::Policy;
use super::rules::required;
use super::{Asked, Books, How, Org, Refusal, seed, shuffled};

/// The longest life of exchanged tokens if an issuer was given none: 25 hours.
const DEFAULT_EXPIRATION: i64 = 90_000;

/// An issuer, with its policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issuer {
    /// Its id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What it calls itself.
    pub issuer: String,
    /// The SHA-256 sums of its certificates, as 64 hexadecimal digits in lower case.
    pub thumbprints: Vec<String>,
    /// The longest life of exchanged tokens in seconds, if one was given.
    pub max_expiration: Option<i64>,
    /// Its keys, if they were given.
    pub jwks: Option<Value>,
    /// When it was registered, in Unix seconds.
    pub created: i64,
    /// When it was last changed, in Unix seconds.
    pub modified: i64,
    /// When a token of its was last exchanged, in Unix seconds.
    pub last_used: Option<i64>,
    /// What its tokens are exchanged for.
    pub policy: Policy,
    /// How it was made.
    pub how: How,
}

/// The body of an issuer's registration or change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct WantedIssuer {
    pub name: Option<String>,
    pub url: Option<String>,
    pub thumbprints: Option<Vec<String>>,
    pub max_expiration: Option<i64>,
    pub jwks: Option<Value>,
}

/// The thumbprint of the certificate that the service sees at an address.
pub fn thumbprint(url: &str) -> String {
    let parts = [0, 1, 2, 3].map(|part| seed::number(0, ("certificate", part, url)));
    parts.iter().map(|part| format!("{part:016x}")).collect()
}

impl Issuer {
    /// The longest life that a token can be exchanged for, in seconds.
    pub fn limit(&self) -> i64 {
        self.max_expiration.unwrap_or(DEFAULT_EXPIRATION)
    }

    fn shown(&self, org: &Org) -> Value {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "url": self.url,
            "issuer": self.issuer,
            "thumbprints": shuffled(
                self.thumbprints.iter().map(|text| json!(text)).collect(),
                org.quirks.reorders,
            ),
            "created": without_zone(self.created),
            "modified": without_zone(self.modified),
        });
        let default = org.quirks.fills_max_expiration.then_some(DEFAULT_EXPIRATION);
        if let Some(seconds) = self.max_expiration.or(default) {
            shown["maxExpiration"] = seconds.into();
        }
        if let Some(jwks) = &self.jwks {
            shown["jwks"] = jwks.clone();
        }
        if let Some(at) = self.last_used {
            shown["lastUsed"] = without_zone(at).into();
        }
        if org.quirks.leaves_out_empty {
            super::leave_out_empty(&mut shown);
        }
        shown
    }

    /// Takes the thumbprints that were given, as the service keeps them.
    fn take_thumbprints(&mut self, given: Vec<String>, checks: bool) -> Result<(), Refusal> {
        let mut given: Vec<String> =
            given.iter().map(|text| text.replace(':', "").to_ascii_lowercase()).collect();
        let is_sum =
            |text: &String| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
        if let Some(wrong) = given.iter().find(|text| !is_sum(text)) {
            return Err(Refusal::bad_request(format_args!("invalid thumbprint '{wrong}'")));
        }
        let seen = thumbprint(&self.url);
        if checks && self.jwks.is_none() && !given.is_empty() && !given.contains(&seen) {
            return Err(Refusal::bad_request(format_args!(
                "Calculated thumbprint {seen} does not match any of the provided"
            )));
        }
        given.sort();
        given.dedup();
        self.thumbprints = given;
        Ok(())
    }
}

impl Books {
    /// All issuers.
    pub fn list_issuers(&self, by: &Asked, org: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("oidc_issuers:read")?;
        let issuers: Vec<Value> = org.issuers.iter().map(|issuer| issuer.shown(org)).collect();
        Ok(json!({"oidcIssuers": shuffled(issuers, org.quirks.reorders)}))
    }

    /// One issuer.
    pub fn get_issuer(&self, by: &Asked, org: &str, id: &str) -> Result<Value, Refusal> {
        let org = self.org(&by.caller, org)?;
        by.may("oidc_issuers:read")?;
        Ok(org.issuer(id).ok_or_else(|| no_issuer(id))?.shown(org))
    }

    /// Registers an issuer, with a policy that denies everything.
    pub fn create_issuer(
        &mut self,
        by: &Asked,
        org: &str,
        wanted: WantedIssuer,
    ) -> Result<Value, Refusal> {
        self.org_of(by, org)?;
        by.may("oidc_issuers:create")?;
        let name = required(wanted.name.filter(|name| !name.is_empty()), "name")?;
        let url = required(wanted.url, "url")?;
        check_expiration(wanted.max_expiration)?;
        if !url.starts_with("https://") || url.contains(".invalid") {
            return Err(Refusal::bad_request(format_args!(
                "can't fetch {url}/.well-known/openid-configuration"
            )));
        }
        if self.org_of(by, org)?.issuers.iter().any(|issuer| issuer.url == url) {
            return Err(Refusal::conflict(format_args!("issuer with url {url} already exists")));
        }
        let id = self.fresh_id(&format!("issuer {url} in {org}"));
        let policy = self.fresh_id(&format!("policy of {url} in {org}"));
        let org = self.org_of(by, org)?;
        let mut issuer = Issuer {
            id,
            name,
            issuer: url.clone(),
            thumbprints: Vec::new(),
            max_expiration: wanted.max_expiration,
            jwks: wanted.jwks.filter(|jwks| !jwks.is_null()),
            created: by.now,
            modified: by.now,
            last_used: None,
            policy: Policy::denying(policy, by.now),
            how: by.how,
            url,
        };
        issuer.take_thumbprints(
            wanted.thumbprints.unwrap_or_default(),
            org.quirks.checks_thumbprints,
        )?;
        if issuer.thumbprints.is_empty() && issuer.jwks.is_none() && org.quirks.fills_thumbprints {
            issuer.thumbprints.push(thumbprint(&issuer.url));
        }
        org.issuers.push(issuer.clone());
        Ok(issuer.shown(org))
    }

    /// Changes an issuer; what is left out stays, except that a name has to be given.
    pub fn update_issuer(
        &mut self,
        by: &Asked,
        org: &str,
        id: &str,
        wanted: WantedIssuer,
    ) -> Result<Value, Refusal> {
        let org = self.org_of(by, org)?;
        by.may("oidc_issuers:update")?;
        let checks = org.quirks.checks_thumbprints;
        let issuer = org.issuer_mut(id).ok_or_else(|| no_issuer(id))?;
        let name = wanted.name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Refusal::bad_request("the issuer name is required"))?;
        check_expiration(wanted.max_expiration)?;
        let mut changed = issuer.clone();
        changed.jwks = wanted.jwks.filter(|jwks| !jwks.is_null()).or(changed.jwks);
        if let Some(given) = wanted.thumbprints {
            changed.take_thumbprints(given, checks)?;
        }
        changed.name = name;
        changed.max_expiration = wanted.max_expiration.or(changed.max_expiration);
        changed.modified = by.now;
        issuer.clone_from(&changed);
        Ok(changed.shown(org))
    }

    /// Deletes an issuer with its policy.
    pub fn delete_issuer(&mut self, by: &Asked, org: &str, id: &str) -> Result<(), Refusal> {
        self.org_of(by, org)?;
        by.may("oidc_issuers:delete")?;
        if self.remove_issuer(org, id) { Ok(()) } else { Err(no_issuer(id)) }
    }

    /// Takes an issuer out of the books: false if there is none.
    pub fn remove_issuer(&mut self, org: &str, id: &str) -> bool {
        let Some(org) = self.org_mut(org) else { return false };
        let before = org.issuers.len();
        org.issuers.retain(|issuer| issuer.id != id);
        org.issuers.len() < before
    }

    /// Looks at an issuer's certificate again.
    pub fn regenerate_thumbprints(
        &mut self,
        by: &Asked,
        org: &str,
        id: &str,
    ) -> Result<Value, Refusal> {
        let org = self.org_of(by, org)?;
        by.may("oidc_issuers:regenerate_thumbprints")?;
        let issuer = org.issuer_mut(id).ok_or_else(|| no_issuer(id))?;
        if issuer.jwks.is_some() {
            return Err(Refusal::bad_request("the issuer has static keys"));
        }
        issuer.thumbprints = vec![thumbprint(&issuer.url)];
        issuer.modified = by.now;
        let issuer = issuer.clone();
        Ok(issuer.shown(org))
    }
}

fn no_issuer(id: &str) -> Refusal {
    Refusal::not_found(format_args!("OIDC issuer '{id}' not found"))
}

fn check_expiration(seconds: Option<i64>) -> Result<(), Refusal> {
    match seconds {
        Some(..=0) => Err(Refusal::bad_request("maxExpiration must be positive")),
        _ => Ok(()),
    }
}

/// A time as the service writes those of issuers and policies: not ISO 8601.
pub(super) fn without_zone(unix: i64) -> String {
    crate::clock::iso_8601(unix).replace('T', " ").replace('Z', ".000")
}
