//! Each way of misbehaving, as a client sees it, and what the books say of it.

mod client;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use client::{Cloud, TOKENS, json, read};
use emulator::{
    ACCESS_TOKEN, Clock, Config, Emulator, ErrorBody, Fault, Lag, On, Operation, Random, RateLimit,
    RetryAfter, When,
};
use reqwest::Method;
use serde_json::json;

fn start() -> Emulator {
    Emulator::start(Config { seed: Some(1), ..Config::default() })
}

fn names(tokens: &[emulator::Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.name.as_str()).collect()
}

#[tokio::test]
async fn a_status_comes_before_or_after_the_service_has_acted() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::creations(), Fault::status(503));
    emulator.fault(On::creations(), Fault::status(500).after());
    assert_eq!(read(cloud.create("before").await).await.0, 503);
    let (status, body) = read(cloud.create("after").await).await;
    assert_eq!((status, body.as_str()), (500, r#"{"code":500,"message":"Internal Server Error"}"#));
    assert_eq!(read(cloud.create("then").await).await.0, 200);
    assert_eq!(names(&emulator.live("acme")), ["after", "then"]);
    let log = emulator.requests();
    let delivered: Vec<bool> = log.iter().map(|request| request.delivered).collect();
    assert_eq!(delivered, [false, false, true]);
    assert_eq!(log[1].status, Some(500));
    assert!(log[1].fault.as_ref().unwrap().contains("Status"));
}

#[tokio::test]
async fn an_error_can_have_any_body_and_say_when_to_come_again() {
    let emulator =
        Emulator::start(Config { clock: Clock::frozen(784_111_770), ..Config::default() });
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::any(), Fault::answer(502, ErrorBody::Html));
    emulator.fault(On::any(), Fault::answer(504, ErrorBody::Text("timed out".to_owned())));
    emulator.fault(On::any(), Fault::answer(418, ErrorBody::Json(json!([1]))));
    emulator.fault(On::any(), Fault::answer(500, ErrorBody::Nothing));
    let (status, body) = read(cloud.get("/api/user").await).await;
    assert!(status == 502 && body.starts_with("<html>"), "{body}");
    assert_eq!(read(cloud.get("/api/user").await).await, (504, "timed out".to_owned()));
    assert_eq!(read(cloud.get("/api/user").await).await, (418, "[1]".to_owned()));
    assert_eq!(read(cloud.get("/api/user").await).await, (500, String::new()));
    emulator.fault(On::any(), Fault::too_many(Some(RetryAfter::Seconds(3))));
    emulator.fault(On::any(), Fault::too_many(Some(RetryAfter::Date(7))));
    emulator.fault(On::any(), Fault::too_many(None));
    for value in [Some("3"), Some("Sun, 06 Nov 1994 08:49:37 GMT"), None] {
        let answer = cloud.get("/api/user").await.unwrap();
        let header = answer.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!((answer.status().as_u16(), header), (429, value));
    }
}

#[tokio::test]
async fn an_error_can_echo_every_secret() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    cloud.create("earlier").await.unwrap();
    emulator.fault(On::creations(), Fault::answer(500, ErrorBody::Echo).after());
    let (_, body) = read(cloud.create("leaked").await).await;
    assert!(body.contains(ACCESS_TOKEN));
    for token in emulator.live("acme") {
        assert!(body.contains(&token.value), "{} is in no {body}", token.name);
    }
}

/// Sends a request by hand and gives all that comes back until the connection ends.
fn raw(emulator: &Emulator, request: &str) -> (String, Result<(), ErrorKind>) {
    let mut stream = TcpStream::connect(emulator.url().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).map(|_| ()).map_err(|error| error.kind());
    (String::from_utf8(answer).unwrap(), end)
}

