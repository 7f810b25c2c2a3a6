//! What a provider or a resource looks like in HCL.

use std::collections::BTreeMap;

use super::types::Type;

/// The attributes of a provider or a resource, and the type of the object they make.
#[derive(Debug)]
pub struct Schema {
    /// Counts up when stored state has to be rewritten to be read.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// In the order in which the documentation shows them.
    pub attributes: Vec<Attribute>,
    object: Type,
}

impl Schema {
    /// A schema of these attributes.
    pub fn new(version: i64, description: &'static str, attributes: Vec<Attribute>) -> Self {
        let object = Type::Object(
            attributes
                .iter()
                .map(|a| (a.name.to_owned(), a.ty.clone()))
                .collect::<BTreeMap<_, _>>(),
        );
        Self { version, description, attributes, object }
    }

    /// The type of a whole object of this schema.
    pub fn object(&self) -> &Type {
        &self.object
    }
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in HCL.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Who gives its value.
    pub given: Given,
    /// Whether the engine hides its value from people.
    pub sensitive: bool,
    /// What it is for, in Markdown.
    pub description: &'static str,
}

impl Attribute {
    /// An attribute that may be shown.
    pub fn new(name: &'static str, ty: Type, given: Given, description: &'static str) -> Self {
        Self { name, ty, given, sensitive: false, description }
    }

    /// The same attribute, hidden from people.
    pub fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The configuration, always.
    Required,
    /// The configuration, or nobody.
    Optional,
    /// The configuration, or else the provider.
    OptionalComputed,
    /// The provider alone.
    Computed,
}
