//! Listings: pages, sharing, and what is no listing at all.

use std::sync::Arc;
use std::time::Duration;

use emulator::{Config, Emulator, Fault, Lag, MEMBER_ROLE, ORG, On, Operation, Org, When};
use pulumiservice::cloud::{Client, ErrorKind, NewRole, Owner, Presence, Status, Token};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::support::*;

/// Reads the default organization so many times at once.
async fn read_at_once(client: &Client, reads: usize) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..reads {
        let client = client.clone();
        tasks.spawn(async move { list(&client).await.unwrap().len() });
    }
    tasks.join_all().await.into_iter().max().unwrap()
}

#[tokio::test]
async fn a_thousand_tokens_are_a_page_and_many_reads_one_listing() {
    let cloud = start();
    cloud.add_tokens(ORG, "t", 2_500);
    let client = client(&cloud);
    assert_eq!(read_at_once(&client, 100).await, 2_500);
    let tokens = list(&client).await.unwrap();
    assert!(Arc::ptr_eq(&tokens, &list(&client).await.unwrap()));

    let pages = requests(&cloud, Operation::ListOrgTokens);
    assert_eq!(pages.len(), 3);
    for page in &pages {
        assert!(page.query.as_deref().unwrap().contains("filter=all&maxResults=1000"));
    }
    assert_eq!(cloud.breaches(), [""; 0]);
    for kept in cloud.tokens(ORG) {
        assert_eq!(tokens.by_id(&kept.id).unwrap().name, kept.name);
        assert_eq!(tokens.by_name(&kept.name).unwrap().id, kept.id);
    }
}

#[tokio::test]
async fn what_is_listed_is_told_in_full_and_the_expired_with_it() {
    let cloud = start();
    let mut token = cloud.new_token(ORG, "ci");
    token.expires = 1_000;
    token.last_used = 900;
    token.admin = true;
    let kept = cloud.add_token(token);
    let tokens = list(&client(&cloud)).await.unwrap();
    let listed = tokens.by_id(&kept.id).unwrap();
    assert_eq!(listed.description, kept.description);
    assert_eq!(listed.created_by, kept.created_by);
    assert_eq!((listed.expires, listed.last_used, listed.admin), (1_000, 900, true));
    assert_eq!(listed.kind.as_ref().unwrap(), &"organization");
    assert_eq!(listed.role.as_ref().unwrap().id, kept.role.unwrap().id);
    assert_eq!(listed.created, emulator::clock::iso_8601(kept.created));
}

#[tokio::test]
async fn own_creations_and_deletions_are_seen_without_another_listing() {
    let cloud = start();
    let old = cloud.add_token(cloud.new_token(ORG, "old"));
    let client = client(&cloud);
    assert_eq!(list(&client).await.unwrap().len(), 1);
    for n in 0..20 {
        let made = create(&client, &format!("t{n}")).await.unwrap();
        assert!(list(&client).await.unwrap().by_id(&made.id).is_some());
    }
    revoke(&client, &old.id).await.unwrap();
    let tokens = list(&client).await.unwrap();
    assert!(tokens.by_id(&old.id).is_none() && tokens.len() == 20);
    assert_eq!(counts(&cloud)[1], 1);
}

#[tokio::test]
async fn a_listing_that_is_too_early_or_lags_hides_nothing_of_our_own() {
    let cloud = start();
    let old = cloud.add_token(cloud.new_token(ORG, "old"));
    let client = client(&cloud);
    let hold = cloud.hold(On::lists(), When::AfterActing);
    let reading = tokio::spawn({
        let client = client.clone();
        async move { list(&client).await }
    });
    hold.has_arrived().await;
    let made = create(&client, "ci").await.unwrap();
    revoke(&client, &old.id).await.unwrap();
    hold.release();
    let tokens = reading.await.unwrap().unwrap();
    assert!(tokens.by_id(&made.id).is_some() && tokens.by_id(&old.id).is_none());

    cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
    let mut settings = settings(cloud.url());
    settings.snapshot_age = Duration::ZERO;
    let client = with(settings);
    let made = create(&client, "late").await.unwrap();
    assert!(list(&client).await.unwrap().by_id(&made.id).is_some());
}

