//! A `provider` block as it is written: each value read once, and refused at its attribute.

use std::path::PathBuf;
use std::time::Duration;

use super::address_words::{refusal, unencrypted};
use super::schema::ProviderBlock;
use super::token::{access_token, holds_token};
use crate::cloud::{Address, Secret};
use crate::framework::attr::Attr;
use crate::framework::attributes::Attributes;
use crate::framework::context::{Context, Reported};
use crate::provider::exchange::Exchange;
use crate::provider::messages::block as said;

/// A `provider` block. An empty text counts as none.
#[derive(Debug)]
pub struct Block {
    /// The access token to manage tokens with.
    pub access_token: Attr<Secret>,
    /// The exchange of an id token, in the place of an access token.
    pub oidc: Attr<Exchange>,
    /// Where the service is.
    pub api_url: Attr<Address>,
    /// The organization of resources that name none.
    pub org_name: Attr<String>,
    /// Whether requests may leave this machine unencrypted.
    pub allow_insecure_http: Attr<bool>,
    /// A file of certificates to trust.
    pub ca_cert_file: Attr<PathBuf>,
    /// How often a request is tried again.
    pub max_retries: Attr<u32>,
    /// How long one request may take.
    pub request_timeout: Attr<Duration>,
    /// Whether tokens that never expire are worth a warning.
    pub warn_never_expires: Attr<bool>,
}

impl Block {
    /// Reads a block. Values may be unknown.
    ///
    /// # Errors
    /// Each value that can't be used has been reported.
    pub fn parse(cx: &Context, written: ProviderBlock) -> Result<Self, Reported> {
        let token = written.access_token.map(|token| token.expose().trim().to_owned());
        let block = Self {
            access_token: parsed(filled(token), |text| {
                access_token(cx, text, ProviderBlock::access_token.as_str())
            }),
            oidc: written.oidc,
            api_url: parsed(filled(written.api_url), |text| api_url(cx, &text)),
            org_name: filled(written.org_name.map(|name| name.trim().to_owned())),
            allow_insecure_http: written.allow_insecure_http,
            ca_cert_file: filled(written.ca_cert_file).map(PathBuf::from),
            // The declarations have seen to the limits of both.
            max_retries: written.max_retries.map(|count| u32::try_from(count).unwrap_or_default()),
            request_timeout: written
                .request_timeout
                .map(|time| Duration::from_secs(time.seconds().unsigned_abs())),
            warn_never_expires: written.warn_never_expires,
        };
        if let Attr::Known(address) = &block.api_url
            && !block.allows(address)
        {
            cx.error_at(ProviderBlock::api_url, said::API_URL, unencrypted(address));
        }
        if let Attr::Known(name) = &block.org_name
            && holds_token(name)
        {
            misplaced(cx, ProviderBlock::org_name.as_str());
        }
        cx.ended().map(|()| block)
    }

    /// Whether requests may go to this address as far as encryption is concerned.
    pub fn allows(&self, address: &Address) -> bool {
        let insecure = match self.allow_insecure_http {
            Attr::Known(allowed) => allowed,
            // Nothing is sent before it is known.
            Attr::Unknown => true,
            Attr::Null => false,
        };
        insecure || address.is_encrypted() || address.is_loopback()
    }

    fn oidc_is_open(&self) -> bool {
        match &self.oidc {
            Attr::Known(exchange) => !exchange.clone().into_value().is_wholly_known(),
            oidc => oidc.is_unknown(),
        }
    }

    /// An attribute that must be known before the service can be asked.
    /// An exchange takes the organization that resources without one have, if it names none.
    pub fn unknown_for_service(&self, default_org: &Attr<String>) -> Option<&'static str> {
        let needs_org = self.oidc.is_known_and(|exchange| exchange.org_name.is_null());
        let unknown = [
            (ProviderBlock::access_token, self.access_token.is_unknown()),
            (ProviderBlock::oidc, self.oidc_is_open()),
            (ProviderBlock::org_name, needs_org && default_org.is_unknown()),
            (ProviderBlock::allow_insecure_http, self.allow_insecure_http.is_unknown()),
            (ProviderBlock::api_url, self.api_url.is_unknown()),
            (ProviderBlock::ca_cert_file, self.ca_cert_file.is_unknown()),
            (ProviderBlock::max_retries, self.max_retries.is_unknown()),
            (ProviderBlock::request_timeout, self.request_timeout.is_unknown()),
        ];
        unknown.into_iter().find_map(|(name, is_unknown)| is_unknown.then_some(name.as_str()))
    }
}

/// An access token is where the organization's name should be.
pub fn misplaced(cx: &Context, source: &str) -> Reported {
    // Not at the attribute: the engine would show the line of HCL, and with it the token.
    cx.error(
        said::TOKEN_AS_ORGANIZATION,
        format!(
            "{source} holds an access token, or what looks like one. Names of organizations are \
             shown and logged, so it is refused, and not shown here. Put the organization's name \
             there: the one in the address of its page. Revoke the token if others could read it."
        ),
    )
}

fn filled(text: Attr<String>) -> Attr<String> {
    if text.is("") { Attr::Null } else { text }
}

/// The value, or null if it was refused.
fn parsed<T, U>(value: Attr<T>, parse: impl FnOnce(T) -> Result<U, Reported>) -> Attr<U> {
    match value {
        Attr::Null => Attr::Null,
        Attr::Unknown => Attr::Unknown,
        Attr::Known(value) => parse(value).ok().into(),
    }
}

fn api_url(cx: &Context, text: &str) -> Result<Address, Reported> {
    text.parse().map_err(|error| {
        let problem = refusal(&error);
        if text.contains('@') || holds_token(text) {
            // Not at the attribute: the engine would show the line of HCL, and with it a secret.
            cx.error(said::API_URL, problem)
        } else {
            cx.error_at(ProviderBlock::api_url, said::API_URL, problem)
        }
    })
}
