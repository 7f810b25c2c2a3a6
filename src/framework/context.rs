//! What surrounds a call: the configured provider, what the engine can do, and what the call has
//! to say.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::attr::NotKnownYet;
use super::attributes::Attributes;
use super::diagnostics::{Diagnostics, Message, messages};
use super::invalid::Invalid;
use super::path::Path;
use super::private::Private;
use super::value::Value;

messages! {
    /// What a call says by itself.
    pub mod said {
        NOT_CONFIGURED = "The provider is not configured";
        READ_TOO_EARLY = "A value was needed before it is known";
    }
}

/// The context has an error, or the call is put off. Who holds one has nothing more to say, so that
/// it can be handed on with `?`.
#[derive(Debug)]
pub struct Reported(());

/// [`Context::outcome`] says it.
impl From<NotKnownYet> for Reported {
    fn from(_: NotKnownYet) -> Self {
        Self(())
    }
}

/// What the engine can do with an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientCapabilities {
    /// Whether a call may be put off until more is known.
    pub deferral_allowed: bool,
    /// Whether it takes attributes that are never stored.
    pub write_only_attributes_allowed: bool,
}

impl ClientCapabilities {
    /// The same for a call whose answer has no place for that it is put off.
    pub(super) fn without_deferral(self) -> Self {
        Self { deferral_allowed: false, ..self }
    }
}

/// Why a call is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferral {
    /// The configuration of the object is not known yet.
    Configuration,
    /// The configuration of the provider is not known yet.
    Provider,
    /// Something that it builds on is not there yet.
    Prerequisite,
}

/// What a provider was configured with, without its type.
#[derive(Clone, Default)]
pub struct Data {
    value: Option<Arc<dyn Any + Send + Sync>>,
    service: Option<String>,
}

impl Data {
    pub(super) fn new(value: impl Any + Send + Sync, service: Option<String>) -> Self {
        Self { value: Some(Arc::new(value)), service }
    }
}

/// Under which key the service is noted beside an object.
const SERVICE: &str = "service";

type Progress = Box<dyn Fn(String) + Send + Sync>;

/// What surrounds one call.
#[derive(Default)]
pub struct Context {
    provider: Data,
    client: ClientCapabilities,
    config: Value,
    progress: Option<Progress>,
    said: Mutex<Diagnostics>,
    private: Mutex<Private>,
    kept: Mutex<Option<Value>>,
    deferral: Mutex<Option<Deferral>>,
}

impl Context {
    /// The surroundings of a call that is made of a provider, which may not be configured.
    pub fn new(provider: Data, client: ClientCapabilities) -> Self {
        Self { provider, client, ..Self::default() }
    }

    pub(super) fn with_private(mut self, private: Private) -> Self {
        self.private = Mutex::new(private);
        self
    }

