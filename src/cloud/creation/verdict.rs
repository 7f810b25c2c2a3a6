//! Whether a token that was found can be the one that an attempt made.
//!
//! A token that belongs to someone else must never be revoked. Its name says nothing, since it is
//! the name that was asked for; but who asked for the same name earlier, or for something else
//! under it, is not us.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::NewOrgToken;
use crate::cloud::OrgToken;

/// The judgement, with its reason where the token is not to be touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing speaks against it: the attempt made it.
    Ours,
    /// Someone else made it, so that the attempt can't have made anything.
    Others(&'static str),
    /// It can't be told.
    Unknown(&'static str),
}

/// Judges the token `found` under the name that was asked for.
///
/// `began` is a moment, by the service's clock, before which the attempt had surely not begun;
/// `default_role` is the role that a token gets for which none was asked.
pub(super) fn judge(
    found: &OrgToken,
    asked: &NewOrgToken,
    began: Option<Timestamp>,
    default_role: Option<&str>,
) -> Verdict {
    if found.last_used != 0 {
        return Verdict::Others("it has been used, so that someone has its value");
    }
    if found.description != asked.description {
        return Verdict::Others("its description is another");
    }
    if found.expires != asked.expires {
        return Verdict::Others("its expiry is another");
    }
    if found.kind.as_deref().is_some_and(|kind| kind != "organization") {
        return Verdict::Others("it is not an organization token");
    }
    if asked.admin && !found.admin {
        return Verdict::Others("it is not an admin token");
    }
    if let Some(doubt) = doubt_about_role(found, asked, default_role) {
        return doubt;
    }
    let Some(created) = created_at_the_latest(&found.created) else {
        return Verdict::Unknown("when it was created can't be read");
    };
    match began {
        None => Verdict::Unknown("the service doesn't say what time it is"),
        Some(began) if created <= began => Verdict::Others("it was created earlier"),
        Some(_) => Verdict::Ours,
    }
}

fn doubt_about_role(
    found: &OrgToken,
    asked: &NewOrgToken,
    default_role: Option<&str>,
) -> Option<Verdict> {
    let role = found.role.as_ref()?;
    match &asked.role_id {
        Some(asked) => (role.id != *asked).then_some(Verdict::Others("its role is another")),
        None if asked.admin => (!matches!(role.default_identifier.as_str(), "admin" | ""))
            .then_some(Verdict::Unknown("its role is not the one of an admin token")),
        // A role that nobody asked for is the organization's default.
        None if found.admin => Some(Verdict::Unknown("it is an admin token")),
        None if role.default_identifier == "member" || default_role == Some(role.id.as_str()) => {
            None
        }
        None => Some(Verdict::Unknown("it has a role that was not asked for")),
    }
}

/// The latest moment at which a token can have been created that is listed with this time: one in
/// whole seconds may have lost up to a second.
fn created_at_the_latest(text: &str) -> Option<Timestamp> {
    let time: Timestamp = match text.parse() {
        Ok(time) => time,
        // Without an offset it is UTC.
        Err(_) => TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()?,
    };
    let lost = Duration::from_secs(if time.subsec_nanosecond() == 0 { 1 } else { 0 });
    time.checked_add(lost).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Role;

    fn asked() -> NewOrgToken {
        NewOrgToken {
            name: "ci".to_owned(),
            description: "d".to_owned(),
            expires: 7,
            admin: false,
            role_id: None,
        }
    }

    fn role(id: &str, default_identifier: &str) -> Option<Role> {
        let name = String::new();
        Some(Role { id: id.to_owned(), name, default_identifier: default_identifier.to_owned() })
    }

    fn found() -> OrgToken {
        OrgToken {
            id: "1".to_owned(),
            name: "ci".to_owned(),
            description: "d".to_owned(),
            created: "2027-01-15T08:00:00.250Z".to_owned(),
            expires: 7,
            role: role("m", "member"),
            ..OrgToken::default()
        }
    }

    fn judged(found: &OrgToken, asked: &NewOrgToken) -> Verdict {
        judge(found, asked, "2027-01-15T08:00:00.200Z".parse().ok(), Some("default"))
    }

    #[test]
    fn time_decides_where_all_else_is_as_asked() {
        let at = |began: &str| judge(&found(), &asked(), began.parse().ok(), None);
        assert_eq!(at("2027-01-15T08:00:00.200Z"), Verdict::Ours);
        assert_eq!(at("2027-01-15T08:00:00.300Z"), Verdict::Others("it was created earlier"));
        assert!(matches!(at("unknown"), Verdict::Unknown(_)));
    }

    #[test]
    fn whole_seconds_may_have_lost_some() {
        let created =
            |text: &str| judged(&OrgToken { created: text.to_owned(), ..found() }, &asked());
        assert_eq!(created("2027-01-15T08:00:00Z"), Verdict::Ours);
        assert_eq!(created("2027-01-15 08:00:00"), Verdict::Ours);
        assert_eq!(created("2027-01-15T10:00:00+02:00"), Verdict::Ours);
        assert!(matches!(created("2027-01-15T07:59:59Z"), Verdict::Others(_)));
        assert!(matches!(created(""), Verdict::Unknown(_)));
        assert!(matches!(created("yesterday"), Verdict::Unknown(_)));
    }

    #[test]
    fn anything_that_was_not_asked_for_speaks_against_it() {
        type Change = fn(&mut OrgToken, &mut NewOrgToken);
        let others: [Change; 6] = [
            |found, _| found.last_used = 1,
            |found, _| found.description = String::new(),
            |found, _| found.expires = 0,
            |found, _| found.kind = Some("team".to_owned()),
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
        let with = |role, admin| judged(&OrgToken { role, admin, ..found() }, &asked());
        assert_eq!(with(None, false), Verdict::Ours);
        assert_eq!(with(role("default", ""), false), Verdict::Ours);
        assert!(matches!(with(role("custom", ""), false), Verdict::Unknown(_)));
        assert!(matches!(with(role("a", "admin"), true), Verdict::Unknown(_)));

        let asked = NewOrgToken { role_id: Some("a".to_owned()), ..asked() };
        let admin = OrgToken { role: role("a", "admin"), admin: true, ..found() };
        assert_eq!(judged(&admin, &asked), Verdict::Ours, "admin follows from the role");
    }
}
