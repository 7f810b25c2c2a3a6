//! Import ids, as texts.

use crate::framework::identity;

/// What an import id of an organization's or a team's token says. A name may hold slashes.
pub struct TokenId<'a> {
    /// The organization.
    pub org: String,
    /// The team, if the token has one.
    pub team: Option<String>,
    /// All that stands behind the owner.
    pub rest: &'a str,
    /// What stands behind the owner in front of the last part.
    pub name: Option<&'a str>,
    /// The last part.
    pub last: String,
}

impl<'a> TokenId<'a> {
    /// Takes an id apart; `None` if a part is missing or empty.
    pub fn parse(id: &'a str, has_team: bool) -> Option<Self> {
        let (org, mut rest) = id.split_once('/')?;
        let mut team = None;
        if has_team {
            let parts = rest.split_once('/')?;
            (team, rest) = (Some(parts.0), parts.1);
        }
        let (name, last) = match rest.rsplit_once('/') {
            Some((name, last)) => (Some(name), last),
            None => (None, rest),
        };
        let parts = [Some(org), team, name, Some(last)];
        let filled = parts.into_iter().flatten().all(|part| !part.trim().is_empty());
        let [org, last] = [org, last].map(identity::unescaped);
        filled.then_some(Self { org, team: team.map(identity::unescaped), rest, name, last })
    }
}
