//! Secrets stay secret, even where the service sends them back.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use emulator::{ACCESS_TOKEN, ErrorBody, Fault, ORG, On, Permissions};
use log::{LevelFilter, Log, Metadata, Record};

use crate::support::*;

/// Everything that was logged in this process, at all levels, with its key-value pairs.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Recorder;

impl Log for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        struct Pairs<'a>(&'a mut String);
        impl<'kvs> log::kv::VisitSource<'kvs> for Pairs<'_> {
            fn visit_pair(
                &mut self,
                key: log::kv::Key<'kvs>,
                value: log::kv::Value<'kvs>,
            ) -> Result<(), log::kv::Error> {
                let _ = write!(self.0, " {key}={value}");
                Ok(())
            }
        }
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(logged, "{} {} {}", record.level(), record.target(), record.args());
        let _ = record.key_values().visit(&mut Pairs(&mut logged));
        logged.push('\n');
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn nothing_shows_a_secret_whatever_the_service_echoes() {
    log::set_logger(&Recorder).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let cloud = start();
    let client = client(&cloud);
    let mut shown = format!("{client:?}");
    let kept = {
        let made = create(&client, "kept").await.unwrap();
        let _ = write!(shown, "{made:?}");
        made.value
    };

    for status in [400, 401, 404, 409, 429, 500] {
        for fault in [
            Fault::answer(status, ErrorBody::Echo),
            Fault::answer(status, ErrorBody::Text(format!("<p>{}</p>", kept.expose()))),
        ] {
            cloud.fault(On::any().always(), fault);
            let organization = format!("org{status}");
            let errors = [
                create(&client, "more").await.map(drop).map_err(|e| format!("{e} {e:?}")),
                client.org_tokens(&organization).await.map(drop).map_err(|e| format!("{e} {e:?}")),
                client
                    .delete_org_token(ORG, "1")
                    .await
                    .map(|deleted| {
                        // What the service says of a token that is gone is shown too.
                        let _ = write!(shown, "{deleted:?}");
                    })
                    .map_err(|e| format!("{e} {e:?}")),
                client
                    .organization_policy(&organization)
                    .await
                    .map(drop)
                    .map_err(|e| format!("{e} {e:?}")),
            ];
            errors.into_iter().filter_map(Result::err).for_each(|error| shown.push_str(&error));
            cloud.clear_faults();
        }
    }
    // A creation that is lost, one that can't be revoked, and one whose caller has gone.
    cloud.fault(On::creations(), Fault::answer(500, ErrorBody::Echo).after());
    shown.push_str(&create(&client, "lost").await.unwrap_err().to_string());
    cloud.set_permissions(ACCESS_TOKEN, Permissions { delete: false, ..Permissions::ALL });
    cloud.fault(On::creations(), Fault::Truncate);
    shown.push_str(&create(&client, "stays").await.unwrap_err().to_string());
    let hold = cloud.hold(On::creations(), emulator::When::AfterActing);
    let creation = tokio::spawn({
        let client = client.clone();
        async move { create(&client, "abandoned").await }
    });
    hold.has_arrived().await;
    creation.abort();
    assert!(creation.await.unwrap_err().is_cancelled());
    hold.release();
    client.settle().await;
    // Someone who takes a token for the name of an organization.
    shown.push_str(&client.org_tokens(kept.expose()).await.unwrap_err().to_string());

    let logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(
        logged.contains("called Pulumi Cloud method=POST path=/api/orgs/acme/tokens status=200")
    );
    assert!(logged.contains("must be deleted by hand"), "{logged}");
    let secrets = cloud.tokens(ORG).into_iter().map(|token| token.value);
    for secret in secrets.chain([ACCESS_TOKEN.to_owned()]) {
        for (place, text) in [("an error", &shown), ("the log", &logged)] {
            let at = text.find(&secret);
            assert!(at.is_none(), "{place} shows a secret: {:.300}", &text[at.unwrap_or(0)..]);
        }
    }
    assert!(shown.contains("[redacted]"));
}
