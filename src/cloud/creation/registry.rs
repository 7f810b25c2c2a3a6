//! The creations of one client.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::cloud::open_work::OpenWork;
use crate::cloud::organization::Organizations;
use crate::cloud::requests::Requests;
use crate::cloud::roles::Roles;
use crate::cloud::tokens::Tokens;
use crate::cloud::{Owner, Text};

/// The creations of one client, and what they are made with.
pub(in crate::cloud) struct Creations {
    pub(super) requests: Arc<Requests>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) organizations: Arc<Organizations>,
    pub(super) roles: Arc<Roles>,
    open: OpenWork,
    /// Two creations of one name at a time could not tell which of them made what they find. Names
    /// are unique across an organization and its teams.
    names: Mutex<HashMap<OrgAndName, Arc<tokio::sync::Mutex<()>>>>,
    /// What this client has made and handed out, which no later creation can have made.
    handed_out: Mutex<HashSet<String>>,
}

/// An organization, and a name in it.
type OrgAndName = (String, String);

/// A creation that is counted as open until this is dropped.
pub(super) struct Open {
    creations: Arc<Creations>,
    number: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.creations.open.end(self.number);
    }
}

impl Creations {
    pub(in crate::cloud) fn new(
        requests: Arc<Requests>,
        tokens: Arc<Tokens>,
        organizations: Arc<Organizations>,
        roles: Arc<Roles>,
    ) -> Creations {
        Creations {
            requests,
            tokens,
            organizations,
            roles,
            open: OpenWork::default(),
            names: Mutex::default(),
            handed_out: Mutex::default(),
        }
    }

    /// Waits until every creation has come to its end.
    pub(in crate::cloud) async fn ended(&self) {
        self.open.ended().await;
    }

    /// The creations that are on their way, in words for the log.
    pub(in crate::cloud) fn open(&self) -> Vec<String> {
        self.open.descriptions()
    }

    pub(super) fn begin(self: &Arc<Self>, owner: &Owner, name: Option<&str>) -> Open {
        let named = name.map(|name| format!(" named {:?}", Text::from(name))).unwrap_or_default();
        let number = self.open.begin(format!(
            "whether a token{named} of {owner} was created is not known: look for it there, and \
             delete it if it is listed, since nobody holds its value"
        ));
        Open { creations: Arc::clone(self), number }
    }

    /// Waits until no other creation has this name in hand.
    pub(super) async fn reserve(&self, owner: &Owner, name: Option<&str>) -> Option<Reserved> {
        let (org, name) = (owner.org()?.to_owned(), name?.to_owned());
        let lock = {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(names.entry((org, name)).or_default())
        };
        Some(lock.lock_owned().await)
    }

    pub(super) fn hand_out(&self, id: &str) {
        let mut ids = self.handed_out.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.to_owned());
    }

    pub(super) fn has_handed_out(&self, id: &str) -> bool {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// A name in the hands of one creation.
pub(super) type Reserved = OwnedMutexGuard<()>;
