//! What can go wrong with a call: the facts, for whoever makes a sentence of them.
//!
//! Every text in an error has been cleaned before it got here.

use std::fmt;
use std::time::Duration;

/// A call that failed.
///
/// `Display` gives one sentence part: the method, the path, and what the service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Method and path, `GET /api/orgs/acme/tokens`.
    call: String,
    kind: ErrorKind,
    sent: bool,
    /// Whether an earlier try of the same call may have done what this one was refused.
    lost_before: bool,
    retry_after: Option<Duration>,
}

/// How a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The service refused, with this status and this message (which may be empty).
    Status {
        /// The HTTP status.
        code: u16,
        /// What the service said.
        message: String,
        /// Whether this has the form of the service's own refusals, with the same status in it;
        /// others come from something in front of it, which knows nothing of tokens.
        by_service: bool,
    },
    /// The service could not be reached, or the connection broke.
    Connection(String),
    /// No whole answer came within this time.
    Timeout(Duration),
    /// An answer came, but it is not what the service answers.
    Answer(String),
    /// The service sent us elsewhere, and we don't go: to this origin, if it is known.
    Redirect {
        /// The HTTP status.
        code: u16,
        /// Scheme, host and port of where we were sent.
        origin: Option<String>,
    },
    /// The run was stopped before the call was made or had succeeded.
    Stopped,
    /// No call can be made with these settings or arguments.
    Setup(String),
    /// The access token that the call needs could not be had, for this reason, so that the call was
    /// not sent. What the reason says, a status included, is not about the call.
    NoAccessToken(Box<Error>),
}

impl Error {
    /// An error before anything was sent.
    pub(super) fn new(call: impl Into<String>, kind: ErrorKind) -> Error {
        Error { call: call.into(), kind, sent: false, lost_before: false, retry_after: None }
    }

    /// The same after the request was sent, as far as anybody can tell.
    pub(super) fn sent(mut self) -> Error {
        self.sent = true;
        self
    }

    /// The same after an earlier try whose answer was lost, if there was one.
    pub(super) fn after_lost(self, lost_before: bool) -> Error {
        Error { lost_before, ..self }
    }

    /// The same with the time that the service asks us to wait.
    pub(super) fn retry_after(mut self, wait: Option<Duration>) -> Error {
        self.retry_after = wait;
        self
    }

    /// How the call failed.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The method and the path of the call.
    pub fn call(&self) -> &str {
        &self.call
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self.kind {
            ErrorKind::Status { code, .. } | ErrorKind::Redirect { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether the service itself says that there is no such thing: 404 in its own form. It says
    /// the same of what it hides.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, ErrorKind::Status { code: 404, by_service: true, .. })
    }

    /// Whether the same call may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Status { code, .. } => matches!(code, 408 | 425 | 429 | 500..),
            ErrorKind::Connection(_) | ErrorKind::Timeout(_) => true,
            // Whoever was asked for it was asked again already.
            ErrorKind::NoAccessToken(_)
            | ErrorKind::Answer(_)
            | ErrorKind::Redirect { .. }
            | ErrorKind::Stopped
            | ErrorKind::Setup(_) => false,
        }
    }

    /// Whether the service may have done what it was asked to do, though the answer is lost.
    pub fn may_have_acted(&self) -> bool {
        let lost = match self.kind {
            // 408 and 425 come from whatever is in front of the service.
            ErrorKind::Status { code, .. } => matches!(code, 408 | 425 | 500..),
            // One that acted sends elsewhere with 303.
            ErrorKind::Redirect { code, .. } => code == 303,
            _ => true,
        };
        self.lost_before || (self.sent && lost)
    }

    /// How long the service asked us to wait.
    pub(super) fn asked_wait(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the service limits the rate of requests.
    pub(super) fn is_rate_limit(&self) -> bool {
        self.status() == Some(429)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = &self.call;
        match &self.kind {
            ErrorKind::Status { code, message, .. } if message.is_empty() => {
                write!(f, "{call} was answered with status {code}")
            }
            ErrorKind::Status { code, message, .. } => {
                write!(f, "{call} was answered with status {code}: {message}")
            }
            ErrorKind::Connection(detail) => write!(f, "{call} failed: {detail}"),
            ErrorKind::Timeout(limit) => {
                write!(f, "{call} was not answered within {} s", limit.as_secs_f64())
            }
            ErrorKind::Answer(detail) => {
                write!(f, "{call} was answered with something that can't be read: {detail}")
            }
            ErrorKind::Redirect { code, origin } => {
                write!(f, "{call} was answered with a redirect (status {code})")?;
                if let Some(origin) = origin {
                    write!(f, " to {origin}")?;
                }
                f.write_str(", and redirects are not followed")
            }
            ErrorKind::Stopped => write!(f, "{call} was given up because the run was stopped"),
            ErrorKind::Setup(detail) => write!(f, "{call} can't be sent: {detail}"),
            ErrorKind::NoAccessToken(reason) => {
                write!(f, "{call} was not sent, as there is no access token for it: {reason}")
            }
        }
    }
}

impl std::error::Error for Error {}
