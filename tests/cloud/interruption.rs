//! Runs that are stopped, and callers that go away.

use std::future::poll_fn;
use std::task::Poll;

use emulator::{Fault, ORG, On, RetryAfter, When};
use pulumiservice::cloud::{CreateError, ErrorKind, Revoked, TeamChange};

use crate::support::*;

#[tokio::test]
async fn what_has_not_been_sent_is_not_sent() {
    let (cloud, client, stop) = stoppable();
    stop.stop();
    let error = create(&client, "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    let error = list(&client).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Stopped);
    assert!(revoke(&client, "1").await.is_err());
    assert!(client.organization(ORG).await.is_err());
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn a_creation_on_its_way_is_waited_for() {
    for when in [When::BeforeActing, When::AfterActing] {
        let (cloud, client, stop) = stoppable();
        let hold = cloud.hold(On::creations(), when);
        let creation = tokio::spawn({
            let client = client.clone();
            async move { create(&client, "ci").await }
        });
        hold.has_arrived().await;
        stop.stop();
        hold.release();
        let made = creation.await.unwrap().unwrap();
        assert_eq!(cloud.live(ORG)[0].value, made.value.expose());
    }
}

#[tokio::test]
async fn after_a_stop_a_lost_answer_is_followed_up_but_nothing_more_is_made() {
    for (fault, creations) in [(Fault::drop().after(), 1), (Fault::drop(), 1)] {
        let (cloud, client, stop) = stoppable();
        cloud.fault(On::creations(), fault.clone());
        let hold = cloud.hold(On::creations(), When::BeforeActing);
        let creation = tokio::spawn({
            let client = client.clone();
            async move { create(&client, "ci").await }
        });
        hold.has_arrived().await;
        stop.stop();
        hold.release();
        let error = creation.await.unwrap().unwrap_err();
        let acted = fault == Fault::drop().after();
        match error {
            CreateError::Revoked { .. } => assert!(acted),
            CreateError::Unresolved { .. } => assert!(!acted),
            other => panic!("{other}"),
        }
        assert_eq!(live(&cloud), [""; 0]);
        assert_eq!(counts(&cloud)[0], creations);
    }
}

#[tokio::test]
async fn a_stop_ends_waiting_and_reading_at_once() {
    let (cloud, client, stop) = stoppable();
    cloud.fault(On::any().always(), Fault::too_many(Some(RetryAfter::Seconds(200))));
    let creation = tokio::spawn({
        let client = client.clone();
        async move { create(&client, "ci").await }
    });
    let deletion = tokio::spawn({
        let client = client.clone();
        async move { revoke(&client, "1").await }
    });
    let hold = cloud.hold(On::lists(), When::BeforeActing);
    let reading = tokio::spawn({
        let client = client.clone();
        async move { list(&client).await }
    });
    hold.has_arrived().await;
    stop.stop();
    assert_eq!(*reading.await.unwrap().unwrap_err().kind(), ErrorKind::Stopped);
    assert!(matches!(creation.await.unwrap().unwrap_err(), CreateError::NotSent(_)));
    assert!(deletion.await.unwrap().is_err());
}

#[tokio::test]
async fn a_deletion_on_its_way_is_waited_for() {
    let (cloud, client, stop) = stoppable();
    let token = cloud.add_token(cloud.new_token(ORG, "ci"));
    let hold = cloud.hold(On::deletions(), When::BeforeActing);
    let deletion = tokio::spawn({
        let client = client.clone();
        async move { revoke(&client, &token.id).await }
    });
    hold.has_arrived().await;
    stop.stop();
    hold.release();
    assert_eq!(deletion.await.unwrap(), Ok(Revoked::Now));
}

#[tokio::test]
async fn a_token_whose_caller_has_gone_is_revoked() {
    for when in [When::BeforeActing, When::AfterActing] {
        let cloud = start();
        let client = client(&cloud);
        cloud.fault(On::deletions(), Fault::status(503));
        let hold = cloud.hold(On::creations(), when);
        let creation = tokio::spawn({
            let client = client.clone();
            async move { create(&client, "ci").await }
        });
        hold.has_arrived().await;
        creation.abort();
        assert!(creation.await.unwrap_err().is_cancelled());
        hold.release();
        settled(&client).await;
        assert!(cloud.token_named(ORG, "ci").is_some());
        assert_eq!(live(&cloud), [""; 0]);
    }
}

/// A server polls the handler of a request first, and only then looks whether the client is there.
#[tokio::test]
async fn a_caller_that_goes_away_as_the_answer_arrives_leaves_no_token() {
    let cloud = start();
    let client = client(&cloud);
    let mut creation = Box::pin(create(&client, "ci"));
    let mut polls = 0;
    poll_fn(|context| {
        polls += 1;
        assert!(creation.as_mut().poll(context).is_pending(), "taken before it could be left");
        // The first poll begins, and the second one comes with the answer.
        if polls < 2 { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    drop(creation);
    settled(&client).await;
    assert!(cloud.token_named(ORG, "ci").is_some());
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn a_token_whose_caller_panics_is_revoked() {
    let cloud = start();
    let client = client(&cloud);
    let caller = tokio::spawn({
        let client = client.clone();
        async move {
            let token = create(&client, "ci").await.unwrap();
            panic!("with {token:?} in hand, on purpose");
        }
    });
    assert!(caller.await.unwrap_err().is_panic());
    settled(&client).await;
    assert!(cloud.token_named(ORG, "ci").is_some());
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn nothing_more_is_tried_for_a_caller_who_has_gone() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(On::creations(), Fault::status(500));
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = tokio::spawn({
        let client = client.clone();
        async move { create(&client, "ci").await }
    });
    hold.has_arrived().await;
    creation.abort();
    assert!(creation.await.unwrap_err().is_cancelled());
    hold.release();
    settled(&client).await;
    assert_eq!(counts(&cloud)[0], 1);
    assert!(cloud.token_named(ORG, "ci").is_none());
}

#[tokio::test]
async fn a_stop_is_heard_while_an_earlier_creation_is_in_doubt() {
    let (cloud, client, stop) = stoppable();
    cloud.fault(On::creations(), Fault::drop());
    cloud.fault(On::lists().skip(1).always(), Fault::too_many(Some(RetryAfter::Seconds(200))));
    let hold = cloud.hold(On::lists(), When::AfterActing);
    let creation = tokio::spawn({
        let client = client.clone();
        async move { create(&client, "ci").await }
    });
    hold.has_arrived().await;
    stop.stop();
    hold.release();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let error = creation.await.unwrap().unwrap_err();
    assert!(matches!(error, CreateError::Unresolved { .. }), "{error}");
    assert!(began.elapsed().as_secs() < 60, "it waits no longer than there is grace");
    assert_eq!(counts(&cloud)[0], 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_long_after_a_stop_is_followed_up_as_well() {
    let (cloud, client, stop) = stoppable();
    cloud.fault(On::creations(), Fault::drop().after());
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = tokio::spawn({
        let client = client.clone();
        async move { create(&client, "ci").await }
    });
    hold.has_arrived().await;
    stop.stop();
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(30)).await;
    tokio::time::resume();
    hold.release();
    let error = creation.await.unwrap().unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn a_change_that_was_lost_before_a_stop_may_have_been_made() {
    let (cloud, client, stop) = stoppable();
    let hold = cloud.hold(On::any(), When::AfterActing);
    cloud.fault(On::any(), Fault::status(503).after());
    let change = tokio::spawn({
        let client = client.clone();
        async move { client.update_team(ORG, "platform", &TeamChange::default()).await }
    });
    hold.has_arrived().await;
    stop.stop();
    hold.release();
    let error = change.await.unwrap().unwrap_err();
    assert!(*error.kind() == ErrorKind::Stopped && error.may_have_acted(), "{error:?}");
}

#[tokio::test]
async fn what_was_waited_out_when_a_stop_came_is_told() {
    let (cloud, client, stop) = stoppable();
    let hold = cloud.hold(On::any(), When::AfterActing);
    cloud.fault(On::any(), Fault::status(409));
    let deletion = tokio::spawn({
        let client = client.clone();
        async move { client.delete_role(ORG, "r", "role", false).await }
    });
    hold.has_arrived().await;
    stop.stop();
    hold.release();
    let error = deletion.await.unwrap().unwrap_err();
    assert_eq!(error.status(), Some(409), "{error}");
}