#[tokio::test]
async fn organizations_are_apart_and_their_names_are_encoded() {
    let odd = "a/b ?#%";
    let cloud =
        Emulator::start(Config { orgs: vec![Org::new(odd), Org::new(ORG)], ..Config::default() });
    cloud.add_token(cloud.new_token(odd, "theirs"));
    let client = client(&cloud);
    // The service may or may not know a name in this form; it must get the one that was meant.
    let listed = client.tokens(&Owner::organization(odd)).await;
    assert!(list(&client).await.unwrap().is_empty());
    assert_eq!(cloud.requests()[0].path, "/api/orgs/a%2Fb%20%3F%23%25/tokens");
    assert!(listed.unwrap().by_name("theirs").is_some());
    for nowhere in ["", ".", ".."] {
        let error = client.tokens(&Owner::organization(nowhere)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Setup(_)), "{error}");
    }
    assert_eq!(cloud.requests().len(), 2);
}

#[tokio::test]
async fn a_listing_that_fails_half_way_has_failed_for_all_who_waited() {
    for fault in [
        Fault::status(403),
        Fault::Garbage,
        Fault::Empty,
        Fault::rewrite("/tokens", json!(7)),
        Fault::rewrite("/tokens/0/expires", json!("soon")),
        Fault::rewrite("/tokens/0/id", json!(null)),
        Fault::rewrite("/continuationToken", json!(["x"])),
        Fault::Huge { bytes: (16 << 20) + 1 },
    ] {
        let cloud = start();
        cloud.add_tokens(ORG, "t", 1_001);
        let client = client(&cloud);
        cloud.fault(On::later_pages(), fault.clone());
        let hold = cloud.hold(On::lists(), When::BeforeActing);
        let mut readers = JoinSet::new();
        for _ in 0..3 {
            let client = client.clone();
            readers.spawn(async move { list(&client).await.is_err() });
        }
        hold.has_arrived().await;
        hold.release();
        assert_eq!(readers.join_all().await, [true; 3], "{fault:?}");
        assert_eq!(counts(&cloud)[1], 2, "{fault:?}");
        // The failure is not kept.
        assert_eq!(list(&client).await.unwrap().len(), 1_001, "{fault:?}");
    }
}

#[tokio::test]
async fn pages_that_repeat_or_never_end_are_an_error() {
    for (repeat, most) in [(true, 2), (false, 10)] {
        let cloud = start();
        cloud.fault(On::lists(), Fault::EndlessPages { repeat });
        let error = list(&client(&cloud)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Answer(_)), "{error}");
        assert_eq!(counts(&cloud)[1], most);
    }
}

#[tokio::test]
async fn pages_that_always_bring_something_new_end_as_well() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        let mut stream = BufReader::new(stream);
        for page in 1.. {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).await? == 0 {
                    return Ok(page);
                }
            }
            let body = format!(
                r#"{{"tokens":[{{"id":"{page}","name":"t{page}"}}],"continuationToken":"{page}"}}"#
            );
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await?;
        }
        Ok::<_, std::io::Error>(0)
    });
    let client = with(settings(&url));
    let error = list(&client).await.unwrap_err();
    assert!(error.to_string().contains("never end"), "{error}");
    drop(client);
    assert_eq!(service.await.unwrap().unwrap(), 501, "the page that is asked for next");
}

