//! Objects of which the service lists all that an organization has. The list also tells what came
//! of a creation.

use super::object::{Object, failed};
use crate::cloud::{Client, Error};
use crate::framework::prelude::*;
use crate::framework::resource::Listed;

/// A kind of object that the service has a list of.
pub trait Recorded: Object {
    /// What the list has of each.
    type Record: Send + Sync;

    /// All that there are in the organization of this one.
    fn all(&self, client: &Client)
    -> impl Future<Output = Result<Vec<Self::Record>, Error>> + Send;

    /// This one as it is recorded, with what people call it; `None` if it can't be managed.
    fn shown(self, record: &Self::Record) -> Option<Listed<Self>>;

    /// The same as [`Recorded::all`], with a failure reported.
    ///
    /// # Errors
    /// They can't be listed.
    fn listed(
        &self,
        cx: &Context,
    ) -> impl Future<Output = Result<Vec<Self::Record>, Reported>> + Send {
        async move {
            let org = self.clone().organization().text().unwrap_or_default().to_owned();
            let doing = format!("Listing the {} of the organization {org:?}", Self::MANY);
            match self.all(&cx.client_for(&doing)?).await {
                Ok(all) => Ok(all),
                Err(error) => Err(failed(cx, self, &doing, &error).await),
            }
        }
    }
}

/// A kind of object to which the service gives an id, so that only the list tells what came of a
/// creation whose answer was lost.
pub trait Made: Recorded {
    /// This one with what its creation was answered with: its id, above all.
    fn made(self, record: &Self::Record) -> Self;

    /// Whether a record is in the place of this one, where no two can be.
    fn meets(&self, record: &Self::Record) -> bool;

    /// Whether a record in its place is what its creation makes.
    fn is(&self, record: &Self::Record) -> bool;

    /// What came of its creation, which `what` names, such as `Creating`. What is in its place was there before, or was made though the
    /// answer was lost.
    ///
    /// # Errors
    /// It was not made, or nobody can tell.
    fn settled(
        self,
        cx: &Context,
        client: &Client,
        what: &str,
        came: Result<Self::Record, Error>,
    ) -> impl Future<Output = Result<Self, Reported>> + Send {
        async move {
            let error = match came {
                Ok(made) => return Ok(self.made(&made)),
                Err(error) => error,
            };
            let unclear = error.status() == Some(409) || error.may_have_acted();
            let all = if unclear { self.all(client).await } else { Ok(Vec::new()) };
            match all.unwrap_or_default().iter().find(|record| self.meets(record)) {
                Some(found) if error.status() == Some(409) => Err(self.made(found).exists(cx)),
                Some(found) if self.is(found) => Ok(self.made(found)),
                _ => self.told(cx, what, Err(error)).await,
            }
        }
    }
}
