//! What a resource of the registry does about each thing that the protocol asks of it.

use super::entry::ResourceEntry;
use super::{
    Applied, ApplyRequest, ImportRequest, Imported, ListRequest, ListedObject, MoveRequest, Moved,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse, said,
};
use crate::framework::attr::Name;
use crate::framework::context::{ClientCapabilities, Context, Data, Reported};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::plan::Planned;
use crate::framework::rules::Replaces;
use crate::framework::value::Value;
use crate::framework::{checks, identity, json, plan};

impl ResourceEntry {
    /// Checks a configuration as it is written.
    pub fn validate(&self, data: Data, client: ClientCapabilities, config: Value) -> Diagnostics {
        let cx = Context::new(data, client.without_deferral());
        if self.holds_as_written(&cx, &config).is_ok() {
            cx.outcome(self.typed.validate(&cx, config));
        }
        cx.into_parts().0
    }

    /// Plans a creation, a change or, with a configuration that is null, a destruction.
    pub async fn plan(&self, data: Data, request: PlanRequest) -> PlanResponse {
        let PlanRequest { prior, proposed, config, private, client } = request;
        if config.is_null() {
            return PlanResponse { private, ..PlanResponse::default() };
        }
        let prior = self.complete(prior);
        let mut planned = plan::plan(&self.schema, &prior, &proposed, &config);
        let prior = Some(prior).filter(|prior| !prior.is_null());
        let cx = Context::new(data, client).with_private(private);
        // With ignore_changes, attributes that exclude each other can come together.
        let holds = match &prior {
            Some(prior) => self.holds(&cx, prior, &config),
            None => self.holds_as_written(&cx, &config),
        };
        let cx = cx.with_config(config);
        if holds.is_ok() {
            cx.outcome(self.typed.modify_plan(&cx, prior.as_ref(), &mut planned).await);
        }
        let (diagnostics, private, deferral) = cx.into_parts();
        let Planned { value: planned, replaces } = planned;
        debug_assert!(self.may_replace(&replaces), "not declared to replace: {replaces:?}");
        let identity = self.identity(&planned);
        PlanResponse { planned, identity, replaces, private, deferral, diagnostics }
    }

    /// Does what was planned. What exists afterwards is in the state, even if something failed.
    pub async fn apply(&self, data: Data, request: ApplyRequest) -> Applied {
        let ApplyRequest { prior, planned, config, private } = request;
        let prior = self.complete(prior);
        let cx = Context::new(data, ClientCapabilities::default())
            .with_private(private)
            .with_config(config.clone());
        let applied = match (prior.is_null(), planned.is_null()) {
            (true, true) => Ok(Value::Null),
            (true, false) => {
                let holds = self.holds(&cx, &Value::Null, &planned);
                match holds.and_then(|()| self.holds_as_written(&cx, &config)) {
                    Ok(()) => {
                        let made = self.typed.create(&cx, &planned).await;
                        cx.note_service();
                        made
                    }
                    Err(reported) => Err(reported),
                }
            }
            (false, true) => self.delete(&cx, &prior).await.map(|()| Value::Null),
            (false, false) => self.update(&cx, &prior, &planned).await,
        };
        // A call that failed leaves what it kept on purpose, or what was there before.
        let state = match cx.outcome(applied) {
            Some(mut state) => {
                plan::keep_types(&planned, &mut state);
                state
            }
            None => plan::without_unknown(cx.kept().unwrap_or(prior)),
        };
        let state = self.known(&cx, self.complete(state));
        let (diagnostics, private, _) = cx.into_parts();
        Applied { identity: self.identity(&state), state, private, diagnostics }
    }

    /// What has become of an object.
    pub async fn read(&self, data: Data, request: ReadRequest) -> ReadResponse {
        let ReadRequest { state, private, client } = request;
        if state.is_null() {
            return ReadResponse { private, ..ReadResponse::default() };
        }
        let state = self.complete(state);
        let cx = Context::new(data, client).with_private(private);
        let read = self.found(&cx, &state).await;
        let state = match cx.outcome(read) {
            Some(Some(mut read)) => {
                plan::keep_types(&state, &mut read);
                plan::keep_spelling(self.schema.attributes(), &state, read)
            }
            Some(None) => Value::Null,
            None => state,
        };
        let state = self.complete(state);
        let (diagnostics, private, deferral) = cx.into_parts();
        ReadResponse { identity: self.identity(&state), state, private, deferral, diagnostics }
    }

    /// Changes an object, at the service that has it.
    async fn update(
        &self,
        cx: &Context,
        prior: &Value,
        planned: &Value,
    ) -> Result<Value, Reported> {
        self.told_apart(cx, prior)?;
        self.holds(cx, prior, planned)?;
        self.is_here(cx, prior).await?;
        self.typed.update(cx, prior, planned).await
    }

