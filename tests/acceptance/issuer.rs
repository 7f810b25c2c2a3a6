//! OIDC issuers: their life, whatever the service fills in or leaves out.

use emulator::{Fault, On, Operation, thumbprint};
use serde_json::json;

use crate::access::{attributes, forget};
use crate::harness::{Project, one_engine};

const TYPE: &str = "pulumiservice_api_auth_oidcissuer";
const URL: &str = "https://token.actions.githubusercontent.com";

fn issuer(project: &Project, arguments: &str) {
    project.write(&format!(
        "resource \"{TYPE}\" \"i\" {{\n  org_name = \"acme\"\n  url = \"{URL}\"\n  {arguments}\n}}"
    ));
}

#[test]
fn an_issuer_lives_whatever_the_service_fills_in() {
    one_engine(|engine| {
        for fills in [true, false] {
            let project = Project::new(engine);
            project.cloud.edit_org("acme", |org| {
                org.quirks.fills_thumbprints = fills;
                org.quirks.fills_max_expiration = fills;
            });
            issuer(&project, "name = \"github\"");
            project.apply();
            project.plan().is_clean();
            let made = attributes(&project, TYPE);
            let seen = if fills { json!([thumbprint(URL)]) } else { json!([]) };
            assert_eq!((&made["thumbprints"], &made["max_expiration"]), (&seen, &json!(90_000)));
            let id = format!("acme/{}", made["issuer_id"].as_str().unwrap());
            assert_eq!((&made["id"], &made["issuer"]), (&json!(id), &json!(URL)));

            // Given in another spelling, and removed again.
            let pinned = thumbprint(URL).to_uppercase();
            let pinned = format!("thumbprints = [\"{}:{}\"]", &pinned[..2], &pinned[2..]);
            issuer(&project, &format!("name = \"gh\"\n  max_expiration = 600\n  {pinned}"));
            project.apply();
            project.plan().is_clean();
            assert_eq!(project.cloud.issuers("acme")[0].max_expiration, Some(600));
            assert_eq!(project.cloud.issuers("acme")[0].thumbprints, [thumbprint(URL)]);
            issuer(&project, "name = \"gh\"");
            project.apply();
            project.plan().is_clean();
            assert_eq!(project.cloud.issuers("acme")[0].max_expiration, Some(90_000));

            let before = attributes(&project, TYPE);
            forget(&project, &format!("{TYPE}.i"));
            project.run(&["import", "-no-color", &format!("{TYPE}.i"), &id]).succeeds();
            assert_eq!(attributes(&project, TYPE), before, "every attribute is imported");
            project.plan().is_clean();

            project.cloud.remove_issuer("acme", made["issuer_id"].as_str().unwrap());
            project.plan().has_changes().says("will be created");
            project.apply();
            project.destroy();
            assert_eq!(project.cloud.leftovers("acme"), [""; 0]);
            assert_eq!(project.cloud.breaches(), [""; 0]);
        }
    });
}

#[test]
fn keys_can_be_given_and_not_taken_away() {
    one_engine(|engine| {
        let project = Project::new(engine);
        let jwks = |n: &str| {
            format!(
                "name = \"x\"\n  jwks = {{ keys = [{{ kty = \"RSA\", kid = \"1\", n = \"{n}\", \
                 e = \"AQAB\" }}] }}"
            )
        };
        issuer(&project, &jwks("AQAB"));
        project.apply();
        project.plan().is_clean();
        issuer(&project, &jwks("AQAC"));
        project.apply();
        project.plan().is_clean();
        issuer(&project, "name = \"x\"");
        project.plan_fails().says("no way to take an issuer's keys away");
    });
}

#[test]
fn what_can_not_be_is_said_with_its_cause() {
    one_engine(|engine| {
        let project = Project::new(engine);
        issuer(&project, "name = \"x\"\n  thumbprints = [\"abc\"]");
        project.plan_fails().says("64 hexadecimal digits");
        issuer(&project, &format!("name = \"x\"\n  thumbprints = [\"{}\"]", "0".repeat(64)));
        project.apply_fails().says("that of the certificate that is there now");

        issuer(&project, "name = \"x\"");
        project.cloud.fault(On::operation(Operation::RegisterOidcIssuer), Fault::drop().after());
        project.apply();
        project.plan().is_clean();
        assert_eq!(project.cloud.issuers("acme").len(), 1);
        let id = project.cloud.issuers("acme")[0].id.clone();
        forget(&project, &format!("{TYPE}.i"));
        project.apply_fails().says(&format!("{TYPE}.NAME 'acme/{id}'"));
        project.cloud.hide_org(emulator::ACCESS_TOKEN, "acme");
        project.run(&["import", "-no-color", &format!("{TYPE}.i"), &format!("acme/{id}")]).fails();
    });
}
