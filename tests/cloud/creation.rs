//! Creations: what is sent, and what comes of them when answers are lost.

use std::time::Duration;

use emulator::{
    ACCESS_TOKEN, ADMIN_ROLE, DEPLOYER_ROLE, Emulator, ErrorBody, Fault, Lag, ORG, On, Operation,
    Permissions, RateLimit, RetryAfter, When,
};
use pulumiservice::cloud::{CreateError, NewToken, NotTheToken, RevokeError, Unclear, Unsure};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_creation_is_one_request_that_keeps_to_the_document() {
    let cloud = start();
    let name = "GitLab CI/CD ü";
    let token = NewToken {
        name: Some(name.to_owned()),
        description: "d".to_owned(),
        expires: cloud.clock().now() + 86_400,
        role_id: Some(DEPLOYER_ROLE.to_owned()),
        ..NewToken::default()
    };
    let reason = Some("why & how?");
    let made = client(&cloud).create_token(&acme(), &token, reason).await.unwrap();

    let kept = cloud.token_named(ORG, name).unwrap();
    assert_eq!((&made.id, made.value.expose()), (&kept.id, kept.value.as_str()));
    assert_eq!(kept.reason.as_deref(), reason);
    assert_eq!(kept.role.unwrap().id, DEPLOYER_ROLE);
    assert_eq!(cloud.requests().len(), 1);
    assert_eq!(cloud.breaches(), [""; 0]);

    let request = &requests(&cloud, Operation::CreateOrgToken)[0];
    assert_eq!(request.header("authorization"), Some(format!("token {ACCESS_TOKEN}").as_str()));
    assert_eq!(request.header("accept"), Some("application/vnd.pulumi+9"));
    assert_eq!(request.header("x-pulumi-source"), Some("provider"));
    assert_eq!(request.header("user-agent"), Some("pulumiservice"));
}

#[tokio::test]
async fn a_role_is_sent_only_where_one_is_asked_for() {
    let cloud = start();
    cloud.set_creations_answer_201(true);
    create(&client(&cloud), "ci").await.unwrap();
    let body = requests(&cloud, Operation::CreateOrgToken)[0].json();
    let expected =
        json!({"name": "ci", "description": "made by a test", "expires": 0, "admin": false});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_token_whose_answer_was_lost_is_revoked() {
    let faults = [
        Fault::drop().after(),
        Fault::reset().after(),
        Fault::status(500).after(),
        Fault::status(408).after(),
        Fault::answer(504, ErrorBody::Html).after(),
        Fault::status(303).after(),
        Fault::Truncate,
        Fault::Garbage,
        Fault::Empty,
        Fault::Huge { bytes: (16 << 20) + 1 },
        Fault::rewrite("/tokenValue", json!(7)),
        Fault::rewrite("/tokenValue", json!("")),
        Fault::rewrite("/tokenValue", json!("pul-\u{1b}[31m")),
        Fault::rewrite("/tokenValue", json!("pul-0123 456")),
        Fault::rewrite("/id", json!("an id\u{202e}")),
        Fault::rewrite("/id", json!(null)),
    ];
    for fault in faults {
        let cloud = start();
        cloud.fault(On::creations(), fault.clone());
        let error = create(&client(&cloud), "ci").await.unwrap_err();
        let made = cloud.token_named(ORG, "ci").unwrap();
        match &error {
            CreateError::Revoked { id, .. } => assert_eq!(*id, made.id, "{fault:?}"),
            other => panic!("{fault:?}: {other}"),
        }
        assert_eq!(live(&cloud), [""; 0], "{fault:?}");
        let [creations, _, deletions] = counts(&cloud);
        assert_eq!((creations, deletions), (1, 1), "{fault:?}");
    }
}

/// Something in front of the service sends a request again that got no answer.
#[tokio::test]
async fn a_conflict_about_a_name_that_was_just_drawn_is_a_lost_answer() {
    for (made, drawn) in [(true, true), (false, true), (true, false)] {
        let cloud = start();
        let conflict = Fault::status(409);
        cloud.fault(On::creations(), if made { conflict.after() } else { conflict });
        let asked = NewToken { name_is_drawn: drawn, ..named("ci") };
        let error = client(&cloud).create_token(&acme(), &asked, None).await.unwrap_err();
        match error {
            CreateError::Revoked { .. } => assert!(made && drawn),
            CreateError::NameTaken { holder: None, .. } => assert!(!(made && drawn)),
            other => panic!("{other}"),
        }
        assert_eq!(live(&cloud).is_empty(), drawn);
    }
    // A list that lags, and one that can't be had.
    let asked = NewToken { name_is_drawn: true, ..named("ci") };
    let cloud = start();
    cloud.set_lag(Lag { lists: 3, seconds: 0 });
    cloud.fault(On::creations(), Fault::status(409).after());
    let error = client(&cloud).create_token(&acme(), &asked, None).await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
    let cloud = start();
    cloud.fault(On::lists().always(), Fault::status(403));
    cloud.fault(On::creations(), Fault::status(409).after());
    let error = client(&cloud).create_token(&acme(), &asked, None).await.unwrap_err();
    assert!(matches!(unclear(&error), Unclear::NotListed(_)), "{error}");
}

#[tokio::test]
async fn an_answer_with_an_id_alone_is_a_lost_answer() {
    let cloud = start();
    cloud.set_permissions(ACCESS_TOKEN, Permissions { list: false, ..Permissions::ALL });
    cloud.fault(On::creations(), Fault::rewrite("/tokenValue", json!(null)));
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(unclear(&error), Unclear::NotListed(_)), "{error}");
    assert_eq!(counts(&cloud)[2], 0, "nothing is revoked by what an answer says");
}

