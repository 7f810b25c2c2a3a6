//! The roles of an organization that members, teams and tokens can be given.

use std::sync::Arc;

use serde::Deserialize;
use tokio::time::Instant;

use super::asked_once::AskedOnce;
use super::organization::PATIENCE;
use super::requests::Requests;
use super::{Error, Text};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The service's identifier.
    pub id: Text,
    /// The name that people see.
    #[serde(default)]
    pub name: Text,
    /// Which built-in role it is, such as `member` or [`ADMIN`]; empty for others.
    #[serde(default)]
    pub default_identifier: Text,
    /// Whether a token gets it for which none was asked.
    #[serde(default)]
    pub is_org_default: bool,
}

/// How the service marks the built-in role that may do everything.
pub(super) const ADMIN: &str = "admin";

impl Role {
    /// Whether it is the built-in role that may do everything.
    pub fn is_admin(&self) -> bool {
        self.default_identifier == ADMIN
    }
}

/// The roles that one client has asked about.
pub(super) struct Roles {
    requests: Arc<Requests>,
    known: AskedOnce<Arc<[Role]>>,
}

impl Roles {
    pub(super) fn new(requests: Arc<Requests>) -> Roles {
        Roles { requests, known: AskedOnce::new() }
    }

    /// The roles of an organization, asked for once.
    pub(super) async fn get(&self, org: &str) -> Result<Arc<[Role]>, Error> {
        self.known.get(org, || self.ask(org)).await
    }

    /// Lets the roles of an organization be asked for again, as there may be others.
    pub(super) fn forget(&self, org: &str) {
        self.known.forget(org);
    }

    async fn ask(&self, org: &str) -> Result<Arc<[Role]>, Error> {
        #[derive(Deserialize)]
        struct Listed {
            roles: Vec<Role>,
        }
        let roles = self.requests.get(&["api", "orgs", org, "roles"]).query("uxPurpose", "role");
        let listed: Listed = roles.within(PATIENCE, Instant::now()).json().await?;
        Ok(listed.roles.into())
    }
}
