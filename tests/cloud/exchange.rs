//! The exchange of a CI system's token, and clients that live by it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use emulator::{Emulator, ErrorBody, Fault, ID_TOKEN, LOGIN, ORG, On, Operation, RetryAfter, When};
use pulumiservice::cloud::{
    Address, Asking, Client, CreateError, Error, ErrorKind, ExchangeRequest, Exchanged,
    IdTokenRequest, Patience, Seams, Secret, Stop, exchange, fetch_id_token,
};
use serde_json::json;

use crate::support::*;

fn request() -> ExchangeRequest {
    ExchangeRequest {
        org: ORG.to_owned(),
        subject_token: Secret::new(ID_TOKEN),
        requested_token_type: "urn:pulumi:token-type:access_token:personal".to_owned(),
        scope: format!("user:{LOGIN}"),
        expiration: Some(3600),
    }
}

/// One exchange with the service.
async fn exchanged(cloud: &Emulator, request: &ExchangeRequest) -> Result<Exchanged, Error> {
    exchange(settings(cloud.url()), &Seams::system(), &Stop::new(), request).await
}

/// A client that exchanges, and how often it asked what to exchange.
fn exchanging(url: &str) -> (Client, Arc<AtomicUsize>) {
    exchanging_until(url, Stop::new())
}

/// The same with this signal to stop.
fn exchanging_until(url: &str, stop: Stop) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let source = {
        let asked = Arc::clone(&asked);
        Arc::new(move || {
            asked.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(request()) }) as Asking
        })
    };
    (Client::exchanging(settings(url), source, Seams::system(), stop), asked)
}

/// Lets time pass, with nobody waiting for it.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_is_exchanged_without_another_credential() {
    let cloud = start();
    let given = exchanged(&cloud, &request()).await.unwrap();
    assert_eq!(given.expires_in, 3600);
    let sent = &requests(&cloud, Operation::Token)[0];
    assert_eq!(sent.header("authorization"), None);
    let body = sent.json();
    assert_eq!(body["audience"], "urn:pulumi:org:acme");
    assert_eq!(body["subject_token"], ID_TOKEN);
    assert_eq!(body["expiration"], 3600);
    assert_eq!(cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn refusals_are_read_in_both_forms_and_show_no_token() {
    let cloud = start();
    let oauth =
        json!({"error": "invalid_grant", "error_description": format!("{ID_TOKEN} is old")});
    cloud.fault(On::any(), Fault::answer(400, ErrorBody::Json(oauth)));
    let refused = exchanged(&cloud, &request()).await;
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("invalid_grant: [redacted] is old"), "{text}");
    let unknown = ExchangeRequest { org: "missing".to_owned(), ..request() };
    let refused = exchanged(&cloud, &unknown).await;
    assert!(refused.unwrap_err().to_string().contains("'missing' not found"));
    for value in [json!(""), json!("a b"), json!(7)] {
        cloud.fault(On::any(), Fault::rewrite("/access_token", value));
        let error = exchanged(&cloud, &request()).await;
        assert!(matches!(error.unwrap_err().kind(), ErrorKind::Answer(_)));
    }
}