#[tokio::test]
async fn an_id_in_an_answer_revokes_no_strangers_token() {
    let cloud = start();
    let stranger = cloud.add_token(cloud.new_token(ORG, "theirs"));
    let answer = ErrorBody::Json(json!({"id": stranger.id}));
    cloud.fault(On::creations(), Fault::answer(200, answer.clone()).after());
    let error = create(&client(&cloud), "ours").await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), ["theirs"]);

    cloud.fault(On::creations(), Fault::answer(200, answer));
    create(&client(&cloud), "more").await.unwrap();
    assert_eq!(live(&cloud), ["theirs", "more"]);
}

/// An organization whose default role is Admin.
fn start_with_admins() -> Emulator {
    let cloud = start();
    cloud.edit_org(ORG, |org| {
        org.roles.iter_mut().for_each(|role| role.is_org_default = role.id == ADMIN_ROLE);
    });
    cloud
}

#[tokio::test]
async fn a_default_role_of_an_admin_is_no_reason_for_doubt() {
    for fault in [None, Some(Fault::rewrite("/defaultRoleId", json!("")))] {
        let cloud = start_with_admins();
        cloud.fault(On::creations(), Fault::drop().after());
        if let Some(fault) = fault {
            // Then the roles tell.
            cloud.fault(On::operation(Operation::GetOrganizationMetadata).always(), fault);
        }
        let error = create(&client(&cloud), "ci").await.unwrap_err();
        assert!(cloud.token_named(ORG, "ci").unwrap().admin);
        assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
        assert_eq!(live(&cloud), [""; 0]);
    }
}

#[tokio::test]
async fn what_nobody_tells_of_the_default_role_is_left_to_the_user() {
    let cloud = start_with_admins();
    cloud.fault(On::creations(), Fault::drop().after());
    for operation in [Operation::GetOrganizationMetadata, Operation::ListRoles] {
        cloud.fault(On::operation(operation).always(), Fault::status(403));
    }
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(unclear(&error), Unclear::Whose(_, Unsure::Admin)), "{error}");
}