fn raw_creation(name: &str) -> String {
    let body = client::wanted(name).to_string();
    format!(
        "POST {TOKENS} HTTP/1.1\r\nHost: x\r\nAuthorization: token {ACCESS_TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_connection_is_closed_or_reset_before_or_after_acting() {
    let emulator = start();
    emulator.fault(On::any(), Fault::drop());
    emulator.fault(On::any(), Fault::reset());
    emulator.fault(On::any(), Fault::drop().after());
    emulator.fault(On::any(), Fault::reset().after());
    let reset = Err(ErrorKind::ConnectionReset);
    let ends = ["a", "b", "c", "d"].map(|name| raw(&emulator, &raw_creation(name)));
    let nothing = String::new();
    let expected = [Ok(()), reset, Ok(()), reset].map(|end| (nothing.clone(), end));
    assert_eq!(ends, expected);
    assert_eq!(names(&emulator.live("acme")), ["c", "d"]);
    assert!(emulator.requests().iter().all(|request| !request.delivered));
}

#[test]
fn an_answer_breaks_off_in_its_middle() {
    let emulator = start();
    emulator.fault(On::any(), Fault::Truncate);
    let (answer, end) = raw(&emulator, &raw_creation("a"));
    assert_eq!(end, Ok(()));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 105"), "{head}");
    assert_eq!(body.len(), 52, "{body}");
    assert_eq!(names(&emulator.live("acme")), ["a"]);
}

#[tokio::test]
async fn drops_and_truncation_work_over_http_2_too() {
    let emulator = Emulator::start(Config { tls: true, ..Config::default() });
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::any(), Fault::Truncate);
    emulator.fault(On::any(), Fault::drop().after());
    assert!(cloud.create("a").await.unwrap().text().await.is_err());
    assert!(cloud.create("b").await.is_err());
    assert_eq!(read(cloud.create("c").await).await.0, 200);
    assert_eq!(names(&emulator.live("acme")), ["a", "b", "c"]);
    let counts = emulator.connections();
    assert_eq!((counts.http1, counts.http2, counts.accepted), (0, 3, 2));
    assert_eq!(emulator.requests()[0].version, "HTTP/2.0");
}

#[tokio::test]
async fn a_body_can_be_garbage_empty_or_wrong_in_one_place() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::creations(), Fault::Garbage);
    emulator.fault(On::creations(), Fault::Empty);
    emulator.fault(On::creations(), Fault::rewrite("/tokenValue", json!(7)));
    let (status, body) = read(cloud.create("a").await).await;
    assert!(status == 200 && serde_json::from_str::<serde_json::Value>(&body).is_err());
    assert_eq!(read(cloud.create("b").await).await, (200, String::new()));
    assert_eq!(json(cloud.create("c").await).await["tokenValue"], 7);
    emulator.fault(On::lists(), Fault::rewrite("/tokens/1/expires", json!("soon")));
    let list = json(cloud.get(TOKENS).await).await;
    assert_eq!(list["tokens"][1]["expires"], "soon");
    assert_eq!(list["tokens"][0]["expires"], 0);
    emulator.fault(On::any(), Fault::rewrite("/maxAccessTokenExpiryDays", json!(null)));
    let metadata = json(cloud.get("/api/orgs/acme/metadata").await).await;
    assert_eq!(metadata.get("maxAccessTokenExpiryDays"), Some(&json!(null)));
}

#[tokio::test]
async fn delays_and_slow_bytes_change_nothing_else() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.set_latency(Duration::from_millis(1));
    emulator.fault(On::any(), Fault::delay(1));
    emulator.fault(On::any(), Fault::delay(1).after());
    emulator.fault(On::any(), Fault::Trickle { bytes: 10, ms: 1 });
    for name in ["a", "b", "c"] {
        let token = json(cloud.create(name).await).await;
        assert_eq!(token["tokenValue"], emulator.token_named("acme", name).unwrap().value);
    }
    assert!(emulator.requests().iter().all(|request| request.delivered));
}

#[tokio::test]
async fn pages_can_go_on_for_ever() {
    let emulator = start();
    emulator.add_tokens("acme", "t", 3);
    let cloud = Cloud::new(&emulator);
    for repeat in [false, true] {
        emulator.fault(On::lists(), Fault::EndlessPages { repeat });
        let (mut path, mut tokens) = (TOKENS.to_owned(), Vec::new());
        for _ in 0..5 {
            let page = json(cloud.get(&path).await).await;
            assert_eq!(page["tokens"].as_array().unwrap().len(), 3);
            tokens.push(page["continuationToken"].as_str().unwrap().to_owned());
            path = format!("{TOKENS}?continuationToken={}", tokens.last().unwrap());
        }
        tokens.dedup();
        assert_eq!(tokens.len(), if repeat { 1 } else { 5 });
    }
    assert_eq!(json(cloud.get(TOKENS).await).await.get("continuationToken"), None);
}

