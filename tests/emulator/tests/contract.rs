//! Holds every answer of the service, and the checker itself, against the OpenAPI document.

mod client;

use client::{Cloud, TOKENS, read, wanted};
use emulator::contract::{check_answer, check_request, check_response};
use emulator::{
    ACCESS_TOKEN, Config, DEPLOYER_ROLE, Emulator, ID_TOKEN, Operation, RecordedRequest,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Sends a request and holds it and its answer against the document. Gives the answer's body.
async fn checked(cloud: &Cloud<'_>, method: Method, path: &str, body: Option<Value>) -> Value {
    let mut request = cloud.request(method.clone(), path);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let (status, body) = read(request.send().await).await;
    assert!((200..300).contains(&status), "{method} {path}: {status} {body}");
    let bare = path.split('?').next().unwrap();
    check_response(method.as_str(), bare, status, &body).unwrap();
    serde_json::from_str(&body).unwrap_or_default()
}

#[tokio::test]
async fn every_answer_keeps_to_the_document() {
    let emulator = Emulator::start(Config::default());
    let cloud = Cloud::new(&emulator);
    let personal = json!({"description": "", "expires": 0});
    let team = json!({"name": "t", "description": "", "expires": 0});
    let mut with_role = wanted("with a role");
    with_role["roleID"] = DEPLOYER_ROLE.into();
    let exchange = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": "urn:pulumi:org:acme",
        "subject_token": ID_TOKEN,
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:pulumi:token-type:access_token:organization",
        "scope": "admin",
        "expiration": 600,
    });
    let path = format!("{TOKENS}?reason=why");
    let created = checked(&cloud, Method::POST, &path, Some(with_role)).await;
    let org_id = created["id"].as_str().unwrap().to_owned();
    checked(&cloud, Method::POST, TOKENS, Some(wanted("plain"))).await;
    let team_path = "/api/orgs/acme/teams/data%20science/tokens";
    let team = checked(&cloud, Method::POST, team_path, Some(team)).await;
    let personal = checked(&cloud, Method::POST, "/api/user/tokens", Some(personal)).await;
    checked(&cloud, Method::POST, "/api/oauth/token", Some(exchange)).await;
    for path in [
        &format!("{TOKENS}?filter=all&maxResults=1"),
        team_path,
        "/api/user/tokens",
        &format!("/api/orgs/acme/roles/{DEPLOYER_ROLE}/tokens"),
        "/api/orgs/acme/roles?uxPurpose=role",
        "/api/orgs/acme/metadata",
        "/api/user",
    ] {
        let answer = checked(&cloud, Method::GET, path, None).await;
        if path.ends_with("maxResults=1") {
            assert!(answer["continuationToken"].is_string());
        }
    }
    checked(&cloud, Method::DELETE, &format!("{TOKENS}/{org_id}"), None).await;
    for (path, made) in [(team_path, team), ("/api/user/tokens", personal)] {
        let id = made["id"].as_str().unwrap();
        checked(&cloud, Method::DELETE, &format!("{path}/{id}"), None).await;
    }
    assert_eq!(emulator.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_policy_shows_in_the_metadata() {
    let emulator = Emulator::start(Config::default());
    let cloud = Cloud::new(&emulator);
    let path = "/api/orgs/acme/metadata";
    assert_eq!(
        checked(&cloud, Method::GET, path, None).await.get("maxAccessTokenExpiryDays"),
        None
    );
    emulator.set_policy("acme", Some(30));
    let metadata = checked(&cloud, Method::GET, path, None).await;
    assert_eq!(metadata["maxAccessTokenExpiryDays"], 30);
    assert_eq!(metadata["features"]["accessTokenExpiryPolicyEnabled"], true);
}

#[tokio::test]
async fn errors_have_a_code_and_a_message() {
    let emulator = Emulator::start(Config::default());
    let cloud = Cloud::new(&emulator);
    cloud.create("ci").await.unwrap();
    let mut wrong_token = cloud.request(Method::GET, "/api/user").build().unwrap();
    wrong_token.headers_mut().insert("authorization", "token no".parse().unwrap());
    let mut no_role = wanted("x");
    no_role["roleID"] = "r".into();
    let answers = [
        (cloud.create("ci").await, 409, "Conflict: token name already exists"),
        (cloud.post(TOKENS, &no_role).await, 404, "Not Found: Role 'r' not found"),
        (cloud.get("/api/orgs/x%2Fy/tokens").await, 404, "Not Found: Organization 'x/y' not found"),
        (cloud.get("/api/orgs/acme/roles").await, 400, "Bad Request: "),
        (cloud.get(&format!("{TOKENS}?maxResults=0")).await, 400, "Bad Request: "),
        (cloud.post(TOKENS, &json!({"name": 7})).await, 400, "Bad Request: "),
        (cloud.execute(wrong_token).await, 401, "Unauthorized: "),
        (cloud.get("/api/nothing").await, 404, "Not Found"),
        (cloud.delete(TOKENS).await, 405, "Method Not Allowed"),
    ];
    for (answer, code, message) in answers {
        let (status, body) = read(answer).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["code"]), (code, &json!(code)), "{body}");
        assert!(body["message"].as_str().unwrap().starts_with(message), "{body}");
    }
}

