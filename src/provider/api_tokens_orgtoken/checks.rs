//! What a configuration must be, whatever exists already. What isn't known yet is let through and
//! checked again when it is, at the latest before anything is sent.

use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::value::Value;
use crate::provider::durations::{self, LONGEST_LIFE, when};

use super::model::Model;

/// The most characters (not bytes) that the service takes for a name.
pub const LONGEST_NAME: usize = 40;

/// How many characters of a generated name are random.
pub const SUFFIX: usize = 8;

/// The most characters of a prefix.
pub const LONGEST_PREFIX: usize = LONGEST_NAME - SUFFIX;

/// No token of the service can have expired before this (2017-01-01), so an earlier `expires` is
/// a mistake even where a token exists already.
const BEFORE_ANY_TOKEN: i64 = 1_483_228_800;

/// Checks a configuration as it is written, at `now` (Unix seconds). Whether a token exists
/// already is not known here, so an expiry may lie in the past: time does that to every token.
pub fn configuration(config: &Model, now: i64) -> Diagnostics {
    let mut found = Diagnostics::new();
    naming(config, &mut found);
    expiry(config, now, &mut found);
    rotation(config, &mut found);
    if config.delete_on_destroy.as_bool() == Some(false)
        && config.expire_after.is_null()
        && (config.expires.is_null() || config.expires.as_i64() == Some(0))
    {
        found.error_at(
            Path::attribute("delete_on_destroy"),
            "A token that never expires must be deleted on destroy",
            "With delete_on_destroy = false the token would live on for ever, held by nobody. \
             Give it an end with expire_after or expires, or remove delete_on_destroy.",
        );
    }
    found
}

/// Checks what is to be created at `now` (Unix seconds), on top of [`configuration`].
pub fn creation(model: &Model, now: i64) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(expires) = model.expires.as_i64().filter(|expires| *expires > 0) else {
        return found;
    };
    if expires <= now {
        found.error_at(
            Path::attribute("expires"),
            "The expiry is in the past",
            format!(
                "expires is {expires} ({}), but it is {} already. The service takes no token \
                 that is dead from the start. Give an instant to come, or 0 for never.",
                when(expires),
                when(now)
            ),
        );
    } else if let Some(window) = duration(&model.rotate_before)
        && window >= expires - now
    {
        found.error_at(
            Path::attribute("rotate_before"),
            "The token would be replaced at every plan",
            format!(
                "rotate_before is {window} seconds and the token would live for {} seconds, \
                 until {}: it would be ready for rotation as soon as it is made. Make \
                 rotate_before shorter than the token's life.",
                expires - now,
                when(expires)
            ),
        );
    }
    found
}

fn naming(config: &Model, found: &mut Diagnostics) {
    let name = Path::attribute("name");
    let prefix = Path::attribute("name_prefix");
    if config.name.is_null() && config.name_prefix.is_null() {
        found.error_at(
            name.clone(),
            "The token has no name",
            "Give either name, which can be used only once, or name_prefix, under which every \
             replacement gets a name of its own.",
        );
    }
    if known(&config.name) && known(&config.name_prefix) {
        found.error_at(
            prefix.clone(),
            "name and name_prefix exclude each other",
            "A token has either the name that you give or one that is made from a prefix. Remove \
             one of the two.",
        );
    }
    length(&config.name, name, "name", LONGEST_NAME, found);
    length(&config.name_prefix, prefix, "name_prefix", LONGEST_PREFIX, found);
    if config.org_name.as_str() == Some("") {
        found.error_at(
            Path::attribute("org_name"),
            "The organization's name is empty",
            "Give the organization's name, or leave org_name out to use the provider's.",
        );
    }
}

fn length(value: &Value, at: Path, attribute: &str, most: usize, found: &mut Diagnostics) {
    let Some(text) = value.as_str() else { return };
    let characters = text.chars().count();
    if (1..=most).contains(&characters) {
        return;
    }
    let why = if attribute == "name" {
        "The service takes no more."
    } else {
        "A name has at most 40, and 8 of them are random."
    };
    found.error_at(
        at,
        format!("{attribute} must have 1 to {most} characters"),
        format!("{text:?} has {characters}. {why}"),
    );
}

