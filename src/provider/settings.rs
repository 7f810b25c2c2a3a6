//! The `provider` block: its schema, and what it comes to together with the environment and with
//! what `pulumi login` stored.

use std::net::IpAddr;
use std::time::Duration;

use crate::cloud::{self, ProxySettings, Secret};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::schema::Given::Optional;
use crate::framework::schema::{Attribute, Schema};
use crate::framework::types::Type;
use crate::framework::value::Value;

use super::credentials::{self, Credentials};
use super::durations;
use super::session::{Access, Configuration, DefaultOrg};

const DEFAULT_API_URL: &str = "https://api.pulumi.com";
const MOST_RETRIES: i64 = 100;

/// A way to look up environment variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The `provider` block.
pub fn schema() -> Schema {
    let attribute = |name, ty, description| Attribute::new(name, ty, Optional, description);
    Schema::new(
        0,
        "Issues, rotates and retires access tokens of Pulumi Cloud.",
        vec![
            attribute(
                "access_token",
                Type::String,
                "The access token to manage tokens with: an admin user's, or one with a role \
                 that may create and delete organization tokens. Default: the environment \
                 variable `PULUMI_ACCESS_TOKEN`, then what `pulumi login` stored for `api_url`.",
            )
            .sensitive(),
            attribute(
                "api_url",
                Type::String,
                "Where the service is, for self-hosted installations. Default: the environment \
                 variables `PULUMI_BACKEND_URL` and `PULUMI_API`, then the backend of `pulumi \
                 login`, then `https://api.pulumi.com`.",
            ),
            attribute(
                "org_name",
                Type::String,
                "The organization of resources that name none. Default: the environment variable \
                 `PULUMI_ORG`.",
            ),
            attribute(
                "allow_insecure_http",
                Type::Bool,
                "Allows an `api_url` with `http://` to another machine, over which the access \
                 token and every new token travel in the clear. Default: `false`.",
            ),
            attribute(
                "ca_cert_file",
                Type::String,
                "A file of PEM certificates to trust beside the system's.",
            ),
            attribute(
                "max_retries",
                Type::Number,
                "How often a request is tried again after a failure that may pass. Default: `4`.",
            ),
            attribute(
                "request_timeout",
                Type::String,
                "How long one request may take, such as `60s`, the default.",
            ),
            attribute(
                "warn_never_expires",
                Type::Bool,
                "Warns of tokens that never expire. Default: `false`.",
            ),
        ],
    )
}

/// Checks a `provider` block as it is written.
pub fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(url) = config.attribute("api_url").as_str().filter(|url| !url.is_empty())
        && let Err(problem) = check_url(url, allows_insecure(config))
    {
        if url.contains('@') {
            // Not at the attribute: the engine would show the line of HCL, and with it a password.
            found.error("api_url can't be used", problem);
        } else {
            found.error_at(Path::attribute("api_url"), "api_url can't be used", problem);
        }
    }
    timeout(config, &mut found);
    retries(config, &mut found);
    found
}

/// What the `provider` block comes to. Unknown values are no error: the configuration then says
/// what is missing to whoever needs the service.
///
/// # Errors
/// Diagnostics, where what is known can't be used.
pub fn resolve(
    config: &Value,
    lookup: Lookup<'_>,
    terraform_version: &str,
) -> Result<(Configuration, Option<cloud::Settings>), Diagnostics> {
    let mut found = validate(config);
    let timeout = timeout(config, &mut Diagnostics::new());
    let retries = retries(config, &mut Diagnostics::new());
    let ca_certificates = ca_certificates(config, &mut found);
    let mut configuration = Configuration {
        access: Access::Unknown("its configuration"),
        default_org: default_org(config, lookup),
        warn_never_expires: config.attribute("warn_never_expires").as_bool() == Some(true),
    };
    if found.has_error() {
        return Err(found);
    }
    for name in [
        "access_token",
        "allow_insecure_http",
        "api_url",
        "ca_cert_file",
        "max_retries",
        "request_timeout",
    ] {
        if config.attribute(name).is_unknown() {
            configuration.access = Access::Unknown(name);
            return Ok((configuration, None));
        }
    }
    let backend = Backend::find(config, lookup)?;
    let mut settings = cloud::Settings::new(backend.api_url, backend.access_token);
    settings.user_agent = user_agent(lookup, terraform_version);
    settings.ca_certificates = ca_certificates;
    settings.proxies = proxies(lookup);
    settings.max_retries = retries.unwrap_or(settings.max_retries);
    settings.request_timeout = timeout.unwrap_or(settings.request_timeout);
    Ok((configuration, Some(settings)))
}

