//! What the protocol asks of a resource of the registry, and what it is answered.

use super::Wanted;
use crate::framework::attr::Name;
use crate::framework::context::{ClientCapabilities, Deferral};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::private::Private;
use crate::framework::value::Value;

/// What a plan is made from.
#[derive(Debug, Default)]
pub struct PlanRequest {
    /// The object as it is; null if it is to be created.
    pub prior: Value,
    /// What the engine proposes; null if it proposes nothing.
    pub proposed: Value,
    /// The configuration; null if the object is to be destroyed.
    pub config: Value,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// What the engine can do.
    pub client: ClientCapabilities,
}

/// A plan.
#[derive(Debug, Default)]
pub struct PlanResponse {
    /// The object as it will be.
    pub planned: Value,
    /// Its identity, if that is known.
    pub identity: Option<Value>,
    /// The attributes whose change needs another object.
    pub replaces: Vec<Name>,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// Set if the plan is put off.
    pub deferral: Option<Deferral>,
    /// Errors here mean that nothing may be applied.
    pub diagnostics: Diagnostics,
}

/// What is to be applied.
#[derive(Debug, Default)]
pub struct ApplyRequest {
    /// The object as it is; null if it is to be created.
    pub prior: Value,
    /// The object as planned; null if it is to be destroyed.
    pub planned: Value,
    /// The configuration, if the engine gives it.
    pub config: Value,
    /// What is kept beside the object's attributes.
    pub private: Private,
}

/// What applying left behind.
#[derive(Debug, Default)]
pub struct Applied {
    /// The object after the call, or null.
    pub state: Value,
    /// Its identity.
    pub identity: Option<Value>,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// What is to be read.
#[derive(Debug, Default)]
pub struct ReadRequest {
    /// The object of the state.
    pub state: Value,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// What the engine can do.
    pub client: ClientCapabilities,
}

/// What was read.
#[derive(Debug, Default)]
pub struct ReadResponse {
    /// The object, or null if it is gone.
    pub state: Value,
    /// Its identity.
    pub identity: Option<Value>,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// Set if reading is put off.
    pub deferral: Option<Deferral>,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// What is to be taken over.
#[derive(Debug)]
pub enum ImportRequest {
    /// By the id that a user gave.
    Id(String),
    /// By identity.
    Identity(Value),
}

/// What was taken over.
#[derive(Debug, Default)]
pub struct Imported {
    /// The object, or null.
    pub state: Value,
    /// Its identity.
    pub identity: Option<Value>,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// Set if importing is put off.
    pub deferral: Option<Deferral>,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// State of another type that is to become one of this type.
#[derive(Debug)]
pub struct MoveRequest<'a> {
    /// The type that it has, with its provider's prefix.
    pub source_type: &'a str,
    /// Its attributes, as JSON.
    pub source_state: &'a [u8],
    /// What is kept beside its attributes.
    pub private: Private,
}

/// What became of moved state.
#[derive(Debug, Default)]
pub struct Moved {
    /// The object, or null.
    pub state: Value,
    /// Its identity.
    pub identity: Option<Value>,
    /// What is kept beside the object's attributes.
    pub private: Private,
    /// What there is to say about it.
    pub diagnostics: Diagnostics,
}

/// What is to be listed.
#[derive(Debug)]
pub struct ListRequest {
    /// What narrows the list down.
    pub filter: Value,
    /// How much of it is wanted.
    pub wanted: Wanted,
}

/// An object of a list.
#[derive(Debug)]
pub struct ListedObject {
    /// What people call it.
    pub display_name: String,
    /// Its identity.
    pub identity: Value,
    /// All of it, if that was asked for.
    pub object: Option<Value>,
}
