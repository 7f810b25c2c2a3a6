//! Whether a token that was found can be the one that an attempt made.
//!
//! A token that belongs to someone else must never be revoked. Its name says nothing, since it is
//! the name that was asked for; but who asked for the same name earlier, or for something else
//! under it, is not us.

use std::time::Duration;

use jiff::Timestamp;

use super::{NewToken, NotTheToken, Unsure};
use crate::cloud::roles::ADMIN;
use crate::cloud::{Owner, Token};

/// The judgement, with its reason if the token is not to be touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing speaks against it: the attempt made it.
    Ours,
    /// Someone else made it, so that the attempt can't have made anything.
    Others(NotTheToken),
    /// It can't be told.
    Unknown(Unsure),
}

/// Judges the token `found` under the name that was asked for.
///
/// `began` is a moment, by the service's clock, before which the request had surely not been sent;
/// `default_role` is the role that a token gets for which none was asked.
pub(super) fn judge(
    found: &Token,
    owner: &Owner,
    asked: &NewToken,
    began: Option<Timestamp>,
    default_role: Option<&str>,
) -> Verdict {
    use NotTheToken::{CreatedEarlier, NotAdmin, OtherDescription, OtherExpiry, OtherKind, Used};
    // Nobody else can have asked for it.
    if asked.name_is_drawn {
        return Verdict::Ours;
    }
    if found.last_used != 0 {
        return Verdict::Others(Used);
    }
    if found.description != asked.description {
        return Verdict::Others(OtherDescription);
    }
    if found.expires != asked.expires {
        return Verdict::Others(OtherExpiry);
    }
    if found.kind.as_ref().is_some_and(|kind| *kind != owner.token_type()) {
        return Verdict::Others(OtherKind);
    }
    if asked.admin && !found.admin {
        return Verdict::Others(NotAdmin);
    }
    if let Owner::Organization { .. } = owner
        && let Some(doubt) = doubt_about_role(found, asked, default_role)
    {
        return doubt;
    }
    let Some(created) = created_at_the_latest(found) else {
        return Verdict::Unknown(Unsure::CreationTimeUnreadable);
    };
    match began {
        None => Verdict::Unknown(Unsure::ServiceTimeUnknown),
        Some(began) if created <= began => Verdict::Others(CreatedEarlier),
        Some(_) => Verdict::Ours,
    }
}

/// Whether a token without a name can be the one that was asked for. It is never proven.
pub(super) fn may_be(found: &Token, asked: &NewToken, began: Option<Timestamp>) -> bool {
    let too_old = || {
        let created = created_at_the_latest(found);
        created.zip(began).is_some_and(|(created, began)| created <= began)
    };
    found.last_used == 0
        && found.description == asked.description
        && found.expires == asked.expires
        && found.kind.as_ref().is_none_or(|kind| *kind == Owner::User.token_type())
        && !too_old()
}

fn doubt_about_role(
    found: &Token,
    asked: &NewToken,
    default_role: Option<&str>,
) -> Option<Verdict> {
    let role = found.role.as_ref()?;
    match &asked.role_id {
        Some(asked) => (role.id != *asked).then_some(Verdict::Others(NotTheToken::OtherRole)),
        None if asked.admin => (!matches!(role.default_identifier.raw(), ADMIN | ""))
            .then_some(Verdict::Unknown(Unsure::NotTheAdminRole)),
        // A role that nobody asked for is the organization's default, whatever it is.
        None if default_role == Some(role.id.raw()) => None,
        None if found.admin => Some(Verdict::Unknown(Unsure::Admin)),
        None if role.default_identifier == "member" => None,
        None => Some(Verdict::Unknown(Unsure::RoleNotAskedFor)),
    }
}

