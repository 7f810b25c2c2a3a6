//! Where the provider's configuration comes from, and what of it is refused.

use emulator::{ACCESS_TOKEN, ID_TOKEN, LOGIN};

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
        project.set("PULUMI_API", url.clone());
        for storage in ["s3://state", "file://~", "AZBLOB://state", "postgres://u:p@host/db"] {
            project.set("PULUMI_BACKEND_URL", storage);
            project.plan().has_changes().says_nothing_of("is passed over");
        }
        // What is no web address is passed over too, but not without a word.
        project.set("PULUMI_BACKEND_URL", "pulumi.corp.example");
        project
            .plan()
            .has_changes()
            .says("PULUMI_BACKEND_URL holds no web address and is passed over")
            .says(&format!("{url} is used, which comes from PULUMI_API."))
            .says_nothing_of("pulumi.corp.example");
        // Nor does it lead to where `pulumi login` is logged in, but for the token stored there.
        project.unset("PULUMI_API");
        login(&project, &url, &url);
        project.plan_fails().says("It comes from PULUMI_BACKEND_URL. It is no web address.");
        project.unset("PULUMI_ACCESS_TOKEN");
        // An id token of the one installation is not for the other.
        project.write(&format!("provider \"pulumiservice\" {{ oidc = {{}} }}\n{TOKEN}"));
        project.plan_fails().says("It comes from PULUMI_BACKEND_URL. It is no web address.");
        project.write(TOKEN);
        project.plan().has_changes().says("which comes from `pulumi login`.");
        // Whoever has no token there has not logged in there.
        login(&project, "https://pulumi.example.com", &url);
        project.plan_fails().says("It comes from PULUMI_BACKEND_URL. It is no web address.");
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
            .says("access_token and oidc: not set")
            .says("PULUMI_ACCESS_TOKEN: not set")
            .says("credentials.json has no token for")
            .says_nothing_of(ACCESS_TOKEN);
        assert!(project.cloud.requests().is_empty());

        // However the address is written; and the folder can be elsewhere.
        login(&project, &format!("{}/", url.replace("http://", "HTTP://")), "s3://state");
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
        project.plan_fails().is_not_known_yet(
            engine,
            &["The provider's configuration is not known yet", "access_token"],
        );
    });
}

#[test]
fn an_exchange_whose_organization_is_unknown_at_plan_is_made_at_apply() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let mut project = Project::new(engine);
        project.unset("PULUMI_ACCESS_TOKEN");
        project.write(&format!(
            "resource \"terraform_data\" \"org\" {{ input = \"acme\" }}\n\
             provider \"pulumiservice\" {{\n org_name = terraform_data.org.output\n oidc = {{\n \
             token = \"{ID_TOKEN}\"\n requested_token_type = \"personal\"\n \
             scope = \"user:{LOGIN}\"\n }}\n}}\n\
             resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{ name = \"ci\" }}"
        ));
        project.plan().has_changes();
        assert!(project.cloud.requests().is_empty());
        project.apply();
        assert_eq!(project.only_token()["org_name"], "acme");
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
            ("max_retries = 1.5", "must be a whole number"),
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
        let mut project = Project::with(engine, config);
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
        project.set("PULUMI_BACKEND_URL", project.cloud.url().replace("https://", "HTTPS://"));
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
            .says(&format!("service={}", project.cloud.url()))
            .says("service_from=PULUMI_BACKEND_URL")
            .says("organization=none")
            .says("access_token_from=PULUMI_ACCESS_TOKEN")
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

