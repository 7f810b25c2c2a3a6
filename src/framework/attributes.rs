//! Declarations: a struct whose fields are attributes, each with all that is to be said of it.

use super::attr::Name;
use super::invalid::Invalid;
use super::object::Object;
use super::schema::{self, Attribute, Layout, Schema};
use super::value::Value;

/// A struct that was declared with [`attributes!`](crate::attributes).
pub trait Attributes: Sized + Clone + Send + Sync + 'static {
    /// What the whole is for, in Markdown.
    const ABOUT: &'static str;

    /// Adds its attributes, in the order in which they are declared.
    fn declare(to: &mut Vec<Attribute>);

    /// Reads its attributes, in the order in which they are declared.
    ///
    /// # Errors
    /// A value that its declared type doesn't allow.
    fn read_fields(fields: &mut Fields<'_>) -> Result<Self, Invalid>;

    /// Gives its attributes away, in the order in which they are declared.
    fn write_fields(self, receive: &mut dyn FnMut(Name, Value));

    /// How an object of its attributes is laid out.
    fn layout() -> &'static Layout;

    /// What it comes to for the engine.
    fn schema() -> Schema {
        Schema::new(0, Self::ABOUT, Self::attributes, Self::layout)
    }

    /// Its attributes.
    fn attributes() -> Vec<Attribute> {
        let mut declared = Vec::new();
        Self::declare(&mut declared);
        schema::place(&mut declared);
        declared
    }

    /// Reads its attributes of an object. Those that the object lacks are null.
    ///
    /// # Errors
    /// A value that its declared type doesn't allow.
    fn of_object(object: &Object<Value>) -> Result<Self, Invalid> {
        Self::read_fields(&mut Fields { object, places: &Self::layout().places })
    }

    /// Reads a whole object; null is an object whose attributes are all null.
    ///
    /// # Errors
    /// As [`Attributes::of_object`].
    fn from_value(value: &Value) -> Result<Self, Invalid> {
        match value {
            Value::Object(attributes) => Self::of_object(attributes),
            _ => Self::of_object(&Object::default()),
        }
    }

    /// The same with what is not known taken from another.
    fn unless_unknown(self, other: &Self) -> Self {
        let (mut object, mut others) = (self.into_object(), other.clone().into_object());
        for (value, other) in object.parts_mut().iter_mut().zip(others.parts_mut()) {
            if value.is_unknown() {
                *value = std::mem::take(other);
            }
        }
        Self::of_object(&object).unwrap_or_else(|_| other.clone())
    }

    /// Writes all attributes.
    fn into_object(self) -> Object<Value> {
        let layout = Self::layout();
        let mut object = layout.nulls.clone();
        let mut places = layout.places.iter();
        self.write_fields(&mut |name, value| {
            let place = places.next().copied().unwrap_or_default();
            if let Some(null) = object.get_mut_near(place, name.as_str()) {
                *null = value;
            }
        });
        object
    }

    /// Writes a whole object.
    fn into_value(self) -> Value {
        Value::Object(self.into_object())
    }
}

/// The attributes of an object, to be read in the order in which they are declared.
pub struct Fields<'v> {
    object: &'v Object<Value>,
    /// Where they are likely to be.
    places: &'v [usize],
}

impl Fields<'_> {
    /// The next attribute, which has this name.
    fn next(&mut self, name: Name) -> Value {
        let (place, rest) = self.places.split_first().unwrap_or((&0, &[]));
        self.places = rest;
        self.object.get_near(*place, name.as_str()).cloned().unwrap_or_default()
    }
}

