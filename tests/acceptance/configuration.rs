//! Where the provider's configuration comes from, and what of it is refused.

use emulator::ACCESS_TOKEN;

use crate::harness::{Project, each_engine};

const TOKEN: &str = "resource \"pulumiservice_api_tokens_orgtoken\" \"t\" { name = \"ci\" }";

fn login(project: &Project, url: &str, current: &str) {
    std::fs::create_dir_all(project.folder().join(".pulumi")).unwrap();
    project.file(
        ".pulumi/credentials.json",
        &format!(
            r#"{{"current": "{current}", "accessTokens": {{"{url}": "{ACCESS_TOKEN}"}},
                "accounts": {{"{url}": {{"accessToken": "{ACCESS_TOKEN}"}}}}}}"#
        ),
    );
}

#[test]
fn the_provider_block_goes_before_the_environment() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("PULUMI_ACCESS_TOKEN", "pul-wrong");
        project.set("PULUMI_BACKEND_URL", "http://127.0.0.1:1");
        project.set("PULUMI_ORG", "no-such-org");
        project.write(&format!(
            "provider \"pulumiservice\" {{\n access_token = \"{ACCESS_TOKEN}\"\n api_url = \
             \"{}/\"\n org_name = \"acme\"\n}}\n{TOKEN}",
            project.cloud.url()
        ));
        project.apply();
        project.plan().is_clean();
        assert_eq!(project.only_token()["org_name"], "acme");
    });
}

#[test]
fn the_environment_has_an_order() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        let url = project.cloud.url().to_owned();
        project.set("PULUMI_ORG", "acme");
        project.write(TOKEN);
        project.set("PULUMI_BACKEND_URL", url.clone());
        project.set("PULUMI_API", "http://127.0.0.1:1");
        project.plan().has_changes();
        // A backend for stacks has no tokens; what comes next is asked.
        project.set("PULUMI_BACKEND_URL", "s3://state");
        project.set("PULUMI_API", url);
        project.plan().has_changes();
    });
}

#[test]
fn what_pulumi_login_stored_is_used_for_its_own_backend_only() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        let url = project.cloud.url().to_owned();
        project.unset("PULUMI_ACCESS_TOKEN");
        project.unset("PULUMI_BACKEND_URL");
        project.set("PULUMI_ORG", "acme");
        project.write(TOKEN);
        login(&project, &url, &url);
        project.plan().has_changes();
        assert!(!project.cloud.requests().is_empty());

        // Another address is given: the stored token is not for it.
        login(&project, "https://api.pulumi.com", "https://api.pulumi.com");
        project.set("PULUMI_BACKEND_URL", url.clone());
        project.cloud.clear_requests();
        project
            .plan_fails()
            .says("There is no access token for Pulumi Cloud")
            .says("access_token: not set")
            .says("PULUMI_ACCESS_TOKEN: not set")
            .says("credentials.json has no token for")
            .says_nothing_of(ACCESS_TOKEN);
        assert!(project.cloud.requests().is_empty());

        // The folder can be elsewhere.
        login(&project, &url, "s3://state");
        project.set("PULUMI_CREDENTIALS_PATH", project.folder().join(".pulumi").to_string_lossy());
        project.plan().has_changes();
    });
}

#[test]
fn a_configuration_that_is_unknown_at_plan_is_no_error() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let mut project = Project::new(engine);
        project.unset("PULUMI_ACCESS_TOKEN");
        let hcl = |name: &str| {
            format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{ACCESS_TOKEN}\" }}\n\
                 resource \"terraform_data\" \"org\" {{ input = \"acme\" }}\n\
                 provider \"pulumiservice\" {{\n access_token = terraform_data.x.output\n \
                 org_name = terraform_data.org.output\n}}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{ name = \"{name}\" }}"
            )
        };
        project.write(&hcl("ci"));
        project.plan().has_changes();
        assert!(project.cloud.requests().is_empty());
        project.apply();
        assert_eq!(project.only_token()["org_name"], "acme");
        project.plan().is_clean();
        // A call that needs them fails, and says why.
        project.run(&["taint", "terraform_data.x"]).succeeds();
        project
            .plan_fails()
            .says("The provider's configuration is not known yet")
            .says("access_token");
    });
}

#[test]
fn plain_http_is_for_this_machine_only() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let hcl = |more: &str| {
            format!(
                "provider \"pulumiservice\" {{\n api_url = \"http://192.0.2.1:9\"\n {more}\n}}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 name = \"ci\"\n}}"
            )
        };
        project.write(&hcl(""));
        project.run(&["validate", "-no-color"]).fails().says("is not encrypted");
        project.plan_fails().says("is not encrypted").says("allow_insecure_http = true");
        project.write(&hcl("allow_insecure_http = true"));
        project.run(&["validate", "-no-color"]).succeeds();
    });
}

