//! A creation, followed to its end whatever happens on the way.
//!
//! A token's value is told once. Where the answer is lost, the token may live on without anyone
//! who holds it; so the name, which is unique for ever, is used to find out, and a token that this
//! creation made is revoked. One that it may not have made is never touched.
//!
//! This file holds the words; `delivery` runs a creation and brings its result to the caller,
//! `attempt` makes the requests, `doubt` finds out and clears up where an answer was lost, with
//! `verdict` to judge what was found.

mod attempt;
mod delivery;
mod doubt;
mod verdict;

use std::fmt;

use serde::Serialize;

use super::{Error, Secret};

use delivery::Guard;
pub(super) use delivery::{Creations, create};

/// The token to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewOrgToken {
    /// The name, unique in the organization for ever.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it ends, in Unix seconds; `0` for never.
    pub expires: i64,
    /// Whether it may do what an administrator may.
    pub admin: bool,
    /// The role to give it; the organization's default where there is none.
    #[serde(rename = "roleID", skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
}

/// A token that exists, with its value.
///
/// Where a panic drops it, its caller is taken to have gone, and the token is revoked.
#[derive(Debug)]
pub struct CreatedToken {
    /// The service's identifier.
    pub id: String,
    /// The credential itself.
    pub value: Secret,
    guard: Option<Guard>,
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
        /// The token that has the name, where it was looked for.
        holder: Option<NameHolder>,
    },
    /// The service refused: nothing exists.
    Refused(Error),
    /// The token was made, but its value was lost on the way, so that it has been revoked. Its
    /// name is spent.
    Revoked {
        /// The token that was revoked.
        id: String,
        /// How its value was lost.
        cause: Error,
    },
    /// It is not known whether a token exists, or one exists that could not be revoked.
    Unresolved {
        /// The token in question, where one was found.
        id: Option<String>,
        /// How the answer was lost.
        cause: Error,
        /// What to look at and what to do, in whole sentences.
        check: String,
    },
}

/// The token that holds a name which was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameHolder {
    /// Its identifier.
    pub id: String,
    /// When it was created, as the service tells it.
    pub created: String,
    /// Who created it.
    pub created_by: String,
    /// What shows that it is not the token that was asked for.
    pub why: &'static str,
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateError::NotSent(error) => write!(f, "{error}; nothing was created"),
            CreateError::Refused(error) => write!(f, "{error}"),
            CreateError::NameTaken { cause, holder: None } => {
                write!(f, "the name is taken: {cause}")
            }
            CreateError::NameTaken { cause, holder: Some(holder) } => {
                let NameHolder { id, created, created_by, why } = holder;
                write!(f, "the name is taken by the token {id}, created {created}")?;
                if !created_by.is_empty() {
                    write!(f, " by {created_by}")?;
                }
                write!(f, ". It was left alone, because {why}. It was found after this: {cause}")
            }
            CreateError::Revoked { id, cause } => write!(
                f,
                "the token was created, but its value was lost on the way ({cause}). The token \
                 {id} has been revoked; its name is spent and must be changed"
            ),
            CreateError::Unresolved { cause, check, .. } => {
                write!(f, "the answer to the creation was lost ({cause}). {check}")
            }
        }
    }
}

impl std::error::Error for CreateError {}
