//! What all objects of an organization have in common: how they are called, and what is said if a
//! call about one fails.

use crate::cloud::{Client, Error};
use crate::framework::identity;
use crate::framework::prelude::*;
use crate::framework::resource::Identity;
use crate::provider::failure::described;
use crate::provider::messages::access as said;
use crate::provider::organization;

/// An object of an organization, in the words of messages.
pub trait Object: Identity {
    /// The summary of a call that failed.
    const FAILED: Message;
    /// What it takes to manage such objects, as a sentence.
    const RIGHTS: &'static str;

    /// How it is called in a sentence, such as `the team "ops" of the organization "acme"`.
    fn called(&self) -> String;

    /// What a status means to this object, if it means anything else than to most.
    fn cause(&self, status: u16) -> Option<String> {
        let _ = status;
        None
    }

    /// The client, for a call that can't do without. `what` begins the sentence: `Creating`.
    ///
    /// # Errors
    /// The service can't be asked yet.
    fn client(&self, cx: &Context, what: &str) -> Result<Client, Reported> {
        cx.client_for(&format!("{what} {}", self.called()))
    }

    /// Reports a failed call.
    fn failed(&self, cx: &Context, what: &str, error: &Error) -> Reported {
        let cause = |status| match status {
            403 => Some(format!("The access token may not do this. {}", Self::RIGHTS)),
            404 => Some(organization::NOT_FOUND.to_owned()),
            409 => Some(format!("It exists already. {}", self.import_line())),
            _ => None,
        };
        let cause = |status| self.cause(status).or_else(|| cause(status));
        cx.error(Self::FAILED, described(&format!("{what} {}", self.called()), error, cause))
    }

    /// What a call came to, with a failure reported.
    ///
    /// # Errors
    /// The call failed.
    fn told<T>(&self, cx: &Context, what: &str, came: Result<T, Error>) -> Result<T, Reported> {
        came.map_err(|error| self.failed(cx, what, &error))
    }

    /// Refuses to create what exists already: nothing that others made is overwritten.
    fn exists(&self, cx: &Context) -> Reported {
        let detail = format!("There is {} already. {}", self.called(), self.import_line());
        cx.error(said::EXISTS, detail)
    }

    /// How to take the object over.
    fn import_line(&self) -> String {
        let id = identity::to_id(Self::PARTS, &self.clone().into_value());
        let id = id.unwrap_or_else(|| identity::form(Self::PARTS));
        let name = Self::NAME;
        format!("To manage it, import it: terraform import pulumiservice_{name}.NAME '{id}'.")
    }
}

/// A text that an attribute holds for certain; empty if it doesn't.
pub fn text(attr: &Attr<String>) -> &str {
    attr.text().unwrap_or_default()
}

/// A text to send, if it isn't what it was before.
pub fn changed(now: &Attr<String>, before: &Attr<String>) -> Option<String> {
    now.text().filter(|text| before.text() != Some(text)).map(str::to_owned)
}
