//! Secrets stay secret, even if the service sends them back.

use std::fmt::Write as _;
use std::time::Duration;

use emulator::{ACCESS_TOKEN, ErrorBody, Fault, ORG, On, Permissions};
use pulumiservice::cloud::Owner;

use crate::support::*;

#[tokio::test]
async fn nothing_shows_a_secret_whatever_the_service_echoes() {
    record_log();
    let cloud = start();
    let mut settings = settings(cloud.url());
    // A limit on the rate is waited out for so long.
    settings.backoff.total = Duration::from_millis(100);
    let client = with(settings);
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
                client
                    .tokens(&Owner::organization(&organization))
                    .await
                    .map(drop)
                    .map_err(|e| format!("{e} {e:?}")),
                revoke(&client, "1").await.map(drop).map_err(|e| format!("{e} {e:?}")),
                client
                    .organization(&organization)
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
    settled(&client).await;
    // Someone who takes a token for the name of an organization.
    shown.push_str(
        &client.tokens(&Owner::organization(kept.expose())).await.unwrap_err().to_string(),
    );

    let logged = logged();
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
