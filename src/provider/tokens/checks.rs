//! What a token of the configuration must be, beyond the rules of its declaration. What isn't known
//! yet is let through and checked again when it is, at the latest before anything is sent.

use crate::framework::duration::DAY;
use crate::framework::prelude::*;
use crate::provider::block::Configuration;
use crate::provider::instants::when;
use crate::provider::messages::tokens as said;

use super::attributes::Common;
use super::token::Token;
use super::words::DESTROY_ALL_THE_SAME;

/// The longest that a token may live, in seconds. The service says two years, which have 731 days
/// if a leap year is among them.
pub const LONGEST_LIFE: i64 = 731 * DAY;

/// No token of the service can have expired before this (2017-01-01), so an earlier `expires` is
/// a mistake even if a token exists already.
const BEFORE_ANY_TOKEN: i64 = 1_483_228_800;

/// Checks a configuration as it is written. Whether a token exists already is not known here, so an
/// expiry may lie in the past: time does that to every token.
pub fn configuration(cx: &Context, config: &Token) {
    let Ok(provider) = cx.provider::<Configuration>() else { return };
    expiry(cx, config, provider.now());
    rotation(cx, config);
    let common = &config.common;
    let never_ends =
        common.expire_after.is_null() && matches!(common.expires.get(), None | Some(0));
    if common.delete_on_destroy.is(&false) && never_ends && !common.expires.is_unknown() {
        cx.error_at(
            Common::delete_on_destroy,
            said::NEVER_DELETED,
            "With delete_on_destroy = false the token would live on for ever, held by nobody. \
             Give it an end with expire_after or expires, or remove delete_on_destroy.",
        );
    }
}

/// Checks what is to be created at `now` (Unix seconds), on top of [`configuration`].
pub fn creation(cx: &Context, token: &Token, now: i64) {
    let Some(expires) = token.end() else { return };
    if expires <= now {
        cx.error_at(
            Common::expires,
            said::EXPIRY_PASSED,
            format!(
                "expires is {expires} ({}), but it is {} already. The service takes no token \
                 that is dead from the start. Give an instant to come, or 0 for never. \
                 {DESTROY_ALL_THE_SAME}",
                when(expires),
                when(now)
            ),
        );
    } else if let Some(window) = token.common.rotate_before.known().map(Duration::seconds)
        && window >= expires - now
    {
        cx.error_at(
            Common::rotate_before,
            said::REPLACED_AT_EVERY_PLAN,
            format!(
                "rotate_before is {window} seconds and the token would live for {} seconds, \
                 until {}: it would be ready for rotation as soon as it is made. Make \
                 rotate_before shorter than the token's life. {DESTROY_ALL_THE_SAME}",
                expires - now,
                when(expires)
            ),
        );
    }
}

fn expiry(cx: &Context, config: &Token, now: i64) {
    let latest = now.saturating_add(LONGEST_LIFE);
    if let Some(expires) = config.common.expires.get() {
        let problem = match expires {
            0 => None,
            ..0 => Some("It must not be negative; 0 is never.".to_owned()),
            _ if expires < BEFORE_ANY_TOKEN => {
                Some(format!("That is {}, in the past.", when(expires)))
            }
            _ if expires <= latest => None,
            _ => Some(format!(
                "A token lives at most two years (731 days): until {latest}, which is {}. Unix \
                 seconds are expected, not milliseconds.",
                when(latest)
            )),
        };
        if let Some(problem) = problem {
            cx.error_at(Common::expires, said::EXPIRES, format!("expires is {expires}. {problem}"));
        }
    }
    if let Some(life) = positive(cx, Common::expire_after, &config.common.expire_after)
        && life > LONGEST_LIFE
    {
        cx.error_at(
            Common::expire_after,
            said::LIFE_TOO_LONG,
            format!(
                "expire_after is {life} seconds; a token lives at most two years (731d, \
                 {LONGEST_LIFE} seconds)."
            ),
        );
    }
}

fn rotation(cx: &Context, config: &Token) {
    let common = &config.common;
    let window = positive(cx, Common::rotate_before, &common.rotate_before);
    if common.rotate_before.is_null() {
        return;
    }
    if config.naming.name.known().is_some() {
        let detail = "A rotated token is a new one, and the name of the old one is never free \
                      again. Replace name by name_prefix: where the present name begins with the \
                      prefix, the token stays as it is.";
        fixed_name(cx, detail);
    }
    let life = common.expire_after.known().map(Duration::seconds);
    if let (Some(window), Some(life)) = (window, life)
        && window >= life
    {
        cx.error_at(
            Common::rotate_before,
            said::WINDOW_TOO_LONG,
            format!(
                "rotate_before is {window} seconds and expire_after is {life} seconds: the token \
                 would be replaced at every plan."
            ),
        );
    } else if common.expire_after.is_null()
        && !common.expires.is_unknown()
        && config.end().is_none()
    {
        cx.warning_at(
            Common::rotate_before,
            said::NEVER_ROTATES,
            "rotate_before counts back from the expiry, and there is none. Give the token a life \
             with expire_after.",
        );
    }
}

/// Refuses to rotate a token with a fixed name; through Pulumi's bridge, which draws names itself
/// and creates before it deletes, that is a warning.
fn fixed_name(cx: &Context, detail: &str) {
    let bridged = cx.provider::<Configuration>().is_ok_and(|provider| provider.is_bridged());
    if bridged {
        cx.warning_at(Common::rotate_before, said::FIXED_NAME, detail);
    } else {
        cx.error_at(Common::rotate_before, said::FIXED_NAME, detail);
    }
}

/// The seconds of a duration that must be more than zero.
fn positive(cx: &Context, name: Name, duration: &Attr<Duration>) -> Option<i64> {
    let seconds = duration.known()?.seconds();
    if seconds > 0 {
        return Some(seconds);
    }
    let refused = crate::framework::attribute_type::said::NOT_A_DURATION;
    cx.error_at(name, refused, format!("{name} must be longer than zero."));
    None
}
