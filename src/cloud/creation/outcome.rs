//! What a creation comes to.

use std::fmt;

use jiff::Timestamp;

use super::panic_guard::PanicGuard;
use crate::cloud::{Error, RevokeError, Secret, Text};

/// A token that exists, with its value.
///
/// If a panic drops it, its caller is taken to have gone, and the token is revoked.
#[derive(Debug)]
pub struct CreatedToken {
    /// The service's identifier: visible ASCII.
    pub id: String,
    /// The credential itself.
    pub value: Secret,
    /// When it was made at the earliest, by the service's clock; by this machine's if the service
    /// doesn't tell the time.
    pub created: Timestamp,
    pub(super) guard: Option<PanicGuard>,
}

/// Why there is no token to be had, and what exists all the same.
#[derive(Clone, Debug)]
pub enum CreateError {
    /// The service has not been asked: nothing exists.
    NotSent(Error),
    /// The name belongs to another token, or did once: nothing was made.
    NameTaken {
        /// The failure that told so, or that made us look.
        cause: Error,
        /// The token that has the name, if it was looked for.
        holder: Option<NameHolder>,
    },
    /// The service refused: nothing exists.
    Refused(Error),
    /// The token was made, but its value was lost on the way, so that it has been revoked. Its
    /// name is spent.
    Revoked {
        /// The token that was revoked.
        id: Text,
        /// How its value was lost.
        cause: Error,
    },
    /// It is not known whether a token exists, or one exists that could not be revoked.
    Unresolved {
        /// How the answer was lost.
        cause: Error,
        /// What is unclear.
        unclear: Unclear,
    },
}

/// What is unclear after a lost answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Whether a token exists: no list shows one with the name, but lists may lag behind.
    NotFound,
    /// Whether a token exists, since looking for it failed.
    NotListed(Error),
    /// Whose the token is that has the name.
    Whose(NameHolder, Unsure),
    /// How to be rid of a token that is certainly ours: revoking it failed.
    NotRevoked {
        /// The token.
        id: Text,
        /// Why it could not be revoked.
        error: RevokeError,
    },
    /// Which of these tokens it is, if any. Personal tokens have no name; these have the same
    /// description and end, have never been used, and were made since the creation began.
    OneOf(Vec<Text>),
    /// Whether a token exists, since the run ended before the answer came.
    RunEnded,
}

/// A token that has the name which was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameHolder {
    /// Its identifier.
    pub id: Text,
    /// When it was created, as the service tells it.
    pub created: Text,
    /// Who created it.
    pub created_by: Text,
    /// What shows that it is not the token that was asked for, if anything does.
    pub why: Option<NotTheToken>,
}

/// What shows that a token is not the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTheToken {
    /// An earlier creation of this run made it.
    MadeEarlierInThisRun,
    /// It has been used, so that someone has its value.
    Used,
    /// Its description is another.
    OtherDescription,
    /// It ends at another time.
    OtherExpiry,
    /// It belongs to another kind of owner.
    OtherKind,
    /// It is no admin token.
    NotAdmin,
    /// Its role is another.
    OtherRole,
    /// It was created before the request was sent.
    CreatedEarlier,
}

/// Why it can't be told whose a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// Its role is not the one of an admin token.
    NotTheAdminRole,
    /// It is an admin token, which nobody asked for.
    Admin,
    /// It has a role that nobody asked for.
    RoleNotAskedFor,
    /// When it was created can't be read.
    CreationTimeUnreadable,
    /// The service doesn't say what time it is.
    ServiceTimeUnknown,
}

impl CreateError {
    /// The failed call behind it.
    pub fn cause(&self) -> &Error {
        match self {
            CreateError::NotSent(cause)
            | CreateError::Refused(cause)
            | CreateError::NameTaken { cause, .. }
            | CreateError::Revoked { cause, .. }
            | CreateError::Unresolved { cause, .. } => cause,
        }
    }
}

impl fmt::Display for CreateError {
    /// For logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateError::NotSent(cause) => write!(f, "nothing was sent: {cause}"),
            CreateError::Refused(cause) => write!(f, "refused: {cause}"),
            CreateError::NameTaken { cause, holder: None } => {
                write!(f, "the name is taken: {cause}")
            }
            CreateError::NameTaken { cause, holder: Some(holder) } => {
                write!(f, "the name is taken by the token {}: {cause}", holder.id)
            }
            CreateError::Revoked { id, cause } => {
                write!(f, "the token {id} was revoked, as its value was lost: {cause}")
            }
            CreateError::Unresolved { cause, unclear } => write!(f, "{unclear}, after: {cause}"),
        }
    }
}

impl std::error::Error for CreateError {}

impl fmt::Display for Unclear {
    /// For logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unclear::NotFound => f.write_str("a token may exist, though no list shows it"),
            Unclear::NotListed(error) => {
                write!(f, "a token may exist, and looking for it failed ({error})")
            }
            Unclear::Whose(holder, _) => {
                write!(f, "the token {} has the name, and may be somebody else's", holder.id)
            }
            Unclear::NotRevoked { id, error } => {
                write!(f, "the token {id} must be deleted by hand, as revoking it failed ({error})")
            }
            Unclear::OneOf(ids) if ids.is_empty() => {
                f.write_str("a token may exist, though the list shows none that could be it")
            }
            Unclear::OneOf(ids) => write!(f, "a token may exist; it could be one of {ids:?}"),
            Unclear::RunEnded => f.write_str("a token may exist, as the run ended before that"),
        }
    }
}
