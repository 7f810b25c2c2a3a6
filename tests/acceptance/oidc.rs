//! Credentials without a stored secret: a CI system's id token, exchanged for an access token.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use emulator::{Fault, ID_TOKEN, LOGIN, On, Operation};
use serde_json::{Value, json};

use crate::harness::{Project, by_ephemeral, each_engine};
use crate::stored::holders;

/// A project without an access token, whose provider exchanges.
fn exchanging(engine: &'static crate::harness::Engine, arguments: &str) -> Project {
    let mut project = Project::new(engine);
    project.unset("PULUMI_ACCESS_TOKEN");
    project.write(&format!(
        r#"
        provider "pulumiservice" {{
          org_name = "acme"
          oidc = {{
            requested_token_type = "personal"
            scope                = "user:{LOGIN}"
            {arguments}
          }}
        }}
        resource "pulumiservice_api_tokens_orgtoken" "t" {{
          name_prefix = "ci-"
        }}
        "#
    ));
    project
}

#[test]
fn an_id_token_is_exchanged_once_per_process_and_stored_nowhere() {
    each_engine(|engine| {
        for (variable, argument) in [
            ("PULUMI_ID_TOKEN", ""),
            ("OTHER_ID_TOKEN", "token_variable = \"OTHER_ID_TOKEN\""),
            ("TF_VAR_id_token", "token = var.id_token"),
            ("UNUSED", "token_file = \"id-token\""),
        ] {
            let mut project = exchanging(engine, argument);
            let has_ephemeral = engine.has_ephemeral_resources();
            let ephemeral = if has_ephemeral { "ephemeral = true" } else { "" };
            let declared = format!("variable \"id_token\" {{\n default = null\n {ephemeral}\n}}");
            project.file("variables.tf", &declared);
            project.file("id-token", &format!("{ID_TOKEN}\n"));
            project.set(variable, ID_TOKEN);
            project.run(&["plan", "-input=false", "-out=creation.tfplan"]).succeeds();
            assert_eq!(exchanged_for(&project).len(), 1, "{argument}");
            project.run(&["apply", "-input=false", "creation.tfplan"]).succeeds();
            assert_eq!(exchanged_for(&project).len(), 2, "{argument}");
            assert_eq!(project.cloud.live("acme").len(), 1, "{argument}");
            project.plan().is_clean();
            project.run(&["plan", "-destroy", "-input=false", "-out=after.tfplan"]).succeeds();

            std::fs::remove_file(project.folder().join("id-token")).unwrap();
            assert_eq!(holders(&project, &exchanged_for(&project)), [""; 0], "{argument}");
            // An engine keeps the variables of a plan in its file, unless it knows ephemeral ones.
            let kept = variable.starts_with("TF_VAR") && !has_ephemeral;
            let plans = ["after.tfplan", "creation.tfplan"];
            let expected = if kept { &plans[..] } else { &[] };
            assert_eq!(holders(&project, &[ID_TOKEN.to_owned()]), expected, "{argument}");
        }
    });
}

/// The access tokens that the service gave for id tokens.
fn exchanged_for(project: &Project) -> Vec<String> {
    let exchanges = project.requests("POST").into_iter();
    let exchanges = exchanges.filter(|request| request.operation == Some(Operation::Token));
    let given = exchanges.map(|request| {
        let answer: Value = serde_json::from_str(&request.answer.unwrap()).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    });
    given.collect()
}

/// What gives a job its id token, until it is asked for `/stop`.
struct CiSystem {
    address: SocketAddr,
    /// The first line of each request, and its head.
    asked: JoinHandle<Vec<(String, String)>>,
}

impl CiSystem {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = std::thread::spawn(move || {
            let mut asked = Vec::new();
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                let headers: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                if first.contains("/stop") {
                    return asked;
                }
                asked.push((first, headers.join("\n")));
                let body = format!("{{\"value\":\"{ID_TOKEN}\",\"count\":1}}");
                let length = body.len();
                write!(connection, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
                    .unwrap();
            }
            asked
        });
        Self { address, asked }
    }

    /// The first request, and its head.
    fn first(self) -> (String, String) {
        let mut stop = TcpStream::connect(self.address).unwrap();
        write!(stop, "GET /stop HTTP/1.1\r\n\r\n").unwrap();
        self.asked.join().unwrap().into_iter().next().expect("a request")
    }
}

