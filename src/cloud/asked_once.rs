//! Answers that are asked for once by a client and shared by all who want them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::Error;

/// The answers, by what was asked about. A failure is remembered too: who asks can do without, and
/// would wait for every token's sake.
pub(super) struct AskedOnce<T>(Mutex<HashMap<String, Shared<T>>>);

/// A question's one answer.
type Shared<T> = Arc<OnceCell<Result<T, Error>>>;

impl<T: Clone> AskedOnce<T> {
    pub(super) fn new() -> AskedOnce<T> {
        AskedOnce(Mutex::default())
    }

    /// Whether somebody has asked.
    pub(super) fn is_asked(&self, about: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(about)
    }

    /// The answer, from `ask` if nobody has asked before.
    pub(super) async fn get<F: Future<Output = Result<T, Error>>>(
        &self,
        about: &str,
        ask: impl FnOnce() -> F,
    ) -> Result<T, Error> {
        let shared = {
            let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(about.to_owned()).or_default())
        };
        // On the heap, and only if it is asked: most find the answer there, and need no memory for it.
        shared.get_or_init(|| Box::pin(ask())).await.clone()
    }

    /// Lets the next who wants an answer ask again.
    pub(super) fn forget(&self, about: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(about);
    }
}
