//! What all objects of an organization have in common: how they are called, and what is said if a
//! call about one fails.

use crate::cloud::{Client, Error, OrganizationSettings, Setting};
use crate::framework::attribute_type::same;
use crate::framework::identity;
use crate::framework::resource::Identity;
use crate::provider::failure::described;
use crate::provider::messages::access as said;
use crate::provider::organization;
use crate::provider::prelude::*;

const DELETED: &str = "Somebody has deleted it meanwhile. Plan again.";

/// What an organization may lack: the name among the features of its metadata, and in words.
pub type Feature = (&'static str, &'static str);
/// What teams take.
pub const TEAMS: Feature = ("teamsEnabled", "teams");
/// What roles of one's own take.
pub const CUSTOM_ROLES: Feature = ("customRolesEnabled", "custom roles");
/// What it takes to give them to members.
pub const CUSTOM_ROLES_OF_MEMBERS: Feature =
    ("usersCustomRolesEnabled", "custom roles for members");

/// An object of an organization, in the words of messages.
pub trait Object: Identity + Default {
    /// The summary of a call that failed.
    const FAILED: Message;
    /// What it takes to manage such objects, as a sentence.
    const RIGHTS: &'static str;

    /// How it is called in a sentence, such as `the team "ops" of the organization "acme"`.
    fn called(&self) -> String;

    /// The organization that it is of.
    fn organization(&mut self) -> &mut Attr<String>;

    /// What the organization must have for it.
    fn features(&self) -> &'static [Feature] {
        &[]
    }

    /// What a refusal with this status means to this object, if it means anything else than to
    /// most. A 404 is that of an organization that is there.
    fn cause(&self, status: u16) -> Option<&'static str> {
        let _ = status;
        None
    }

    /// One of this organization, of which nothing else is known.
    fn of(org: &str) -> Self {
        let mut one = Self::default();
        *one.organization() = org.into();
        one
    }

    /// The client, for a call that can't do without. `what` begins the sentence: `Creating`.
    ///
    /// # Errors
    /// The service can't be asked yet.
    fn client(&self, cx: &Context, what: &str) -> Result<Client, Reported> {
        cx.client_for(&format!("{what} {}", self.called()))
    }

    /// What a call about it came to, with a failure reported.
    ///
    /// # Errors
    /// The call failed.
    fn told<T: Send>(
        &self,
        cx: &Context,
        what: &str,
        came: Result<T, Error>,
    ) -> impl Future<Output = Result<T, Reported>> + Send {
        async move {
            match came {
                Ok(answer) => Ok(answer),
                Err(error) => {
                    let doing = format!("{what} {}", self.called());
                    Err(failed(cx, self, &doing, &error).await)
                }
            }
        }
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

/// Reports a failed call, with what it means to this object. `doing` begins the sentence.
pub async fn failed<O: Object>(cx: &Context, about: &O, doing: &str, error: &Error) -> Reported {
    let cause = cause(cx, about, error).await;
    cx.error(O::FAILED, described(doing, error, |_| cause.clone()))
}

async fn cause<O: Object>(cx: &Context, about: &O, error: &Error) -> Option<String> {
    let status = error.status()?;
    let own = about.cause(status).map(str::to_owned);
    match status {
        403 => {
            let lacking = match about.features() {
                [] => None,
                wanted => lacking(wanted, &metadata(cx, about).await?.unwrap_or_default()),
            };
            lacking.or_else(|| Some(format!("The access token may not do this. {}", O::RIGHTS)))
        }
        404 if error.is_not_found() => match metadata(cx, about).await? {
            Ok(_) => own.or_else(|| Some(DELETED.to_owned())),
            Err(hidden) if hidden.is_not_found() => Some(organization::NOT_FOUND.to_owned()),
            Err(_) => Some(own.map_or_else(String::new, |own| own + " ") + organization::NOT_FOUND),
        },
        409 => own.or_else(|| Some(format!("It exists already. {}", about.import_line()))),
        _ => own,
    }
}

/// What the service says of the object's organization: a 404 that is about an object, and one that
/// is about the organization, look the same.
async fn metadata<O: Object>(
    cx: &Context,
    about: &O,
) -> Option<Result<OrganizationSettings, Error>> {
    let configuration = cx.configuration().ok()?;
    let Attr::Known(org) = about.clone().organization().clone() else { return None };
    Some(configuration.client()?.settings(&org).await)
}

/// What of these the organization lacks, as a sentence.
fn lacking(wanted: &[Feature], metadata: &OrganizationSettings) -> Option<String> {
    let Some(Setting::Flags(features)) = metadata.get("features") else { return None };
    let lacks = |(name, _): &&Feature| features.get(*name) == Some(&false);
    let (name, words) = wanted.iter().find(lacks)?;
    Some(format!(
        "The organization doesn't have {words}: its feature {name} is off, which depends on its \
         edition."
    ))
}

/// What means the same as before keeps the state's spelling.
pub fn settle<T: AttributeType>(planned: &mut Attr<T>, prior: &Attr<T>) {
    if same(planned, prior) {
        *planned = prior.clone();
    }
}

/// Says that the service has kept a text that was to be cleared.
pub fn not_cleared(cx: &Context, what: Name) -> Reported {
    let detail = "The service kept what it had, which the state now has. Give another text.";
    cx.error_at(what, said::NOT_CLEARED, detail)
}