struct Backend {
    api_url: String,
    access_token: Secret,
}

impl Backend {
    fn find(config: &Value, lookup: Lookup<'_>) -> Result<Self, Diagnostics> {
        let environment = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let location = credentials::location(lookup);
        // Read at most once, and only where something is missing.
        let mut stored: Option<Result<Credentials, String>> = None;
        let mut read = || match &location {
            Some(file) => Credentials::read(file),
            None => Ok(Credentials::default()),
        };

        let given = config.attribute("api_url").as_str().filter(|url| !url.is_empty());
        let variables = || {
            ["PULUMI_BACKEND_URL", "PULUMI_API"]
                .into_iter()
                .filter_map(|name| environment(name).map(|url| (name, url)))
                // A bucket or a folder is a backend for stacks, but has no tokens.
                .find(|(_, url)| !credentials::is_storage(url))
        };
        let (source, api_url) = if let Some(url) = given {
            ("the attribute api_url", url.to_owned())
        } else if let Some((name, url)) = variables() {
            (name, url)
        } else {
            let logins = stored.get_or_insert_with(&mut read).as_ref();
            let logins = logins.map_err(|problem| unreadable(problem))?;
            match logins.backend() {
                Some(url) => ("`pulumi login`", url.to_owned()),
                None => ("the default", DEFAULT_API_URL.to_owned()),
            }
        };
        let mut found = Diagnostics::new();
        if let Err(problem) = check_url(&api_url, allows_insecure(config)) {
            found.error(
                "The service's address can't be used",
                format!("It comes from {source}. {problem}"),
            );
            return Err(found);
        }
        let api_url = api_url.trim_end_matches('/').to_owned();

        let given = config.attribute("access_token").as_str().map(str::trim);
        if let Some(token) = given.filter(|token| !token.is_empty()) {
            return Ok(Self { access_token: checked(token.into(), "access_token")?, api_url });
        }
        if let Some(token) = environment("PULUMI_ACCESS_TOKEN") {
            return Ok(Self { access_token: checked(token, "PULUMI_ACCESS_TOKEN")?, api_url });
        }
        let logins = stored.get_or_insert_with(read);
        if let Some(access_token) = logins.as_ref().ok().and_then(|l| l.token(&api_url)) {
            return Ok(Self { access_token, api_url });
        }
        let file = match (&location, logins) {
            (_, Err(problem)) => format!("what `pulumi login` stored: {problem}"),
            (Some(file), Ok(_)) => {
                format!("what `pulumi login` stored: {} has no token for {api_url}", file.display())
            }
            (None, Ok(_)) => "what `pulumi login` stored: there is no home folder".to_owned(),
        };
        found.error(
            "There is no access token for Pulumi Cloud",
            format!(
                "Managing tokens of {api_url} takes an access token. These places were looked \
                 at:\n  - the provider's attribute access_token: not set\n  - the environment \
                 variable PULUMI_ACCESS_TOKEN: not set\n  - {file}\nSet one of them."
            ),
        );
        Err(found)
    }
}

/// The service's address may be in a file that can't be read: the default could be the wrong one.
fn unreadable(problem: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.error(
        "What pulumi login stored can't be read",
        format!(
            "{problem}. The service's address may be in it, so none is assumed: set api_url or \
             PULUMI_BACKEND_URL, or log in again."
        ),
    );
    found
}

/// A token goes into a header, which takes visible ASCII only.
fn checked(token: String, source: &str) -> Result<Secret, Diagnostics> {
    let token = Secret::new(token);
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(token);
    }
    let mut found = Diagnostics::new();
    // Not at the attribute: the engine would show the line of HCL, and with it the token.
    found.error(
        "The access token is not one",
        format!(
            "What {source} holds has spaces, line breaks or characters that no token has. Copy \
             the token again."
        ),
    );
    Err(found)
}