#[tokio::test]
async fn a_page_can_fail_in_the_middle_of_a_chain() {
    let emulator = start();
    emulator.add_tokens("acme", "t", 3);
    let cloud = Cloud::new(&emulator);
    emulator.fault(On::later_pages(), Fault::status(500));
    let first = cloud.get(&format!("{TOKENS}?maxResults=1")).await;
    assert_eq!(read(first).await.0, 200);
    let second = format!("{TOKENS}?maxResults=1&continuationToken=x");
    assert_eq!(read(cloud.get(&second).await).await.0, 500);
}

#[tokio::test]
async fn lists_can_lag() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.set_lag(Lag { lists: 1, seconds: 0 });
    cloud.create("late").await.unwrap();
    let count = async || {
        let list = json(cloud.get(&format!("{TOKENS}?filter=all")).await).await;
        list["tokens"].as_array().unwrap().len()
    };
    assert_eq!((count().await, count().await), (0, 1));
    emulator.delete("acme", &emulator.live("acme")[0].id);
    assert_eq!((count().await, count().await), (1, 0));
}

#[tokio::test]
async fn requests_that_come_too_fast_are_turned_down() {
    let emulator =
        Emulator::start(Config { clock: Clock::frozen(1_800_000_000), ..Config::default() });
    let cloud = Cloud::new(&emulator);
    let limit = RateLimit { burst: 1.0, per_second: 0.1, retry_after: true };
    emulator.set_rate_limit(Some(limit));
    assert_eq!(read(cloud.create("a").await).await.0, 200);
    let answer = cloud.create("b").await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "10");
    emulator.clock().advance(10);
    assert_eq!(read(cloud.create("b").await).await.0, 200);
    emulator.set_rate_limit(None);
    assert_eq!(read(cloud.create("c").await).await.0, 200);
}

#[tokio::test]
async fn the_clock_can_be_wrong_and_every_answer_tells() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    emulator.clock().freeze();
    emulator.clock().set(784_111_777);
    for path in ["/api/user", "/api/nothing", "/api/orgs/x/tokens"] {
        let answer = cloud.get(path).await.unwrap();
        assert_eq!(answer.headers()["date"], "Sun, 06 Nov 1994 08:49:37 GMT");
    }
    cloud.create("a").await.unwrap();
    let list = json(cloud.get(TOKENS).await).await;
    assert_eq!(list["tokens"][0]["created"], "1994-11-06T08:49:37Z");
}

#[tokio::test]
async fn a_body_can_be_huge() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let bytes = (16 << 20) + 1;
    emulator.fault(On::any(), Fault::Huge { bytes });
    let body = read(cloud.get(TOKENS).await).await.1;
    assert_eq!(body.len(), bytes);
    assert!(body.starts_with('{') && body.ends_with('}'));
}

#[tokio::test]
async fn a_redirect_leads_elsewhere() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let to = |to: &str| Fault::Redirect { to: to.to_owned(), status: 307 };
    emulator.fault(On::any(), to("https://127.0.0.1:1"));
    emulator.fault(On::any(), to("/elsewhere"));
    let location = async || {
        let answer = cloud.get(&format!("{TOKENS}?filter=all")).await.unwrap();
        assert_eq!(answer.status(), 307);
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(location().await, format!("https://127.0.0.1:1{TOKENS}?filter=all"));
    assert_eq!(location().await, "/elsewhere");
}

#[tokio::test]
async fn creations_can_answer_201() {
    let emulator = start();
    emulator.set_creations_answer_201(true);
    let cloud = Cloud::new(&emulator);
    assert_eq!(read(cloud.create("a").await).await.0, 201);
}

#[tokio::test]
async fn a_request_is_held_before_or_after_acting() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    for (when, acted) in [(When::BeforeActing, false), (When::AfterActing, true)] {
        let name = format!("{when:?}");
        let hold = emulator.hold(On::creations().containing(&name), when);
        let test = async {
            hold.has_arrived().await;
            assert_eq!(emulator.token_named("acme", &name).is_some(), acted);
            // Others are not held.
            assert_eq!(read(cloud.get("/api/user").await).await.0, 200);
            hold.release();
        };
        let (answer, ()) = tokio::join!(cloud.create(&name), test);
        assert_eq!(read(answer).await.0, 200);
    }
}

