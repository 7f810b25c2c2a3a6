//! A creation, followed to its end whatever happens on the way.
//!
//! A token's value is told once. If the answer is lost, the token may live on without anyone who
//! holds it; so its name, which is unique for ever, is used to find out, and a token that this
//! creation made is revoked. One that it may not have made is never touched, and an identifier in
//! an answer proves nothing by itself.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `panic_guard` | what happens if the caller panics |
//! | `outcome` | what a creation comes to |
//! | `registry` | the creations of one client |
//! | `verdict` | whether a token that was found is the one that was asked for |
//! | `recovery` | finding out and clearing up after a lost answer |
//! | `attempt` | the request, and what its answer means |
//! | `delivery` | the task that runs a creation and brings its result to the caller |

mod attempt;
mod delivery;
mod outcome;
mod panic_guard;
mod recovery;
mod registry;
mod verdict;

use serde::Serialize;

pub(super) use delivery::create;
pub use outcome::{CreateError, CreatedToken, NameHolder, NotTheToken, Unclear, Unsure};
pub(super) use registry::Creations;

use super::Owner;

/// The token to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewToken {
    /// The name, unique in the organization for ever; `None` for a personal token.
    pub name: Option<String>,
    /// Whether the name was drawn at random for this creation, so that nobody else can have asked
    /// for it.
    pub name_is_drawn: bool,
    /// What it is for.
    pub description: String,
    /// When it ends, in Unix seconds; `0` for never.
    pub expires: i64,
    /// Whether it may do what an administrator may; only for an organization's token.
    pub admin: bool,
    /// The role to give it; the organization's default if there is none. Only for an
    /// organization's token.
    pub role_id: Option<String>,
}

/// What the service is asked for, with no more than it takes of the owner's kind of token.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    description: &'a str,
    expires: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin: Option<bool>,
    #[serde(rename = "roleID", skip_serializing_if = "Option::is_none")]
    role_id: Option<&'a str>,
}

impl NewToken {
    /// The body of the request.
    fn body(&self, owner: &Owner) -> Body<'_> {
        let is_of_org = matches!(owner, Owner::Organization { .. });
        Body {
            name: self.name.as_deref().filter(|_| *owner != Owner::User),
            description: &self.description,
            expires: self.expires,
            admin: is_of_org.then_some(self.admin),
            role_id: self.role_id.as_deref().filter(|_| is_of_org),
        }
    }

    /// What is wrong with it before anything is sent.
    fn problem(&self, owner: &Owner) -> Option<&'static str> {
        let has_name = self.name.as_ref().is_some_and(|name| !name.is_empty());
        let has_role = self.admin || self.role_id.is_some();
        match owner {
            Owner::User if self.name.is_some() => Some("a personal token has no name"),
            Owner::Organization { .. } | Owner::Team { .. } if !has_name => {
                Some("the token has no name")
            }
            Owner::Team { .. } | Owner::User if has_role => {
                Some("only an organization's token has a role")
            }
            _ => None,
        }
    }
}