fn expiry(config: &Model, now: i64, found: &mut Diagnostics) {
    let at = Path::attribute("expires");
    if known(&config.expires) && known(&config.expire_after) {
        found.error_at(
            Path::attribute("expire_after"),
            "expires and expire_after exclude each other",
            "A token expires either at an instant or after a time. Remove one of the two.",
        );
    }
    if let Some(number) = config.expires.as_number() {
        let problem = match number.as_i64() {
            _ if number.is_negative() => Some("It must not be negative; 0 is never.".to_owned()),
            _ if !number.is_integer() => Some("It must be a whole number of seconds.".to_owned()),
            Some(0) => None,
            Some(expires) if expires < BEFORE_ANY_TOKEN => {
                Some(format!("That is {}, in the past.", when(expires)))
            }
            Some(expires) if expires <= now.saturating_add(LONGEST_LIFE) => None,
            _ => Some(format!(
                "A token lives at most two years (730 days): until {}, which is {}. Unix seconds \
                 are expected, not milliseconds.",
                now.saturating_add(LONGEST_LIFE),
                when(now.saturating_add(LONGEST_LIFE))
            )),
        };
        if let Some(problem) = problem {
            found.error_at(
                at,
                "expires is not an instant that a token can expire at",
                format!("expires is {number}. {problem}"),
            );
        }
    }
    if let Some(life) = positive("expire_after", &config.expire_after, found)
        && life > LONGEST_LIFE
    {
        found.error_at(
            Path::attribute("expire_after"),
            "expire_after is too long",
            format!(
                "{:?} is {life} seconds; a token lives at most two years (730d, {LONGEST_LIFE} \
                 seconds).",
                config.expire_after.as_str().unwrap_or_default()
            ),
        );
    }
}

fn rotation(config: &Model, found: &mut Diagnostics) {
    let at = Path::attribute("rotate_before");
    let window = positive("rotate_before", &config.rotate_before, found);
    if config.rotate_before.is_null() {
        return;
    }
    if known(&config.name) {
        found.error_at(
            at.clone(),
            "A token with a fixed name can't rotate",
            "A rotated token is a new one, and the name of the old one is never free again. \
             Replace name by name_prefix: where the present name begins with the prefix, the \
             token stays as it is.",
        );
    }
    if let (Some(window), Some(life)) = (window, duration(&config.expire_after))
        && window >= life
    {
        found.error_at(
            at,
            "rotate_before must be shorter than the token's life",
            format!(
                "rotate_before is {window} seconds and expire_after is {life} seconds: the token \
                 would be replaced at every plan."
            ),
        );
    } else if config.expire_after.is_null()
        && (config.expires.is_null() || config.expires.as_i64() == Some(0))
    {
        found.warning_at(
            at,
            "The token never expires, so it never rotates",
            "rotate_before counts back from the expiry, and there is none. Give the token a life \
             with expire_after.",
        );
    }
}

/// The seconds of a duration attribute that must be more than zero.
fn positive(attribute: &'static str, value: &Value, found: &mut Diagnostics) -> Option<i64> {
    let text = value.as_str()?;
    let problem = match durations::seconds(text) {
        Ok(0) => "It must be longer than zero.".to_owned(),
        Ok(seconds) => return Some(seconds),
        Err(error) => format!("{error}."),
    };
    found.error_at(
        Path::attribute(attribute),
        format!("{attribute} is not a length of time"),
        format!("{attribute} is {text:?}. {problem}"),
    );
    None
}

/// The seconds of a duration attribute, where it is known and is one.
pub fn duration(value: &Value) -> Option<i64> {
    durations::seconds(value.as_str()?).ok()
}

fn known(value: &Value) -> bool {
    !value.is_null() && !value.is_unknown()
}
