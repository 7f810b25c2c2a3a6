//! Runs that are interrupted, and hosts that go away in good order.

use std::fmt::Display;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use emulator::{Config, Emulator, ORG, On, Operation, When};
use pulumiservice::framework::value::Value;

use crate::harness::{Project, by_ephemeral, each_engine};
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

/// The host kills the process two seconds after the answer to `Shutdown`, which is why it waits.
#[tokio::test]
async fn what_is_being_created_at_shutdown_is_revoked_before_the_host_is_answered() {
    let cloud = Emulator::start(Config::default());
    let mut plugin = Plugin::start(&cloud, &[]).await;
    let host = plugin.host(&[]).await;
    let hold = cloud.hold(On::creations(), When::AfterActing);
    let creation = tokio::spawn(async move { host.create(&config("ci")).await.map(drop) });
    hold.has_arrived().await;
    let answer = tokio::spawn(plugin.shutdown());
    // The host has given up: from here on nobody can be given the token.
    assert!(creation.await.unwrap().is_err());
    hold.release();
    answer.await.unwrap();
    assert!(cloud.token_named(ORG, "ci").is_some());
    assert!(cloud.live(ORG).is_empty());
    let log = plugin.end().await;
    assert!(log.contains("finishing what is open before the end"), "{log}");
    assert!(log.contains("revoked a token that was created when its caller had gone"), "{log}");
}

#[tokio::test]
async fn asked_to_end_it_still_gives_the_host_what_is_being_created() {
    let cloud = Emulator::start(Config::default());
    let mut plugin = Plugin::start(&cloud, &[]).await;
    let host = plugin.host(&[]).await;
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = tokio::spawn(async move { host.create(&config("ci")).await.unwrap() });
    hold.has_arrived().await;
    plugin.terminate();
    hold.release();
    let made = creation.await.unwrap();
    let live = cloud.live(ORG);
    assert_eq!(live.len(), 1);
    assert_eq!(made.value.attribute("token_value").as_str(), Some(live[0].value.as_str()));
    plugin.end().await;
}

/// An action answers at once that it goes on, and does its work after that.
#[tokio::test]
async fn asked_to_end_it_still_tells_the_host_how_an_action_ended() {
    let cloud = Emulator::start(Config::default());
    let mut plugin = Plugin::start(&cloud, &[]).await;
    let host = plugin.host(&[]).await;
    let [sent, unsent] = ["sent", "unsent"].map(|name| cloud.add_token(cloud.new_token(ORG, name)));
    let hold = cloud.hold(On::deletions(), When::BeforeActing);
    let ids = [&sent, &unsent].map(|token| Value::from(token.id.as_str()));
    let action = tokio::spawn(async move {
        let config = [("org_name", ORG.into()), ("token_ids", Value::List(ids.into()))];
        host.invoke("pulumiservice_api_tokens_revoke", &config).await.unwrap()
    });
    hold.has_arrived().await;
    plugin.terminate();
    plugin.refuses_requests().await;
    hold.release();

    // As after an interrupt: what was sent is waited for, and what wasn't is not sent any more.
    let told = action.await.unwrap();
    let [revoked, failed] = &told.lines[..] else { panic!("{told:#?}") };
    assert!(revoked.starts_with(&format!("Revoked the token {}", sent.id)), "{told:#?}");
    assert!(failed.starts_with(&format!("Revoking the token {}", unsent.id)), "{told:#?}");
    let [said] = &told.ended[..] else { panic!("{told:#?}") };
    let [error] = &said[..] else { panic!("{told:#?}") };
    assert!(error.detail.contains(&unsent.id), "{told:#?}");
    assert!(error.detail.contains("the run was stopped"), "{told:#?}");
    let live: Vec<_> = cloud.live(ORG).into_iter().map(|token| token.id).collect();
    assert_eq!(live, [unsent.id]);
    plugin.end().await;
}

