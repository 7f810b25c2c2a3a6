//! Objects of which the service lists all that an organization has. The list also tells what came
//! of a creation.

use super::object::{Object, failed};
use crate::cloud::{Client, Error};
use crate::framework::resource::Listed;
use crate::provider::prelude::*;
use crate::provider::texts::text;

/// A kind of object that the service has a list of.
pub trait Recorded: Object {
    /// What the list has of each.
    type Record: Send + Sync;

    /// What several of them are called, such as `teams`.
    const MANY: &'static str;

    /// All that there are in the organization of this one, whose name this is.
    fn all(
        &self,
        client: &Client,
        org: &str,
    ) -> impl Future<Output = Result<Vec<Self::Record>, Error>> + Send;

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
            let org = text(self.clone().organization())?.to_owned();
            let doing = format!("Listing the {} of the organization {org:?}", Self::MANY);
            match self.all(&cx.client_for(&doing)?, &org).await {
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

    /// Creates it by this call, unless something is in its place already. `what` names the
    /// creation, such as `Creating`.
    ///
    /// # Errors
    /// It was there before, it was not made, or nobody can tell.
    fn created(
        self,
        cx: &Context,
        client: &Client,
        what: &str,
        create: impl Future<Output = Result<Self::Record, Error>> + Send,
    ) -> impl Future<Output = Result<Self, Reported>> + Send {
        async move {
            // Asked before, as a lost answer can't tell whether it was there already.
            let org = text(self.clone().organization())?.to_owned();
            let before = met(&self, client, &org).await;
            if let Ok(Some(found)) = &before {
                return Err(self.made(found).exists(cx));
            }
            let error = match create.await {
                Ok(made) => return Ok(self.made(&made)),
                Err(error) => error,
            };
            let taken = error.status() == Some(409);
            let lost = error.may_have_acted() && before.is_ok();
            let found = if taken || lost { met(&self, client, &org).await } else { Ok(None) };
            match found {
                Ok(Some(found)) if taken => Err(self.made(&found).exists(cx)),
                Ok(Some(found)) => Ok(self.made(&found)),
                _ => self.told(cx, what, Err(error)).await,
            }
        }
    }
}

/// What is in the place of this one.
async fn met<M: Made>(one: &M, client: &Client, org: &str) -> Result<Option<M::Record>, Error> {
    Ok(one.all(client, org).await?.into_iter().find(|record| one.meets(record)))
}
