//! Deletions.

use emulator::{ErrorBody, Fault, ORG, On, Operation};
use pulumiservice::cloud::Deleted;

use crate::support::*;

#[tokio::test]
async fn a_token_is_revoked_and_gone_is_gone() {
    let cloud = start();
    let client = client(&cloud);
    let token = cloud.add_token(cloud.new_token(ORG, "ci"));
    assert_eq!(client.delete_org_token(ORG, &token.id).await, Ok(Deleted::Now));
    assert_eq!(live(&cloud), [""; 0]);
    match client.delete_org_token(ORG, &token.id).await {
        Ok(Deleted::AlreadyGone(message)) => assert!(message.contains("Not Found"), "{message}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_done() {
    for fault in [Fault::drop().after(), Fault::reset().after(), Fault::status(502).after()] {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone());
        let deleted = client(&cloud).delete_org_token(ORG, &token.id).await;
        assert!(matches!(deleted, Ok(Deleted::AlreadyGone(_))), "{fault:?}: {deleted:?}");
        assert_eq!(counts(&cloud), [0, 0, 2], "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_in_front_of_the_service_knows_of_no_token() {
    for body in
        [ErrorBody::Html, ErrorBody::Text("default backend - 404".to_owned()), ErrorBody::Nothing]
    {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), Fault::answer(404, body.clone()));
        let deleted = client(&cloud).delete_org_token(ORG, &token.id).await;
        assert_eq!(deleted.unwrap_err().status(), Some(404), "{body:?}");
    }
}

#[tokio::test]
async fn the_status_is_all_that_counts() {
    for fault in [Fault::Garbage, Fault::Empty, Fault::Truncate] {
        let cloud = start();
        let token = cloud.add_token(cloud.new_token(ORG, "ci"));
        cloud.fault(On::deletions(), fault.clone());
        let deleted = client(&cloud).delete_org_token(ORG, &token.id).await;
        assert_eq!(deleted, Ok(Deleted::Now), "{fault:?}");
    }
}

#[tokio::test]
async fn ids_are_encoded() {
    let cloud = start();
    let client = client(&cloud);
    let odd = "../../x?y#z";
    assert!(matches!(client.delete_org_token(ORG, odd).await, Ok(Deleted::AlreadyGone(_))));
    let sent = &requests(&cloud, Operation::DeleteOrgToken)[0];
    assert_eq!(sent.path, "/api/orgs/acme/tokens/..%2F..%2Fx%3Fy%23z");
}