    /// Deletes an object, at the service that has it.
    async fn delete(&self, cx: &Context, prior: &Value) -> Result<(), Reported> {
        self.told_apart(cx, prior)?;
        if !self.typed.is_only_forgotten(cx, prior)? {
            self.is_here(cx, prior).await?;
        }
        self.typed.delete(cx, prior).await
    }

    /// Refuses to touch what another service had when it was last seen, unless the present one has
    /// it.
    async fn is_here(&self, cx: &Context, state: &Value) -> Result<(), Reported> {
        if cx.other_service().is_some() {
            self.found(cx, state).await?;
        }
        Ok(())
    }

    /// What the present service has of an object; `None` if it is gone. The word of another service
    /// than that which had it doesn't prove that, nor that what it has by the same name is the same.
    async fn found(&self, cx: &Context, state: &Value) -> Result<Option<Value>, Reported> {
        self.told_apart(cx, state)?;
        let other = cx.other_service();
        let found = match &other {
            Some(_) if !self.by_service => None,
            _ => self.typed.read(cx, state).await?,
        };
        match other {
            Some(other) if found.is_none() => Err(self.elsewhere(cx, state, &other)),
            _ => {
                cx.note_service();
                Ok(found)
            }
        }
    }

    /// Says that another service had the object when it was last seen.
    fn elsewhere(&self, cx: &Context, state: &Value, other: &str) -> Reported {
        let present = cx.service().unwrap_or_default();
        let (name, id) = (&self.names[0], identity::to_id(self.parts, state).unwrap_or_default());
        let (why, instead) = if self.by_service {
            (
                format!("{present} doesn't have it, but it may well live there"),
                "Only if it is known to be gone, remove it from the state with state rm; what the \
                 state alone has, such as a secret, goes with it.",
            )
        } else {
            (
                format!("What {present} has by that name may be somebody else's"),
                "If that is gone for good, or has another address now, remove the object from the \
                 state with state rm, and import it if it is there.",
            )
        };
        let detail = format!(
            "The {name} {id:?} was last seen at {other}. {why}: it stays in the state, and nothing \
             is done about it. Let the provider ask the service that has it. {instead}"
        );
        cx.error(said::OTHER_SERVICE, detail)
    }

    /// Takes an existing object over.
    pub async fn import(
        &self,
        data: Data,
        client: ClientCapabilities,
        request: ImportRequest,
    ) -> Imported {
        let cx = Context::new(data, client);
        let state = cx.outcome(self.imported(&cx, request).await).unwrap_or_default();
        let (diagnostics, private, deferral) = cx.into_parts();
        Imported { identity: self.identity(&state), state, private, deferral, diagnostics }
    }

    async fn imported(&self, cx: &Context, request: ImportRequest) -> Result<Value, Reported> {
        let Some(importer) = &self.importer else {
            return Err(cx.error(said::NOT_FOUND, "Such objects can't be imported."));
        };
        let wanted = match request {
            ImportRequest::Identity(identity) => identity,
            ImportRequest::Id(id) => match importer.parse(cx, &id) {
                Some(parsed) => parsed?,
                None => match identity::from_id(self.parts, &id) {
                    Some(parts) => Value::Object(parts),
                    None => return Err(self.wrong_id(cx)),
                },
            },
        };
        let Some(identity) = identity::of(self.parts, &wanted) else {
            return Err(self.wrong_id(cx));
        };
        self.holds(cx, &Value::Null, &identity)?;
        let found = importer.import(cx, wanted).await?;
        cx.note_service();
        let found = plan::with_defaults(self.schema.attributes(), found);
        Ok(self.known(cx, self.complete(found)))
    }

    fn wrong_id(&self, cx: &Context) -> Reported {
        let form = identity::form(self.parts);
        cx.error(said::WRONG_ID, format!("It must be {form}, with nothing left out."))
    }

    /// Reads stored state, which an older version may have written.
    ///
    /// # Errors
    /// What no version writes.
    pub fn upgrade(&self, json: &[u8]) -> Result<Value, Diagnostics> {
        let unreadable = |at: Path, why: String| {
            let mut found = Diagnostics::new();
            let whose = &self.names[0];
            found.error_at(
                at,
                said::STATE_UNREADABLE,
                format!(
                    "The state of a {whose} is not what any version of this provider writes: {why}."
                ),
            );
            found
        };
        let state = json::decode_lenient(json, self.schema.object())
            .map_err(|error| unreadable(error.path.clone(), error.to_string()))?;
        if state.is_null() {
            return Ok(state);
        }
        let state = plan::with_defaults(self.schema.attributes(), self.complete(state));
        match self.upgrade {
            Some(upgrade) => {
                upgrade(state).map_err(|invalid| unreadable(invalid.at, invalid.detail))
            }
            None => Ok(state),
        }
    }

