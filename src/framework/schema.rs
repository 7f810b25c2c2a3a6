//! What a declaration comes to for the engine: attributes with their types, descriptions and
//! rules, without the Rust types that they were declared with.

use super::object::Object;
use super::rules::Rules;
use super::types::Type;
use super::value::{Value, keyed};

/// The attributes of something that is written in HCL, and the type of the object they make.
pub struct Schema {
    /// Counts up when stored state has to be rewritten to be read.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: String,
    declare: fn() -> Vec<Attribute>,
    layout: fn() -> &'static Layout,
}

impl Schema {
    /// A schema of the attributes that are declared there.
    pub fn new(
        version: i64,
        description: &'static str,
        declare: fn() -> Vec<Attribute>,
        layout: fn() -> &'static Layout,
    ) -> Self {
        // A doc comment's lines begin with a space.
        let lines = description.trim().lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        let description = lines.collect::<Vec<_>>().join("\n");
        Self { version, description, declare, layout }
    }

    /// The attributes, in the order in which they are declared.
    pub fn attributes(&self) -> &[Attribute] {
        &(self.layout)().attributes
    }

    /// The attributes anew, for somebody who looks at them once and lets them go.
    pub fn declared(&self) -> Vec<Attribute> {
        (self.declare)()
    }

    /// The type of a whole object of this schema.
    pub fn object(&self) -> &Type {
        &(self.layout)().object
    }
}

/// How the objects of a declaration are laid out. Most runs need it of a few declarations only, so
/// that it is put together when it is first asked for.
pub struct Layout {
    /// In the order in which they are declared.
    pub(super) attributes: Vec<Attribute>,
    /// The place of each of them among their names, which are in order.
    pub(super) places: Box<[usize]>,
    /// The type of such an object.
    pub(super) object: Type,
    /// An object whose attributes are all null.
    pub(super) nulls: Object<Value>,
}

impl Layout {
    /// The layout of an object of these attributes.
    pub fn new(attributes: Vec<Attribute>) -> Self {
        let types = attributes.iter().map(|a| (a.name.to_owned(), (a.ty)()));
        let types = Object::from(keyed(types));
        let places = attributes.iter().map(|attribute| attribute.place).collect();
        let nulls = types.map(|_| Value::Null);
        Self { attributes, places, object: Type::Object(types), nulls }
    }
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in HCL.
    pub name: &'static str,
    /// Its place among the names of an object of these attributes, which are in order.
    pub place: usize,
    /// Its type, put together when it is asked for.
    pub ty: fn() -> Type,
    /// The attributes inside, if they have descriptions of their own.
    pub nested: Option<Nested>,
    /// Who gives its value.
    pub given: Given,
    /// Whether the engine hides its value from people.
    pub sensitive: bool,
    /// Whether its value is never stored.
    pub write_only: bool,
    /// What it is for, in Markdown, as it was declared. [`Attribute::description`] adds the rules.
    pub about: &'static str,
    /// What is to be planned for it, and what it may be.
    pub rules: Rules,
}

impl Attribute {
    /// Its value in an object; null if there is none, or no object.
    pub fn of<'v>(&self, object: &'v Value) -> &'v Value {
        match object {
            Value::Object(parts) => parts.get_near(self.place, self.name).unwrap_or(&Value::Null),
            other => other.attribute(self.name),
        }
    }
}

/// Gives each attribute its place.
pub(super) fn place(attributes: &mut [Attribute]) {
    let mut names: Vec<&str> = attributes.iter().map(|attribute| attribute.name).collect();
    names.sort_unstable();
    for attribute in attributes {
        attribute.place = names.partition_point(|name| *name < attribute.name);
    }
}

/// Attributes inside an attribute.
#[derive(Debug)]
pub struct Nested {
    /// How many such objects there are, and how they are told apart.
    pub nesting: Nesting,
    /// The attributes of each.
    pub attributes: Vec<Attribute>,
}

/// How nested objects are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// Objects in order.
    List,
    /// Objects without order.
    Set,
    /// Objects by key.
    Map,
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

impl Given {
    /// Whether a configuration may give it.
    pub fn by_configuration(self) -> bool {
        self != Self::Computed
    }

    /// Whether the provider may give it.
    pub fn by_provider(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

impl Attribute {
    /// What it is for, with what its rules say, in Markdown.
    pub fn description(&self) -> String {
        // Enough for most sentences about the rules, so that the text rarely has to be moved.
        let mut said = String::with_capacity(self.about.len() + 128);
        for line in self.about.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(line);
        }
        let rules = match self.given.by_configuration() {
            true => self.rules.sentences(),
            false => self.rules.replacing().into_iter().collect(),
        };
        for sentence in rules {
            said.push(' ');
            said.push_str(&sentence);
        }
        said
    }
}
