//! A token's value, encrypted for those who are to have it, so that no state and no plan holds it.

use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::attributes::Common;
use super::recipient::Recipient;
use super::token::Token;

/// For whom the value is to be encrypted.
enum Wanted<'a> {
    /// That isn't known yet.
    Unknown,
    /// For these, or, if there are none, not at all.
    For(Vec<&'a Recipient>),
}

fn wanted(common: &Common) -> Wanted<'_> {
    match &common.encrypt_to {
        Attr::Unknown => Wanted::Unknown,
        Attr::Null => Wanted::For(Vec::new()),
        Attr::Known(recipients) => recipients.all().map_or(Wanted::Unknown, Wanted::For),
    }
}

/// Plans a token that does not exist.
pub fn plan_new(planned: &mut Common) {
    match wanted(planned) {
        Wanted::Unknown => {}
        Wanted::For(none) if none.is_empty() => planned.encrypted_token_values = Attr::Null,
        Wanted::For(_) => planned.token_value = Attr::Null,
    }
}

/// Plans a token that is in the state, and says whether it takes another token: once a value is
/// gone, nobody new can get it.
pub fn plan_existing(planned: &mut Common, prior: &Common, pinned: bool) -> bool {
    let values = match (wanted(planned), &prior.encrypted_token_values) {
        (Wanted::Unknown, Attr::Known(_)) => {
            planned.encrypted_token_values = Attr::Unknown;
            return !pinned;
        }
        (Wanted::For(recipients), Attr::Known(held)) => {
            let (left, all) = remaining(held, &recipients);
            planned.encrypted_token_values = left.into();
            return !all;
        }
        // An imported token's value was never here.
        (..) if prior.token_value.is_null() => return false,
        (Wanted::Unknown, _) => (Attr::Unknown, Attr::Unknown),
        (Wanted::For(none), _) if none.is_empty() => return false,
        (Wanted::For(_), _) => (Attr::Null, Attr::Unknown),
    };
    (planned.token_value, planned.encrypted_token_values) = values;
    false
}

/// What these recipients have of what is held, and whether each of them, of one at least, has it.
fn remaining(held: &Map<String>, recipients: &[&Recipient]) -> (Map<String>, bool) {
    let left = held.iter().filter(|(key, _)| recipients.iter().any(|r| r.written() == *key));
    let left: Map<String> = left.map(|(key, value)| (key.clone(), value.clone())).collect();
    let all = !left.is_empty() && recipients.iter().all(|r| left.contains_key(r.written()));
    (left, all)
}

/// Says what a change leaves behind, or doesn't do.
pub fn warn(cx: &Context, prior: &Token, planned: &Token) {
    let (was, is) = (&prior.common, &planned.common);
    let token = prior.title();
    if !was.token_value.is_null() && is.token_value.is_null() {
        cx.warning_at(
            Common::encrypt_to,
            said::VALUE_WAS_STORED,
            format!(
                "From this apply on, the state has the value of {token} in encrypted form only. \
                 But backups and former versions of the state hold the value itself, and so does \
                 the file of this plan: rotate the token, with -replace or a change of \
                 rotate_when_changed."
            ),
        );
    } else if prior.is_imported() && is.encrypt_to != was.encrypt_to && !is.encrypt_to.is_null() {
        cx.warning_at(
            Common::encrypt_to,
            said::NOTHING_TO_ENCRYPT,
            format!(
                "{token} was imported, and the service doesn't show its value again: \
                 encrypted_token_values stays null until the token is replaced."
            ),
        );
    }
}

/// Stores the value of a token that was just made, as its recipients are to have it. If it can't be
/// encrypted, the value itself is stored, so that it isn't lost.
pub fn store(cx: &Context, token: &mut Token, value: &Secret) {
    if let Err(why) = encrypt(&mut token.common, value) {
        token.common.token_value = value.clone().into();
        token.common.encrypted_token_values = Attr::Null;
        let detail = format!(
            "{} was made, but its value could not be encrypted: {why}. The state has the value \
             itself, so that it isn't lost. Take the mark as tainted from it (terraform untaint) \
             and apply again, which encrypts it in place.",
            token.title()
        );
        cx.error_at(Common::encrypt_to, said::NOT_ENCRYPTED, detail);
    }
}

/// Encrypts, or drops, what a plan left open.
///
/// # Errors
/// The value is gone and somebody is to get it, or it can't be encrypted. The state stays.
pub fn update(cx: &Context, prior: &Token, planned: &mut Token) -> Result<(), Reported> {
    if !planned.common.encrypted_token_values.is_unknown() {
        return Ok(());
    }
    let done = match &prior.common.token_value {
        Attr::Known(value) => encrypt(&mut planned.common, value),
        _ => narrow(&mut planned.common, &prior.common),
    };
    done.map_err(|why| {
        let detail = format!("The value of {} can't be encrypted: {why}.", prior.title());
        cx.error_at(Common::encrypt_to, said::NOT_ENCRYPTED, detail)
    })
}

/// The value for each recipient, or the value itself if there are none.
fn encrypt(common: &mut Common, value: &Secret) -> Result<(), String> {
    let Wanted::For(recipients) = wanted(common) else { return Err(UNKNOWN.to_owned()) };
    let each = recipients.iter().map(|recipient| {
        let encrypted = recipient.encrypt(value.expose())?;
        Ok((recipient.written().to_owned(), encrypted.into()))
    });
    let all = each.collect::<Result<Map<String>, String>>()?;
    (common.token_value, common.encrypted_token_values) = match all.is_empty() {
        true => (value.clone().into(), Attr::Null),
        false => (Attr::Null, all.into()),
    };
    Ok(())
}

/// What the recipients have already, if each of them has it.
fn narrow(planned: &mut Common, prior: &Common) -> Result<(), String> {
    let (Attr::Known(held), Wanted::For(recipients)) =
        (&prior.encrypted_token_values, wanted(planned))
    else {
        return Err(UNKNOWN.to_owned());
    };
    let (left, all) = remaining(held, &recipients);
    planned.encrypted_token_values = left.into();
    if all { Ok(()) } else { Err(GONE.to_owned()) }
}

const UNKNOWN: &str = "it is not known for whom";
const GONE: &str = "it is no longer in the state, so that nobody new can get it, and only another \
                    token, under another name, can be encrypted for others";
