//! What a `provider` block comes to.

use std::sync::Arc;

use super::configuration::{Access, Configuration};
use super::logins::Logins;
use super::schema::ProviderBlock;
use super::service;
use super::token::holds_token;
use super::written::{Block, misplaced};
use crate::cloud::{
    Certificates, CertificatesError, Client, ClientSettings, ExchangeSource, Patience, Seams,
    Secret, Stop,
};
use crate::framework::attr::Attr;
use crate::framework::context::{Context, Reported};
use crate::provider::environment::{Environment, variable};
use crate::provider::messages::block as said;
use crate::provider::{exchange, files, route};

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
    stop: Stop,
    connect: impl FnOnce(ClientSettings, Option<ExchangeSource>) -> Client + Send,
) -> Result<Configuration, Reported> {
    let block = Block::parse(cx, block)?;
    let ca_certificates = ca_certificates(cx, &block).await?;
    let (default_org, org_source) = default_org(&block, lookup);
    let mut configuration = Configuration::not_configured(seams, stop, Arc::clone(lookup));
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
    let proxy = route::proxy(cx, lookup, &address.value).await?;
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
        // What was lent and what was lost is revoked after the signal to stop, which takes a token.
        let patience = Patience::WithGrace;
        let org = org.to_owned();
        let source = exchange::source(cx, exchange, org, &configuration, patience).await?;
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