/// The latest moment at which a listed token can have been created: a time in whole seconds may have
/// lost up to a second.
fn created_at_the_latest(listed: &Token) -> Option<Timestamp> {
    let time = listed.created_at()?;
    let lost = Duration::from_secs(if time.subsec_nanosecond() == 0 { 1 } else { 0 });
    time.checked_add(lost).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::TokenRole;

    fn asked() -> NewToken {
        NewToken {
            name: Some("ci".to_owned()),
            description: "d".to_owned(),
            expires: 7,
            ..NewToken::default()
        }
    }

    fn acme() -> Owner {
        Owner::organization("acme")
    }

    fn role(id: &str, default_identifier: &str) -> Option<TokenRole> {
        let default_identifier = default_identifier.into();
        Some(TokenRole { id: id.into(), default_identifier, ..TokenRole::default() })
    }

    fn found() -> Token {
        Token {
            id: "1".into(),
            name: "ci".into(),
            description: "d".into(),
            created: "2027-01-15T08:00:00.250Z".into(),
            expires: 7,
            role: role("m", "member"),
            ..Token::default()
        }
    }

    fn judged(found: &Token, asked: &NewToken) -> Verdict {
        judge(found, &acme(), asked, "2027-01-15T08:00:00.200Z".parse().ok(), Some("default"))
    }

    #[test]
    fn time_decides_where_all_else_is_as_asked() {
        let at = |began: &str| judge(&found(), &acme(), &asked(), began.parse().ok(), None);
        assert_eq!(at("2027-01-15T08:00:00.200Z"), Verdict::Ours);
        assert_eq!(at("2027-01-15T08:00:00.300Z"), Verdict::Others(NotTheToken::CreatedEarlier));
        assert!(matches!(at("unknown"), Verdict::Unknown(_)));
    }

    #[test]
    fn whole_seconds_may_have_lost_some() {
        let created = |text: &str| judged(&Token { created: text.into(), ..found() }, &asked());
        assert_eq!(created("2027-01-15T08:00:00Z"), Verdict::Ours);
        assert_eq!(created("2027-01-15 08:00:00"), Verdict::Ours);
        assert_eq!(created("2027-01-15T10:00:00+02:00"), Verdict::Ours);
        assert!(matches!(created("2027-01-15T07:59:59Z"), Verdict::Others(_)));
        assert!(matches!(created(""), Verdict::Unknown(_)));
        assert!(matches!(created("yesterday"), Verdict::Unknown(_)));
    }

    #[test]
    fn anything_that_was_not_asked_for_speaks_against_it() {
        type Change = fn(&mut Token, &mut NewToken);
        let others: [Change; 6] = [
            |found, _| found.last_used = 1,
            |found, _| found.description = "".into(),
            |found, _| found.expires = 0,
            |found, _| found.kind = Some("team".into()),
            |_, asked| asked.admin = true,
            |_, asked| asked.role_id = Some("another".to_owned()),
        ];
        for change in others {
            let (mut found, mut asked) = (found(), asked());
            change(&mut found, &mut asked);
            assert!(matches!(judged(&found, &asked), Verdict::Others(_)), "{found:?} {asked:?}");
        }
    }

    #[test]
    fn a_role_that_nobody_asked_for_is_the_default() {
        let with = |role, admin| judged(&Token { role, admin, ..found() }, &asked());
        assert_eq!(with(None, false), Verdict::Ours);
        assert_eq!(with(role("default", ""), false), Verdict::Ours);
        assert!(matches!(with(role("custom", ""), false), Verdict::Unknown(_)));
        assert!(matches!(with(role("a", "admin"), true), Verdict::Unknown(_)));

        let asked = NewToken { role_id: Some("a".to_owned()), ..asked() };
        let admin = Token { role: role("a", "admin"), admin: true, ..found() };
        assert_eq!(judged(&admin, &asked), Verdict::Ours, "admin follows from the role");
    }

    #[test]
    fn a_default_role_may_be_that_of_an_admin() {
        let admin = Token { role: role("a", "admin"), admin: true, ..found() };
        let began = "2027-01-15T08:00:00.200Z".parse().ok();
        assert_eq!(judge(&admin, &acme(), &asked(), began, Some("a")), Verdict::Ours);
        let unknown = judge(&admin, &acme(), &asked(), began, None);
        assert_eq!(unknown, Verdict::Unknown(Unsure::Admin));
    }

    #[test]
    fn a_name_that_was_drawn_is_proof_enough() {
        let asked = NewToken { name_is_drawn: true, ..asked() };
        let odd = Token { role: role("a", "admin"), admin: true, expires: 9, ..found() };
        assert_eq!(judge(&odd, &acme(), &asked, None, None), Verdict::Ours);
    }

    #[test]
    fn a_team_token_has_no_role_to_be_judged_by() {
        let team = Owner::team("acme", "platform");
        let found = Token { kind: Some("team".into()), role: role("x", ""), ..found() };
        let began = "2027-01-15T08:00:00.200Z".parse().ok();
        assert_eq!(judge(&found, &team, &asked(), began, None), Verdict::Ours);
        let other = judge(&found, &acme(), &asked(), began, None);
        assert_eq!(other, Verdict::Others(NotTheToken::OtherKind));
    }
}
