//! What there are pages of: everything that the provider's registry lists.

use pulumiservice::framework::attr::Name;
use pulumiservice::framework::function::FunctionEntry;
use pulumiservice::framework::provider::AnyProvider;
use pulumiservice::framework::schema::Schema;

/// The provider's name, which the names of all things but functions begin with.
pub const PROVIDER: &str = "pulumiservice";

/// Something that has a page.
pub struct Thing<'p> {
    pub kind: Kind,
    /// Its name in HCL.
    pub name: &'p str,
    pub shape: Shape<'p>,
    /// The attributes by which its objects are known, if they can be imported.
    pub imported_by: &'static [Name],
    /// The name that it is documented under, if this is only another spelling.
    pub spelling_of: Option<&'p str>,
}

/// What a thing is made of.
pub enum Shape<'p> {
    Attributes(&'p Schema),
    Function(&'p FunctionEntry),
}

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Provider,
    Resource,
    DataSource,
    Ephemeral,
    Function,
    List,
    Action,
}

impl Kind {
    /// What the registry's pages call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Provider => "Provider",
            Self::Resource => "Resource",
            Self::DataSource => "Data Source",
            Self::Ephemeral => "Ephemeral Resource",
            Self::Function => "function",
            Self::List => "List Resource",
            Self::Action => "Action",
        }
    }

    /// The folder of its pages in `docs/`, and of its examples in `examples/`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Resource => "resources",
            Self::DataSource => "data-sources",
            Self::Ephemeral => "ephemeral-resources",
            Self::Function => "functions",
            Self::List => "list-resources",
            Self::Action => "actions",
        }
    }

    /// The file of its example.
    fn example(self) -> &'static str {
        match self {
            Self::Provider => "provider.tf",
            Self::Resource => "resource.tf",
            Self::DataSource => "data-source.tf",
            Self::Ephemeral => "ephemeral-resource.tf",
            Self::Function => "function.tf",
            Self::List => "list-resource.tfquery.hcl",
            Self::Action => "action.tf",
        }
    }
}

impl Thing<'_> {
    /// Its page, from the repository's root.
    pub fn page(&self) -> String {
        match self.kind {
            Kind::Provider => "docs/index.md".to_owned(),
            kind => format!("docs/{}/{}.md", kind.folder(), self.short_name()),
        }
    }

    /// The template of a page that takes prose of its own.
    pub fn template(&self) -> String {
        self.page().replacen("docs/", "tests/tasks/templates/", 1)
    }

    /// The folder of its examples.
    pub fn examples(&self) -> String {
        match self.kind {
            Kind::Provider => "examples/provider".to_owned(),
            kind => format!("examples/{}/{}", kind.folder(), self.name),
        }
    }

    /// The example that its page shows.
    pub fn example(&self) -> String {
        format!("{}/{}", self.examples(), self.kind.example())
    }

    /// What it is for, in Markdown.
    pub fn about(&self) -> &str {
        match self.shape {
            Shape::Attributes(schema) => &schema.description,
            Shape::Function(function) => function.description.trim(),
        }
    }

    /// The part of the registry's menu that it is in.
    pub fn subcategory(&self) -> &'static str {
        match self.kind {
            Kind::Provider | Kind::Function => "",
            _ if self.name.contains("token") => "Access tokens",
            _ => "Organization and access",
        }
    }

    /// The name without the provider's.
    pub fn short_name(&self) -> &str {
        self.name.strip_prefix(PROVIDER).and_then(|n| n.strip_prefix('_')).unwrap_or(self.name)
    }
}

/// Everything that the provider offers, itself first.
pub fn all(provider: &AnyProvider) -> Vec<Thing<'_>> {
    let plain =
        |kind, name, shape| Thing { kind, name, shape, imported_by: &[], spelling_of: None };
    let declared = |kind, name, schema| plain(kind, name, Shape::Attributes(schema));
    let registry = &provider.registry;
    let mut found = vec![declared(Kind::Provider, PROVIDER, &provider.schema)];
    for resource in &registry.resources {
        let first = resource.names[0].as_str();
        for name in &resource.names {
            let spelling_of = (name != first).then_some(first);
            let imported_by = if resource.can_import() { resource.parts } else { &[] };
            let managed = declared(Kind::Resource, name, &resource.schema);
            found.push(Thing { imported_by, spelling_of, ..managed });
            let listed = resource.filter.as_ref().map(|filter| declared(Kind::List, name, filter));
            found.extend(listed.map(|listed| Thing { spelling_of, ..listed }));
        }
    }
    let sources = registry.data_sources.iter();
    found.extend(sources.map(|entry| declared(Kind::DataSource, &entry.name, &entry.schema)));
    let ephemerals = registry.ephemerals.iter();
    found.extend(ephemerals.map(|entry| declared(Kind::Ephemeral, &entry.name, &entry.schema)));
    let functions = registry.functions.iter();
    found.extend(functions.map(|entry| plain(Kind::Function, entry.name, Shape::Function(entry))));
    let actions = registry.actions.iter();
    found.extend(actions.map(|entry| declared(Kind::Action, &entry.name, &entry.schema)));
    found
}