    pub(super) fn with_config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    pub(super) fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = Some(progress);
        self
    }

    /// What the provider was configured with.
    ///
    /// # Errors
    /// The engine asks before it has configured the provider.
    pub fn provider<D: Send + Sync + 'static>(&self) -> Result<Arc<D>, Reported> {
        let data = self.provider.value.clone().and_then(|value| value.downcast::<D>().ok());
        data.ok_or_else(|| {
            self.error(
                said::NOT_CONFIGURED,
                "The engine asked for work before it configured the provider.",
            )
        })
    }

    /// What the engine can do.
    pub fn client(&self) -> ClientCapabilities {
        self.client
    }

    /// The configuration of the object, with what is never stored; nulls if the call has none.
    ///
    /// # Errors
    /// A value that its declared type doesn't allow.
    pub fn config<T: Attributes>(&self) -> Result<T, Reported> {
        self.read(&self.config)
    }

    /// Reports an error about the whole object.
    pub fn error(&self, summary: Message, detail: impl Into<String>) -> Reported {
        lock(&self.said).error(summary, detail);
        Reported(())
    }

    /// Reports an error about one attribute.
    pub fn error_at(
        &self,
        attribute: impl Into<Path>,
        summary: Message,
        detail: impl Into<String>,
    ) -> Reported {
        lock(&self.said).error_at(attribute, summary, detail);
        Reported(())
    }

    /// Warns of something about the whole object.
    pub fn warning(&self, summary: Message, detail: impl Into<String>) {
        lock(&self.said).warning(summary, detail);
    }

    /// Warns of something about one attribute.
    pub fn warning_at(
        &self,
        attribute: impl Into<Path>,
        summary: Message,
        detail: impl Into<String>,
    ) {
        lock(&self.said).warning_at(attribute, summary, detail);
    }

    /// Whether an error has been reported.
    pub fn has_error(&self) -> bool {
        lock(&self.said).has_error()
    }

    /// An error if one has been reported, so that checks can be made one after another and all be
    /// told.
    ///
    /// # Errors
    /// One has been reported.
    pub fn ended(&self) -> Result<(), Reported> {
        if self.has_error() { Err(Reported(())) } else { Ok(()) }
    }

    /// Says that something can't be done yet: puts the call off if the engine takes that, and
    /// reports an error otherwise.
    pub fn not_yet(&self, why: Deferral, summary: Message, detail: impl Into<String>) -> Reported {
        if !self.client.deferral_allowed {
            return self.error(summary, detail);
        }
        *lock(&self.deferral) = Some(why);
        Reported(())
    }

    /// Keeps an object that exists, whatever becomes of the call: if the call fails after this,
    /// the state has it. Whoever makes something says so here before doing anything else.
    pub fn keep<T: Attributes>(&self, object: &T) {
        *lock(&self.kept) = Some(object.clone().into_value());
    }

    /// What is kept beside the object's attributes under this key.
    pub fn private(&self, key: &str) -> Option<String> {
        lock(&self.private).get(key).map(str::to_owned)
    }

    /// Keeps a text beside the object's attributes; `None` removes it.
    pub fn set_private(&self, key: &str, text: Option<&str>) {
        let mut private = lock(&self.private);
        match text {
            Some(text) => private.set(key, text),
            None => private.remove(key),
        }
    }

    /// The service that is asked, if the provider tells.
    pub(super) fn service(&self) -> Option<&str> {
        self.provider.service.as_deref()
    }

    /// Notes that the present service has the object.
    pub(super) fn note_service(&self) {
        if let Some(service) = self.service() {
            self.set_private(SERVICE, Some(service));
        }
    }

    /// Whether it is noted which service has the object.
    pub fn knows_service(&self) -> bool {
        self.private(SERVICE).is_some()
    }

    /// The service that had the object when it was last seen, if that isn't the present one. That
    /// the present one doesn't have it proves nothing then.
    pub fn other_service(&self) -> Option<String> {
        let present = self.service()?;
        self.private(SERVICE).filter(|service| service != present)
    }

    /// Tells the person how far an action has come.
    pub fn progress(&self, line: impl Into<String>) {
        if let Some(progress) = &self.progress {
            progress(line.into());
        }
    }

    /// Reads an object of a declared type.
    pub(super) fn read<T: Attributes>(&self, value: &Value) -> Result<T, Reported> {
        T::from_value(value).map_err(|Invalid { at, summary, detail }| {
            if at.is_root() {
                self.error(summary, detail)
            } else {
                self.error_at(at, summary, detail)
            }
        })
    }

    /// Takes over what a check has found; an error if there is one.
    pub(super) fn passed(&self, found: Diagnostics) -> Result<(), Reported> {
        lock(&self.said).extend(found);
        self.ended()
    }

    pub(super) fn kept(&self) -> Option<Value> {
        lock(&self.kept).take()
    }

    /// What a call came to, if it didn't fail. A failure that nothing was said about is a value that
    /// was read before it is known.
    pub(super) fn outcome<T>(&self, came: Result<T, Reported>) -> Option<T> {
        if came.is_err() && !self.has_error() && lock(&self.deferral).is_none() {
            let detail =
                "A value that has to be known by now is not. This is a bug in the provider.";
            self.error(said::READ_TOO_EARLY, detail);
        }
        came.ok()
    }

    /// What is left of the surroundings when the call is over.
    pub(super) fn into_parts(self) -> (Diagnostics, Private, Option<Deferral>) {
        (inner(self.said), inner(self.private), inner(self.deferral))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