fn default_org(config: &Value, lookup: Lookup<'_>) -> DefaultOrg {
    let given = config.attribute("org_name");
    if given.is_unknown() {
        return DefaultOrg::Unknown;
    }
    let named =
        |name: Option<&str>| name.map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
    match named(given.as_str()).or_else(|| named(lookup("PULUMI_ORG").as_deref())) {
        Some(name) => DefaultOrg::Known(name),
        None => DefaultOrg::Unset,
    }
}

fn allows_insecure(config: &Value) -> bool {
    let allowed = config.attribute("allow_insecure_http");
    // Unknown while planning is checked when it is known; no client is made before that.
    allowed.is_unknown() || allowed.as_bool() == Some(true)
}

fn check_url(url: &str, allow_insecure: bool) -> Result<(), String> {
    let form = "It must be https://host, with a port or a path where the installation has one.";
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err(format!("It is no web address. {form}")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(format!("It holds a user or a password, which don't belong there. {form}"));
    }
    if rest.contains(['?', '#']) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("It has a query, a fragment or white space. {form}"));
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() {
        return Err(format!("It is {url:?} and names no host. {form}"));
    }
    let loopback = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if !secure && !loopback && !allow_insecure {
        return Err(format!(
            "{url} is not encrypted: the access token and every new token would travel in the \
             clear. Use https://, or set allow_insecure_http = true if that is what you want."
        ));
    }
    Ok(())
}

fn timeout(config: &Value, found: &mut Diagnostics) -> Option<Duration> {
    let text = config.attribute("request_timeout").as_str()?;
    let problem = match durations::seconds(text) {
        Ok(seconds @ 1..=durations::DAY) => {
            return u64::try_from(seconds).ok().map(Duration::from_secs);
        }
        Ok(_) => "It must be longer than zero and at most one day.".to_owned(),
        Err(error) => format!("{error}."),
    };
    found.error_at(
        Path::attribute("request_timeout"),
        "request_timeout is not a time to wait",
        format!("request_timeout is {text:?}. {problem}"),
    );
    None
}

fn retries(config: &Value, found: &mut Diagnostics) -> Option<u32> {
    let number = config.attribute("max_retries").as_number()?;
    match number.as_i64() {
        Some(count @ 0..=MOST_RETRIES) => u32::try_from(count).ok(),
        _ => {
            found.error_at(
                Path::attribute("max_retries"),
                "max_retries is not a number of tries",
                format!(
                    "max_retries is {number}. It must be a whole number from 0 to {MOST_RETRIES}."
                ),
            );
            None
        }
    }
}

fn ca_certificates(config: &Value, found: &mut Diagnostics) -> Vec<u8> {
    let Some(file) = config.attribute("ca_cert_file").as_str().filter(|file| !file.is_empty())
    else {
        return Vec::new();
    };
    let problem = match std::fs::read(file) {
        Ok(pem) if pem.windows(27).any(|w| w == b"-----BEGIN CERTIFICATE-----") => return pem,
        Ok(_) => "it holds no PEM certificate".to_owned(),
        Err(error) => error.to_string(),
    };
    found.error_at(
        Path::attribute("ca_cert_file"),
        "ca_cert_file can't be used",
        format!("{file}: {problem}."),
    );
    Vec::new()
}

fn proxies(lookup: Lookup<'_>) -> ProxySettings {
    let variable = |name: &str| {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        set(name).or_else(|| set(&name.to_lowercase()))
    };
    let all = variable("ALL_PROXY");
    ProxySettings {
        https: variable("HTTPS_PROXY").or_else(|| all.clone()),
        http: variable("HTTP_PROXY").or(all),
        no_proxy: variable("NO_PROXY"),
    }
}

/// Who asks, for the service's logs: the engine, this provider, and what the user adds.
fn user_agent(lookup: Lookup<'_>, terraform_version: &str) -> String {
    let mut agent = format!("terraform-provider-pulumiservice/{}", env!("CARGO_PKG_VERSION"));
    if !terraform_version.is_empty() {
        agent = format!("Terraform/{terraform_version} {agent}");
    }
    if let Some(more) = lookup("TF_APPEND_USER_AGENT") {
        agent = format!("{agent} {}", more.trim());
    }
    // A header takes visible ASCII and spaces only.
    agent.retain(|c| c == ' ' || c.is_ascii_graphic());
    agent.trim_end().to_owned()
}
