//! OIDC issuers that an organization trusts.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Client, Error, Text};

/// An issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// The service's identifier.
    pub id: Text,
    /// The name that people see.
    #[serde(default)]
    pub name: Text,
    /// Where it is.
    pub url: Text,
    /// What it calls itself.
    #[serde(default)]
    pub issuer: Text,
    /// The SHA-256 sums of its certificates.
    pub thumbprints: Option<Vec<Text>>,
    /// The longest life of exchanged tokens in seconds, if one was given.
    pub max_expiration: Option<i64>,
    /// Its keys in JSON, if they were given.
    pub jwks: Option<Box<RawValue>>,
}

/// The issuer to register.
#[derive(Clone, Debug, Serialize)]
pub struct NewIssuer {
    /// Where it is.
    pub url: String,
    /// All else.
    #[serde(flatten)]
    pub rest: IssuerChange,
}

/// What to change about an issuer; what is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuerChange {
    /// The name, which the service wants with every change.
    pub name: String,
    /// The SHA-256 sums of its certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbprints: Option<Vec<String>>,
    /// The longest life of exchanged tokens in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_expiration: Option<i64>,
    /// Its keys in JSON, in the place of fetching them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Box<RawValue>>,
}

impl Client {
    /// All issuers of an organization.
    pub async fn issuers(&self, org: &str) -> Result<Vec<Issuer>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            oidc_issuers: Vec<Issuer>,
        }
        let issuers = self.requests().get(&["api", "orgs", org, "oidc", "issuers"]);
        let listed: Listed = issuers.json().await?;
        Ok(listed.oidc_issuers)
    }

    /// The issuer with this id; `None` if the service says that there is none, and the list agrees.
    /// A hidden organization has no list, and is an error.
    pub async fn issuer(&self, org: &str, id: &str) -> Result<Option<Issuer>, Error> {
        match self.requests().get(&["api", "orgs", org, "oidc", "issuers", id]).found().await? {
            Some(issuer) => Ok(Some(issuer)),
            None => Ok(self.issuers(org).await?.into_iter().find(|issuer| issuer.id == id)),
        }
    }

    /// Registers an issuer. If the answer was lost it may exist, which [`Error::may_have_acted`]
    /// tells.
    pub async fn create_issuer(&self, org: &str, issuer: &NewIssuer) -> Result<Issuer, Error> {
        self.requests().post(&["api", "orgs", org, "oidc", "issuers"], issuer).json().await
    }

    /// Changes an issuer.
    pub async fn update_issuer(
        &self,
        org: &str,
        id: &str,
        change: &IssuerChange,
    ) -> Result<Issuer, Error> {
        self.requests().patch(&["api", "orgs", org, "oidc", "issuers", id], change).json().await
    }

    /// Has the service look at the issuer's certificate again.
    pub async fn regenerate_thumbprints(&self, org: &str, id: &str) -> Result<Issuer, Error> {
        let path = ["api", "orgs", org, "oidc", "issuers", id, "regenerate-thumbprints"];
        self.requests().post_empty(&path).json().await
    }

    /// Deletes an issuer with its policy. That it is gone is proven by the service's answer, or by
    /// the organization's list.
    pub async fn delete_issuer(&self, org: &str, id: &str) -> Result<(), Error> {
        let deletion = self.requests().delete(&["api", "orgs", org, "oidc", "issuers", id]);
        let listed = async { Ok(self.issuers(org).await?.iter().any(|issuer| issuer.id == id)) };
        deletion.deleted().await?.proven_unless(listed).await
    }
}
