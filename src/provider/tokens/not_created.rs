//! What is said of a creation that left no token, or none with a value.

use crate::cloud::{CreateError, NotTheToken, Unclear, Unsure};
use crate::provider::failure;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::attributes::Naming;
use super::token::Token;
use super::words;

/// Reports a creation that left no token, or none with a value.
pub fn report(cx: &Context, planned: &Token, error: &CreateError) -> Reported {
    let doing = format!("Creating {}", planned.title());
    let failed = |error| failure::described(&doing, error, |status| cause(planned, status));
    let (summary, detail) = match error {
        CreateError::NotSent(cause) => {
            (said::NOT_CREATED, format!("{} Nothing was created.", failed(cause)))
        }
        CreateError::Refused(cause) => (said::CANT_CREATE, failed(cause)),
        CreateError::NameTaken { cause, holder: None } => (said::NAME_TAKEN, failed(cause)),
        CreateError::NameTaken { cause, holder: Some(holder) } => {
            let why = holder.why.map_or("", not_the_token);
            let detail = format!(
                "{doing} failed: the name is taken by the token {}, created {} by {}. It was left \
                 alone{why}. It was found after this: {cause}. If nobody holds that token's value, \
                 delete it. Choose another name, or use name_prefix; or import that token.",
                holder.id,
                holder.created,
                holder.created_by.or("somebody")
            );
            (said::NAME_TAKEN, detail)
        }
        CreateError::Revoked { id, cause } => {
            let detail = format!(
                "{doing} failed: the token was created, but its value was lost on the way ({cause}). \
                 The token {id} has been revoked; its name is spent. Choose another name, or use \
                 name_prefix, under which such a creation is repeated by itself."
            );
            (said::VALUE_LOST, detail)
        }
        CreateError::Unresolved { cause, unclear } => {
            let check = what_to_check(planned, unclear);
            let lost = "the answer to the creation was lost";
            (said::UNRESOLVED, format!("{doing} failed: {lost} ({cause}). {check}"))
        }
    };
    let by_name = matches!(error, CreateError::NameTaken { .. } | CreateError::Revoked { .. });
    if by_name && planned.kind.has_name {
        cx.error_at(Naming::name, summary, detail)
    } else {
        cx.error(summary, detail)
    }
}

/// What a status means to a creation.
fn cause(planned: &Token, status: u16) -> Option<String> {
    let usual = words::cause(planned.kind, status);
    match status {
        404 if planned.asked_role().is_some() => {
            Some(format!("{} Or role_id names a role that is not there.", usual?))
        }
        409 if planned.kind.has_name => Some(
            "A name can be used once: it stays taken for ever, across organization and team tokens, \
             also after its token is deleted. Choose another name, or use name_prefix."
                .to_owned(),
        ),
        _ => usual,
    }
}

/// What to look at after a creation of which it isn't known what came of it, in whole sentences.
fn what_to_check(planned: &Token, unclear: &Unclear) -> String {
    let whose = planned.whose();
    let name = planned.name();
    let named = name.map(|name| format!(" named {name:?}")).unwrap_or_default();
    let look = format!(
        "Whether the token exists is not known: look for a token{named} of {whose}. If it is there, \
         nobody holds its value: delete it and choose another name. If it is not, try again."
    );
    match unclear {
        Unclear::NotFound => look,
        Unclear::NotListed(error) => format!("{look} Looking for it failed: {error}."),
        Unclear::RunEnded => format!("{look} The run ended before more could be found out."),
        Unclear::Whose(holder, unsure) => format!(
            "A token of that name exists, but it may be someone else's{}: look at the token \
             {}{named} of {whose}, created {} by {}. If nobody holds its value, delete \
             it. The name is taken either way.",
            why_unsure(*unsure),
            holder.id,
            holder.created,
            holder.created_by
        ),
        Unclear::NotRevoked { id, error } => format!(
            "The token exists and nobody holds its value, but revoking it failed ({error}): delete \
             the token {id}{named} of {whose}{}.",
            if name.is_some() { ", and choose another name" } else { "" }
        ),
        Unclear::OneOf(ids) if ids.is_empty() => format!(
            "Whether the token exists is not known: the list shows none that could be it, but it \
             may lag behind. Look again at the personal tokens of {whose}, and delete one with this \
             description that nobody holds."
        ),
        Unclear::OneOf(ids) => format!(
            "A personal token has no name by which it could be found. It may be {}: the \
             description, the end and the time fit, and it has never been used. Delete it if \
             nobody holds its value.",
            ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
        ),
    }
}

/// Why a token that has the name was left alone.
fn not_the_token(why: NotTheToken) -> &'static str {
    match why {
        NotTheToken::MadeEarlierInThisRun => ", because an earlier creation of this run made it",
        NotTheToken::Used => ", because it has been used, so that someone has its value",
        NotTheToken::OtherDescription => ", because its description is another",
        NotTheToken::OtherExpiry => ", because its expiry is another",
        NotTheToken::OtherKind => ", because it is another kind of token",
        NotTheToken::NotAdmin => ", because it is not an admin token",
        NotTheToken::OtherRole => ", because its role is another",
        NotTheToken::CreatedEarlier => ", because it was created earlier",
    }
}

/// Why a token that has the name may be someone else's.
fn why_unsure(unsure: Unsure) -> &'static str {
    match unsure {
        Unsure::NotTheAdminRole => ", because its role is not the one of an admin token",
        Unsure::Admin => ", because it is an admin token",
        Unsure::RoleNotAskedFor => ", because it has a role that was not asked for",
        Unsure::CreationTimeUnreadable => ", because when it was created can't be read",
        Unsure::ServiceTimeUnknown => ", because the service doesn't say what time it is",
    }
}
