//! Which requests are sent again, how often, and when.

use std::time::Duration;

use emulator::{ErrorBody, Fault, ORG, On, RetryAfter, When};
use pulumiservice::cloud::{ErrorKind, TeamChange};

use crate::support::*;

#[tokio::test]
async fn reads_and_deletions_are_tried_again_where_that_may_help() {
    let faults = [
        Fault::drop(),
        Fault::reset(),
        Fault::Truncate,
        Fault::status(429),
        Fault::status(500),
        Fault::answer(502, ErrorBody::Html),
        Fault::answer(503, ErrorBody::Nothing),
        Fault::answer(504, ErrorBody::Text("upstream".to_owned())),
    ];
    for fault in faults {
        let cloud = start();
        let client = client(&cloud);
        cloud.fault(On::lists().times(4), fault.clone());
        list(&client).await.unwrap();
        if fault != Fault::Truncate {
            cloud.fault(On::deletions().times(4), fault.clone());
            revoke(&client, "1").await.unwrap();
            // And a listing, since there never was such a token.
            assert_eq!(counts(&cloud), [0, 6, 5], "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_may_be_of_what_was_done() {
    for (first, acted) in [(Fault::status(503).after(), true), (Fault::status(429), false)] {
        let cloud = start();
        cloud.fault(On::any(), first);
        cloud.fault(On::any(), Fault::status(409));
        let change = TeamChange::default();
        let error = client(&cloud).update_team(ORG, "platform", &change).await.unwrap_err();
        assert_eq!((error.status(), error.may_have_acted()), (Some(409), acted), "{error}");
    }
}

#[tokio::test]
async fn tries_are_counted() {
    for retries in [0, 1, 7] {
        let cloud = start();
        let client = with(pulumiservice::cloud::ClientSettings {
            max_retries: retries,
            ..settings(cloud.url())
        });
        cloud.fault(On::any().always(), Fault::status(503));
        let error = list(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(503));
        assert_eq!(counts(&cloud)[1], retries as usize + 1);
    }
}

#[tokio::test]
async fn refusals_are_not_tried_again() {
    for status in [400, 401, 402, 403, 404, 409] {
        let cloud = start();
        cloud.fault(On::lists(), Fault::status(status));
        let error = list(&client(&cloud)).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(counts(&cloud)[1], 1);
    }
}

#[tokio::test]
async fn the_service_says_when_to_come_again() {
    // Half a year is beyond the total time: asking again any sooner would be of no use.
    let half_a_year = 180 * 86_400;
    for (asked, expected) in [
        (RetryAfter::Seconds(half_a_year), 1),
        (RetryAfter::Date(half_a_year), 1),
        (RetryAfter::Seconds(0), 2),
        (RetryAfter::Date(0), 2),
    ] {
        // Dates count from the service's own, whatever our clock says.
        for skew in [-86_400 * 365, 0, 86_400 * 365] {
            let cloud = start();
            cloud.clock().advance(skew);
            cloud.fault(On::lists(), Fault::too_many(Some(asked)));
            let listed = list(&client(&cloud)).await;
            assert_eq!(listed.is_ok(), expected == 2, "{asked:?} {skew}");
            assert_eq!(counts(&cloud)[1], expected, "{asked:?} {skew}");
        }
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    for slow_body in [false, true] {
        let cloud = start();
        cloud.add_tokens(ORG, "t", 100);
        let _hold = (!slow_body).then(|| cloud.hold(On::lists().always(), When::BeforeActing));
        cloud.fault(On::lists().always(), Fault::Trickle { bytes: 1, ms: 20 });
        let mut settings = settings(cloud.url());
        settings.request_timeout = Duration::from_millis(200);
        settings.max_retries = 0;
        let error = list(&with(settings)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
    }
}
