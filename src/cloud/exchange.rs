//! The exchange of a CI system's OIDC token for an access token of the service (RFC 8693).

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::requests::{Credential, Issued, Patience, Requests, TokenSource};
use super::{ClientSettings, Error, ErrorKind, Seams, Secret, Stop, scrub};

/// So long before its end a token is exchanged anew, unless its life is short.
const MARGIN: Duration = Duration::from_secs(120);
/// However long the service says that a token lives, it is had anew after this.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// What is exchanged, and for what.
#[derive(Clone, Debug)]
pub struct ExchangeRequest {
    /// The organization that trusts the issuer of the token.
    pub org: String,
    /// The id token of the CI system.
    pub subject_token: Secret,
    /// `urn:pulumi:token-type:access_token:` and `organization`, `team`, `personal` or `runner`.
    pub requested_token_type: String,
    /// What the token is to be for: empty or `admin`, `team:NAME`, `user:LOGIN`, `runner:NAME`.
    pub scope: String,
    /// How long it is to live, in seconds; what the service thinks right if there is none.
    pub expiration: Option<i64>,
}

/// What an exchange gives.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// The access token.
    pub access_token: Secret,
    /// How long it lives, in seconds.
    pub expires_in: i64,
}

/// What is to be exchanged, asked for each time anew, since id tokens live shortly. An error is the
/// beginning of a sentence that says why there is nothing.
pub type ExchangeSource = Arc<dyn Fn() -> Asking + Send + Sync>;

/// An id token on its way.
pub type Asking = Pin<Box<dyn Future<Output = Result<ExchangeRequest, String>> + Send>>;

/// Where a CI system gives a job its id token, as GitHub Actions does.
#[derive(Clone, Debug)]
pub struct IdTokenRequest {
    /// The address that the job is told, with whatever query it has.
    pub url: String,
    /// The job's own credential for that address.
    pub bearer: Secret,
    /// Whom the id token is for.
    pub audience: String,
}

/// Asks a CI system for an id token. The settings lead there ([`Address::of_server`](super::Address)).
///
/// # Errors
/// Whatever a call can meet with.
pub async fn fetch_id_token(
    settings: ClientSettings,
    seams: &Seams,
    stop: &Stop,
    patience: Patience,
    request: &IdTokenRequest,
) -> Result<Secret, Error> {
    #[derive(Deserialize)]
    struct Answer {
        value: Secret,
    }
    let IdTokenRequest { url, bearer, audience } = request;
    let url = Url::parse(url).map_err(|_| {
        let detail = "the address is malformed".to_owned();
        Error::new("asking the CI system for an id token", ErrorKind::Setup(detail))
    })?;
    let requests = Requests::new(settings, Credential::Job(bearer.clone()), seams, stop.clone());
    let asked = requests.get_from_ci_system(&url).query("audience", audience).patience(patience);
    let nothing = asked.error(ErrorKind::Answer("it holds no id token".to_owned()));
    let Answer { value } = asked.json().await?;
    if !value.is_token() {
        return Err(nothing.sent());
    }
    scrub::remember(&value);
    Ok(value)
}

/// Exchanges a token once, unless the run is stopped before. The access token of the settings is not sent.
///
/// # Errors
/// Whatever a call can meet with. A refusal has the message of the service's form or of OAuth's.
pub async fn exchange(
    settings: ClientSettings,
    seams: &Seams,
    stop: &Stop,
    request: &ExchangeRequest,
) -> Result<Exchanged, Error> {
    let requests = Requests::new(settings, Credential::Absent, seams, stop.clone());
    ask(&requests, request, Patience::UntilStopped).await
}

async fn ask(
    requests: &Requests,
    request: &ExchangeRequest,
    patience: Patience,
) -> Result<Exchanged, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        grant_type: &'static str,
        audience: String,
        subject_token: &'a str,
        subject_token_type: &'static str,
        requested_token_type: &'a str,
        scope: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        expiration: Option<i64>,
    }
    #[derive(Deserialize)]
    struct Answer {
        access_token: Secret,
        expires_in: i64,
    }
    scrub::remember(&request.subject_token);
    let body = Body {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        audience: format!("urn:pulumi:org:{}", request.org),
        subject_token: request.subject_token.expose(),
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        requested_token_type: &request.requested_token_type,
        scope: &request.scope,
        expiration: request.expiration,
    };
    // A token whose answer was lost ends by itself.
    let post = requests.post(&["api", "oauth", "token"], &body).repeatable().patience(patience);
    let nothing = post.error(ErrorKind::Answer("it holds no access token".to_owned()));
    let Answer { access_token, expires_in } = post.json().await?;
    if !access_token.is_token() || expires_in <= 0 {
        return Err(nothing.sent());
    }
    scrub::remember(&access_token);
    Ok(Exchanged { access_token, expires_in })
}

/// Exchanges when a token is needed, and again before it ends or when it is refused.
pub(super) struct Exchanger {
    requests: Requests,
    source: ExchangeSource,
    /// Held while exchanging, so that all who need a token share one exchange.
    present: tokio::sync::Mutex<Option<Present>>,
}

struct Present {
    issued: Issued,
    renew: Instant,
    end: Instant,
}

impl Exchanger {
    pub(super) fn new(
        settings: ClientSettings,
        seams: &Seams,
        stop: Stop,
        source: ExchangeSource,
    ) -> Exchanger {
        let requests = Requests::new(settings, Credential::Absent, seams, stop);
        Exchanger { requests, source, present: tokio::sync::Mutex::default() }
    }

    async fn exchange(&self) -> Result<Exchanged, Error> {
        let request = (self.source)().await;
        let request = request
            .map_err(|detail| Error::new("POST /api/oauth/token", ErrorKind::Setup(detail)))?;
        // What was lent and what was lost is revoked after the signal to stop, which takes a token.
        ask(&self.requests, &request, Patience::WithGrace).await
    }
}

#[async_trait]
impl TokenSource for Exchanger {
    async fn token(&self, refused: Option<u64>) -> Result<Issued, Error> {
        let mut present = self.present.lock().await;
        let now = Instant::now();
        let usable = present
            .as_ref()
            .filter(|present| refused != Some(present.issued.number) && now < present.end);
        if let Some(usable) = usable.filter(|usable| now < usable.renew) {
            return Ok(usable.issued.clone());
        }
        let Exchanged { access_token, expires_in } = match (self.exchange().await, usable) {
            (Ok(exchanged), _) => exchanged,
            // It is still good for a while.
            (Err(_), Some(usable)) => return Ok(usable.issued.clone()),
            (Err(error), None) => return Err(error),
        };
        let life = Duration::from_secs(expires_in.unsigned_abs()).min(LONGEST_LIFE);
        let number = present.as_ref().map_or(0, |present| present.issued.number + 1);
        let issued = Issued { token: access_token, number };
        let renew = now + life.saturating_sub(MARGIN.min(life / 4));
        *present = Some(Present { issued: issued.clone(), renew, end: now + life });
        Ok(issued)
    }
}

impl fmt::Debug for Exchanger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchanger").finish_non_exhaustive()
    }
}