#[tokio::test]
async fn a_list_is_followed_by_encoded_continuation_tokens() {
    let emulator = Emulator::start(Config::default());
    emulator.add_tokens("acme", "t", 25);
    let cloud = Cloud::new(&emulator);
    let (mut seen, mut next) = (0, String::new());
    loop {
        let page = client::json(cloud.get(&format!("{TOKENS}?maxResults=10{next}")).await).await;
        seen += page["tokens"].as_array().unwrap().len();
        let Some(token) = page["continuationToken"].as_str() else { break };
        let hex: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
        next = format!("&continuationToken={hex}");
    }
    assert_eq!((seen, emulator.requests().len()), (25, 3));
    assert_eq!(emulator.breaches(), [""; 0]);
}

#[test]
fn the_checker_finds_what_a_client_gets_wrong() {
    let request = |method: &str, target: &str, body: Value| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        RecordedRequest {
            number: 1,
            at_ms: 0,
            connection: 1,
            version: "HTTP/1.1".to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            query: Some(query.to_owned()),
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: if body.is_null() { String::new() } else { body.to_string() },
            operation: None,
            status: None,
            answer: None,
            fault: None,
            delivered: false,
        }
    };
    let with = |field: &str, value: Value| {
        let mut body = wanted("a");
        body[field] = value;
        body
    };
    let good = [
        request("GET", &format!("{TOKENS}?filter=all&maxResults=1000"), Value::Null),
        request("POST", &format!("{TOKENS}?reason=a%20b"), with("roleID", json!("r"))),
        request("DELETE", &format!("{TOKENS}/1"), Value::Null),
        request("GET", "/api/orgs/acme/roles?uxPurpose=role", Value::Null),
    ];
    for request in good {
        check_request(&request).unwrap();
    }
    let bad = [
        (request("GET", "/api/orgs//tokens", Value::Null), "no GET"),
        (request("PUT", TOKENS, wanted("a")), "no PUT"),
        (request("GET", &format!("{TOKENS}?limit=1"), Value::Null), "limit"),
        (request("GET", &format!("{TOKENS}?maxResults=all"), Value::Null), "maxResults"),
        (request("GET", "/api/orgs/acme/roles", Value::Null), "uxPurpose"),
        (request("GET", "/api/orgs/acme/roles?uxPurpose=all", Value::Null), "uxPurpose"),
        (request("POST", TOKENS, json!({"name": "a"})), "required"),
        (request("POST", TOKENS, with("expires", json!("0"))), "/expires"),
        (request("POST", TOKENS, with("expires", json!(1.5))), "/expires"),
        (request("POST", TOKENS, with("roleId", json!("r"))), "roleId"),
        (request("POST", TOKENS, Value::Null), "body"),
        (request("DELETE", &format!("{TOKENS}/1"), json!({})), "no body"),
    ];
    for (request, word) in bad {
        let why = check_request(&request).unwrap_err();
        assert!(why.contains(word), "{why} should name {word}");
    }
    let patch = |path: &str, body: Value| request("PATCH", path, body);
    let role = |details: Value| patch("/api/orgs/acme/roles/1", json!({"details": details}));
    let not = |node: Value| {
        json!({
            "__type": "PermissionDescriptorCondition",
            "condition": {"__type": "PermissionExpressionNot", "node": node},
        })
    };
    let tag = json!({"__type": "PermissionExpressionHasTag", "key": "a"});
    check_request(&role(not(tag.clone()))).unwrap();
    check_request(&request("DELETE", "/api/orgs/acme/roles/1?force=true", Value::Null)).unwrap();
    let mut misspelt = tag;
    misspelt["Key"] = "a".into();
    let policy = json!({"policies": [{
        "decision": "deny", "tokenType": "team", "authorizedPermissions": [], "rules": {},
        "teamname": "x",
    }]});
    let bad = [
        (role(not(misspelt)), "Key"),
        (role(json!({"__type": "PermissionDescriptorDeny"})), "PermissionDescriptorDeny"),
        (role(json!({"permissions": []})), "details"),
        (patch("/api/orgs/acme/auth/policies/1", policy), "teamname"),
        (patch("/api/orgs/acme", json!({"setNeo": true})), "setNeo"),
        (request("DELETE", "/api/orgs/acme/roles/1?force=yes", Value::Null), "force"),
    ];
    for (request, word) in bad {
        let why = check_request(&request).unwrap_err();
        assert!(why.contains(word), "{why} should name {word}");
    }
    let list = json!({"tokens": [{"id": "1", "name": ACCESS_TOKEN}]}).to_string();
    assert!(check_response("GET", TOKENS, 200, &list).unwrap_err().contains("required"));
    assert!(check_response("GET", TOKENS, 201, "{}").is_err());
    let made = json!({"id": "1", "tokenValue": "pul-x"}).to_string();
    check_response("POST", TOKENS, 201, &made).unwrap();
    let error = json!({"code": 404, "message": "Not Found"}).to_string();
    check_response("GET", TOKENS, 404, &error).unwrap();
    assert!(check_response("GET", TOKENS, 403, &error).is_err(), "the code is another one");
    assert!(check_response("GET", TOKENS, 418, &error).is_err());
    assert!(check_response("GET", TOKENS, 404, r#"{"message":"no Route"}"#).is_err());
    let mut answered = request("GET", TOKENS, Value::Null);
    answered.operation = Some(Operation::ListOrgTokens);
    answered.status = Some(200);
    answered.answer = Some(list);
    assert!(check_answer(&answered).unwrap_err().contains("required"));
    answered.fault = Some("a fault".to_owned());
    check_answer(&answered).unwrap();
}