    /// Takes over state of another spelling of this type, or of the same type of another provider.
    pub fn moved(&self, request: MoveRequest<'_>) -> Moved {
        let MoveRequest { source_type, source_state, private } = request;
        let mut moved = Moved::default();
        if !self.is_named(source_type) {
            moved.diagnostics.error(
                said::CANT_MOVE,
                format!(
                    "A {source_type} can't become a {}. It can be moved from {}.",
                    self.names[0],
                    self.names.join(", ")
                ),
            );
            return moved;
        }
        match self.upgrade(source_state) {
            Ok(state) => {
                moved.identity = self.identity(&state);
                moved.state = state;
                moved.private = private;
            }
            Err(diagnostics) => moved.diagnostics = diagnostics,
        }
        moved
    }

    /// A configuration that means an object as it is: nothing that only the provider gives, nothing
    /// that is so by default, and one of each that exclude each other.
    pub fn configuration_of(&self, state: &Value) -> Value {
        let Value::Object(state) = state else { return Value::Null };
        let mut config = state.clone();
        config.parts_mut().fill(Value::Null);
        for attribute in self.schema.attributes() {
            let rules = &attribute.rules;
            let value = state.get(attribute.name);
            let excluded = rules
                .one_of
                .iter()
                .chain(&rules.excludes)
                .any(|other| config.get(other).is_some_and(|given| !given.is_null()));
            let said = attribute.given.by_configuration()
                && attribute.name != identity::ID
                && rules.default.as_ref() != value
                && !excluded;
            if said {
                config.replace(attribute.name, value.cloned().unwrap_or_default());
            }
        }
        Value::Object(config)
    }

    /// Lists existing objects.
    pub async fn list(&self, data: Data, request: ListRequest) -> (Vec<ListedObject>, Diagnostics) {
        let ListRequest { filter, wanted } = request;
        let cx = Context::new(data, ClientCapabilities::default());
        let listed = match (&self.lister, cx.passed(self.validate_list(&filter))) {
            (Some(lister), Ok(())) => {
                cx.outcome(lister.list(&cx, filter, wanted).await).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let listed = listed.into_iter().take(wanted.limit).filter_map(|listed| {
            let object = plan::with_defaults(self.schema.attributes(), listed.object);
            let object = self.complete(object);
            Some(ListedObject {
                display_name: listed.display_name,
                identity: identity::of(self.parts, &object)?,
                object: wanted.whole.then_some(object),
            })
        });
        let listed = listed.collect();
        (listed, cx.into_parts().0)
    }

    /// Checks the filter of a list.
    pub fn validate_list(&self, filter: &Value) -> Diagnostics {
        let schema = self.filter.as_ref();
        schema.map(|schema| checks::of_written(schema.attributes(), filter)).unwrap_or_default()
    }

    /// Whether the declaration says of each of these that a change of it may need another object.
    fn may_replace(&self, names: &[Name]) -> bool {
        let declared = |name: &Name| {
            let mut attributes = self.schema.attributes().iter();
            attributes.any(|one| one.name == name.as_str() && one.rules.replaces != Replaces::Never)
        };
        names.iter().all(declared)
    }

    fn has_identity(&self) -> bool {
        !self.parts.is_empty()
    }

    fn identity(&self, object: &Value) -> Option<Value> {
        if self.has_identity() { identity::of(self.parts, object) } else { None }
    }

    fn complete(&self, object: Value) -> Value {
        if self.has_identity() { identity::complete(self.parts, object) } else { object }
    }

    /// Whether a configuration keeps to the rules of the declaration. An engine may give none.
    fn holds_as_written(&self, cx: &Context, config: &Value) -> Result<(), Reported> {
        if config.is_null() {
            return Ok(());
        }
        cx.passed(checks::of_written(self.schema.attributes(), config))
    }

    /// Whether each value of an object keeps to the rules of the declaration, but for what it has
    /// already: a service may have words and limits that the declaration doesn't know.
    fn holds(&self, cx: &Context, prior: &Value, object: &Value) -> Result<(), Reported> {
        cx.passed(checks::of_values(self.schema.attributes(), prior, object))
    }

    /// Whether the state says which object it is. Nothing is ever asked about a part that is empty.
    fn told_apart(&self, cx: &Context, state: &Value) -> Result<(), Reported> {
        if self.has_identity() && identity::of(self.parts, state).is_none() {
            let form = identity::form(self.parts);
            return Err(cx.error(
                said::STATE_UNREADABLE,
                format!(
                    "The state doesn't say which object it is: it lacks a part of {form}, and its \
                     id doesn't give it. It is kept as it is. Remove it from the state and import \
                     the object, or mend the state."
                ),
            ));
        }
        Ok(())
    }

    /// Nothing may be unknown after an apply.
    fn known(&self, cx: &Context, state: Value) -> Value {
        let Some(at) = plan::first_unknown(&state, &Path::root()) else { return state };
        cx.error(
            said::UNKNOWN_AFTER_APPLY,
            format!("{at} is unknown after everything was done. This is a bug in the provider."),
        );
        plan::without_unknown(state)
    }
}
