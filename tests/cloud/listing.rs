//! Listings: pages, sharing, and what is no listing at all.

use std::sync::Arc;
use std::time::Duration;

use emulator::{Config, Emulator, Fault, Lag, ORG, On, Operation, Org, When};
use pulumiservice::cloud::{Client, ErrorKind};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::support::*;

/// Reads the default organization so many times at once.
async fn read_at_once(client: &Client, reads: usize) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..reads {
        let client = client.clone();
        tasks.spawn(async move { client.org_tokens(ORG).await.unwrap().len() });
    }
    tasks.join_all().await.into_iter().max().unwrap()
}

#[tokio::test]
async fn a_thousand_tokens_are_a_page_and_many_reads_one_listing() {
    let cloud = start();
    cloud.add_tokens(ORG, "t", 2_500);
    let client = client(&cloud);
    assert_eq!(read_at_once(&client, 100).await, 2_500);
    let tokens = client.org_tokens(ORG).await.unwrap();
    assert!(Arc::ptr_eq(&tokens, &client.org_tokens(ORG).await.unwrap()));

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
    let tokens = client(&cloud).org_tokens(ORG).await.unwrap();
    let listed = tokens.by_id(&kept.id).unwrap();
    assert_eq!(listed.description, kept.description);
    assert_eq!(listed.created_by, kept.created_by);
    assert_eq!((listed.expires, listed.last_used, listed.admin), (1_000, 900, true));
    assert_eq!(listed.kind.as_deref(), Some("organization"));
    assert_eq!(listed.role.as_ref().unwrap().id, kept.role.unwrap().id);
    assert_eq!(listed.created, emulator::clock::iso_8601(kept.created));
}

#[tokio::test]
async fn own_creations_and_deletions_are_seen_without_another_listing() {
    let cloud = start();
    let old = cloud.add_token(cloud.new_token(ORG, "old"));
    let client = client(&cloud);
    assert_eq!(client.org_tokens(ORG).await.unwrap().len(), 1);
    for n in 0..20 {
        let made = create(&client, &format!("t{n}")).await.unwrap();
        assert!(client.org_tokens(ORG).await.unwrap().by_id(&made.id).is_some());
    }
    client.delete_org_token(ORG, &old.id).await.unwrap();
    let tokens = client.org_tokens(ORG).await.unwrap();
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
        async move { client.org_tokens(ORG).await }
    });
    hold.has_arrived().await;
    let made = create(&client, "ci").await.unwrap();
    client.delete_org_token(ORG, &old.id).await.unwrap();
    hold.release();
    let tokens = reading.await.unwrap().unwrap();
    assert!(tokens.by_id(&made.id).is_some() && tokens.by_id(&old.id).is_none());

    cloud.set_lag(Lag { lists: 1_000, seconds: 0 });
    let mut settings = settings(cloud.url());
    settings.snapshot_age = Duration::ZERO;
    let client = with(settings);
    let made = create(&client, "late").await.unwrap();
    assert!(client.org_tokens(ORG).await.unwrap().by_id(&made.id).is_some());
}

#[tokio::test]
async fn organizations_are_apart_and_their_names_are_encoded() {
    let odd = "a/b ?#%";
    let cloud =
        Emulator::start(Config { orgs: vec![Org::new(odd), Org::new(ORG)], ..Config::default() });
    cloud.add_token(cloud.new_token(odd, "theirs"));
    let client = client(&cloud);
    // The service may or may not know a name in this form; it must get the one that was meant.
    let listed = client.org_tokens(odd).await;
    assert!(client.org_tokens(ORG).await.unwrap().is_empty());
    assert_eq!(cloud.requests()[0].path, "/api/orgs/a%2Fb%20%3F%23%25/tokens");
    assert!(listed.unwrap().by_name("theirs").is_some());
    for nowhere in ["", ".", ".."] {
        let error = client.org_tokens(nowhere).await.unwrap_err();
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
            readers.spawn(async move { client.org_tokens(ORG).await.is_err() });
        }
        hold.has_arrived().await;
        hold.release();
        assert_eq!(readers.join_all().await, [true; 3], "{fault:?}");
        assert_eq!(counts(&cloud)[1], 2, "{fault:?}");
        // The failure is not kept.
        assert_eq!(client.org_tokens(ORG).await.unwrap().len(), 1_001, "{fault:?}");
    }
}

#[tokio::test]
async fn pages_that_repeat_or_never_end_are_an_error() {
    for (repeat, most) in [(true, 2), (false, 10)] {
        let cloud = start();
        cloud.fault(On::lists(), Fault::EndlessPages { repeat });
        let error = client(&cloud).org_tokens(ORG).await.unwrap_err();
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
    let error = client.org_tokens(ORG).await.unwrap_err();
    assert!(error.to_string().contains("never end"), "{error}");
    drop(client);
    assert_eq!(service.await.unwrap().unwrap(), 501, "the page that is asked for next");
}

#[tokio::test]
async fn an_answer_of_just_16_mib_is_read() {
    let cloud = start();
    cloud.fault(On::lists(), Fault::Huge { bytes: 16 << 20 });
    assert!(client(&cloud).org_tokens(ORG).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_policy_is_asked_once() {
    let cloud = start();
    cloud.set_policy(ORG, Some(90));
    let client = client(&cloud);
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        tasks.spawn(async move { client.organization_policy(ORG).await.unwrap().max_token_days });
    }
    assert_eq!(tasks.join_all().await, [Some(90); 50]);
    let missing = client.organization_policy("missing").await.unwrap_err();
    assert_eq!(missing.status(), Some(404));
    assert_eq!(client.organization_policy("missing").await.unwrap_err(), missing);
    assert_eq!(requests(&cloud, Operation::GetOrganizationMetadata).len(), 2);
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_policy_that_could_not_be_asked_keeps_nobody_waiting_again() {
    let cloud = start();
    let client = client(&cloud);
    cloud.fault(On::any().times(5), Fault::status(503));
    for _ in 0..2 {
        assert_eq!(client.organization_policy(ORG).await.unwrap_err().status(), Some(503));
    }
    assert_eq!(requests(&cloud, Operation::GetOrganizationMetadata).len(), 5);
}

#[tokio::test]
async fn a_token_that_a_lagging_list_lacks_is_looked_for_again() {
    let cloud = start();
    cloud.set_lag(Lag { lists: 1, seconds: 0 });
    // Made by an earlier run, as this client knows nothing of it.
    let made = create(&client(&cloud), "late").await.unwrap();
    let found = client(&cloud).org_token(ORG, &made.id).await.unwrap();
    assert_eq!(found.unwrap().name, "late");
    assert_eq!(counts(&cloud)[1], 2);
    assert!(client(&cloud).org_token(ORG, "never there").await.unwrap().is_none());
}
