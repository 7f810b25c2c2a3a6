//! Import ids, as texts.

use crate::framework::identity;

/// What an import id of a token says, owner aside: the rest behind the owner, with the token's name
/// in front of the last part if it has one. A name may hold slashes.
pub struct Rest<'a> {
    /// All of it.
    pub whole: &'a str,
    /// What stands in front of the last part.
    pub name: Option<&'a str>,
    /// The last part.
    pub last: String,
}

/// The owner's parts, so many as are asked for, and what stands behind them; `None` if a part is
/// missing or empty.
pub fn split<const OWNER: usize>(id: &str) -> Option<([String; OWNER], Rest<'_>)> {
    let mut rest = id;
    let mut owner = [const { String::new() }; OWNER];
    for part in &mut owner {
        let (own, after) = rest.split_once('/')?;
        *part = filled(own).then(|| identity::unescaped(own))?;
        rest = after;
    }
    let (name, last) = match rest.rsplit_once('/') {
        Some((name, last)) => (Some(name), last),
        None => (None, rest),
    };
    if !filled(last) || !name.is_none_or(filled) {
        return None;
    }
    Some((owner, Rest { whole: rest, name, last: identity::unescaped(last) }))
}

fn filled(part: &str) -> bool {
    !part.trim().is_empty()
}
