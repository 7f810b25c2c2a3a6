//! Teams of an organization, as calls of the client.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `team` | a team, as the service tells it |
//! | `calls` | finding, making, changing and deleting teams |
//! | `members`, `grants`, `roles` | who is in a team, and what it may do |

mod calls;
mod grants;
mod members;
mod roles;
mod team;

pub use calls::{NewTeam, TeamChange};
pub use team::{EnvironmentGrant, StackGrant, Team, TeamMember};