#[test]
fn a_request_goes_on_though_its_client_has_gone() {
    let emulator = start();
    let hold = emulator.hold(On::creations(), When::BeforeActing);
    let after = emulator.hold(On::creations(), When::AfterActing);
    let mut stream = TcpStream::connect(emulator.url().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(raw_creation("orphan").as_bytes()).unwrap();
    hold.arrived();
    drop(stream);
    hold.release();
    after.arrived();
    assert_eq!(names(&emulator.live("acme")), ["orphan"]);
    assert!(!emulator.requests()[0].delivered);
}

#[tokio::test]
async fn random_faults_strike_the_same_requests_in_every_run() {
    let run = async |seed| {
        let emulator = start();
        let kinds = vec![Fault::status(500), Fault::Garbage, Fault::drop()];
        emulator.set_random(Some(Random { seed, probability: 0.3, kinds }));
        let cloud = Cloud::new(&emulator);
        for number in 0..40 {
            // What the client makes of it does not matter here.
            let _ = cloud.create(&format!("t{number}")).await;
        }
        let log = emulator.requests();
        log.into_iter().map(|request| (request.body, request.fault)).collect::<Vec<_>>()
    };
    let (one, again, other) = (run(1).await, run(1).await, run(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    let struck = one.iter().filter(|(_, fault)| fault.is_some()).count();
    assert!((4..24).contains(&struck), "{struck} of 40");
}

#[tokio::test]
async fn everything_can_be_controlled_over_http() {
    let emulator = start();
    let cloud = Cloud::new(&emulator);
    let send = async |method: Method, path: &str, body: serde_json::Value| {
        let request = cloud.request(method, &format!("/_emulator{path}"));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let (status, body) = read(request.send().await).await;
        assert!((200..300).contains(&status), "{path}: {status} {body}");
        serde_json::from_str::<serde_json::Value>(&body).unwrap_or_default()
    };
    let fault =
        json!({"on": {"operations": ["CreateOrgToken"]}, "fault": {"drop": {"after": true}}});
    send(Method::POST, "/faults", fault).await;
    assert!(cloud.create("dropped").await.is_err());
    let token = send(Method::POST, "/tokens", json!({"org": "acme", "name": "theirs"})).await;
    let path = format!("/tokens/acme/{}", token["id"].as_str().unwrap());
    send(Method::PATCH, &path, json!({"description": "drifted"})).await;
    assert_eq!(emulator.token_named("acme", "theirs").unwrap().description, "drifted");
    send(Method::DELETE, &path, json!(null)).await;
    let books = send(Method::GET, "/tokens?org=acme", json!(null)).await;
    assert_eq!(books[0]["name"], "dropped");
    assert!(books[1]["deleted"]["at"].is_number());
    assert_eq!(send(Method::GET, "/requests", json!(null)).await[0]["delivered"], false);
    send(Method::DELETE, "/requests", json!(null)).await;
    assert!(emulator.requests().is_empty());
    let clock = send(Method::POST, "/clock", json!({"freeze": true, "set": 1_800_000_000})).await;
    assert_eq!(clock["now"], 1_800_000_000);
    send(Method::PUT, "/policy", json!({"org": "acme", "max_days": 1})).await;
    assert_eq!(read(cloud.create("for ever").await).await.0, 400);
    send(Method::PUT, "/policy", json!({"org": "acme", "max_days": null})).await;
    send(Method::PUT, "/lag", json!({"lists": 1})).await;
    send(Method::PUT, "/rate_limit", json!({"burst": 0.0, "per_second": 1.0})).await;
    assert_eq!(read(cloud.create("b").await).await.0, 429);
    send(Method::PUT, "/rate_limit", json!(null)).await;
    send(Method::PUT, "/random", json!({"seed": 1, "probability": 1.0, "kinds": ["garbage"]}))
        .await;
    assert!(read(cloud.get("/api/user").await).await.1.contains("oops"));
    send(Method::DELETE, "/faults", json!(null)).await;
    let access =
        json!({"value": "pul-x", "login": "eve", "permissions": {"list": false, "create": false}});
    send(Method::PUT, "/access_tokens", access).await;
    let eve = reqwest::Client::builder().no_proxy().build().unwrap();
    let eve = eve.get(format!("{}{TOKENS}", emulator.url())).header("authorization", "token pul-x");
    assert_eq!(read(eve.send().await).await.0, 403);
    let counts = send(Method::GET, "/connections", json!(null)).await;
    assert!(counts["accepted"].as_u64().unwrap() >= 2);
    assert!(emulator.requests().iter().all(|request| request.operation.is_some()));
    assert_eq!(emulator.requests()[0].operation, Some(Operation::CreateOrgToken));
}
