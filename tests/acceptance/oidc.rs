//! Credentials without a stored secret: a CI system's id token, exchanged for an access token.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use emulator::{Fault, ID_TOKEN, LOGIN, On, Operation};

use crate::harness::{Project, by_ephemeral, each_engine};

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
            ("PULUMI_ID_TOKEN", String::new()),
            ("OTHER_ID_TOKEN", "token_variable = \"OTHER_ID_TOKEN\"".to_owned()),
            ("UNUSED", format!("token = \"{ID_TOKEN}\"")),
            ("UNUSED", "token_file = \"id-token\"".to_owned()),
        ] {
            let mut project = exchanging(engine, &argument);
            project.file("id-token", &format!("{ID_TOKEN}\n"));
            project.set(variable, ID_TOKEN);
            project.apply();
            assert_eq!(project.cloud.live("acme").len(), 1, "{argument}");
            let exchanges = project.requests("POST").into_iter();
            let exchanges = exchanges.filter(|r| r.operation == Some(Operation::Token)).count();
            // One to plan, and one to apply.
            assert!((1..=2).contains(&exchanges), "{exchanges}");
            project.plan().is_clean();
        }
    });
}

#[test]
fn a_job_of_github_actions_is_asked_for_its_id_token() {
    each_engine(|engine| {
        let mut project = exchanging(engine, "");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
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
        project.set(
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            format!("http://{address}/idtoken?api-version=2.0"),
        );
        project.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "the-jobs-own-token");
        project.apply();
        assert_eq!(project.cloud.live("acme").len(), 1);
        let mut stop = std::net::TcpStream::connect(address).unwrap();
        write!(stop, "GET /stop HTTP/1.1\r\n\r\n").unwrap();
        let asked = server.join().unwrap();
        let (first, headers) = &asked[0];
        assert!(first.contains("api-version=2.0&audience=urn%3Apulumi%3Aorg%3Aacme"), "{first}");
        assert!(headers.contains("Bearer the-jobs-own-token"), "{headers}");
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
