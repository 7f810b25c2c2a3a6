//! What a token of the configuration must be, beyond the rules of its declaration. What isn't known
//! yet is let through and checked again when it is, at the latest before anything is sent.

use crate::framework::duration::DAY;
use crate::provider::block::Configuration;
use crate::provider::instants::when;
use crate::provider::messages::tokens as said;
use crate::provider::prelude::*;

use super::attributes::{Common, LONGEST_LIFE};
use super::token::Token;
use super::words::{NAMES_ARE_SPENT, refuse, refuse_unless_bridged};

/// No token of the service can have expired before this (2017-01-01), so an earlier `expires` is
/// a mistake even if a token exists already.
const BEFORE_ANY_TOKEN: i64 = 1_483_228_800;

/// Checks a configuration as it is written. Whether a token exists already is not known here, so an
/// expiry may lie in the past: time does that to every token.
pub fn configuration(cx: &Context, config: &Token) {
    let Ok(provider) = cx.provider::<Configuration>() else { return };
    let common = &config.common;
    expiry(cx, common, provider.now());
    rotation(cx, config);
    let never = common.expires.is_null() || common.expires.is(&0);
    if common.delete_on_destroy.is(&false) && never && common.expire_after.is_null() {
        let detail = "With delete_on_destroy = false the token would live on for ever, held by \
                      nobody. Give it an end with expire_after or expires, or remove \
                      delete_on_destroy.";
        cx.error_at(Common::delete_on_destroy, said::NEVER_DELETED, detail);
    }
}

/// Checks what is to be created at `now` (Unix seconds), on top of [`configuration`].
pub fn new_token(cx: &Context, token: &Token, now: i64) {
    let Some(expires) = token.end() else { return };
    let (life, date) = (expires - now, when(expires));
    if life <= 0 {
        let detail = format!(
            "expires is {expires} ({date}), but it is {} already. The service takes no token that \
             is expired from the start. Give an instant to come, or 0 for never.",
            when(now)
        );
        refuse(cx, Common::expires, said::EXPIRY_PASSED, detail);
    } else if let Attr::Known(window) = token.common.rotate_before.clone().map(|w| w.seconds())
        && window >= life
    {
        let detail = format!(
            "rotate_before is {window} seconds and the token would live for {life} seconds, until \
             {date}: it would be ready for rotation as soon as it is made. Make rotate_before \
             shorter than the token's life."
        );
        refuse(cx, Common::rotate_before, said::REPLACED_AT_EVERY_PLAN, detail);
    }
}

fn expiry(cx: &Context, common: &Common, now: i64) {
    let latest = now.saturating_add(LONGEST_LIFE * DAY);
    if let Attr::Known(expires) = common.expires {
        let problem = match expires {
            ..=-1 => "It must not be negative; 0 is never.".to_owned(),
            1..BEFORE_ANY_TOKEN => format!("That is {}, in the past.", when(expires)),
            _ if expires > latest => format!(
                "A token lives at most two years (730 days): until {latest}, which is {}. Unix \
                 seconds are expected, not milliseconds.",
                when(latest)
            ),
            _ => String::new(),
        };
        if !problem.is_empty() {
            cx.error_at(Common::expires, said::EXPIRES, format!("expires is {expires}. {problem}"));
        }
    }
}

fn rotation(cx: &Context, config: &Token) {
    let (at, common) = (Common::rotate_before, &config.common);
    if common.rotate_before.is_null() {
        return;
    }
    if config.naming.name.is_known() {
        refuse_unless_bridged(cx, at, said::FIXED_NAME, NAMES_ARE_SPENT);
    }
    if let (Attr::Known(window), Attr::Known(life)) = (&common.rotate_before, &common.expire_after)
        && window.seconds() >= life.seconds()
    {
        let detail = format!(
            "rotate_before is {} seconds and expire_after is {} seconds: the token would be \
             replaced at every plan.",
            window.seconds(),
            life.seconds()
        );
        cx.error_at(at, said::WINDOW_TOO_LONG, detail);
    } else if common.expire_after.is_null()
        && !common.expires.is_unknown()
        && config.end().is_none()
    {
        let detail = "rotate_before counts back from the expiry, and there is none. Give the token \
                      a life with expire_after.";
        cx.warning_at(at, said::NEVER_ROTATES, detail);
    }
}