#[tokio::test]
async fn an_answer_of_just_16_mib_is_read() {
    let cloud = start();
    cloud.fault(On::lists(), Fault::Huge { bytes: 16 << 20 });
    assert!(list(&client(&cloud)).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_policy_is_asked_once() {
    let cloud = start();
    cloud.set_policy(ORG, Some(90));
    let client = client(&cloud);
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        tasks.spawn(async move { client.organization(ORG).await.unwrap().max_token_days });
    }
    assert_eq!(tasks.join_all().await, [Some(90); 50]);
    let missing = client.organization("missing").await.unwrap_err();
    assert_eq!(missing.status(), Some(404));
    assert_eq!(client.organization("missing").await.unwrap_err(), missing);
    assert_eq!(requests(&cloud, Operation::GetOrganizationMetadata).len(), 2);
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_limit_of_zero_days_is_none() {
    let cloud = start();
    cloud.set_policy(ORG, Some(0));
    assert_eq!(client(&cloud).organization(ORG).await.unwrap().max_token_days, None);
}

#[tokio::test(start_paused = true)]
async fn who_hangs_about_an_organization_costs_seconds_once() {
    let cloud = start();
    let client = client(&cloud);
    let _hold = cloud.hold(On::any().always(), When::BeforeActing);
    let began = tokio::time::Instant::now();
    for _ in 0..3 {
        let error = client.organization(ORG).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
        let error = client.roles(ORG).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
    }
    assert!(began.elapsed() < Duration::from_secs(11), "{:?}", began.elapsed());
}

#[tokio::test]
async fn the_roles_are_asked_for_once() {
    let cloud = start();
    let client = client(&cloud);
    let (a, b) = tokio::join!(client.roles(ORG), client.roles(ORG));
    assert!(Arc::ptr_eq(&a.unwrap(), &b.unwrap()));
    let roles = client.roles(ORG).await.unwrap();
    let default = roles.iter().find(|role| role.is_org_default).unwrap();
    assert_eq!((default.id.raw(), default.default_identifier.raw()), (MEMBER_ROLE, "member"));
    assert_eq!(requests(&cloud, Operation::ListRoles).len(), 1);
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_role_that_was_just_created_is_among_the_roles() {
    let cloud = start();
    let client = client(&cloud);
    let before = client.roles(ORG).await.unwrap();
    let details = r#"{"__type": "PermissionDescriptorAllow", "permissions": ["stack:read"]}"#;
    let role = NewRole {
        name: "ops".to_owned(),
        description: String::new(),
        details: RawValue::from_string(details.to_owned()).unwrap(),
        resource_type: "global".to_owned(),
        ux_purpose: "role".to_owned(),
    };
    let created = client.create_role(ORG, &role).await.unwrap();
    let roles = client.roles(ORG).await.unwrap();
    assert!(roles.iter().any(|role| role.id == created.id), "{roles:?} as {before:?}");
}

#[tokio::test]
async fn a_policy_that_could_not_be_asked_keeps_nobody_waiting_again() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(On::any().times(5), Fault::status(503));
    for _ in 0..2 {
        assert_eq!(client.organization(ORG).await.unwrap_err().status(), Some(503));
    }
    assert_eq!(requests(&cloud, Operation::GetOrganizationMetadata).len(), 5);
}

#[tokio::test]
async fn a_token_that_a_lagging_list_lacks_is_looked_for_again() {
    let cloud = start();
    cloud.set_lag(Lag { lists: 1, seconds: 0 });
    // Made by an earlier run, as this client knows nothing of it.
    let made = create(&client(&cloud), "late").await.unwrap();
    let found = client(&cloud).token(&acme(), &made.id, None).await.unwrap();
    let Presence::Listed(found) = found else { panic!("not listed") };
    assert_eq!(found.name, "late");
    assert_eq!(counts(&cloud)[1], 2);
    let never = client(&cloud).token(&acme(), "never there", None).await;
    assert_eq!(never, Ok(Presence::Gone));
}

#[tokio::test]
async fn a_young_token_is_not_gone_because_lists_lack_it() {
    for skew in [-86_400, 0, 86_400] {
        let cloud = start();
        cloud.clock().advance(skew);
        cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
        let made = create(&client(&cloud), "late").await.unwrap();
        for (age, expected) in [(290, Presence::TooYoungToBeGone), (310, Presence::Gone)] {
            let made_at = made.created.checked_sub(Duration::from_secs(age)).unwrap();
            let found = client(&cloud).token(&acme(), &made.id, Some(made_at)).await;
            assert_eq!(found, Ok(expected), "{skew} {age}");
        }
    }
}

#[tokio::test]
async fn a_whole_listing_has_one_end() {
    let cloud = start();
    cloud.add_tokens(ORG, "t", 1_001);
    let hold = cloud.hold(On::later_pages().always(), When::BeforeActing);
    let mut settings = settings(cloud.url());
    settings.backoff.total = Duration::from_millis(300);
    let error = list(&with(settings)).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Timeout(Duration::from_millis(300)));
    drop(hold);
}

#[tokio::test]
async fn a_page_that_is_much_larger_than_asked_for_is_refused() {
    let cloud = start();
    let tokens = vec![json!({"id": "1", "name": "a"}); 10_001];
    cloud.fault(On::lists(), Fault::rewrite("/tokens", tokens.into()));
    let error = list(&client(&cloud)).await.unwrap_err();
    assert!(error.to_string().contains("more than 10000 tokens"), "{error}");
}

#[tokio::test]
async fn what_strangers_write_is_clean_when_it_is_shown() {
    let cloud = start();
    let token = cloud.add_token(cloud.new_token(ORG, "ci"));
    let long = "x".repeat(1 << 20);
    let written = format!("\u{1b}[31mred\u{202e}\u{200b} {} {long}", emulator::ACCESS_TOKEN);
    for field in ["name", "description", "createdBy", "created"] {
        cloud.fault(On::lists(), Fault::rewrite(&format!("/tokens/0/{field}"), json!(written)));
        let client = client(&cloud);
        let tokens = list(&client).await.unwrap();
        let listed = tokens.by_id(&token.id).unwrap();
        let shown = format!(
            "{} {} {} {} {listed:?}",
            listed.name, listed.description, listed.created_by, listed.created
        );
        assert!(shown.contains("[31mred [redacted] xxx"), "{field}: {shown:.200}");
        assert!(!shown.contains(emulator::ACCESS_TOKEN), "{field}");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{field}");
        assert!(shown.len() < 5_000, "{field}");
    }
}

#[tokio::test]
async fn a_listing_that_wants_little_asks_for_little() {
    let cloud = start();
    cloud.add_tokens(ORG, "t", 2_500);
    let mut expired = cloud.new_token(ORG, "expired");
    expired.expires = 1_000;
    cloud.add_token(expired);
    let client = client(&cloud);
    let everything = |_: &Token| true;
    let some = async |status, limit, wanted: fn(&Token) -> bool| {
        cloud.clear_requests();
        let found = client.list_tokens(&acme(), status, limit, wanted).await.unwrap();
        (found.len(), requests(&cloud, Operation::ListOrgTokens).len())
    };
    assert_eq!(some(Status::Active, 0, everything).await, (0, 0));
    assert_eq!(some(Status::Active, 10, everything).await, (10, 1));
    assert_eq!(some(Status::Active, 1_000, everything).await, (1_000, 1));
    assert_eq!(some(Status::Active, 1_001, everything).await, (1_001, 2));
    assert_eq!(some(Status::Active, usize::MAX, everything).await, (2_500, 3));
    assert_eq!(some(Status::All, usize::MAX, everything).await, (2_501, 3));
    assert_eq!(some(Status::Expired, usize::MAX, everything).await, (1, 1));
    // What a filter leaves out doesn't count.
    assert_eq!(some(Status::Active, 3, |token| token.name == "t2499").await, (1, 3));
    assert_eq!(cloud.breaches(), [""; 0]);
}