/// Declares a struct of attributes.
///
/// Everything about an attribute stands in one place: its name, its type, its description, who
/// gives it, and its rules. From that come the schema, the model, the documentation, the checks and
/// the plan.
///
/// A field of the form `name: Attr<T> = rules` is an attribute, and `Self::name` is then its
/// [`Name`](crate::framework::attr::Name), for diagnostics. A field without rules is a group: a
/// struct that was declared the same way, whose attributes are taken in as if they stood here. A
/// declared struct can also be the type of an attribute, which makes it a nested object.
///
/// ```
/// use pulumiservice::attributes;
/// use pulumiservice::framework::prelude::*;
///
/// attributes! {
///     /// A team.
///     pub struct Team {
///         /// The team's name.
///         name: Attr<String> = required().replaces().length(1..=40),
///         /// What people see.
///         display_name: Attr<String> = optional().computed().kept(),
///     }
/// }
/// assert_eq!(Team::name.as_str(), "name");
/// ```
#[macro_export]
macro_rules! attributes {
    (
        $(#[doc = $about:literal])*
        $visible:vis struct $declared:ident {
            $($(#[doc = $note:literal])* $field:ident : $ty:ty $(= $rules:expr)?),* $(,)?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $visible struct $declared {
            $($(#[doc = $note])* pub $field: $ty,)*
        }

        #[allow(non_upper_case_globals, dead_code)]
        impl $declared {
            $($crate::attributes!(@name $field $(= $rules)?);)*
        }

        impl $crate::framework::attributes::Attributes for $declared {
            const ABOUT: &'static str = concat!($($about, "\n"),*);

            fn declare(to: &mut Vec<$crate::framework::schema::Attribute>) {
                $($crate::attributes!(@declare to, $declared, $field, $ty, [$($note),*] $(= $rules)?);)*
            }

            fn read_fields(
                fields: &mut $crate::framework::attributes::Fields<'_>,
            ) -> Result<Self, $crate::framework::invalid::Invalid> {
                Ok(Self {
                    $($field: $crate::attributes!(@read fields, $declared, $field, $ty $(= $rules)?),)*
                })
            }

            fn write_fields(
                self,
                receive: &mut dyn FnMut(
                    $crate::framework::attr::Name,
                    $crate::framework::value::Value,
                ),
            ) {
                $($crate::attributes!(@give receive, self, $declared, $field $(= $rules)?);)*
            }

            fn layout() -> &'static $crate::framework::schema::Layout {
                static LAYOUT: std::sync::OnceLock<$crate::framework::schema::Layout> =
                    std::sync::OnceLock::new();
                $crate::framework::attributes::layout(&LAYOUT, Self::attributes)
            }
        }

        impl $crate::framework::attribute_type::AttributeType for $declared {
            fn ty() -> $crate::framework::types::Type {
                $crate::framework::attributes::object_type::<Self>()
            }

            fn read(
                value: $crate::framework::value::Value,
            ) -> Result<Self, $crate::framework::invalid::Invalid> {
                $crate::framework::attributes::Attributes::from_value(&value)
            }

            fn write(self) -> $crate::framework::value::Value {
                $crate::framework::attributes::Attributes::into_value(self)
            }

            fn same(&self, other: &Self) -> bool {
                $crate::framework::attributes::same(self, other)
            }

            fn nested() -> Option<$crate::framework::schema::Nested> {
                Some($crate::framework::attributes::nested::<Self>())
            }
        }
    };

    (@name $field:ident = $rules:expr) => {
        #[doc = concat!("The name of `", stringify!($field), "`.")]
        pub const $field: $crate::framework::attr::Name =
            $crate::framework::attr::Name::new(stringify!($field));
    };
    (@name $group:ident) => {};

    (@declare $to:ident, $declared:ident, $field:ident, $ty:ty, [$($note:literal),*] = $rules:expr) => {
        $to.push($crate::framework::attributes::declared::<$ty>(
            $declared::$field,
            concat!($($note, "\n"),*),
            $rules,
        ))
    };
    (@declare $to:ident, $declared:ident, $field:ident, $ty:ty, [$($note:literal),*]) => {
        <$ty as $crate::framework::attributes::Attributes>::declare($to)
    };

    (@read $fields:ident, $declared:ident, $field:ident, $ty:ty = $rules:expr) => {
        $crate::framework::attributes::read($fields, $declared::$field)?
    };
    (@read $fields:ident, $declared:ident, $field:ident, $ty:ty) => {
        <$ty as $crate::framework::attributes::Attributes>::read_fields($fields)?
    };

    (@give $receive:ident, $self:ident, $declared:ident, $field:ident = $rules:expr) => {
        $receive($declared::$field, $crate::framework::attribute_type::write($self.$field))
    };
    (@give $receive:ident, $self:ident, $declared:ident, $field:ident) => {
        $crate::framework::attributes::Attributes::write_fields($self.$field, $receive)
    };
}

/// What the macro makes of a declaration. Nobody else needs it.
#[doc(hidden)]
pub use for_the_macro::*;

#[allow(missing_docs)]
mod for_the_macro {
    use std::sync::OnceLock;

    use super::{Attributes, Fields};
    use crate::framework::attr::{Attr, Name};
    use crate::framework::attribute_type::{self, AttributeType};
    use crate::framework::declared::Declared;
    use crate::framework::invalid::Invalid;
    use crate::framework::path::Step;
    use crate::framework::schema::{Attribute, Layout, Nested, Nesting};
    use crate::framework::types::Type;

    /// The type inside of `Attr<T>`.
    pub trait Field {
        /// `T`.
        type Inner: AttributeType;
    }

    impl<T: AttributeType> Field for Attr<T> {
        type Inner = T;
    }

    pub fn declared<F: Field>(
        name: Name,
        about: &'static str,
        rules: Declared<F::Inner>,
    ) -> Attribute {
        rules.attribute(name, about)
    }

    pub fn read<T: AttributeType>(fields: &mut Fields<'_>, name: Name) -> Result<Attr<T>, Invalid> {
        attribute_type::read(fields.next(name))
            .map_err(|invalid| invalid.within(Step::Attribute(name.as_str().to_owned())))
    }

    pub fn layout(kept: &OnceLock<Layout>, attributes: fn() -> Vec<Attribute>) -> &Layout {
        kept.get_or_init(|| Layout::new(attributes()))
    }

    pub fn object_type<T: Attributes>() -> Type {
        T::layout().object.clone()
    }

    pub fn nested<T: Attributes>() -> Nested {
        Nested { nesting: Nesting::Single, attributes: T::attributes() }
    }

    /// Attribute by attribute, as each one's type compares.
    pub fn same<T: Attributes>(a: &T, b: &T) -> bool {
        let (a, b) = (a.clone().into_value(), b.clone().into_value());
        let attributes = &T::layout().attributes;
        attributes.iter().all(|attribute| attribute.rules.same(attribute.of(&a), attribute.of(&b)))
    }
}
