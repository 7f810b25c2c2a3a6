//! Runs that are interrupted, and hosts that go away in good order.

use std::process::Stdio;
use std::time::{Duration, Instant};

use emulator::{Config, Emulator, ORG, On, When};
use pulumiservice::framework::value::Value;

use crate::harness::{Project, each_engine};
use crate::host::{InProcess, object};
use crate::plugin::Plugin;

fn config(name: &str) -> Value {
    object(&[("name", name.into()), ("org_name", ORG.into())])
}

#[tokio::test]
async fn after_stop_provider_a_creation_on_its_way_is_stored_and_no_other_is_sent() {
    for when in [When::BeforeActing, When::AfterActing] {
        let cloud = Emulator::start(Config::default());
        let provider = InProcess::start(&cloud, 1);
        let host = provider.host().await;
        // Planned before the stop, sent after it.
        let late = host.plan(&Value::Null, &config("late")).await.unwrap();
        let hold = cloud.hold(On::creations(), when);
        let creation = tokio::spawn({
            let host = host.clone();
            async move { host.create(&config("ci")).await.unwrap() }
        });
        hold.has_arrived().await;
        host.stop().await;
        let refused = host.apply(&Value::Null, &late.value, &config("late")).await.unwrap();
        assert!(refused.failed() && refused.value.is_null());
        assert!(refused.text().contains("Nothing was created"), "{}", refused.text());
        hold.release();
        let made = creation.await.unwrap();
        let live = cloud.live(ORG);
        assert_eq!(live.len(), 1);
        assert_eq!(made.value.attribute("token_value").as_str(), Some(live[0].value.as_str()));
    }
}

#[tokio::test]
async fn a_cancelled_creation_is_revoked() {
    for when in [When::BeforeActing, When::AfterActing] {
        let cloud = Emulator::start(Config::default());
        let provider = InProcess::start(&cloud, 1);
        let host = provider.host().await;
        let hold = cloud.hold(On::creations(), when);
        let creation = tokio::spawn({
            let host = host.clone();
            async move { host.create(&config("ci")).await.map(drop) }
        });
        hold.has_arrived().await;
        creation.abort();
        assert!(creation.await.unwrap_err().is_cancelled());
        host.ping().await;
        hold.release();
        provider.settle().await;
        assert!(cloud.token_named(ORG, "ci").is_some());
        assert!(cloud.live(ORG).is_empty());
    }
}

/// The host grants two seconds between `Shutdown` and the kill.
#[tokio::test]
async fn what_is_being_created_at_shutdown_is_revoked_within_the_two_seconds() {
    let cloud = Emulator::start(Config::default());
    let mut plugin = Plugin::start(&cloud, &[]).await;
    let host = plugin.host(&[]).await;
    let hold = cloud.hold(On::creations(), When::AfterActing);
    let creation = tokio::spawn(async move { host.create(&config("ci")).await.map(drop) });
    hold.has_arrived().await;
    let began = Instant::now();
    plugin.shutdown().await;
    // The host has given up: from here on nobody can be given the token.
    assert!(creation.await.unwrap().is_err());
    hold.release();
    let log = plugin.end().await;
    let took = began.elapsed();
    assert!(cloud.token_named(ORG, "ci").is_some());
    assert!(cloud.live(ORG).is_empty(), "{log}");
    assert!(log.contains("revoked a token that was created when its caller had gone"), "{log}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn an_interrupted_apply_keeps_what_it_was_creating() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        let hold = project.cloud.hold(On::creations(), When::BeforeActing);
        let apply = project
            .command(&["apply", "-auto-approve", "-input=false", "-no-color"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        hold.arrived();
        // As Ctrl-C does, though to Terraform alone.
        let interrupt = format!("kill -INT {}", apply.id());
        assert!(
            std::process::Command::new("/bin/sh")
                .args(["-c", &interrupt])
                .status()
                .unwrap()
                .success()
        );
        hold.release();
        let output = apply.wait_with_output().unwrap();
        let token = project.only_token();
        let live = project.cloud.live(ORG);
        assert_eq!(live.len(), 1, "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(token["token_value"], live[0].value.as_str());
    });
}