#[tokio::test]
async fn asked_twice_to_end_it_does_so_at_once_and_names_what_is_open() {
    let cloud = Emulator::start(Config::default());
    // Errors are written at every level but OFF.
    let mut plugin = Plugin::start(&cloud, &[("TF_LOG", "")]).await;
    let host = plugin.host(&[]).await;
    let hold = cloud.hold(On::creations(), When::BeforeActing);
    let creation = tokio::spawn(async move { host.create(&config("ci")).await.map(drop) });
    hold.has_arrived().await;
    plugin.terminate();
    // The first makes it refuse what is new, and so is known to have been heard.
    plugin.refuses_requests().await;
    plugin.terminate();
    let log = plugin.end().await;
    assert!(creation.await.unwrap().is_err());
    assert!(log.contains("ended before this could be finished"), "{log}");
    drop(hold);
}

/// Sends a signal to a process, or to a group of them.
fn send(signal: &str, process: impl Display) {
    let kill = format!("kill -{signal} {process}");
    assert!(Command::new("/bin/sh").args(["-c", &kill]).status().unwrap().success());
}

/// As Ctrl-C twice does, and CI systems with their second request: to Terraform and the provider,
/// while a creation takes longer than the two seconds that a host grants after `Shutdown`.
#[test]
fn a_creation_during_a_second_interrupt_leaves_no_token() {
    each_engine(|engine| {
        for second in ["INT", "TERM"] {
            let mut project = Project::new(engine);
            project.set("TF_LOG_PROVIDER", "WARN");
            project.token("name = \"ci\"");
            let hold = project.cloud.hold(On::creations(), When::BeforeActing);
            let mut apply = project
                .command(&["apply", "-auto-approve", "-input=false", "-no-color"])
                .process_group(0)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let group = apply.id();
            let signal = |name: &str| send(name, format_args!("-{group}"));
            hold.arrived();
            let mut output = BufReader::new(apply.stdout.take().unwrap()).lines();
            signal("INT");
            assert!(output.any(|line| line.unwrap().contains("Interrupt received")));
            signal(second);
            let mut errors = BufReader::new(apply.stderr.take().unwrap()).lines();
            let finishing = "finishing what is open before the end";
            assert!(errors.any(|line| line.unwrap().contains(finishing)), "{second}");
            // Not to see something happen, but to be longer than what the host waits.
            std::thread::sleep(Duration::from_secs(3));
            hold.release();
            assert!(!apply.wait().unwrap().success());
            let log: Vec<_> = errors.map_while(Result::ok).collect();
            assert!(project.cloud.token_named(ORG, "ci").is_some(), "{log:#?}");
            assert!(project.cloud.live(ORG).is_empty(), "{second}: {log:#?}");
        }
    });
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
        send("INT", apply.id());
        hold.release();
        let output = apply.wait_with_output().unwrap();
        let token = project.only_token();
        let live = project.cloud.live(ORG);
        assert_eq!(live.len(), 1, "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(token["token_value"], live[0].value.as_str());
    });
}

/// An engine that is interrupted twice doesn't close what is open, and a killed one does nothing.
#[test]
fn what_is_lent_ends_with_a_run_that_is_cut_off() {
    each_engine(|engine| {
        if !engine.has_ephemeral_resources() {
            return;
        }
        for cut_off in [&["INT", "INT"][..], &["KILL"]] {
            let project = Project::new(engine);
            let arguments = "description = \"this run\"";
            project.write(&by_ephemeral("api_tokens_personaltoken", arguments));
            let creation = On::operation(Operation::CreateOrgToken);
            let hold = project.cloud.hold(creation, When::BeforeActing);
            let mut apply = project
                .command(&["apply", "-auto-approve", "-input=false", "-no-color"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            hold.arrived();
            let lent = || {
                let tokens = project.cloud.personal_tokens().into_iter();
                tokens.filter(|token| token.exists() && token.description == "this run").count()
            };
            assert!(lent() > 0);
            let mut output = BufReader::new(apply.stdout.take().unwrap()).lines();
            for (count, signal) in cut_off.iter().enumerate() {
                send(signal, apply.id());
                if count + 1 < cut_off.len() {
                    assert!(output.any(|line| line.unwrap().contains("Interrupt received")));
                }
            }
            // A killed engine is gone before the provider sees that, and has a minute for the rest.
            let end = Instant::now() + Duration::from_secs(60);
            while lent() > 0 {
                assert!(Instant::now() < end, "{cut_off:?} left {} tokens", lent());
                std::thread::sleep(Duration::from_millis(50));
            }
            hold.release();
            assert!(!apply.wait().unwrap().success());
        }
    });
}
