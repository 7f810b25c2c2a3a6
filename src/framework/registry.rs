//! What a provider offers, as plain lists: the protocol, the pages and the tests loop over them.

use super::action::ActionEntry;
use super::data_source::DataSourceEntry;
use super::ephemeral::EphemeralEntry;
use super::function::FunctionEntry;
use super::resource::ResourceEntry;

/// What a provider offers.
pub struct Registry {
    prefix: &'static str,
    /// Managed resources.
    pub resources: Vec<ResourceEntry>,
    /// Data sources.
    pub data_sources: Vec<DataSourceEntry>,
    /// Ephemeral resources.
    pub ephemerals: Vec<EphemeralEntry>,
    /// Functions.
    pub functions: Vec<FunctionEntry>,
    /// Actions.
    pub actions: Vec<ActionEntry>,
}

impl Registry {
    /// Nothing yet, under this prefix: `team` then goes by `prefix_team`.
    pub fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            resources: Vec::new(),
            data_sources: Vec::new(),
            ephemerals: Vec::new(),
            functions: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// Adds a managed resource.
    pub fn resource(mut self, entry: impl Into<ResourceEntry>) -> Self {
        let mut entry = entry.into();
        entry.names.iter_mut().for_each(|name| *name = self.named(name));
        self.resources.push(entry);
        self
    }

    /// Adds a data source.
    pub fn data_source(mut self, mut entry: DataSourceEntry) -> Self {
        entry.name = self.named(&entry.name);
        self.data_sources.push(entry);
        self
    }

    /// Adds an ephemeral resource.
    pub fn ephemeral(mut self, mut entry: EphemeralEntry) -> Self {
        entry.name = self.named(&entry.name);
        self.ephemerals.push(entry);
        self
    }

    /// Adds a function, whose name has no prefix.
    pub fn function(mut self, entry: FunctionEntry) -> Self {
        self.functions.push(entry);
        self
    }

    /// Adds an action.
    pub fn action(mut self, mut entry: ActionEntry) -> Self {
        entry.name = self.named(&entry.name);
        self.actions.push(entry);
        self
    }

    fn named(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }
}
