//! Access tokens: one life cycle, and a short file for each kind of token.
//!
//! The service shows a token's value once, changes nothing, reads no single token and frees no
//! name. What follows from that is the same for every kind:
//!
//! | file | what it holds |
//! | --- | --- |
//! | `org_token`, `team_token`, `personal_token` | the kinds: their attributes, and what sets them apart |
//! | `attributes` | the attributes that they share |
//! | `token`, `kind` | a token as the life cycle sees it, and how a kind joins it |
//! | `checks` | what a configuration must be |
//! | `change` | what it means for a token that is there, or not yet there |
//! | `plan`, `lookups` | planning, and what the organization has to say to it |
//! | `create`, `read`, `delete`, `import` | what is done |
//! | `ephemeral/` | tokens for the length of a run |
//! | `origin` | where and when a token was made |
//! | `words` | sentences that several of them need |

mod attributes;
mod change;
mod checks;
mod create;
mod delete;
mod ephemeral;
mod import;
mod kind;
mod lookups;
mod org_token;
mod origin;
mod personal_token;
mod plan;
mod read;
mod team_token;
mod token;
mod words;

use crate::framework;
use crate::framework::registry::Registry;
use crate::framework::resource::resource;

use org_token::OrgToken;
use personal_token::PersonalToken;
use team_token::TeamToken;

/// Adds all that has to do with tokens.
pub fn register(registry: Registry) -> Registry {
    registry
        .resource(resource::<OrgToken>().also_named("api_tokens_org_token").imported().upgraded())
        .resource(resource::<TeamToken>().also_named("api_tokens_team_token").imported().upgraded())
        .resource(
            resource::<PersonalToken>()
                .also_named("api_tokens_personal_token")
                .imported()
                .upgraded(),
        )
        .ephemeral(framework::ephemeral::ephemeral::<ephemeral::OrgToken>())
        .ephemeral(framework::ephemeral::ephemeral::<ephemeral::TeamToken>())
        .ephemeral(framework::ephemeral::ephemeral::<ephemeral::PersonalToken>())
        .ephemeral(framework::ephemeral::ephemeral::<ephemeral::OauthToken>())
}