#[test]
fn a_job_of_github_actions_is_asked_for_its_id_token() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        let ci = CiSystem::start();
        let url = format!("http://{}/idtoken?api-version=2.0", ci.address);
        project.set("ACTIONS_ID_TOKEN_REQUEST_URL", url);
        project.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the-jobs-own-token");
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        let (first, headers) = ci.first();
        assert!(first.contains("api-version=2.0&audience=urn%3Apulumi%3Aorg%3Aacme"), "{first}");
        assert!(headers.contains("Bearer the-jobs-own-token"), "{headers}");
    });
}

#[test]
fn a_job_is_asked_for_on_its_own_way_which_may_lead_through_a_proxy() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        // The service is on this machine and is asked directly; the proxy answers by itself.
        let proxy = CiSystem::start();
        project.set("HTTP_PROXY", format!("http://{}", proxy.address));
        project.set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://ci.invalid/idtoken?api-version=2.0");
        project.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the-jobs-own-token");
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        let (first, _) = proxy.first();
        assert!(first.starts_with("GET http://ci.invalid/idtoken?api-version=2.0&"), "{first}");
        project.set("HTTP_PROXY", "ftp://proxy");
        project.plan_fails().says("The proxy can't be used").says("http://ci.invalid directly");
        project.set("ACTIONS_ID_TOKEN_REQUEST_URL", "idtoken");
        project.plan_fails().says("ACTIONS_ID_TOKEN_REQUEST_URL holds no web address");
    });
}

#[test]
fn an_exchange_goes_before_the_access_token_of_the_environment() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        project.set("PULUMI_ID_TOKEN", ID_TOKEN);
        project.set("PULUMI_ACCESS_TOKEN", "pul-nobody-has-this");
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn what_can_not_be_exchanged_is_told() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        project.plan_fails().says("There is no id token to exchange").says("id-token: write");
        project.set("PULUMI_ID_TOKEN", ID_TOKEN);
        project.cloud.fault(On::operation(Operation::Token).always(), Fault::status(403));
        project.plan_fails().says("/api/oauth/token").says("403");
        project.set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:9/idtoken");
        project.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the-jobs-own-token");
        project.plan_fails().says("There are two id tokens").says("token_variable");
        let project = exchanging(engine, "token = \"a\"\n token_file = \"b\"");
        project.plan_fails().says("exclude");
        project.write(
            "provider \"pulumiservice\" {\n access_token = \"x\"\n oidc = {}\n}\n\
             resource \"pulumiservice_api_tokens_personaltoken\" \"t\" {}",
        );
        project.plan_fails().says("exclude");
    });
}

#[test]
fn an_exchange_that_fails_before_a_creation_created_nothing() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        project.set("PULUMI_ID_TOKEN", ID_TOKEN);
        project.run(&["plan", "-input=false", "-out=creation.tfplan"]).succeeds();
        // The access token is refused, and there is no other one.
        project.cloud.fault(On::creations(), Fault::status(401));
        let later = On::operation(Operation::Token).skip(1).always();
        project.cloud.fault(later, Fault::status(409));
        let apply = ["apply", "-no-color", "-input=false", "creation.tfplan"];
        let run = project.run(&apply).fails();
        run.says("/api/oauth/token was answered with status 409").says("Nothing was created.");
        run.says_nothing_of("A name can be used once");
        assert_eq!(project.cloud.tokens("acme"), []);
    });
}

#[test]
fn an_ephemeral_exchange_configures_another_provider() {
    each_engine(|engine| {
        if !engine.has_ephemeral_resources() {
            return;
        }
        let mut project = Project::new(engine);
        project.unset("PULUMI_ACCESS_TOKEN");
        project.set("PULUMI_ID_TOKEN", ID_TOKEN);
        let arguments = format!(
            "org_name = \"acme\"\n requested_token_type = \"personal\"\n scope = \"user:{LOGIN}\"\n \
             expiration = \"15m\""
        );
        project.write(&by_ephemeral("api_oauth_token", &arguments));
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        assert_eq!(project.cloud.tokens("acme").len(), 1, "no name is spent");
        project.plan().is_clean();
    });
}

/// The arguments of an exchange, and what the service has to be asked for by them.
struct Asks {
    arguments: String,
    token_type: &'static str,
    scope: String,
    /// In seconds, if any time is asked for.
    expiration: Option<i64>,
}

