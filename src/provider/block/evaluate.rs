//! What a `provider` block comes to.

use std::path::Path as FilePath;
use std::sync::Arc;

use super::configuration::{Access, Configuration};
use super::logins::Logins;
use super::schema::ProviderBlock;
use super::service;
use super::token::holds_token;
use super::written::{Block, misplaced};
use crate::cloud::{
    Address, Certificates, CertificatesError, Client, ClientSettings, ExchangeSource, Proxy,
    ProxyError, ProxySettings, Seams, Secret,
};
use crate::framework::attr::Attr;
use crate::framework::context::{Context, Reported};
use crate::provider::environment::{Environment, variable};
use crate::provider::messages::block as said;
use crate::provider::{exchange, files};

/// Brings a block together with the environment and with what `pulumi login` stored, and makes a
/// client of it with `connect`. Unknown values are no error: the configuration then says what is
/// missing to whoever needs the service.
///
/// # Errors
/// What is known can't be used.
pub async fn evaluate(
    cx: &Context,
    block: ProviderBlock,
    lookup: &Arc<Environment>,
    engine: &str,
    seams: Seams,
    connect: impl FnOnce(ClientSettings, Option<ExchangeSource>) -> Client + Send,
) -> Result<Configuration, Reported> {
    let block = Block::parse(cx, block)?;
    let ca_certificates = ca_certificates(cx, &block).await?;
    let (default_org, org_source) = default_org(&block, lookup);
    let mut configuration = Configuration::not_configured(seams, Arc::clone(lookup));
    configuration.default_org = default_org;
    configuration.warn_never_expires = block.warn_never_expires.is(&true);
    configuration.engine = engine.to_owned();
    refuse_token_as_org(cx, &configuration, org_source)?;
    if let Some(attribute) = block.unknown_for_service(&configuration.default_org) {
        configuration.access = Access::Unknown(attribute);
        return Ok(configuration);
    }
    let logins = Logins::new(&***lookup);
    let address = service::address(cx, &block, lookup, &logins).await?;
    let proxy = proxy(cx, lookup, &address.value)?;
    if address.value.is_encrypted() {
        check_system_certificates(cx, lookup).await?;
    }
    let mut settings = ClientSettings::new(address.value.clone(), Secret::new(""));
    settings.user_agent = user_agent(lookup, engine);
    settings.ca_certificates = ca_certificates;
    settings.proxy = proxy;
    settings.max_retries = block.max_retries.copied()?.unwrap_or(settings.max_retries);
    settings.request_timeout = block.request_timeout.copied()?.unwrap_or(settings.request_timeout);
    configuration.settings = Some(settings.clone());
    let token_source = if let Some(exchange) = block.oidc.value()? {
        let org = exchange.org_name.clone().or(configuration.default_org.clone());
        let Some(org) = org.text()? else { return Err(exchange::no_organization(cx)) };
        let source = exchange::source(cx, exchange, org.to_owned(), lookup, &settings)?;
        configuration.access = Access::Ready(connect(settings, Some(source)));
        "the exchange of an id token"
    } else {
        match service::token(cx, &block, lookup, &logins, &address.value).await? {
            Ok(token) => {
                // The token is known only now.
                refuse_token_as_org(cx, &configuration, org_source)?;
                settings.access_token = token.value;
                configuration.access = Access::Ready(connect(settings, None));
                token.source
            }
            Err(places) => {
                configuration.access = Access::NoToken(places);
                "nowhere"
            }
        }
    };
    log::debug!(
        service:% = address.value,
        service_from = address.source,
        organization = for_log(&configuration.default_org),
        access_token_from = token_source;
        "configured"
    );
    Ok(configuration)
}

fn for_log(org: &Attr<String>) -> &str {
    match org {
        Attr::Known(name) => name,
        Attr::Null => "none",
        Attr::Unknown => "not known yet",
    }
}

/// The organization of resources that name none, and where it comes from.
fn default_org(block: &Block, lookup: &Environment) -> (Attr<String>, &'static str) {
    const VARIABLE: &str = "PULUMI_ORG";
    if block.org_name.is_null() {
        return (variable(lookup, VARIABLE).into(), VARIABLE);
    }
    (block.org_name.clone(), ProviderBlock::org_name.as_str())
}

fn refuse_token_as_org(
    cx: &Context,
    configuration: &Configuration,
    source: &str,
) -> Result<(), Reported> {
    match &configuration.default_org {
        Attr::Known(name) if holds_token(name) => Err(misplaced(cx, source)),
        _ => Ok(()),
    }
}

async fn ca_certificates(cx: &Context, block: &Block) -> Result<Certificates, Reported> {
    let Attr::Known(file) = &block.ca_cert_file else { return Ok(Certificates::default()) };
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
    Err(cx.error_at(
        ProviderBlock::ca_cert_file,
        said::CERTIFICATES,
        format!("{}: {problem}.", file.display()),
    ))
}

/// The variables are read where TLS is made, without limits, so that what they name is checked
/// before. On Windows and macOS they have no meaning.
async fn check_system_certificates(cx: &Context, lookup: &Environment) -> Result<(), Reported> {
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
                return Err(
                    cx.error(said::SYSTEM_CERTIFICATES, format!("{name} names {path}: {error}."))
                );
            }
        }
    }
    Ok(())
}

fn proxy(cx: &Context, lookup: &Environment, service: &Address) -> Result<Option<Proxy>, Reported> {
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
        // The address may hold a password, so that it isn't shown.
        cx.error(
            said::PROXY,
            format!(
                "What {name} or ALL_PROXY holds {problem}. It must be host:port, or begin with \
                 {}://. To ask {service} directly, name its host in NO_PROXY.",
                Proxy::SCHEMES.join("://, ")
            ),
        )
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