#[test]
fn settings_that_make_no_sense_are_refused_at_their_attribute() {
    each_engine(|engine| {
        let project = Project::new(engine);
        for (setting, says) in [
            ("api_url = \"api.pulumi.com\"", "no web address"),
            ("api_url = \"https://u:p@api.pulumi.com\"", "a user or a password"),
            ("request_timeout = \"soon\"", "is not a duration"),
            ("request_timeout = \"0s\"", "longer than zero"),
            ("max_retries = -1", "whole number from 0 to 100"),
            ("max_retries = 1.5", "whole number from 0 to 100"),
            ("access_token = \"pul- broken\"", "spaces, line breaks"),
            ("ca_cert_file = \"main.tf\"", "holds no PEM certificate"),
            ("ca_cert_file = \"none.pem\"", "none.pem"),
        ] {
            project.write(&format!("provider \"pulumiservice\" {{\n {setting}\n}}\n{TOKEN}"));
            project.plan_fails().says(says).says_nothing_of("pul- broken");
        }
    });
}

#[test]
fn the_service_learns_who_asks() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("TF_APPEND_USER_AGENT", "pipeline/7");
        project.token("name = \"ci\"");
        project.apply();
        let ours = format!("terraform-provider-pulumiservice/{}", env!("CARGO_PKG_VERSION"));
        for request in project.cloud.requests() {
            let agent = request.header("user-agent").unwrap();
            // OpenTofu tells providers a version of Terraform that it stands for.
            let engine = agent.strip_suffix(&format!(" {ours} pipeline/7")).unwrap();
            assert!(engine.starts_with("Terraform/1."), "{agent}");
            assert_eq!(request.header("x-pulumi-source"), Some("provider"));
        }
    });
}

#[test]
fn a_service_with_a_certificate_of_its_own_is_trusted_by_file() {
    each_engine(|engine| {
        let config = emulator::Config { tls: true, ..emulator::Config::default() };
        let project = Project::with(engine, config);
        let hcl = |setting: &str| {
            format!(
                "provider \"pulumiservice\" {{\n org_name = \"acme\"\n max_retries = 0\n \
                 {setting}\n}}\n{TOKEN}"
            )
        };
        project.write(&hcl(""));
        project.plan_fails().says("certificate");
        project.file("ca.pem", project.cloud.ca_pem().unwrap());
        project.write(&hcl("ca_cert_file = \"ca.pem\""));
        project.apply();
        project.plan().is_clean();
        assert!(project.cloud.connections().http2 > 0, "HTTP/2 where the service offers it");
    });
}

#[test]
fn the_log_shows_every_call_as_this_providers_and_no_secret() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("TF_LOG_PROVIDER", "DEBUG");
        project.token("name = \"ci\"");
        let apply = project.apply();
        apply
            .says("provider.terraform-provider-pulumiservice: called Pulumi Cloud")
            .says("method=POST")
            .says("path=/api/orgs/acme/tokens")
            .says("status=200")
            .says_nothing_of(ACCESS_TOKEN)
            .says_nothing_of(&project.cloud.live("acme")[0].value);
        project.set("TF_LOG_PROVIDER", "ERROR");
        project.plan().says_nothing_of("called Pulumi Cloud");
    });
}

#[test]
fn an_address_that_can_not_be_read_is_no_reason_to_ask_another_service() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("PULUMI_ORG", "acme");
        project.write(TOKEN);
        for (name, url) in
            [("PULUMI_BACKEND_URL", "pulumi.corp.example"), ("PULUMI_API", "HTTPS:/typo")]
        {
            project.unset("PULUMI_BACKEND_URL");
            project.set(name, url);
            project
                .plan_fails()
                .says("The service's address can't be used")
                .says(&format!("It comes from {name}."));
            project.unset(name);
        }
        std::fs::create_dir_all(project.folder().join(".pulumi")).unwrap();
        project.file(".pulumi/credentials.json", "{\"current\": \"https://pulumi.corp.exa");
        project.plan_fails().says("What pulumi login stored can't be read");
        login(&project, "http://192.0.2.1:9", "http://192.0.2.1:9");
        project.plan_fails().says("is not encrypted");
    });
}

#[test]
fn nothing_is_sent_in_the_clear_before_that_is_known_to_be_allowed() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let project = Project::new(engine);
        for setting in [
            "allow_insecure_http = terraform_data.x.output",
            "request_timeout = terraform_data.x.output",
            "max_retries = terraform_data.x.output",
            "ca_cert_file = terraform_data.x.output",
            "api_url = terraform_data.x.output",
        ] {
            project.write(&format!(
                "resource \"terraform_data\" \"x\" {{ input = \"1\" }}\n\
                 provider \"pulumiservice\" {{\n org_name = \"acme\"\n {setting}\n}}\n{TOKEN}"
            ));
            project.plan().has_changes();
            assert!(project.cloud.requests().is_empty(), "{setting}");
        }
    });
}
