//! Sentences about tokens that several steps of the life cycle need.

use std::fmt::Display;

use crate::cloud::Error;
use crate::provider::block::Configuration;
use crate::provider::failure;
use crate::provider::organization;
use crate::provider::prelude::*;

use super::token::Facts;

/// How to destroy what a refused plan stands in the way of: the engine plans as usual before it
/// destroys.
pub const DESTROY_ALL_THE_SAME: &str =
    "To destroy the token all the same, run destroy with -refresh=false.";

/// Why a token with a fixed name can't rotate, and how it can.
pub const NAMES_ARE_SPENT: &str = "A token in place of another is a new one, and the name of the old one is never free again. Replace name \
     by name_prefix: if the present name begins with the prefix, the token stays as it is.";

/// Refuses a plan.
pub fn refuse(cx: &Context, at: Name, summary: Message, detail: impl Display) -> Reported {
    cx.error_at(at, summary, format!("{detail} {DESTROY_ALL_THE_SAME}"))
}

/// Refuses a replacement under the same name; through Pulumi's bridge, which draws names itself and
/// creates before it deletes, that is a warning.
pub fn refuse_unless_bridged(cx: &Context, at: Name, summary: Message, detail: impl Into<String>) {
    if cx.provider::<Configuration>().is_ok_and(|provider| provider.is_bridged()) {
        cx.warning_at(at, summary, detail);
    } else {
        cx.error_at(at, summary, detail);
    }
}

/// Reports a failed call about a token of a kind.
pub fn failed(
    cx: &Context,
    summary: Message,
    kind: &Facts,
    doing: &str,
) -> impl FnOnce(Error) -> Reported {
    move |error| cx.error(summary, described(kind, doing, &error))
}

/// A failed call about a token of a kind, in words.
pub fn described(kind: &Facts, doing: &str, error: &Error) -> String {
    failure::described(doing, error, |status| cause(kind, status))
}

/// What a status means to any call about a token of a kind.
pub fn cause(kind: &Facts, status: u16) -> Option<String> {
    Some(match status {
        403 => format!("The access token may not do this. {}", kind.rights),
        404 if kind.has_organization => format!(
            "{} {}Only Enterprise and Business Critical organizations have tokens of organizations \
             and teams.",
            organization::NOT_FOUND,
            if kind.has_team { "Or the team's name is misspelt. " } else { "" }
        ),
        _ => return None,
    })
}
