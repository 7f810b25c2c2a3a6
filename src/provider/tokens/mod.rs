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
//! | `encryption`, `recipient` | the value, encrypted for those who are to have it |
//! | `plan`, `lookups` | planning, and what the organization has to say to it |
//! | `create`, `read`, `delete`, `import` | what is done |
//! | `not_created` | what is said of a creation that failed |
//! | `ephemeral/` | tokens for the length of a run |
//! | `selection`, `list`, `data` | which tokens a list is about, lists for queries, data sources |
//! | `revoke` | the action that revokes |
//! | `ids` | import ids, as texts |
//! | `origin` | where and when a token was made |
//! | `words` | sentences that several of them need |

mod attributes;
mod change;
mod checks;
mod create;
mod data;
mod delete;
mod encryption;
mod ephemeral;
mod ids;
mod import;
mod kind;
mod list;
mod lookups;
mod not_created;
mod org_token;
mod origin;
mod personal_token;
mod plan;
mod read;
mod recipient;
mod revoke;
mod selection;
mod team_token;
mod token;
mod words;

use crate::framework::action::action;
use crate::framework::data_source::data_source;
use crate::framework::ephemeral::ephemeral;
use crate::framework::registry::Registry;
use crate::framework::resource::{ResourceBuilder, resource};

use data::{OneOrgToken, OrgTokens, PersonalTokens, TeamTokens};
pub use ids::TokenId;
use kind::Kind;
use org_token::OrgToken;
use personal_token::PersonalToken;
use revoke::Revoke;
use team_token::TeamToken;

/// A kind of token, with all that each of them can do, and Pulumi's newer spelling of its name.
fn token<K: Kind>(newer_name: &str) -> ResourceBuilder<K> {
    resource::<K>().also_named(newer_name).imported().upgraded().listed()
}

/// Adds all that has to do with tokens.
pub fn register(registry: Registry) -> Registry {
    registry
        .resource(token::<OrgToken>("api_tokens_org_token"))
        .resource(token::<TeamToken>("api_tokens_team_token"))
        .resource(token::<PersonalToken>("api_tokens_personal_token"))
        .data_source(data_source::<OrgTokens>())
        .data_source(data_source::<TeamTokens>())
        .data_source(data_source::<PersonalTokens>())
        .data_source(data_source::<OneOrgToken>())
        .action(action::<Revoke>())
        .ephemeral(ephemeral::<ephemeral::OrgToken>())
        .ephemeral(ephemeral::<ephemeral::TeamToken>())
        .ephemeral(ephemeral::<ephemeral::PersonalToken>())
        .ephemeral(ephemeral::<ephemeral::OauthToken>())
}
