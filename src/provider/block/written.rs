//! A `provider` block as it is written: each value read once, and refused at its attribute.

use std::path::PathBuf;
use std::time::Duration;

use super::service::{self, refusal};
use super::token::{access_token, holds_token};
use crate::cloud::{Address, Secret};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::value::Value;
use crate::provider::durations;

const MOST_RETRIES: i64 = 100;

/// The value of an attribute. An empty text counts as none.
#[derive(Debug)]
pub enum Written<T> {
    /// None, or one that was refused.
    None,
    /// While planning: apply will tell.
    Unknown,
    /// This one.
    Known(T),
}

impl<T> Written<T> {
    fn read(value: &Value, known: impl FnOnce(&Value) -> Option<T>) -> Self {
        if value.is_unknown() {
            return Self::Unknown;
        }
        known(value).map_or(Self::None, Self::Known)
    }

    /// The value, if there is one and it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::None | Self::Unknown => None,
        }
    }

    /// The value, or this one if there is none or it isn't known.
    pub fn known_or(&self, default: T) -> T
    where
        T: Copy,
    {
        self.known().copied().unwrap_or(default)
    }

    /// Whether only apply will tell.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

/// A `provider` block.
#[derive(Debug)]
pub struct Block {
    /// The access token to manage tokens with.
    pub access_token: Written<Secret>,
    /// Where the service is.
    pub api_url: Written<Address>,
    /// The organization of resources that name none.
    pub org_name: Written<String>,
    /// Whether requests may leave this machine unencrypted.
    pub allow_insecure_http: Written<bool>,
    /// A file of certificates to trust.
    pub ca_cert_file: Written<PathBuf>,
    /// How often a request is tried again.
    pub max_retries: Written<u32>,
    /// How long one request may take.
    pub request_timeout: Written<Duration>,
    /// Whether tokens that never expire are worth a warning.
    pub warn_never_expires: Written<bool>,
}

impl Block {
    /// Reads a block. Values may be unknown.
    ///
    /// # Errors
    /// A diagnostic for each value that can't be used.
    pub fn parse(config: &Value) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let value = |name| config.attribute(name);
        let text = |value: &Value| Some(value.as_str()?.to_owned()).filter(|t| !t.is_empty());
        let trimmed =
            |value: &Value| Some(value.as_str()?.trim().to_owned()).filter(|text| !text.is_empty());
        let block = Self {
            access_token: Written::read(value("access_token"), |value| {
                keep(access_token(trimmed(value)?, "access_token"), &mut found)
            }),
            api_url: Written::read(value("api_url"), |value| {
                keep(api_url(&text(value)?), &mut found)
            }),
            org_name: Written::read(value("org_name"), trimmed),
            allow_insecure_http: Written::read(value("allow_insecure_http"), Value::as_bool),
            ca_cert_file: Written::read(value("ca_cert_file"), |value| text(value).map(Into::into)),
            max_retries: Written::read(value("max_retries"), |value| {
                keep(retries(value)?, &mut found)
            }),
            request_timeout: Written::read(value("request_timeout"), |value| {
                keep(timeout(value.as_str()?), &mut found)
            }),
            warn_never_expires: Written::read(value("warn_never_expires"), Value::as_bool),
        };
        if let Some(address) = block.api_url.known()
            && !block.allows(address)
        {
            found.error_at(
                Path::attribute("api_url"),
                "api_url can't be used",
                service::unencrypted(address),
            );
        }
        if let Some(name) = block.org_name.known()
            && holds_token(name, block.access_token.known())
        {
            found.extend(misplaced("org_name"));
        }
        if found.has_error() { Err(found) } else { Ok(block) }
    }

    /// Whether requests may go to this address as far as encryption is concerned.
    pub fn allows(&self, address: &Address) -> bool {
        // Nothing is sent before it is known.
        let insecure = self.allow_insecure_http.known_or(self.allow_insecure_http.is_unknown());
        insecure || address.is_encrypted() || address.is_loopback()
    }

    /// An attribute that must be known before the service can be asked.
    pub fn unknown_for_service(&self) -> Option<&'static str> {
        let unknown = [
            ("access_token", self.access_token.is_unknown()),
            ("allow_insecure_http", self.allow_insecure_http.is_unknown()),
            ("api_url", self.api_url.is_unknown()),
            ("ca_cert_file", self.ca_cert_file.is_unknown()),
            ("max_retries", self.max_retries.is_unknown()),
            ("request_timeout", self.request_timeout.is_unknown()),
        ];
        unknown.into_iter().find_map(|(name, is_unknown)| is_unknown.then_some(name))
    }
}

/// An access token is where the organization's name should be.
pub fn misplaced(source: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    // Not at the attribute: the engine would show the line of HCL, and with it the token.
    found.error(
        "An access token stands in place of the organization's name",
        format!(
            "{source} holds an access token, or what looks like one. Names of organizations are \
             shown and logged, so it is refused, and not shown here. Put the organization's name \
             there: the one in the address of its page. Revoke the token if others could read it."
        ),
    );
    found
}

/// The value, or what is said of it.
fn keep<T>(read: Result<T, Diagnostics>, found: &mut Diagnostics) -> Option<T> {
    read.map_err(|problems| found.extend(problems)).ok()
}

fn api_url(text: &str) -> Result<Address, Diagnostics> {
    text.parse().map_err(|error| {
        let mut found = Diagnostics::new();
        let problem = refusal(&error);
        if text.contains('@') || holds_token(text, None) {
            // Not at the attribute: the engine would show the line of HCL, and with it a secret.
            found.error("api_url can't be used", problem);
        } else {
            found.error_at(Path::attribute("api_url"), "api_url can't be used", problem);
        }
        found
    })
}

fn timeout(text: &str) -> Result<Duration, Diagnostics> {
    let problem = match durations::seconds(text) {
        Ok(seconds @ 1..=durations::DAY) => return Ok(Duration::from_secs(seconds.unsigned_abs())),
        Ok(_) => "It must be longer than zero and at most one day.".to_owned(),
        Err(error) => format!("{error}."),
    };
    let mut found = Diagnostics::new();
    found.error_at(
        Path::attribute("request_timeout"),
        "request_timeout is not a time to wait",
        format!("request_timeout is {text:?}. {problem}"),
    );
    Err(found)
}

fn retries(value: &Value) -> Option<Result<u32, Diagnostics>> {
    let number = value.as_number()?;
    Some(match number.as_i64() {
        Some(count @ 0..=MOST_RETRIES) => Ok(count as u32),
        _ => {
            let mut found = Diagnostics::new();
            found.error_at(
                Path::attribute("max_retries"),
                "max_retries is not a number of tries",
                format!(
                    "max_retries is {number}. It must be a whole number from 0 to {MOST_RETRIES}."
                ),
            );
            Err(found)
        }
    })
}
