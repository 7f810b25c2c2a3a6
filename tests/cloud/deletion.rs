//! Deletions.

use std::time::Duration;

use emulator::{ErrorBody, Fault, Lag, ORG, On, Operation, When};
use pulumiservice::cloud::{Owner, RevokeError, Revoked};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::*;

#[tokio::test]
async fn a_token_is_revoked_and_gone_is_gone() {
    let cloud = start();
    let client = client(&cloud);
    let token = cloud.add_token(cloud.new_token(ORG, "ci"));
    assert_eq!(revoke(&client, &token.id).await, Ok(Revoked::Now));
    assert_eq!(live(&cloud), [""; 0]);
    assert_eq!(revoke(&client, &token.id).await, Ok(Revoked::Before));
    assert_eq!(counts(&cloud), [0, 1, 2], "a 404 is looked up");
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_done() {
    for fault in [Fault::drop().after(), Fault::reset().after(), Fault::status(502).after()] {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone());
        let deleted = revoke(&client(&cloud), &token.id).await;
        assert!(matches!(deleted, Ok(Revoked::Before)), "{fault:?}: {deleted:?}");
        assert_eq!(counts(&cloud), [0, 1, 2], "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_in_front_of_the_service_knows_of_no_token() {
    for body in [
        ErrorBody::Html,
        ErrorBody::Text("default backend - 404".to_owned()),
        ErrorBody::Nothing,
        ErrorBody::Json(json!({"message": "no Route matched with those values"})),
        ErrorBody::Json(json!({"code": 4040, "message": "Not Found"})),
        ErrorBody::Json(json!({"code": "404", "message": "Not Found"})),
    ] {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), Fault::answer(404, body.clone()));
        let deleted = revoke(&client(&cloud), &token.id).await;
        match deleted.unwrap_err() {
            RevokeError::Failed(error) => assert_eq!(error.status(), Some(404), "{body:?}"),
            other => panic!("{body:?}: {other}"),
        }
        assert_eq!(counts(&cloud)[1], 0, "{body:?}");
    }
}

/// Answers that the service doesn't give.
fn unproven() -> [Fault; 4] {
    [
        Fault::status(404),
        Fault::answer(200, ErrorBody::Html),
        Fault::answer(202, ErrorBody::Json(json!({"queued": true}))),
        Fault::answer(200, ErrorBody::Text(" ".to_owned())),
    ]
}

#[tokio::test]
async fn what_the_list_still_has_is_not_revoked() {
    for fault in unproven() {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone());
        let error = revoke(&client(&cloud), &token.id).await.unwrap_err();
        assert!(matches!(error, RevokeError::StillListed { .. }), "{fault:?}: {error}");
        assert_eq!(live(&cloud), ["ci"]);
    }
}

#[tokio::test]
async fn what_the_list_lacks_is_gone_whatever_was_answered() {
    for (fault, expected) in unproven().into_iter().zip([Revoked::Before, Revoked::Now]) {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone().after());
        assert_eq!(revoke(&client(&cloud), &token.id).await, Ok(expected), "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_list_nothing_is_proven() {
    for fault in unproven() {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone().after());
        cloud.fault(On::lists(), Fault::status(403));
        let error = revoke(&client(&cloud), &token.id).await.unwrap_err();
        assert!(matches!(error, RevokeError::NotListed { .. }), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn an_organization_that_is_not_there_may_be_hidden() {
    let cloud = start();
    let error = client(&cloud).revoke(&Owner::organization("renamed"), "1", None).await;
    let error = error.unwrap_err();
    assert!(matches!(error, RevokeError::OrganizationHidden { .. }), "{error}");
}

#[tokio::test]
async fn deletions_that_are_looked_up_share_one_listing() {
    let cloud = start();
    cloud.add_tokens(ORG, "t", 30);
    let client = client(&cloud);
    list(&client).await.unwrap();
    let hold = cloud.hold(On::deletions().always(), When::AfterActing);
    let mut deletions = JoinSet::new();
    for token in cloud.live(ORG) {
        cloud.fault(On::deletions(), Fault::answer(200, ErrorBody::Html).after());
        let client = client.clone();
        deletions.spawn(async move { revoke(&client, &token.id).await });
    }
    hold.arrivals(30).await;
    hold.release();
    assert_eq!(deletions.join_all().await, vec![Ok(Revoked::Now); 30]);
    assert_eq!(live(&cloud), [""; 0]);
    // Those whose answer came while the first one was on its way need another one.
    assert!(counts(&cloud)[1] <= 6, "{:?}", counts(&cloud));
}

#[tokio::test]
async fn what_this_client_made_is_not_taken_for_listed() {
    let cloud = start();
    let client = client(&cloud);
    let made = create(&client, "ci").await.unwrap();
    cloud.delete(ORG, &made.id);
    assert_eq!(revoke(&client, &made.id).await, Ok(Revoked::Before));
}

#[tokio::test]
async fn a_young_token_may_be_missing_from_a_list_that_lags() {
    let cloud = start();
    cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
    let made = create(&client(&cloud), "ci").await.unwrap();
    for (age, young) in [(0, true), (290, true), (310, false)] {
        let made_at = Some(made.created.checked_sub(Duration::from_secs(age)).unwrap());
        cloud.fault(On::deletions(), Fault::answer(200, ErrorBody::Html));
        let deleted = client(&cloud).revoke(&acme(), &made.id, made_at).await;
        let too_young = matches!(deleted, Err(RevokeError::TooYoung { .. }));
        assert_eq!(too_young, young, "{age}: {deleted:?}");
    }
    // The service's own word is enough.
    cloud.delete(ORG, &made.id);
    let deleted = client(&cloud).revoke(&acme(), &made.id, Some(made.created)).await;
    assert_eq!(deleted, Ok(Revoked::Before));
}

#[tokio::test]
async fn an_empty_id_is_never_sent_nor_looked_for() {
    let cloud = start();
    let client = client(&cloud);
    assert!(matches!(revoke(&client, "").await, Err(RevokeError::Failed(_))));
    assert!(client.token(&acme(), "", None).await.is_err());
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_looked_up() {
    for fault in [Fault::Garbage, Fault::Empty, Fault::Truncate] {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone());
        let deleted = revoke(&client(&cloud), &token.id).await;
        assert_eq!(deleted, Ok(Revoked::Now), "{fault:?}");
    }
}

#[tokio::test]
async fn ids_are_encoded() {
    let cloud = start();
    let client = client(&cloud);
    let odd = "../../x?y#z";
    assert!(matches!(revoke(&client, odd).await, Ok(Revoked::Before)));
    let sent = &requests(&cloud, Operation::DeleteOrgToken)[0];
    assert_eq!(sent.path, "/api/orgs/acme/tokens/..%2F..%2Fx%3Fy%23z");
}
