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

/// The id of an organization token, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct OrgTokenId {
    /// The organization.
    pub org_name: String,
    /// The token's name, which only Pulumi's older ids have.
    pub name: Option<String>,
    /// The id that the service gave the token.
    pub token_id: String,
}

impl OrgTokenId {
    /// Reads `{org_name}/{token_id}` or `{org_name}/{name}/{token_id}`.
    pub fn parse(id: &str) -> Option<Self> {
        let ([org_name], Rest { whole: _, name, last }) = split(id)?;
        Some(Self { org_name, name: name.map(str::to_owned), token_id: last })
    }
}
