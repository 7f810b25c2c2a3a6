//! The request of a creation: when to send it, and what its answer means.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::time::sleep;

use super::recovery::{Lost, Recovery};
use super::{CreateError, CreatedToken, Creations, NewToken, Unclear};
use crate::cloud::requests::{Answer, Request, SentAt, Tries, read_object};
use crate::cloud::{Error, ErrorKind, Owner, Secret, Stop, Text, Token, TokenRole, scrub};

/// How long to wait between looks for a token whose answer is still to come.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// One creation.
pub(super) struct Attempt {
    pub(super) creations: Arc<Creations>,
    pub(super) owner: Owner,
    pub(super) asked: NewToken,
    pub(super) reason: Option<String>,
}

/// What became of a request.
enum Answered {
    /// It was answered, or it failed.
    Post(Result<Answer, Error>),
    /// The process is about to end, and this is what was found out without the answer.
    Before(CreateError),
}

impl Attempt {
    /// The name, if the token has one.
    pub(super) fn name(&self) -> Option<&str> {
        self.asked.name.as_deref()
    }

    pub(super) fn recovery(&self) -> Recovery<'_> {
        Recovery { creations: &self.creations, owner: &self.owner, asked: &self.asked }
    }

    /// Sends the request until it is known what came of it. `ends` says that nothing more is to be
    /// sent.
    pub(super) async fn run(&self, ends: &Stop) -> Result<CreatedToken, CreateError> {
        let mut post = self.post().stopped_by(ends);
        if let Some(problem) = self.asked.problem(&self.owner) {
            let kind = ErrorKind::Setup(problem.to_owned());
            return Err(CreateError::NotSent(post.error(kind)));
        }
        post.prepare().await.map_err(CreateError::NotSent)?;
        let mut tries = self.creations.requests.tries();
        let mut lost: Option<Lost> = None;
        let sent_at = SentAt::default();
        loop {
            if ends.is_stopped() {
                let stopped = CreateError::NotSent(post.error(ErrorKind::Stopped));
                return Err(self.recovery().conclude(lost, stopped).await);
            }
            let error = match self.send(&mut post, &mut tries, &sent_at, lost.as_ref()).await {
                Answered::Before(error) => return Err(error),
                Answered::Post(Err(error)) => error,
                Answered::Post(Ok(answer)) => match read_created(&answer.body) {
                    Some((id, value)) => return self.made(id, value).await,
                    None => {
                        let detail = "it is not an id with a tokenValue".to_owned();
                        post.error(ErrorKind::Answer(detail)).sent()
                    }
                },
            };
            if !error.may_have_acted() {
                return Err(self.refused(lost, &sent_at, error).await);
            }
            // The first request that may have made the token is the one that did.
            let began = match (&lost, sent_at.last()) {
                (Some(lost), _) => lost.began,
                (None, Some(began)) => began,
                (None, None) => return Err(CreateError::NotSent(error)),
            };
            let lost = lost.insert(Lost { began, cause: error.clone() });
            let unclear = |unclear| CreateError::Unresolved { cause: error.clone(), unclear };
            // Without a name there is no second request that could not make a second token.
            if self.name().is_none() {
                let nothing = unclear(Unclear::OneOf(Vec::new()));
                return Err(self.recovery().conclude(Some(lost.clone()), nothing).await);
            }
            match self.recovery().look().await {
                Ok(Some(found)) => return Err(self.recovery().decide(found, lost).await),
                Ok(None) if post.wait(&mut tries, &error).await => {}
                // Without having looked, nothing more is made.
                Ok(None) | Err(_) => {
                    let nothing = unclear(Unclear::NotFound);
                    return Err(self.recovery().conclude(Some(lost.clone()), nothing).await);
                }
            }
        }
    }

    /// What a refusal comes to. That a name is taken which was only just drawn says that the service
    /// has made the token: something in front of it has sent the request twice.
    async fn refused(&self, lost: Option<Lost>, sent_at: &SentAt, error: Error) -> CreateError {
        let twice = error.status() == Some(409) && self.asked.name_is_drawn && lost.is_none();
        let Some(began) = sent_at.last().filter(|_| twice) else {
            return self.recovery().conclude(lost, refused(error)).await;
        };
        let lost = Lost { began, cause: error.clone() };
        match self.recovery().conclude(Some(lost), refused(error.clone())).await {
            // If it is nowhere, another one has the name after all.
            CreateError::Unresolved { unclear: Unclear::NotFound, .. } => refused(error),
            found => found,
        }
    }

    fn post(&self) -> Request<'_> {
        let body = self.asked.body(&self.owner);
        let post = self.creations.requests.post(&self.owner.path(), &body);
        match &self.reason {
            Some(reason) => post.query("reason", reason.as_str()),
            None => post,
        }
    }

    /// Sends the request. If the process is about to end meanwhile, what the request made is looked
    /// for and revoked beside it.
    async fn send(
        &self,
        post: &mut Request<'_>,
        tries: &mut Tries<'_>,
        sent_at: &SentAt,
        lost: Option<&Lost>,
    ) -> Answered {
        let ended = post.error(ErrorKind::Stopped).sent();
        let stop = self.creations.requests.stop();
        let mut answer = pin!(post.send(tries, sent_at));
        tokio::select! {
            biased;
            answer = &mut answer => return Answered::Post(answer),
            () = stop.ending() => {}
        }
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return Answered::Post(answer),
                found = self.find_early(&ended, sent_at, lost) => if let Some(error) = found {
                    return Answered::Before(error);
                },
            }
            tokio::select! {
                biased;
                answer = &mut answer => return Answered::Post(answer),
                () = sleep(BETWEEN_LOOKS) => {}
            }
        }
    }

    /// Looks for the token before the answer has come. What is found and is not ours tells that
    /// nothing was made; and what can't be told, the answer may still tell.
    async fn find_early(
        &self,
        ended: &Error,
        sent_at: &SentAt,
        lost: Option<&Lost>,
    ) -> Option<CreateError> {
        self.name()?;
        // An earlier request may be the one that made it.
        let began = lost.map(|lost| lost.began).or(sent_at.last())?;
        let lost = Lost { began, cause: ended.clone() };
        let found = self.recovery().look().await.ok()??;
        match self.recovery().decide(found, &lost).await {
            CreateError::Unresolved { unclear: Unclear::Whose(..), .. } => None,
            error => Some(error),
        }
    }

    /// A token with its value; but if the process is about to end, nobody can take it any more.
    async fn made(&self, id: String, value: Secret) -> Result<CreatedToken, CreateError> {
        scrub::remember(&value);
        if self.creations.requests.stop().is_ending() {
            let cause = self.post().error(ErrorKind::Stopped).sent();
            return Err(self.recovery().revoke(Text::from(id.as_str()), cause).await);
        }
        self.creations.hand_out(&id);
        let created = self.creations.requests.time();
        let role_id = self.asked.role_id.as_deref();
        let listed = Token {
            id: Text::from(id.as_str()),
            name: Text::from(self.name().unwrap_or_default()),
            description: Text::from(self.asked.description.as_str()),
            created: Text::new(created.to_string()),
            expires: self.asked.expires,
            admin: self.asked.admin,
            role: role_id.map(|id| TokenRole { id: id.into(), ..TokenRole::default() }),
            ..Token::default()
        };
        self.creations.tokens.created(&self.owner, listed);
        Ok(CreatedToken { id, value, created, guard: None })
    }
}

