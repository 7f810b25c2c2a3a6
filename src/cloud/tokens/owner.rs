//! Whom tokens belong to.

use std::fmt;

/// Whom a token belongs to. Each owner has a list of its own; names are unique across the tokens
/// of an organization and of all its teams, and personal tokens have none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// An organization.
    Organization {
        /// Its name.
        org: String,
    },
    /// A team of an organization.
    Team {
        /// The organization's name.
        org: String,
        /// The team's name.
        team: String,
    },
    /// The user whose access token the client has.
    User,
}

impl Owner {
    /// An organization.
    pub fn organization(org: impl Into<String>) -> Owner {
        Owner::Organization { org: org.into() }
    }

    /// A team of an organization.
    pub fn team(org: impl Into<String>, team: impl Into<String>) -> Owner {
        Owner::Team { org: org.into(), team: team.into() }
    }

    /// The organization that it is, or is a part of.
    pub fn org(&self) -> Option<&str> {
        match self {
            Owner::Organization { org } | Owner::Team { org, .. } => Some(org),
            Owner::User => None,
        }
    }

    /// The `type` of its tokens in lists.
    pub fn token_type(&self) -> &'static str {
        match self {
            Owner::Organization { .. } => "organization",
            Owner::Team { .. } => "team",
            Owner::User => "personal",
        }
    }

    /// The path of its list.
    pub(in crate::cloud) fn path(&self) -> Vec<&str> {
        match self {
            Owner::Organization { org } => vec!["api", "orgs", org, "tokens"],
            Owner::Team { org, team } => vec!["api", "orgs", org, "teams", team, "tokens"],
            Owner::User => vec!["api", "user", "tokens"],
        }
    }

    /// The path of one of its tokens.
    pub(in crate::cloud) fn path_of<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        let mut path = self.path();
        path.push(id);
        path
    }
}

impl fmt::Display for Owner {
    /// `the organization "acme"`, for sentences.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Organization { org } => write!(f, "the organization {org:?}"),
            Owner::Team { org, team } => {
                write!(f, "the team {team:?} of the organization {org:?}")
            }
            Owner::User => f.write_str("the user of the access token"),
        }
    }
}
