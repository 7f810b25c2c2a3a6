//! Revoking a token, and what proves that it is revoked.
//!
//! A gateway in front of the service may answer whatever it likes, and an organization that is
//! hidden looks like one that never was. So a token is revoked only if the service says so as it
//! does, with 204 or an empty success; or if the owner's list, begun after the answer, lacks it.

use std::fmt;

use jiff::Timestamp;
use tokio::time::Instant;

use super::{Owner, Tokens, not_empty};
use crate::cloud::Error;
use crate::cloud::requests::{Deletion, Patience};

/// How a token came to be revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// By this call.
    Now,
    /// Earlier, or by somebody else: neither the service nor the list knows it.
    Before,
}

/// Why it isn't known that a token is revoked. It may give access still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokeError {
    /// The service refused, or no answer came.
    Failed(Error),
    /// The deletion was answered like this, and the list has the token all the same.
    StillListed {
        /// The answer, as an error.
        answered: Error,
    },
    /// The deletion was answered like this, and the list could not be had.
    NotListed {
        /// The answer, as an error.
        answered: Error,
        /// Why there is no list.
        listing: Error,
    },
    /// The service says that there is no such organization: it may be hidden from the access
    /// token, or have another name now, and the token may live there.
    OrganizationHidden {
        /// How the service said so of the list.
        listing: Error,
    },
    /// Something in front of the service answered, and the list lacks the token; but it was made
    /// less than five minutes ago, so that the list may lag behind.
    TooYoung {
        /// The answer, as an error.
        answered: Error,
    },
}

impl RevokeError {
    /// The failed call behind it.
    pub fn cause(&self) -> &Error {
        match self {
            RevokeError::Failed(error)
            | RevokeError::StillListed { answered: error }
            | RevokeError::NotListed { listing: error, .. }
            | RevokeError::OrganizationHidden { listing: error }
            | RevokeError::TooYoung { answered: error } => error,
        }
    }
}

impl fmt::Display for RevokeError {
    /// For logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RevokeError::Failed(error) => write!(f, "{error}"),
            RevokeError::StillListed { answered } => {
                write!(f, "{answered}; but the token is still listed")
            }
            RevokeError::NotListed { answered, listing } => {
                write!(
                    f,
                    "{answered}; and whether the token is still there is not known: {listing}"
                )
            }
            RevokeError::OrganizationHidden { listing } => {
                write!(f, "{listing}; the organization may be hidden or have another name")
            }
            RevokeError::TooYoung { answered } => {
                write!(f, "{answered}; the token is not listed, but a list may lag behind")
            }
        }
    }
}

impl std::error::Error for RevokeError {}

impl Tokens {
    /// Revokes the token with this id, for good. `made_at` is when it was made, by the service's
    /// clock, if that is known.
    pub(in crate::cloud) async fn revoke(
        &self,
        owner: &Owner,
        id: &str,
        made_at: Option<Timestamp>,
        patience: Patience,
    ) -> Result<Revoked, RevokeError> {
        not_empty("DELETE", id).map_err(RevokeError::Failed)?;
        let deletion = self.requests.delete(&owner.path_of(id)).patience(patience).deleted();
        let (answered, revoked) = match deletion.await.map_err(RevokeError::Failed)? {
            Deletion::Done => {
                self.snapshots.deleted(owner, id);
                return Ok(Revoked::Now);
            }
            Deletion::NotFound(answered) => (answered, Revoked::Before),
            Deletion::Unproven(answered) => (answered, Revoked::Now),
        };
        match self.is_listed_now(owner, id, patience).await {
            Ok(true) => return Err(RevokeError::StillListed { answered }),
            Ok(false) if revoked == Revoked::Now && self.is_young(made_at) => {
                return Err(RevokeError::TooYoung { answered });
            }
            Ok(false) => {}
            Err(listing) if self.went_with_its_team(owner, &listing, patience).await => {}
            Err(listing) if listing.is_not_found() && owner.org().is_some() => {
                return Err(RevokeError::OrganizationHidden { listing });
            }
            Err(listing) => return Err(RevokeError::NotListed { answered, listing }),
        }
        self.snapshots.deleted(owner, id);
        Ok(revoked)
    }

    /// Whether a listing has the token that begins now. All that wait for one share it, but for
    /// those that go on after the others were stopped.
    async fn is_listed_now(
        &self,
        owner: &Owner,
        id: &str,
        patience: Patience,
    ) -> Result<bool, Error> {
        if patience == Patience::WithGrace {
            return Ok(self.list(owner, patience).await?.by_id(id).is_some());
        }
        let list = || self.list(owner, patience);
        let listing = self.snapshots.begun_since(owner, Some(Instant::now()), &list).await?;
        Ok(listing.lists(id))
    }
}
