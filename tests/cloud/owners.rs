//! Tokens of teams and of users: the same life as an organization's, but for their names.

use emulator::{ACCESS_TOKEN, ErrorBody, Fault, ORG, On, Operation};
use pulumiservice::cloud::{CreateError, NewToken, Owner, Presence, RevokeError, Revoked, Unclear};
use serde_json::json;

use crate::creation::unclear;
use crate::support::*;

fn platform() -> Owner {
    Owner::team(ORG, "platform")
}

fn personal() -> NewToken {
    NewToken { name: None, ..named("") }
}

#[tokio::test]
async fn a_team_has_tokens_of_its_own() {
    let cloud = start();
    let client = client(&cloud);
    let made = client.create_token(&platform(), &named("ci"), Some("why")).await.unwrap();
    let kept = cloud.token_named(ORG, "ci").unwrap();
    assert_eq!((kept.team.as_deref(), kept.id.as_str()), (Some("platform"), made.id.as_str()));
    assert!(list(&client).await.unwrap().is_empty());
    let found = client.token(&platform(), &made.id, None).await.unwrap();
    let Presence::Listed(listed) = found else { panic!("not listed") };
    assert_eq!((listed.name.raw(), listed.kind.unwrap().raw()), ("ci", "team"));
    assert_eq!(client.revoke(&platform(), &made.id, None).await, Ok(Revoked::Now));
    assert_eq!(live(&cloud), [""; 0]);
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_lost_team_token_is_revoked() {
    let cloud = start();
    cloud.fault(On::creations(), Fault::drop().after());
    let created = client(&cloud).create_token(&platform(), &named("ci"), None).await;
    assert!(matches!(created, Err(CreateError::Revoked { .. })), "{created:?}");
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn one_name_is_created_once_at_a_time_for_an_organization_and_its_teams() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(On::creations().skip(1), Fault::drop());
    let token = named("ci");
    let (acme, team) = (acme(), platform());
    let (a, b) = tokio::join!(
        client.create_token(&acme, &token, None),
        client.create_token(&team, &token, None)
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(live(&cloud), ["ci"]);
}

#[tokio::test]
async fn the_tokens_of_a_team_go_with_it_and_only_if_it_is_not_listed() {
    let gone = Owner::team(ORG, "gone");
    let not_found = json!({"code": 404, "message": "Not Found: Team 'gone' not found"});
    for is_gone in [true, false] {
        let cloud = start();
        if !is_gone {
            cloud.edit_org(ORG, |org| org.teams.push(emulator::Team::new("gone")));
        }
        let lists = On::operation(Operation::ListTeamTokens).always();
        cloud.fault(lists, Fault::answer(404, ErrorBody::Json(not_found.clone())));
        let found = client(&cloud).token(&gone, "1", None).await;
        assert_eq!(found == Ok(Presence::Gone), is_gone, "{found:?}");
        let revoked = client(&cloud).revoke(&gone, "1", None).await;
        assert_eq!(revoked == Ok(Revoked::Before), is_gone, "{revoked:?}");
    }
    let cloud = start();
    cloud.hide_org(ACCESS_TOKEN, ORG);
    let hidden = client(&cloud).revoke(&gone, "1", None).await;
    assert!(matches!(hidden, Err(RevokeError::OrganizationHidden { .. })), "{hidden:?}");
}

#[tokio::test]
async fn a_personal_token_has_no_name_and_login_sessions_are_none() {
    let cloud = start();
    let client = client(&cloud);
    let made = client.create_token(&Owner::User, &personal(), Some("why")).await.unwrap();
    assert!(cloud.personal_tokens().iter().any(|token| token.id != made.id), "a login session");
    let tokens = client.tokens(&Owner::User).await.unwrap();
    let ids: Vec<_> = tokens.iter().map(|token| token.id.raw()).collect();
    assert_eq!(ids, [made.id.as_str()]);
    assert!(tokens.by_name("").is_none());
    assert_eq!(client.revoke(&Owner::User, &made.id, None).await, Ok(Revoked::Now));
    let elsewhere = crate::support::client(&cloud);
    assert_eq!(elsewhere.token(&Owner::User, &made.id, None).await, Ok(Presence::Gone));
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_lost_personal_token_is_told_and_neither_revoked_nor_made_again() {
    let cloud = start();
    let client = client(&cloud);
    let others = NewToken { description: "another".to_owned(), ..personal() };
    client.create_token(&Owner::User, &others, None).await.unwrap();
    client.create_token(&Owner::User, &personal(), None).await.unwrap();
    let before = cloud.personal_tokens().len();
    for (fault, count) in [(Fault::drop().after(), 1), (Fault::drop(), 0)] {
        cloud.fault(On::creations(), fault);
        let error = client.create_token(&Owner::User, &personal(), None).await.unwrap_err();
        let lost: Vec<_> = cloud.personal_tokens().split_off(before);
        match unclear(&error) {
            // The second time the first one is listed still, and is older than the request.
            Unclear::OneOf(ids) if count == 1 => assert_eq!(ids, &[lost[0].id.as_str()]),
            Unclear::OneOf(_) => {}
            other => panic!("{other}"),
        }
        assert!(lost.iter().all(emulator::Token::exists));
        assert_eq!(lost.len(), 1);
    }
}

#[tokio::test]
async fn what_an_owner_can_not_have_is_not_sent() {
    let cloud = start();
    let client = client(&cloud);
    let admin = NewToken { admin: true, ..named("ci") };
    for (owner, token) in [
        (acme(), NewToken { name: None, ..named("") }),
        (acme(), named("")),
        (platform(), admin.clone()),
        (Owner::User, named("ci")),
        (Owner::User, NewToken { name: None, ..admin }),
    ] {
        let created = client.create_token(&owner, &token, None).await;
        assert!(matches!(created, Err(CreateError::NotSent(_))), "{created:?}");
    }
    assert_eq!(cloud.requests().len(), 0);
}
