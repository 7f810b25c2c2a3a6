//! Managed resources: what an author writes, and what the protocol calls.
//!
//! A resource is a declared struct with what is done for it. What it can do beyond that are small
//! traits of their own. [`resource`] makes an entry of the registry of it, in which its Rust type
//! is forgotten; `requests` is what the protocol asks of
//! such an entry, and `calls` what is done about it.

mod calls;
mod entry;
mod requests;

pub use entry::{ResourceBuilder, ResourceEntry, resource};
pub use requests::{
    Applied, ApplyRequest, ImportRequest, Imported, ListRequest, ListedObject, MoveRequest, Moved,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};

use super::attr::Name;
use super::attributes::Attributes;
use super::context::{Context, Reported};
use super::diagnostics::messages;

messages! {
    /// What resources are said to have got wrong, whatever they are.
    pub mod said {
        NOT_FOUND = "There is no such object";
        WRONG_ID = "The import id is not of the right form";
        STATE_UNREADABLE = "The stored state can't be read";
        UNKNOWN_AFTER_APPLY = "The provider left something unknown";
        OTHER_SERVICE = "The object belongs to another service";
        CANT_MOVE = "The object can't be moved from there";
    }
}

/// A managed resource.
///
/// Every call gives a value or says why there is none. After an error the prior state stays; what a
/// call made before it failed is kept by [`Context::keep`].
pub trait Resource: Attributes {
    /// Its name in HCL, without the provider's prefix.
    const NAME: &'static str;

    /// Checks more than the declaration's rules say of a configuration as it is written: values may
    /// be unknown, and whether an object exists already is not known.
    fn validate(cx: &Context, config: Self) {
        let _ = (cx, config);
    }

    /// Plans more than the declaration's rules say. The engine asks again during apply, when more
    /// is known: known values of the first answer must then be the same. Of the plan, only `planned`
    /// and `replaces` are read afterwards; the rest may be taken.
    fn modify_plan(
        cx: &Context,
        plan: &mut Plan<Self>,
    ) -> impl Future<Output = Result<(), Reported>> + Send {
        let _ = (cx, plan);
        async { Ok(()) }
    }

    /// Makes the object that was planned.
    fn create(cx: &Context, planned: Self) -> impl Future<Output = Result<Self, Reported>> + Send;

    /// What has become of the object; `None` if it is gone.
    fn read(
        cx: &Context,
        state: Self,
    ) -> impl Future<Output = Result<Option<Self>, Reported>> + Send;

    /// Changes the object in place, as planned. By itself it takes over what is the state's own
    /// business; what was left open stays as it was.
    fn update(
        cx: &Context,
        prior: Self,
        planned: Self,
    ) -> impl Future<Output = Result<Self, Reported>> + Send {
        let _ = cx;
        async move { Ok(planned.unless_unknown(&prior)) }
    }

    /// Removes the object.
    fn delete(cx: &Context, state: Self) -> impl Future<Output = Result<(), Reported>> + Send;

    /// Whether to delete the object is only to forget it, so that no service is asked.
    fn is_only_forgotten(state: &Self) -> bool {
        let _ = state;
        false
    }
}

/// What is planned for an object.
#[derive(Clone, Debug)]
pub struct Plan<T> {
    /// The configuration, with values that `ignore_changes` names already taken from `prior`.
    pub config: T,
    /// The object as it is, if there is one.
    pub prior: Option<T>,
    /// The object as it will be: to begin with, what the rules say.
    pub planned: T,
    /// The attributes whose change needs another object: to begin with, what the rules say. The
    /// engine ignores those whose value doesn't change.
    pub replaces: Vec<Name>,
}

/// Decides whether the change of an attribute needs another object, whatever was said of it before.
pub fn decide(replaces: &mut Vec<Name>, which: Name, needed: bool) {
    replaces.retain(|name| *name != which);
    if needed {
        replaces.push(which);
    }
}

/// A resource whose objects are known by some of their attributes, all of them texts.
///
/// The attribute `id`, if the resource has one, is those parts with slashes in between; the
/// framework fills it in.
pub trait Identity: Resource {
    /// The attributes by which an object is known.
    const PARTS: &'static [Name];

    /// Whether a service makes up a part of it, so that no two services have the same. What has a
    /// name that people give may be another one at another service.
    const BY_SERVICE: bool = false;
}

/// A resource whose existing objects can be taken over.
pub trait Import: Identity {
    /// Other forms of an import id than [`Identity::PARTS`] with slashes in between: gives the
    /// object that is meant, with those attributes that tell which.
    fn parse(cx: &Context, id: &str) -> Option<Result<Self, Reported>> {
        let _ = (cx, id);
        None
    }

    /// Finds the object of which the parts are given. By itself it reads it.
    fn import(cx: &Context, wanted: Self) -> impl Future<Output = Result<Self, Reported>> + Send {
        async move {
            let missing = "Nothing is found under this id.";
            Self::read(cx, wanted).await?.ok_or_else(|| cx.error(said::NOT_FOUND, missing))
        }
    }
}

/// A resource whose state may have been written by an older version, or by hand.
pub trait Upgrade: Resource {
    /// Completes a state. Defaults of the declaration are filled in already; other attributes that
    /// it lacked are null.
    fn upgrade(state: &mut Self);
}

/// A resource whose existing objects can be listed.
pub trait List: Identity {
    /// What narrows the list down.
    type Filter: Attributes;

    /// The objects, at most as many as are wanted.
    fn list(
        cx: &Context,
        filter: Self::Filter,
        wanted: Wanted,
    ) -> impl Future<Output = Result<Vec<Listed<Self>>, Reported>> + Send;
}

/// How much of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The most objects.
    pub limit: usize,
    /// Whether all attributes are asked for, or only those that the objects are known by.
    pub whole: bool,
}

/// An object of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// What people call it.
    pub display_name: String,
    /// The object, with as much as was wanted.
    pub object: T,
}

impl<T> Listed<T> {
    /// The same of another type.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Listed<U> {
        Listed { display_name: self.display_name, object: change(self.object) }
    }
}
