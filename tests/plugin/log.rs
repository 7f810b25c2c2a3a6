//! The log lines on standard error, as a host parses them.

use serde_json::Value;
use tokio::process::Command;

use crate::harness::{Plugin, health, plain, shutdown, soon};

/// Lines of hclog's JSON: the fields that a host takes are strings, and the time has the one form
/// that it parses.
fn parse(errors: &str) -> Vec<Value> {
    let lines: Vec<Value> =
        errors.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        assert_eq!(line["@module"], "provider.pulumiservice", "{line}");
        assert!(line["@message"].is_string(), "{line}");
        let level = line["@level"].as_str().unwrap();
        assert!(["trace", "debug", "info", "warn", "error"].contains(&level), "{line}");
        let timestamp = line["@timestamp"].as_str().unwrap();
        assert!(timestamp.parse::<jiff::Timestamp>().is_ok(), "{line}");
        assert_eq!(timestamp.find('.'), Some(19), "{line}");
        assert_eq!(timestamp.len(), 27, "{line}");
    }
    lines
}

/// The levels of what a plugin logs over a short life with these variables, in which it refuses
/// one connection.
async fn levels(variables: &[(&str, &str)]) -> Vec<String> {
    let mut plugin = Plugin::start(variables).await;
    let channel = plugin.client().await;
    health(channel.clone(), "plugin").await.unwrap();
    shutdown(channel).await.unwrap();
    let (_, errors) = plugin.end().await;
    let lines = parse(&errors);
    let mut levels: Vec<_> =
        lines.iter().map(|line| line["@level"].as_str().unwrap().to_owned()).collect();
    levels.sort();
    levels.dedup();
    levels
}

#[tokio::test]
async fn the_level_asked_for_is_honoured() {
    assert_eq!(levels(&[("TF_LOG", "trace")]).await, ["debug", "trace"]);
    assert_eq!(levels(&[("TF_LOG_PROVIDER", "DEBUG")]).await, ["debug"]);
    let less = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "INFO")];
    assert_eq!(levels(&less).await, [""; 0]);
    assert_eq!(levels(&[]).await, [""; 0]);
}

#[tokio::test]
async fn a_refused_connection_is_a_warning_with_the_reason() {
    let identity = crate::tls::Identity::new();
    let variables = [("PLUGIN_CLIENT_CERT", &identity.pem[..]), ("TF_LOG", "WARN")];
    let mut plugin = Plugin::start(&variables).await;
    if let Ok(channel) = plain(&plugin.socket()).await {
        health(channel, "plugin").await.unwrap_err();
    }
    plugin.signal("TERM").await;
    let (_, errors) = plugin.end().await;
    let lines = parse(&errors);
    assert!(!lines.is_empty());
    for line in lines {
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "refused a connection");
        assert!(line["error"].is_string());
    }
}

/// Set in the process that panics.
const PANIC: &str = "PULUMISERVICE_TEST_PANIC";

#[tokio::test]
async fn a_panic_is_one_error_line_that_shows_nothing_formatted() {
    if let Ok(kind) = std::env::var(PANIC) {
        pulumiservice::plugin::log::start("pulumiservice", &|_| None);
        match kind.as_str() {
            "literal" => panic!("a literal"),
            secret => panic!("formatted with {secret}"),
        }
    }
    for (kind, shown) in [("literal", "a literal"), ("hunter2", "(message withheld)")] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "log::a_panic_is_one_error_line_that_shows_nothing_formatted"])
            .arg("--nocapture")
            .env(PANIC, kind);
        let output = soon(command.output()).await.unwrap();
        assert!(!output.status.success());
        let errors = String::from_utf8(output.stderr).unwrap();
        let line = errors.lines().next().unwrap();
        let [line] = &parse(line)[..] else { panic!("not one line") };
        assert_eq!(line["@level"], "error");
        assert_eq!(line["panic"], shown);
        assert!(line["location"].as_str().unwrap().contains("tests/plugin/log.rs:"));
        assert!(!errors.contains("hunter2"));
    }
}
