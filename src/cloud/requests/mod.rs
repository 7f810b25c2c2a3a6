//! Requests with retries: every method, typed JSON both ways, errors that carry facts.
//!
//! A call to the service is a few lines on top of this:
//!
//! ```ignore
//! let listed: Listed = self.requests().get(&["api", "orgs", org, "things"])
//!     .query("filter", "all").json().await?;
//! self.requests().patch(&["api", "orgs", org, "things", name], &changes).empty().await?;
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `call`, `answer` | what is asked, and what is answered |
//! | `transport` | one request and its answer, once |
//! | `tries` | how long to wait before the next try |
//! | `credential` | what is shown to be let in |
//! | `deletion` | what proves that something is gone |
//! | `service_clock` | what time it is for the service |

mod answer;
mod call;
mod credential;
mod deletion;
mod service_clock;
mod transport;
mod tries;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, sleep_until};

pub(super) use answer::{Answer, or_default, read_object};
use call::Call;
pub(super) use credential::{Credential, Issued, TokenSource};
pub(super) use deletion::Deletion;
pub(super) use service_clock::{Moment, SentAt};
use transport::{Transport, shown};
pub(super) use tries::{Tries, longest_wait};

use super::{Backoff, ClientSettings, Error, ErrorKind, Random, Seams, Stop, scrub};

/// Makes requests to one service, or to a CI system, with one credential.
pub(super) struct Requests {
    transport: Transport,
    credential: Credential,
    backoff: Backoff,
    max_retries: u32,
    random: Arc<dyn Random>,
    stop: Stop,
}

/// Which failures are worth another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retry {
    /// Those that may pass: for what can be done twice.
    IfTransient,
    /// Those of them after which the service has surely done nothing: for what must not be done
    /// twice.
    UnlessActed,
}

/// What ends the tries, and what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// The signal to stop.
    UntilStopped,
    /// The end of the time that there is after it for each call that clears up.
    WithGrace,
}

impl Requests {
    pub(super) fn new(
        settings: ClientSettings,
        credential: Credential,
        seams: &Seams,
        stop: Stop,
    ) -> Requests {
        if let Credential::Fixed(token) | Credential::Job(token) = &credential {
            scrub::remember(token);
        }
        Requests {
            backoff: settings.backoff,
            max_retries: settings.max_retries,
            random: Arc::clone(&seams.random),
            transport: Transport::new(settings, Arc::clone(&seams.clock)),
            credential,
            stop,
        }
    }

    /// A read.
    pub(super) fn get(&self, path: &[&str]) -> Request<'_> {
        self.request(Call::new(Method::GET, path))
    }

    /// A read of a CI system's address.
    pub(super) fn get_from_ci_system(&self, url: &Url) -> Request<'_> {
        self.request(Ok(Call::of_ci_system(url)))
    }

    /// A creation, which is not repeated if it may have been done.
    pub(super) fn post(&self, path: &[&str], body: &impl Serialize) -> Request<'_> {
        let call = Call::new(Method::POST, path).and_then(|call| call.with_body(body));
        Request { retry: Retry::UnlessActed, ..self.request(call) }
    }

    /// A POST without a body, which comes to the same however often it is made.
    pub(super) fn post_empty(&self, path: &[&str]) -> Request<'_> {
        self.request(Call::new(Method::POST, path))
    }

    /// A change without a body, which comes to the same however often it is made.
    pub(super) fn patch_empty(&self, path: &[&str]) -> Request<'_> {
        self.request(Call::new(Method::PATCH, path))
    }

    /// A change, which comes to the same however often it is made.
    pub(super) fn patch(&self, path: &[&str], body: &impl Serialize) -> Request<'_> {
        self.request(Call::new(Method::PATCH, path).and_then(|call| call.with_body(body)))
    }

    /// A deletion.
    pub(super) fn delete(&self, path: &[&str]) -> Request<'_> {
        self.request(Call::new(Method::DELETE, path))
    }

    fn request(&self, call: Result<Call, Error>) -> Request<'_> {
        Request {
            requests: self,
            call,
            retry: Retry::IfTransient,
            patience: Patience::UntilStopped,
            stop: self.stop.clone(),
            began: Instant::now(),
            deadline: None,
            waited_out: None,
        }
    }

    /// The tries that something has from now on.
    pub(super) fn tries(&self) -> Tries<'_> {
        Tries::new(self.max_retries, self.backoff, &*self.random)
    }

    /// How long to wait between tries.
    pub(super) fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// The signal to stop.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// It was at least this late for the service at that moment. Later answers may tell if the
    /// earlier ones didn't; but what they tell is too late if a machine slept or a clock was set
    /// meanwhile.
    pub(super) fn service_time_at(&self, moment: Moment) -> Option<Timestamp> {
        let now = self.transport.service_time(moment.here);
        moment.there.map_or(now, |then| now.map(|now| now.min(then)))
    }

    /// It is at least this late for the service, as far as its answers have told.
    pub(super) fn service_time(&self) -> Option<Timestamp> {
        self.transport.service_time(Instant::now())
    }

    /// What time it is for the service; by this machine's clock if the service doesn't tell.
    pub(super) fn time(&self) -> Timestamp {
        self.service_time().unwrap_or_else(|| self.transport.local_time())
    }
}

