//! The end of a process: what is open is looked for and revoked beside what still hangs, and what
//! can't be done in time is named.

use std::time::Duration;

use emulator::{Fault, Lag, ORG, On, When};
use pulumiservice::cloud::{CreateError, NewToken, RevokeError, Revoked, Unclear};
use tokio::task::JoinHandle;

use crate::support::*;

const LONG: Duration = Duration::from_secs(60);

/// A creation that hangs in a task of its own.
fn creating(
    client: &pulumiservice::cloud::Client,
    token: NewToken,
) -> JoinHandle<Result<(), CreateError>> {
    let client = client.clone();
    tokio::spawn(async move { client.create_token(&acme(), &token, None).await.map(drop) })
}

#[tokio::test]
async fn a_token_whose_answer_hangs_is_found_and_revoked_beside_it() {
    for drawn in [false, true] {
        let cloud = start();
        let client = client(&cloud);
        list(&client).await.unwrap();
        let hold = cloud.hold(On::creations(), When::AfterActing);
        let creation = creating(&client, NewToken { name_is_drawn: drawn, ..named("ci") });
        hold.has_arrived().await;
        assert!(client.open()[0].contains("\"ci\" of the organization \"acme\""));
        client.shut_down(LONG).await;
        assert_eq!(live(&cloud), [""; 0]);
        assert!(client.open().is_empty());
        let error = creation.await.unwrap().unwrap_err();
        assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
        drop(hold);
    }
}

#[tokio::test]
async fn a_token_that_is_made_late_is_revoked_too() {
    let cloud = start();
    let client = client(&cloud);
    list(&client).await.unwrap();
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = creating(&client, named("ci"));
    hold.has_arrived().await;
    creation.abort();
    let ending = tokio::spawn({
        let client = client.clone();
        async move { client.shut_down(LONG).await }
    });
    // Only after it has been looked for in vain.
    while counts(&cloud)[1] < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    hold.release();
    ending.await.unwrap();
    assert!(cloud.token_named(ORG, "ci").is_some());
    assert_eq!(live(&cloud), [""; 0]);
}

/// The first request made it, and the end comes during the second.
#[tokio::test]
async fn a_token_of_an_earlier_try_is_revoked_at_the_end() {
    let cloud = start();
    let client = client(&cloud);
    list(&client).await.unwrap();
    cloud.set_lag(Lag { lists: 1, seconds: 0 });
    let lost = cloud.hold(On::creations(), When::AfterActing);
    cloud.fault(On::creations(), Fault::status(504).after());
    let creation = creating(&client, named("ci"));
    lost.has_arrived().await;
    let second = cloud.hold(On::creations(), When::BeforeActing);
    // By the service's clock, which tells whole seconds, the second begins later.
    cloud.clock().advance(10);
    lost.release();
    second.has_arrived().await;
    client.shut_down(LONG).await;
    assert_eq!(live(&cloud), [""; 0]);
    let error = creation.await.unwrap().unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    drop(second);
}

#[tokio::test]
async fn a_strangers_token_tells_that_nothing_was_made() {
    let cloud = start();
    let mut stranger = cloud.new_token(ORG, "ci");
    stranger.created -= 10;
    cloud.add_token(stranger);
    let client = client(&cloud);
    list(&client).await.unwrap();
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = creating(&client, named("ci"));
    hold.has_arrived().await;
    client.shut_down(LONG).await;
    assert!(matches!(creation.await.unwrap(), Err(CreateError::NameTaken { .. })));
    assert_eq!(live(&cloud), ["ci"]);
    drop(hold);
}

#[tokio::test]
async fn what_can_not_be_done_in_time_is_named() {
    record_log();
    let cloud = start();
    let client = client(&cloud);
    let hold = cloud.hold(On::any().always(), When::BeforeActing);
    let creation = creating(&client, named("too-late"));
    hold.has_arrived().await;
    creation.abort();
    client.lend(&acme(), "lent-too-long", None, 1_800_000_000);
    client.shut_down(Duration::from_millis(50)).await;
    let logged = logged();
    let told: Vec<_> = logged.lines().filter(|line| line.starts_with("ERROR")).collect();
    for name in ["\"too-late\"", "lent-too-long"] {
        let of = |line: &&&str| line.contains(name) && line.contains("organization \"acme\"");
        assert!(told.iter().any(|line| of(&line)), "{name}: {told:#?}");
    }
    drop(hold);
}

#[tokio::test]
async fn nothing_begins_after_it() {
    let cloud = start();
    let client = client(&cloud);
    client.shut_down(LONG).await;
    let error = create(&client, "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn what_is_lent_is_revoked_at_once() {
    let cloud = start();
    let client = client(&cloud);
    for n in 0..5 {
        let name = format!("t{n}");
        let made = create(&client, &name).await.unwrap();
        client.lend(&acme(), &made.id, Some(&name), 0);
    }
    let back = cloud.token_named(ORG, "t0").unwrap().id;
    assert_eq!(client.give_back(&acme(), &back).await, Ok(Revoked::Now));
    assert_eq!(client.give_back(&acme(), &back).await, Ok(Revoked::Before));
    assert_eq!(client.open().len(), 4);
    let hold = cloud.hold(On::deletions().always(), When::BeforeActing);
    let ending = tokio::spawn({
        let client = client.clone();
        async move { client.shut_down(LONG).await }
    });
    hold.arrivals(4).await;
    hold.release();
    ending.await.unwrap();
    assert_eq!(live(&cloud), [""; 0]);
    assert!(client.open().is_empty());
}

#[tokio::test]
async fn what_could_not_be_given_back_stays_lent() {
    let cloud = start();
    let client = client(&cloud);
    let made = create(&client, "ci").await.unwrap();
    client.lend(&acme(), &made.id, Some("ci"), 0);
    cloud.fault(On::deletions(), Fault::status(403));
    assert!(client.give_back(&acme(), &made.id).await.is_err());
    assert!(client.open()[0].contains("named \"ci\" of the organization \"acme\" is lent"));
    client.shut_down(LONG).await;
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn a_lost_answer_at_the_end_is_looked_up_once() {
    let cloud = start();
    let client = client(&cloud);
    list(&client).await.unwrap();
    cloud.fault(On::creations(), Fault::drop());
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = creating(&client, named("ci"));
    hold.has_arrived().await;
    let ending = tokio::spawn({
        let client = client.clone();
        async move { client.shut_down(LONG).await }
    });
    while counts(&cloud)[1] < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    hold.release();
    ending.await.unwrap();
    let error = creation.await.unwrap().unwrap_err();
    assert_eq!(crate::creation::unclear(&error), &Unclear::NotFound);
    assert_eq!(counts(&cloud)[0], 1);
}

#[tokio::test]
async fn a_list_that_lacks_a_token_that_was_just_made_proves_nothing() {
    let cloud = start();
    // Lists don't show it yet, and what is in front of the service answers in its place. Another
    // client doesn't know by itself that it was made.
    cloud.set_lag(Lag { lists: 100, seconds: 60 });
    let made = create(&client(&cloud), "ci").await.unwrap();
    let client = client(&cloud);
    client.lend(&acme(), &made.id, Some("ci"), 0);
    cloud.fault(On::deletions(), Fault::queued());
    let error = client.give_back(&acme(), &made.id).await.unwrap_err();
    assert!(matches!(error, RevokeError::TooYoung { .. }), "{error}");
    assert_eq!(live(&cloud), ["ci"]);
    client.give_back(&acme(), &made.id).await.unwrap();
    assert_eq!(live(&cloud), [""; 0]);
}