/// What it means that the service has surely done nothing.
fn refused(error: Error) -> CreateError {
    match error.status() {
        None => CreateError::NotSent(error),
        Some(409) => CreateError::NameTaken { cause: error, holder: None },
        Some(_) => CreateError::Refused(error),
    }
}

/// Reads the answer to a creation. Its text is never quoted: it holds the secret.
fn read_created(body: &[u8]) -> Option<(String, Secret)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Created {
        id: Text,
        token_value: Secret,
    }
    let Created { id, token_value } = read_object(body).ok()?;
    let whole = id.is_identifier() && token_value.is_token();
    whole.then(|| (id.raw().to_owned(), token_value))
}

#[cfg(test)]
mod tests {
    use super::read_created;

    #[test]
    fn only_an_id_with_a_value_is_a_token() {
        let read = |body: &str| read_created(body.as_bytes()).is_some();
        assert!(read(r#"{"id": "1", "tokenValue": "pul-0123", "more": 1}"#));
        for body in [
            r#"{"id": "1"}"#,
            r#"{"id": "", "tokenValue": "pul-0123"}"#,
            r#"{"id": "a b", "tokenValue": "pul-0123"}"#,
            r#"{"id": "1", "tokenValue": ""}"#,
            r#"{"id": "1", "tokenValue": 7}"#,
            r#"{"id": "1", "tokenValue": "pul-\u0007"}"#,
            r#"{"id": "1", "tokenValue": "pul 0123"}"#,
            r#"["1", "pul-0123"]"#,
        ] {
            assert!(!read(body), "{body}");
        }
    }
}