#[test]
fn each_type_of_token_is_asked_for_as_it_is_written_and_lives_as_long_as_the_service_says() {
    let asks = |arguments: &str, token_type, scope: &str, expiration| Asks {
        arguments: arguments.to_owned(),
        token_type,
        scope: scope.to_owned(),
        expiration,
    };
    let urn = format!("urn:pulumi:token-type:access_token:personal\"\n scope = \"user:{LOGIN}");
    let all = [
        asks("", "organization", "", None),
        asks("scope = \"admin\"\n expiration = \"1h30m\"", "organization", "admin", Some(5400)),
        asks(
            "requested_token_type = \"team\"\n scope = \"team:platform\"\n expiration = \"1d\"",
            "team",
            "team:platform",
            Some(86_400),
        ),
        asks(
            "requested_token_type = \"runner\"\n scope = \"runner:default\"\n expiration = \"15m\"",
            "runner",
            "runner:default",
            Some(900),
        ),
        asks(
            &format!("requested_token_type = \"{urn}\""),
            "personal",
            &format!("user:{LOGIN}"),
            None,
        ),
    ];
    each_engine(|engine| {
        if !engine.has_ephemeral_resources() {
            return;
        }
        let mut project = Project::new(engine);
        project.unset("PULUMI_ACCESS_TOKEN");
        project.set("PULUMI_ID_TOKEN", ID_TOKEN);
        for Asks { arguments, token_type, scope, expiration } in &all {
            project.cloud.clear_requests();
            let asked = project.cloud.clock().now();
            let [value, expires, expires_at] = exchanged(&project, arguments);
            let given = project.cloud.clock().now();
            let sent = project.requests("POST").pop().expect("an exchange");
            assert_eq!(sent.operation, Some(Operation::Token));
            assert_eq!(sent.header("authorization"), None, "{arguments}");
            let mut wanted = json!({
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "audience": "urn:pulumi:org:acme",
                "subject_token": ID_TOKEN,
                "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
                "requested_token_type": format!("urn:pulumi:token-type:access_token:{token_type}"),
                "scope": scope,
            });
            if let Some(seconds) = expiration {
                wanted["expiration"] = (*seconds).into();
            }
            assert_eq!(sent.json(), wanted, "{arguments}");

            let answer: Value = serde_json::from_str(&sent.answer.unwrap()).unwrap();
            assert_eq!(answer["access_token"], value.as_str(), "{arguments}");
            let life = answer["expires_in"].as_i64().unwrap();
            assert_eq!(
                life,
                expiration.unwrap_or(7200),
                "what was asked for, or the service's own"
            );
            let expires: i64 = expires.parse().unwrap();
            assert!((asked + life..=given + life).contains(&expires), "{arguments}: {expires}");
            let as_text: jiff::Timestamp = expires_at.parse().unwrap();
            assert_eq!(as_text.as_second(), expires, "{arguments}: {expires_at}");
        }
        assert_eq!(project.cloud.tokens("acme"), [], "no name is spent");
        assert_eq!(project.cloud.breaches(), [""; 0]);

        // An issuer may allow less than is asked for.
        let less = Fault::rewrite("/expires_in", json!(600));
        project.cloud.fault(On::operation(Operation::Token).always(), less);
        let asked = project.cloud.clock().now();
        let [_, expires, _] = exchanged(&project, "expiration = \"2h\"");
        let given = project.cloud.clock().now();
        assert!((asked + 600..=given + 600).contains(&expires.parse().unwrap()), "{expires}");
    });
}

/// What an exchange with these arguments gives, in the hands of a provisioner: `token_value`,
/// `expires`, `expires_at`.
fn exchanged(project: &Project, arguments: &str) -> [String; 3] {
    project.write(&format!(
        r#"
        ephemeral "pulumiservice_api_oauth_token" "run" {{
          org_name = "acme"
          {arguments}
        }}
        resource "terraform_data" "sink" {{
          triggers_replace = {arguments:?}
          provisioner "local-exec" {{
            command     = "printf '%s %s %s' \"$TOKEN\" \"$EXPIRES\" \"$EXPIRES_AT\" > sink"
            environment = {{
              TOKEN      = ephemeral.pulumiservice_api_oauth_token.run.token_value
              EXPIRES    = ephemeral.pulumiservice_api_oauth_token.run.expires
              EXPIRES_AT = ephemeral.pulumiservice_api_oauth_token.run.expires_at
            }}
          }}
        }}
        "#
    ));
    project.apply();
    let written = std::fs::read_to_string(project.folder().join("sink")).unwrap();
    let parts: Vec<_> = written.split(' ').map(str::to_owned).collect();
    parts.try_into().unwrap_or_else(|parts| panic!("{parts:?}"))
}