#[tokio::test]
async fn a_name_that_was_drawn_is_proof_enough() {
    let cloud = start_with_admins();
    cloud.fault(On::creations(), Fault::drop().after());
    cloud.fault(On::operation(Operation::GetOrganizationMetadata).always(), Fault::status(403));
    let token = NewToken { name_is_drawn: true, ..named("ci-abcdefgh") };
    let error = client(&cloud).create_token(&acme(), &token, None).await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn what_is_asked_for_is_compared_as_it_is() {
    let cloud = start();
    let odd = "zero\u{200b}width\u{202e}\n pul-0123456789abcdef";
    cloud.fault(On::creations(), Fault::drop().after());
    let token = NewToken { description: odd.to_owned(), ..named("ci") };
    let error = client(&cloud).create_token(&acme(), &token, None).await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
}

#[tokio::test]
async fn an_id_that_is_no_tokens_proves_nothing() {
    let cloud = start();
    let answer = ErrorBody::Json(json!({"id": "a request's"}));
    cloud.fault(On::creations(), Fault::answer(200, answer).after());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn a_creation_that_did_nothing_is_tried_again_under_the_same_name() {
    let faults = [
        Fault::drop(),
        Fault::reset(),
        Fault::status(500),
        Fault::status(408),
        Fault::answer(502, ErrorBody::Html),
    ];
    for fault in faults {
        let cloud = start();
        cloud.fault(On::creations(), fault.clone());
        let made = create(&client(&cloud), "ci").await.unwrap();
        assert_eq!(cloud.live(ORG)[0].value, made.value.expose(), "{fault:?}");
        assert_eq!(counts(&cloud), [2, 1, 0], "{fault:?}");
    }
}

#[tokio::test]
async fn a_conflict_after_a_lost_answer_means_that_it_was_there() {
    let cloud = start();
    cloud.set_lag(Lag { lists: 3, seconds: 0 });
    cloud.fault(On::creations(), Fault::drop().after());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
    let [creations, listings, deletions] = counts(&cloud);
    assert_eq!((creations, deletions), (2, 1));
    assert!(listings > 3, "{listings}");
}

#[tokio::test]
async fn a_token_that_no_list_shows_is_named_in_the_error() {
    let cloud = start();
    cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
    cloud.fault(On::creations(), Fault::drop().after());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert_eq!(unclear(&error), &Unclear::NotFound);
    assert_eq!(counts(&cloud)[2], 0);
}

#[tokio::test]
async fn a_strangers_token_is_never_revoked() {
    type Change = fn(&mut emulator::Token);
    let strangers: [(Change, NotTheToken); 5] = [
        (|token| token.created -= 10, NotTheToken::CreatedEarlier),
        (|token| token.description = "theirs".to_owned(), NotTheToken::OtherDescription),
        (|token| token.expires = 4_000_000_000, NotTheToken::OtherExpiry),
        (|token| token.last_used = 1, NotTheToken::Used),
        (|token| token.kind = emulator::books::TokenType::Team, NotTheToken::OtherKind),
    ];
    for (change, why) in strangers {
        let cloud = start();
        let mut stranger = cloud.new_token(ORG, "ci");
        stranger.description = named("ci").description;
        change(&mut stranger);
        let stranger = cloud.add_token(stranger);
        cloud.fault(On::creations(), Fault::drop());
        let error = create(&client(&cloud), "ci").await.unwrap_err();
        assert!(cloud.token_named(ORG, "ci").unwrap().exists(), "{why:?}");
        assert_eq!(counts(&cloud)[2], 0, "{why:?}");
        match error {
            CreateError::NameTaken { holder: Some(holder), .. } => {
                assert_eq!(holder.id, stranger.id);
                assert_eq!(holder.why, Some(why));
            }
            // A team's token is in no list of the organization's.
            other => assert_eq!(why, NotTheToken::OtherKind, "{other}"),
        }
    }
}

#[tokio::test]
async fn a_strangers_token_is_told_by_the_services_own_clock() {
    for skew in [-86_400 * 365, 86_400 * 365] {
        let cloud = start();
        cloud.clock().advance(skew);
        let mut stranger = cloud.new_token(ORG, "theirs");
        stranger.description = named("theirs").description;
        stranger.created -= 10;
        cloud.add_token(stranger);
        let client = client(&cloud);

        cloud.fault(On::creations(), Fault::drop());
        let error = create(&client, "theirs").await.unwrap_err();
        assert!(matches!(error, CreateError::NameTaken { .. }), "{skew}: {error}");
        cloud.fault(On::creations(), Fault::drop().after());
        let error = create(&client, "ours").await.unwrap_err();
        assert!(matches!(error, CreateError::Revoked { .. }), "{skew}: {error}");
        assert_eq!(live(&cloud), ["theirs"], "{skew}");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_forward_meanwhile_makes_no_stranger_of_it() {
    let cloud = start();
    let client = client(&cloud);
    list(&client).await.unwrap();
    cloud.fault(On::creations(), Fault::drop().after());
    let hold = cloud.hold(On::lists(), When::BeforeActing);
    let creation = tokio::spawn(async move { create(&client, "ci").await });
    hold.has_arrived().await;
    cloud.clock().advance(3_600);
    hold.release();
    let error = creation.await.unwrap().unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
}

#[tokio::test]
async fn a_token_with_a_role_that_was_not_asked_for_is_left_to_the_user() {
    let cloud = start();
    let mut stranger = cloud.new_token(ORG, "ci");
    stranger.description = named("ci").description;
    if let Some(role) = &mut stranger.role {
        role.id = DEPLOYER_ROLE.to_owned();
        role.default_identifier = String::new();
    }
    let stranger = cloud.add_token(stranger);
    cloud.fault(On::creations(), Fault::drop());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    match unclear(&error) {
        Unclear::Whose(holder, Unsure::RoleNotAskedFor) => assert_eq!(holder.id, stranger.id),
        other => panic!("{other}"),
    }
    assert_eq!(live(&cloud), ["ci"]);
}

#[tokio::test]
async fn what_this_client_handed_out_is_no_strangers_but_not_to_be_revoked_either() {
    let cloud = start();
    let client = client(&cloud);
    let made = create(&client, "ci").await.unwrap();
    cloud.fault(On::creations(), Fault::drop());
    let error = create(&client, "ci").await.unwrap_err();
    assert!(
        matches!(&error, CreateError::NameTaken { holder: Some(holder), .. } if holder.id == made.id),
        "{error}"
    );
    assert_eq!(live(&cloud), ["ci"]);
}

#[tokio::test]
async fn creations_of_one_name_take_turns() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(On::creations().skip(1), Fault::drop());
    let (a, b) = tokio::join!(create(&client, "ci"), create(&client, "ci"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(live(&cloud), ["ci"]);
}

#[tokio::test]
async fn a_name_that_is_taken_is_asked_for_once() {
    let cloud = start();
    cloud.add_token(cloud.new_token(ORG, "ci"));
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NameTaken { holder: None, .. }), "{error}");
    assert!(error.to_string().contains("token name already exists"), "{error}");
    assert_eq!(counts(&cloud), [1, 0, 0]);
}

#[tokio::test]
async fn a_refusal_is_final() {
    for status in [400, 401, 402, 403, 404, 422] {
        let cloud = start();
        cloud.fault(On::creations(), Fault::status(status));
        let error = create(&client(&cloud), "ci").await.unwrap_err();
        assert!(
            matches!(&error, CreateError::Refused(error) if error.status() == Some(status)),
            "{error}"
        );
        assert_eq!(counts(&cloud), [1, 0, 0]);
    }
}

#[tokio::test]
async fn too_many_requests_are_tried_again_without_looking() {
    let cloud = start();
    cloud.fault(On::creations(), Fault::too_many(None));
    cloud.fault(On::creations(), Fault::too_many(Some(RetryAfter::Seconds(0))));
    cloud.fault(On::creations(), Fault::too_many(Some(RetryAfter::Date(0))));
    create(&client(&cloud), "ci").await.unwrap();
    assert_eq!(counts(&cloud), [4, 0, 0]);

    cloud.fault(On::creations().always(), Fault::too_many(None));
    let mut settings = settings(cloud.url());
    (settings.max_retries, settings.backoff.total) = (0, Duration::from_secs(1));
    let error = create(&with(settings), "more").await.unwrap_err();
    assert!(matches!(&error, CreateError::Refused(error) if error.status() == Some(429)));
    let [creations, listings, deletions] = counts(&cloud);
    assert!(creations > 4 + 1, "a limit on the rate is no try: {creations}");
    assert_eq!((listings, deletions), (0, 0));
}

#[tokio::test]
async fn a_limit_on_the_rate_is_waited_out() {
    let cloud = start();
    cloud.set_rate_limit(Some(RateLimit { burst: 1.0, per_second: 100.0, retry_after: false }));
    let client = client(&cloud);
    let mut creations = tokio::task::JoinSet::new();
    for n in 0..40 {
        let client = client.clone();
        creations.spawn(async move { create(&client, &format!("t{n}")).await.map(drop) });
    }
    let failed = creations.join_all().await.into_iter().find_map(Result::err);
    assert!(failed.is_none(), "{}", failed.unwrap());
    assert_eq!(live(&cloud).len(), 40);
}

#[tokio::test]
async fn a_connection_that_is_never_made_made_nothing() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let error = create(&with(settings(&url)), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(error.to_string().contains(&format!("cannot reach {url}")), "{error}");
}

#[tokio::test]
async fn a_token_that_can_not_be_revoked_is_named_in_the_error() {
    let cloud = start();
    cloud.set_permissions(ACCESS_TOKEN, Permissions { delete: false, ..Permissions::ALL });
    cloud.fault(On::creations(), Fault::drop().after());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    let made = cloud.token_named(ORG, "ci").unwrap();
    match unclear(&error) {
        Unclear::NotRevoked { id, error: RevokeError::Failed(cause) } => {
            assert_eq!((id.raw(), cause.status()), (made.id.as_str(), Some(403)));
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn where_listing_is_not_allowed_the_error_says_what_to_check() {
    let cloud = start();
    cloud.set_permissions(ACCESS_TOKEN, Permissions { list: false, ..Permissions::ALL });
    cloud.fault(On::creations(), Fault::drop());
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert!(matches!(unclear(&error), Unclear::NotListed(_)), "{error}");
}

#[tokio::test]
async fn a_service_that_always_fails_leaves_the_question_open() {
    let cloud = start();
    cloud.fault(On::creations().always(), Fault::status(503));
    let error = create(&client(&cloud), "ci").await.unwrap_err();
    assert_eq!(unclear(&error), &Unclear::NotFound);
    assert_eq!(counts(&cloud)[0], 5);
}

#[tokio::test]
async fn the_search_and_the_revocation_bear_faults_of_their_own() {
    for fault in
        [Fault::Garbage, Fault::drop(), Fault::status(500), Fault::EndlessPages { repeat: true }]
    {
        let cloud = start();
        cloud.fault(On::creations(), Fault::drop().after());
        cloud.fault(On::lists().times(2), fault.clone());
        cloud.fault(On::deletions(), Fault::status(500));
        cloud.fault(On::deletions(), Fault::drop().after());
        let error = create(&client(&cloud), "ci").await.unwrap_err();
        assert!(matches!(error, CreateError::Revoked { .. }), "{fault:?}: {error}");
        assert_eq!(live(&cloud), [""; 0], "{fault:?}");
    }
}

/// What is unclear after a creation.
pub fn unclear(error: &CreateError) -> &Unclear {
    match error {
        CreateError::Unresolved { unclear, .. } => unclear,
        other => panic!("{other}"),
    }
}
