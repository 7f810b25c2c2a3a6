//! What a `provider` block comes to.

use std::path::Path as FilePath;

use super::files;
use super::logins::Logins;
use super::service::{self, variable};
use super::session::{Access, Configuration, DefaultOrg};
use super::written::{Block, misplaced};
use crate::cloud::{
    self, Address, Certificates, CertificatesError, Client, Proxy, ProxyError, ProxySettings,
};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::value::Value;
use crate::provider::Environment;

/// Brings a block together with the environment and with what `pulumi login` stored, and makes a
/// client of it with `connect`. Unknown values are no error: the configuration then says what is
/// missing to whoever needs the service.
///
/// Beside the configuration there are warnings.
///
/// # Errors
/// Diagnostics, if what is known can't be used.
pub async fn evaluate(
    config: &Value,
    lookup: &Environment,
    terraform_version: &str,
    connect: impl FnOnce(cloud::ClientSettings) -> Client + Send,
) -> Result<(Configuration, Diagnostics), Diagnostics> {
    let block = Block::parse(config)?;
    let ca_certificates = ca_certificates(&block).await?;
    let mut warnings = Diagnostics::new();
    let mut service = None;
    let (access, access_token) = match block.unknown_for_service() {
        Some(attribute) => (Access::Unknown(attribute), block.access_token.known().cloned()),
        None => {
            let logins = Logins::new(lookup);
            let address = service::address(&block, lookup, &logins, &mut warnings).await?;
            let token = service::token(&block, lookup, &logins, &address.value).await?;
            let proxy = proxy(lookup, &address.value)?;
            if address.value.is_encrypted() {
                check_system_certificates(lookup).await?;
            }
            let mut settings =
                cloud::ClientSettings::new(address.value.clone(), token.value.clone());
            settings.user_agent = user_agent(lookup, terraform_version);
            settings.ca_certificates = ca_certificates;
            settings.proxy = proxy;
            settings.max_retries = block.max_retries.known_or(settings.max_retries);
            settings.request_timeout = block.request_timeout.known_or(settings.request_timeout);
            service = Some((address, token.source));
            (Access::Ready(connect(settings)), Some(token.value))
        }
    };
    let (default_org, org_source) = default_org(&block, lookup);
    let configuration = Configuration {
        access,
        access_token,
        default_org,
        warn_never_expires: block.warn_never_expires.known_or(false),
    };
    if let DefaultOrg::Known(name) = &configuration.default_org
        && configuration.holds_token(name)
    {
        return Err(misplaced(org_source));
    }
    if let Some((address, token_source)) = service {
        log::debug!(
            service:% = address.value,
            service_from = address.source,
            organization = configuration.default_org.for_log(),
            access_token_from = token_source;
            "configured"
        );
    }
    Ok((configuration, warnings))
}

/// The organization of resources that name none, and where it comes from.
fn default_org(block: &Block, lookup: &Environment) -> (DefaultOrg, &'static str) {
    const VARIABLE: &str = "PULUMI_ORG";
    let org = match block.org_name.known() {
        Some(name) => return (DefaultOrg::Known(name.clone()), "org_name"),
        None if block.org_name.is_unknown() => DefaultOrg::Unknown,
        None => variable(lookup, VARIABLE).map_or(DefaultOrg::Unset, DefaultOrg::Known),
    };
    (org, VARIABLE)
}

async fn ca_certificates(block: &Block) -> Result<Certificates, Diagnostics> {
    let Some(file) = block.ca_cert_file.known() else { return Ok(Certificates::default()) };
    let problem = match files::read(file).await {
        Ok(pem) => match Certificates::from_pem(&pem) {
            Ok(certificates) => return Ok(certificates),
            Err(CertificatesError::None) => "it holds no PEM certificate".to_owned(),
            Err(CertificatesError::Unreadable(which)) => {
                format!("its certificate number {which} can't be read")
            }
        },
        Err(error) => error.to_string(),
    };
    let mut found = Diagnostics::new();
    found.error_at(
        Path::attribute("ca_cert_file"),
        "ca_cert_file can't be used",
        format!("{}: {problem}.", file.display()),
    );
    Err(found)
}

/// The variables are read where TLS is made, without limits, so that what they name is checked
/// before. On Windows and macOS they have no meaning.
async fn check_system_certificates(lookup: &Environment) -> Result<(), Diagnostics> {
    if !cfg!(unix) || cfg!(target_vendor = "apple") {
        return Ok(());
    }
    for (name, folder) in [("SSL_CERT_FILE", false), ("SSL_CERT_DIR", true)] {
        let Some(path) = lookup(name).filter(|path| !path.is_empty()) else { continue };
        match files::check(FilePath::new(&path), folder).await {
            Ok(()) => {}
            // What isn't there is passed over, as OpenSSL does.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let mut found = Diagnostics::new();
                found.error(
                    "The system's certificates can't be read",
                    format!("{name} names {path}: {error}."),
                );
                return Err(found);
            }
        }
    }
    Ok(())
}

fn proxy(lookup: &Environment, service: &Address) -> Result<Option<Proxy>, Diagnostics> {
    let either = |name: &str| {
        variable(lookup, name).or_else(|| variable(lookup, &name.to_ascii_lowercase()))
    };
    let all = either("ALL_PROXY");
    let proxies = ProxySettings {
        https: either("HTTPS_PROXY").or_else(|| all.clone()),
        http: either("HTTP_PROXY").or(all),
        no_proxy: either("NO_PROXY"),
    };
    proxies.choose(service).map_err(|error| {
        let name = if service.is_encrypted() { "HTTPS_PROXY" } else { "HTTP_PROXY" };
        let problem = match error {
            ProxyError::Malformed => "is no address".to_owned(),
            ProxyError::Scheme(scheme) => format!("begins with {scheme}://"),
        };
        let mut found = Diagnostics::new();
        // The address may hold a password, so that it isn't shown.
        found.error(
            "The proxy can't be used",
            format!(
                "What {name} or ALL_PROXY holds {problem}. It must be host:port, or begin with \
                 {}://. To ask {service} directly, name its host in NO_PROXY.",
                Proxy::SCHEMES.join("://, ")
            ),
        );
        found
    })
}

/// Who asks, for the service's logs: the engine, this provider, and what the user adds.
fn user_agent(lookup: &Environment, terraform_version: &str) -> String {
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