#[tokio::test]
async fn a_client_exchanges_once_for_all_its_calls() {
    let cloud = start();
    let (client, asked) = exchanging(cloud.url());
    let owner = acme();
    let (a, b) = tokio::join!(client.tokens(&owner), client.organization(ORG));
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    create(&client, "ci").await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(requests(&cloud, Operation::Token).len(), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_is_exchanged_once_more() {
    let cloud = start();
    let (client, asked) = exchanging(cloud.url());
    list(&client).await.unwrap();
    cloud.fault(On::creations(), Fault::status(401));
    create(&client, "ci").await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    cloud.fault(On::creations().times(2), Fault::status(401));
    assert!(create(&client, "more").await.is_err());
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert_eq!(counts(&cloud)[0], 4);
}

#[tokio::test]
async fn a_token_that_lives_for_ever_is_had_anew_some_day() {
    let cloud = start();
    let for_ever = Fault::rewrite("/expires_in", json!(i64::MAX));
    cloud.fault(On::operation(Operation::Token), for_ever);
    let (client, asked) = exchanging(cloud.url());
    list(&client).await.unwrap();
    pass(24 * 60 * 60).await;
    list(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_token_is_exchanged_again_before_it_ends() {
    let cloud = start();
    cloud.fault(On::operation(Operation::Token), Fault::rewrite("/expires_in", json!(200)));
    let (client, asked) = exchanging(cloud.url());
    list(&client).await.unwrap();
    pass(151).await;
    // One that can't be had again is used while it is good.
    cloud.fault(On::operation(Operation::Token), Fault::status(400));
    list(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    create(&client, "ci").await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn what_is_lent_is_revoked_at_the_end_though_the_access_token_has_ended() {
    let cloud = start();
    cloud.fault(On::operation(Operation::Token), Fault::rewrite("/expires_in", json!(200)));
    let (client, asked) = exchanging(cloud.url());
    let made = create(&client, "ci").await.unwrap();
    client.lend(&acme(), &made.id, Some("ci"), 0);
    pass(201).await;
    client.shut_down(Duration::from_secs(60)).await;
    assert_eq!(live(&cloud), [""; 0]);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_lost_creation_is_cleared_up_after_a_stop_though_the_access_token_has_ended() {
    let (cloud, stop) = (start(), Stop::new());
    cloud.fault(On::operation(Operation::Token), Fault::rewrite("/expires_in", json!(20)));
    cloud.fault(On::creations(), Fault::drop().after());
    let (client, asked) = exchanging_until(cloud.url(), stop.clone());
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = tokio::spawn(async move { create(&client, "ci").await });
    hold.has_arrived().await;
    stop.stop();
    pass(30).await;
    hold.release();
    let error = creation.await.unwrap().unwrap_err();
    assert!(matches!(error, CreateError::Revoked { .. }), "{error}");
    assert_eq!(live(&cloud), [""; 0]);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_failed_exchange_is_no_lost_creation() {
    for (fault, exchanges) in [
        (Fault::status(500), 5),
        (Fault::drop().after(), 5),
        (Fault::status(409), 1),
        (Fault::status(404), 1),
        (Fault::Garbage, 1),
    ] {
        let cloud = start();
        cloud.fault(On::operation(Operation::Token).always(), fault.clone());
        let (client, _) = exchanging(cloud.url());
        let error = create(&client, "ci").await.unwrap_err();
        assert!(matches!(error, CreateError::NotSent(_)), "{fault:?}: {error}");
        assert!(error.to_string().contains("POST /api/oauth/token "), "{error}");
        assert_eq!(counts(&cloud), [0; 3], "{fault:?}");
        assert_eq!(requests(&cloud, Operation::Token).len(), exchanges, "{fault:?}");
    }
}

#[tokio::test]
async fn a_creation_that_was_refused_and_finds_no_other_access_token_is_not_looked_for() {
    let cloud = start();
    cloud.fault(On::creations(), Fault::status(401));
    cloud.fault(On::operation(Operation::Token).skip(1).always(), Fault::status(500));
    let (client, _) = exchanging(cloud.url());
    let error = create(&client, "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert_eq!(counts(&cloud), [1, 0, 0]);
}

#[tokio::test]
async fn a_failed_exchange_takes_nothing_for_gone() {
    let cloud = start();
    // In the service's own form, as it says it of an organization that isn't there.
    cloud.fault(On::operation(Operation::Token).always(), Fault::status(404));
    let (client, _) = exchanging(cloud.url());
    let error = client.team(ORG, "platform").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoAccessToken(_)), "{error}");
    assert!(!error.is_not_found() && error.status().is_none() && !error.is_transient());
    assert!(revoke(&client, "1").await.unwrap_err().to_string().contains("/api/oauth/token"));
}

#[tokio::test]
async fn a_stop_ends_waiting_for_an_access_token_and_nothing_is_sent() {
    // Either its answer is late, or another try is waited for.
    for wait in [None, Some(Fault::too_many(Some(RetryAfter::Seconds(200))))] {
        let (cloud, stop) = (start(), Stop::new());
        let (client, _) = exchanging_until(cloud.url(), stop.clone());
        let exchanges = On::operation(Operation::Token).always();
        wait.into_iter().for_each(|fault| cloud.fault(exchanges.clone(), fault));
        let hold = cloud.hold(exchanges, When::AfterActing);
        let creation = tokio::spawn({
            let client = client.clone();
            async move { create(&client, "ci").await }
        });
        let deletion = tokio::spawn(async move { revoke(&client, "1").await });
        hold.has_arrived().await;
        stop.stop();
        // Not after the time that one request may take.
        let ended = tokio::time::timeout(Duration::from_secs(30), creation).await.expect("at once");
        let error = ended.unwrap().unwrap_err();
        assert!(matches!(error, CreateError::NotSent(_)), "{error}");
        assert_eq!(*error.cause().kind(), ErrorKind::Stopped);
        assert!(deletion.await.unwrap().is_err());
        assert_eq!(counts(&cloud), [0; 3]);
        drop(hold);
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_said() {
    let cloud = start();
    let source = Arc::new(|| Box::pin(async { Err("there is no token".to_owned()) }) as Asking);
    let client = Client::exchanging(settings(cloud.url()), source, Seams::system(), Stop::new());
    let error = list(&client).await.unwrap_err();
    assert!(error.to_string().contains("there is no token"), "{error}");
    assert_eq!(cloud.requests().len(), 0);
}

/// Answers one request after the other with these statuses, further lines of the head and bodies, and
/// gives the address and, at the end, the first lines of the requests and their heads.
fn answering(answers: Vec<(u16, &'static str, String)>) -> (String, JoinHandle<Vec<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/1//token/?x=1&y=a%2Fb", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let answer = |(status, lines, body): (u16, &str, String)| {
            let (mut connection, _) = listener.accept().unwrap();
            let asked = BufReader::new(connection.try_clone().unwrap()).lines();
            let asked = asked.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{lines}");
            // A client that doesn't want all of it may have gone.
            let _ = write!(connection, "{head}content-length: {length}\r\n\r\n{body}");
            asked
        };
        answers.into_iter().map(answer).collect()
    });
    (url, server)
}

async fn id_token(url: &str, stop: &Stop, patience: Patience) -> Result<String, ErrorKind> {
    let request =
        IdTokenRequest { url: url.to_owned(), bearer: Secret::new("job"), audience: "a:b".into() };
    let server = Address::of_server(url).unwrap().to_string();
    let settings = settings(&server);
    let fetched = fetch_id_token(settings, &Seams::system(), stop, patience, &request).await;
    fetched.map(|token| token.expose().to_owned()).map_err(|error| error.kind().clone())
}

/// The same for a run that nobody stops.
async fn id_token_at_once(url: &str) -> Result<String, ErrorKind> {
    id_token(url, &Stop::new(), Patience::UntilStopped).await
}

const GIVEN: &str = r#"{"value": "id-token", "count": 1}"#;

#[tokio::test]
async fn a_ci_system_is_asked_at_its_own_address_with_the_jobs_own_token() {
    let (url, server) = answering(vec![(200, "", GIVEN.to_owned())]);
    assert_eq!(id_token_at_once(&url).await.as_deref(), Ok("id-token"));
    let asked = &server.join().unwrap()[0];
    assert_eq!(asked[0], "GET /1//token/?x=1&y=a%2Fb&audience=a%3Ab HTTP/1.1");
    for line in ["authorization: Bearer job", "accept: application/json"] {
        assert!(asked.iter().any(|asked| asked == line), "{asked:#?}");
    }
}

#[tokio::test]
async fn a_ci_system_that_fails_for_a_moment_is_asked_again() {
    let answers = [(503, ""), (500, ""), (200, GIVEN)];
    let (url, server) =
        answering(answers.map(|(status, body)| (status, "", body.to_owned())).into());
    assert_eq!(id_token_at_once(&url).await.as_deref(), Ok("id-token"));
    server.join().unwrap();
}

#[tokio::test]
async fn a_ci_system_that_refuses_is_asked_once() {
    for (status, lines, body) in [
        (401, "", String::new()),
        (200, "", "{}".to_owned()),
        (200, "", r#"{"value": ""}"#.to_owned()),
        // Longer than anybody waits.
        (503, "retry-after: 400\r\n", String::new()),
        (200, "", format!("{GIVEN}{}", " ".repeat(16 << 20))),
    ] {
        let (url, server) = answering(vec![(status, lines, body)]);
        assert!(id_token_at_once(&url).await.is_err(), "{status} {lines}");
        // Meanwhile the client hangs up on what is too long.
        tokio::task::spawn_blocking(move || server.join().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_stop_ends_asking_a_ci_system_unless_something_is_to_be_cleared_up() {
    let stop = Stop::new();
    let (url, server) = answering(vec![(503, "retry-after: 200\r\n", String::new())]);
    let asking = tokio::spawn({
        let stop = stop.clone();
        async move { id_token(&url, &stop, Patience::UntilStopped).await }
    });
    tokio::task::spawn_blocking(move || server.join().unwrap()).await.unwrap();
    stop.stop();
    let ended = tokio::time::timeout(Duration::from_secs(30), asking).await.expect("at once");
    assert_eq!(ended.unwrap(), Err(ErrorKind::Stopped));
    let (url, server) = answering(vec![(200, "", GIVEN.to_owned())]);
    assert_eq!(id_token(&url, &stop, Patience::WithGrace).await.as_deref(), Ok("id-token"));
    server.join().unwrap();
}