/// A request that is to be sent.
pub(super) struct Request<'a> {
    requests: &'a Requests,
    call: Result<Call, Error>,
    retry: Retry,
    patience: Patience,
    stop: Stop,
    began: Instant,
    /// When it must have ended, tries and all, and how long that is from its beginning.
    deadline: Option<(Instant, Duration)>,
    /// A status that passes, and how long that is waited for from the beginning.
    waited_out: Option<(u16, Duration)>,
}

impl Request<'_> {
    /// The same with a query parameter.
    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Ok(call) = &mut self.call {
            call.query.push((name.into(), value.into()));
        }
        self
    }

    /// The same, repeated though it may have been done: for a POST that can be done twice.
    pub(super) fn repeatable(self) -> Self {
        Request { retry: Retry::IfTransient, ..self }
    }

    /// The same, not repeated if it may have been done: for a PATCH that must not be done twice.
    pub(super) fn unrepeatable(self) -> Self {
        Request { retry: Retry::UnlessActed, ..self }
    }

    /// The same with this patience.
    pub(super) fn patience(self, patience: Patience) -> Self {
        Request { patience, ..self }
    }

    /// The same, stopped by this signal instead of the client's.
    pub(super) fn stopped_by(self, stop: &Stop) -> Self {
        Request { stop: stop.clone(), ..self }
    }

    /// The same with an end to all of its tries together, so long after the moment `from`.
    pub(super) fn within(self, limit: Duration, from: Instant) -> Self {
        Request { deadline: Some((from + limit, limit)), ..self }
    }

    /// The same, tried again for so long while it is refused with this status.
    pub(super) fn waiting_out(self, status: u16, longest: Duration) -> Self {
        Request { waited_out: Some((status, longest)), ..self }
    }

    /// The JSON object that it is answered with.
    pub(super) async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let (call, answer) = self.answered().await?;
        read_object(&answer.body).map_err(|detail| unreadable(&call, &detail))
    }

    /// The same; `None` if the service says that there is no such thing. It says the same of what
    /// it hides.
    pub(super) async fn found<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        match self.json().await {
            Err(error) if error.is_not_found() => Ok(None),
            answered => answered.map(Some),
        }
    }

    /// Nothing, or the changed object, as changes are answered with.
    pub(super) async fn empty(self) -> Result<(), Error> {
        let (call, answer) = self.answered().await?;
        if answer.is_empty() || read_object::<serde::de::IgnoredAny>(&answer.body).is_ok() {
            return Ok(());
        }
        Err(unreadable(&call, "it is neither empty nor a JSON object"))
    }

    /// What a deletion comes to. Only 204 or an empty success proves it.
    pub(super) async fn deleted(self) -> Result<Deletion, Error> {
        match self.answered().await {
            Ok((_, answer)) if answer.is_empty() => Ok(Deletion::Done),
            Ok((call, answer)) => {
                let detail = format!("status {} with a text, as no deletion has", answer.status);
                Ok(Deletion::Unproven(unreadable(&call, &detail)))
            }
            Err(error) if error.is_not_found() => Ok(Deletion::NotFound(error)),
            Err(error) => Err(error),
        }
    }

    /// The body of a success, whatever it is.
    pub(super) async fn body(self) -> Result<answer::Body, Error> {
        Ok(self.answered().await?.1.body)
    }

    async fn answered(mut self) -> Result<(Call, Answer), Error> {
        let mut tries = self.requests.tries();
        // On the heap, or else every future that asks something has the room for all of this.
        let answer = Box::pin(self.send(&mut tries, &SentAt::default())).await?;
        self.call.map(|call| (call, answer))
    }

    /// Builds what the first try would otherwise have to wait for.
    pub(super) async fn prepare(&self) -> Result<(), Error> {
        self.requests.transport.prepare(self.call()?).await
    }

    /// An error about this request, before it was sent.
    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        match &self.call {
            Ok(call) => call.error(kind),
            Err(error) => error.clone(),
        }
    }

    fn call(&self) -> Result<&Call, Error> {
        self.call.as_ref().map_err(Error::clone)
    }

    /// Sends it until it succeeds, is refused, or has had its tries.
    pub(super) async fn send(
        &mut self,
        tries: &mut Tries<'_>,
        sent_at: &SentAt,
    ) -> Result<Answer, Error> {
        let call = self.call()?;
        let mut lost = false;
        loop {
            let error = match self.authorized(call, sent_at).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.after_lost(lost),
            };
            lost = error.may_have_acted();
            let again = match self.retry {
                Retry::IfTransient => true,
                Retry::UnlessActed => !error.may_have_acted(),
            };
            let passes = (again && error.is_transient()) || self.waited_until(&error).is_some();
            if !passes || !self.wait(tries, &error).await {
                return Err(error);
            }
        }
    }

    /// Sends it once, with the credential; and once more if that had ended early.
    async fn authorized(&self, call: &Call, sent_at: &SentAt) -> Result<Answer, Error> {
        let (authorization, number) = self.authorization(call, None).await?;
        match self.sent(call, authorization, sent_at).await {
            Err(error) if error.status() == Some(401) && number.is_some() => {
                let (authorization, _) = self.authorization(call, number).await?;
                self.sent(call, authorization, sent_at).await
            }
            answered => answered,
        }
    }

    /// What is shown to be let in, and its number if it can be had anew. Until there is one nothing
    /// is on its way, so that any request is given up when its patience is over.
    async fn authorization(
        &self,
        call: &Call,
        refused: Option<u64>,
    ) -> Result<(Option<HeaderValue>, Option<u64>), Error> {
        let (scheme, token, number) = match &self.requests.credential {
            Credential::Absent => return Ok((None, None)),
            Credential::Fixed(token) => ("token", token.clone(), None),
            Credential::Job(token) => ("Bearer", token.clone(), None),
            Credential::Renewing(source) => {
                let issued = tokio::select! {
                    biased;
                    () = self.over() => return Err(call.error(ErrorKind::Stopped)),
                    issued = source.token(refused) => issued,
                    limit = self.too_late() => return Err(call.error(ErrorKind::Timeout(limit))),
                };
                let lacking = |reason| call.error(ErrorKind::NoAccessToken(Box::new(reason)));
                let issued = issued.map_err(lacking)?;
                ("token", issued.token, Some(issued.number))
            }
        };
        let detail = "the access token has characters that no header can hold".to_owned();
        let header = credential::header(scheme, &token);
        let header = header.ok_or_else(|| call.error(ErrorKind::Setup(detail)))?;
        Ok((Some(header), number))
    }

    /// Sends it once.
    async fn sent(
        &self,
        call: &Call,
        authorization: Option<HeaderValue>,
        sent_at: &SentAt,
    ) -> Result<Answer, Error> {
        if self.is_over() {
            return Err(call.error(ErrorKind::Stopped));
        }
        let transport = &self.requests.transport;
        sent_at.set(transport.moment());
        tokio::select! {
            biased;
            answer = transport.send(call, authorization) => answer,
            () = self.abandoned(call) => Err(call.error(ErrorKind::Stopped).sent()),
            limit = self.too_late() => Err(call.error(ErrorKind::Timeout(limit)).sent()),
        }
    }

    /// Waits for the next try after an error; false if there is none.
    pub(super) async fn wait(&self, tries: &mut Tries<'_>, error: &Error) -> bool {
        let until = self.waited_until(error);
        let Some(wait) = tries.after(error, until.is_some()) else { return false };
        let ends = [until, self.deadline.map(|(deadline, _)| deadline)];
        if ends.into_iter().flatten().any(|end| Instant::now() + wait >= end) {
            return false;
        }
        tokio::select! {
            () = sleep(wait) => true,
            // What was waited out says more than that the run was stopped.
            () = self.over() => until.is_none(),
        }
    }

    /// Until when this error is waited out, if it is one that passes.
    fn waited_until(&self, error: &Error) -> Option<Instant> {
        let (status, longest) = self.waited_out?;
        (error.status() == Some(status)).then(|| self.began + longest)
    }

    fn is_over(&self) -> bool {
        match self.patience {
            Patience::UntilStopped => self.stop.is_stopped(),
            Patience::WithGrace => self.stop.is_grace_over(self.began),
        }
    }

    async fn over(&self) {
        match self.patience {
            Patience::UntilStopped => self.stop.stopped().await,
            Patience::WithGrace => self.stop.grace_over(self.began).await,
        }
    }

    /// Waits until a request that is on its way is given up: a read when its patience is over, all
    /// else only when the process ends.
    async fn abandoned(&self, call: &Call) {
        if call.is_read() { self.over().await } else { self.stop.ended().await }
    }

    async fn too_late(&self) -> Duration {
        match self.deadline {
            Some((deadline, limit)) => {
                sleep_until(deadline).await;
                limit
            }
            None => std::future::pending().await,
        }
    }
}

/// An error about an answer that is not what was expected. The detail may quote the service.
fn unreadable(call: &Call, detail: &str) -> Error {
    call.error(ErrorKind::Answer(shown(detail))).sent()
}
