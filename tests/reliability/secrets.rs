//! Nothing that the process writes or says shows a secret: not at the highest log level, not under
//! any fault, not where the service echoes them in its errors.

use emulator::{ACCESS_TOKEN, Config, Emulator, ErrorBody, Fault, ORG, On, When};
use pulumiservice::framework::value::Value;
use tokio::task::JoinSet;

use crate::harness::{Project, engines};
use crate::host::{Host, object};
use crate::plugin::Plugin;

/// Asserts that a text holds neither the access token nor the value of a token, of all that ever
/// were.
fn shows_none(cloud: &Emulator, place: &str, text: &str) {
    let values = cloud.tokens(ORG).into_iter().map(|token| token.value);
    for secret in values.chain([ACCESS_TOKEN.to_owned()]) {
        if let Some(at) = text.find(&secret) {
            let from = text[..at].rfind('\n').unwrap_or(0);
            panic!("{place} shows a secret: {:.600}", &text[from..]);
        }
    }
}

/// Every kind of fault, and secrets echoed with every sort of status before and after acting.
fn faults() -> Vec<Fault> {
    let mut faults = Fault::every_kind();
    for status in [400, 401, 403, 404, 409, 429, 500] {
        faults.push(Fault::answer(status, ErrorBody::Echo));
        faults.push(Fault::answer(status, ErrorBody::Echo).after());
    }
    faults
}

/// A token's whole life, in which each sort of request meets with the fault once. Gives back all
/// that was said.
async fn life(host: Host, name: String) -> String {
    let config = object(&[("name", name.as_str().into()), ("org_name", ORG.into())]);
    let made = host.create(&config).await.unwrap();
    let mut said = made.text();
    if made.value.is_null() {
        return said;
    }
    said += &host.read(&made.value).await.unwrap().text();
    said += &host.plan(&made.value, &config).await.unwrap().text();
    let id = made.value.attribute("id").as_str().unwrap().to_owned();
    said += &host.import(&id).await.unwrap().text();
    for _ in 0..2 {
        said += &host.delete(&made.value).await.unwrap().text();
    }
    said
}

/// Lives through every fault, each on a request of this sort, with a service and a process of
/// their own.
async fn lives(on: On) {
    let cloud = Emulator::start(Config::default());
    cloud.add_tokens(ORG, "present-", 3);
    let mut plugin = Plugin::start(&cloud, &[]).await;
    let mut said = String::new();
    for (number, fault) in faults().into_iter().enumerate() {
        cloud.fault(on.clone(), fault);
        // Configured anew, the provider has no listing left from before.
        let host = plugin.host(&[("max_retries", Value::from(1))]).await;
        said += &life(host, format!("n{number}")).await;
        cloud.clear_faults();
    }
    // Creations whose caller goes away, and the process's end with them in flight.
    let host = plugin.host(&[]).await;
    let mut gone = JoinSet::new();
    let hold = cloud.hold(On::creations().times(2), When::AfterActing);
    for name in ["gone-1", "gone-2"] {
        gone.spawn(life(host.clone(), name.to_owned()));
    }
    hold.arrivals(2).await;
    gone.shutdown().await;
    host.ping().await;
    let answer = tokio::spawn(plugin.shutdown());
    hold.release();
    answer.await.unwrap();
    let log = plugin.end().await;
    assert!(log.contains("\"@level\":\"trace\"") && log.contains("revoked a token"), "{log:.2000}");
    let echoed = said.contains("[redacted]") || log.contains("[redacted]");
    assert!(echoed, "the service echoed nothing: {said:.2000}");
    assert!(!log.contains("panicked"));
    shows_none(&cloud, "the log", &log);
    shows_none(&cloud, "a diagnostic", &said);
}

#[tokio::test]
async fn no_fault_makes_the_process_write_a_secret() {
    tokio::join!(
        lives(On::any()),
        lives(On::creations()),
        lives(On::lists()),
        lives(On::deletions())
    );
}

#[test]
fn a_life_in_the_cli_shows_no_secret() {
    let mut project = Project::new(&engines()[0]);
    let log = project.folder().join("provider.log");
    // What Terraform itself writes down is its own affair; the provider's lines are ours.
    project.set("TF_LOG_PROVIDER", "TRACE");
    project.set("TF_LOG_PATH", log.to_str().unwrap());
    let mut written = String::new();
    let mut run = |project: &Project, arguments: &[&str]| {
        let all = [arguments, &["-no-color", "-input=false"]].concat();
        written.push_str(&project.run(&all).text());
    };
    let echo = |status| Fault::answer(status, ErrorBody::Echo);
    project.token("name_prefix = \"ci-\"");
    run(&project, &["apply", "-auto-approve"]);
    let other = project.cloud.add_token(project.cloud.new_token(ORG, "other"));
    for on in [On::lists(), On::creations(), On::deletions()] {
        project.cloud.fault(on.times(1), echo(400));
        run(&project, &["apply", "-auto-approve", "-replace=pulumiservice_api_tokens_orgtoken.t"]);
        project.cloud.clear_faults();
    }
    project.cloud.fault(On::creations(), echo(500).after());
    project.token("name_prefix = \"cj-\"");
    run(&project, &["apply", "-auto-approve"]);
    run(&project, &["plan"]);
    run(&project, &["state", "rm", "pulumiservice_api_tokens_orgtoken.t"]);
    let id = format!("{ORG}/{}", other.id);
    let import =
        ["import", "-no-color", "-input=false", "pulumiservice_api_tokens_orgtoken.t", &id];
    written.push_str(&project.run(&import).text());
    project.cloud.fault(On::deletions(), echo(400));
    for _ in 0..2 {
        let destroy = ["destroy", "-auto-approve", "-no-color", "-input=false"];
        written.push_str(&project.run(&destroy).text());
    }
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("pulumiservice"), "the provider logged nothing");
    assert!(written.contains("[redacted]"), "the service echoed nothing: {written}");
    shows_none(&project.cloud, "the CLI", &written);
    shows_none(&project.cloud, "the provider's log", &log);
}