/// A file that gives nothing and never ends, in place of one that was meant.
fn fifo(project: &Project, name: &str) -> String {
    let path = project.folder().join(name);
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn what_is_no_file_is_refused_instead_of_waited_for() {
    each_engine(|engine| {
        let config = emulator::Config { tls: true, ..emulator::Config::default() };
        let mut project = Project::with(engine, config);
        let hcl = |setting: &str| {
            format!("provider \"pulumiservice\" {{\n org_name = \"acme\"\n {setting}\n}}\n{TOKEN}")
        };
        let fifo = fifo(&project, "fifo");
        for file in [&*fifo, "/dev/zero"] {
            project.write(&hcl(&format!("ca_cert_file = \"{file}\"")));
            let plan = project.plan_fails();
            plan.says("ca_cert_file can't be used").says("it is not a regular file");
        }
        project.file("large.pem", &"x".repeat((4 << 20) + 1));
        project.write(&hcl("ca_cert_file = \"large.pem\""));
        project.plan_fails().says("it is longer than 4 MiB");

        project.write(&hcl(""));
        project.set("SSL_CERT_FILE", &*fifo);
        project
            .plan_fails()
            .says("The system's certificates can't be read")
            .says(&format!("SSL_CERT_FILE names {fifo}: it is not a regular file."));
        project.unset("SSL_CERT_FILE");

        project.unset("PULUMI_ACCESS_TOKEN");
        let home = project.folder().to_string_lossy().into_owned();
        project.set("PULUMI_HOME", home);
        std::fs::rename(&fifo, project.folder().join("credentials.json")).unwrap();
        let plan = project.plan_fails();
        plan.says("There is no access token").says("it is not a regular file");
        project.unset("PULUMI_BACKEND_URL");
        let plan = project.plan_fails();
        plan.says("What pulumi login stored can't be read").says("it is not a regular file");
    });
}

#[test]
fn an_access_token_in_the_wrong_place_is_refused_and_not_shown() {
    const LIKE_ONE: &str = "pul-0123456789abcdef0123456789abcdef01234567";
    const SAYS: &str = "An access token stands in place of the organization's name";
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("TF_LOG_PROVIDER", "DEBUG");
        for token in [ACCESS_TOKEN, LIKE_ONE] {
            project.write(TOKEN);
            project.set("PULUMI_ORG", token);
            project.plan_fails().says(SAYS).says("PULUMI_ORG holds").says_nothing_of(token);
            project.unset("PULUMI_ORG");
            project.write(&format!(
                "provider \"pulumiservice\" {{\n org_name = \"{token}\"\n}}\n{TOKEN}"
            ));
            project.plan_fails().says(SAYS).says("org_name holds").says_nothing_of(token);
        }
        project.run(&["validate", "-no-color"]).fails().says(SAYS).says_nothing_of(LIKE_ONE);
        project.write(&format!(
            "provider \"pulumiservice\" {{\n api_url = \"{LIKE_ONE}\"\n}}\n{TOKEN}"
        ));
        project.plan_fails().says("api_url can't be used").says_nothing_of(LIKE_ONE);
        assert!(project.cloud.requests().is_empty());
    });
}

#[test]
fn a_secret_in_a_name_is_neither_shown_nor_sent() {
    each_engine(|engine| {
        let project = Project::new(engine);
        for (kind, arguments) in [
            ("api_tokens_orgtoken", "name = VALUE"),
            ("api_tokens_orgtoken", "name_prefix = VALUE"),
            ("api_tokens_teamtoken", "name = \"ci\"\n team_name = VALUE"),
            ("api_teams_team", "name = VALUE"),
            ("api_teams_team", "org_name = VALUE\n name = \"ops\""),
            ("api_teams_role", "team_name = \"ops\"\n role_id = VALUE"),
        ] {
            // The access token in use may look like anything.
            let arguments = arguments.replace("VALUE", &format!("\"{ACCESS_TOKEN}\""));
            project.write(&format!(
                "provider \"pulumiservice\" {{\n org_name = \"acme\"\n}}\n\
                 resource \"pulumiservice_{kind}\" \"this\" {{\n {arguments}\n}}\n"
            ));
            project
                .plan_fails()
                .says("A secret is in the wrong place")
                .says_nothing_of(ACCESS_TOKEN);
        }
        assert!(project.cloud.requests().iter().all(|one| !one.path.contains(ACCESS_TOKEN)));
    });
}

#[test]
fn a_proxy_that_can_not_be_used_is_refused_unless_it_is_not_needed() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.token("name = \"ci\"");
        project.set("HTTP_PROXY", "socks4://user:sesame@192.0.2.1:1080");
        project.plan().has_changes();
        project.set("HTTPS_PROXY", "socks4://user:sesame@192.0.2.1:1080");
        project.set("PULUMI_BACKEND_URL", "https://pulumi.test");
        project
            .plan_fails()
            .says("The proxy can't be used")
            .says("begins with socks4://")
            .says("socks5h://")
            .says_nothing_of("sesame");
    });
}
