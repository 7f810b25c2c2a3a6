//! Declarations: a struct whose fields are attributes, each with all that is to be said of it.

use std::collections::BTreeMap;

use super::invalid::Invalid;
use super::schema::Attribute;
use super::value::Value;

/// A struct that was declared with [`attributes!`](crate::attributes).
pub trait Attributes: Sized + Clone + Send + Sync + 'static {
    /// What the whole is for, in Markdown.
    const ABOUT: &'static str;

    /// Adds its attributes, in the order in which they are declared.
    fn declare(to: &mut Vec<Attribute>);

    /// Reads its attributes of an object. Those that the object lacks are null.
    ///
    /// # Errors
    /// A value that its declared type doesn't allow.
    fn of_object(object: &BTreeMap<String, Value>) -> Result<Self, Invalid>;

    /// Puts its attributes into an object.
    fn put(self, object: &mut BTreeMap<String, Value>);

    /// Its attributes.
    fn attributes() -> Vec<Attribute> {
        let mut declared = Vec::new();
        Self::declare(&mut declared);
        declared
    }

    /// Reads a whole object; null is an object whose attributes are all null.
    ///
    /// # Errors
    /// As [`Attributes::of_object`].
    fn from_value(value: &Value) -> Result<Self, Invalid> {
        match value {
            Value::Object(attributes) => Self::of_object(attributes),
            _ => Self::of_object(&BTreeMap::new()),
        }
    }

    /// The same with what is not known taken from another.
    fn unless_unknown(self, other: &Self) -> Self {
        let (mut object, mut others) = (BTreeMap::new(), BTreeMap::new());
        self.put(&mut object);
        other.clone().put(&mut others);
        for (name, value) in &mut object {
            if value.is_unknown() {
                *value = others.remove(name).unwrap_or_default();
            }
        }
        Self::of_object(&object).unwrap_or_else(|_| other.clone())
    }

    /// Writes a whole object.
    fn into_value(self) -> Value {
        let mut object = BTreeMap::new();
        self.put(&mut object);
        Value::Object(object)
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

            fn of_object(
                object: &std::collections::BTreeMap<String, $crate::framework::value::Value>,
            ) -> Result<Self, $crate::framework::invalid::Invalid> {
                Ok(Self { $($field: $crate::attributes!(@read object, $field, $ty $(= $rules)?),)* })
            }

            fn put(
                self,
                object: &mut std::collections::BTreeMap<String, $crate::framework::value::Value>,
            ) {
                $($crate::attributes!(@put object, self, $field $(= $rules)?);)*
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

    (@read $object:ident, $field:ident, $ty:ty = $rules:expr) => {
        $crate::framework::attributes::read($object, stringify!($field))?
    };
    (@read $object:ident, $field:ident, $ty:ty) => {
        <$ty as $crate::framework::attributes::Attributes>::of_object($object)?
    };

    (@put $object:ident, $self:ident, $field:ident = $rules:expr) => {
        $object.insert(
            stringify!($field).to_owned(),
            $crate::framework::attribute_type::write($self.$field),
        )
    };
    (@put $object:ident, $self:ident, $field:ident) => {
        $crate::framework::attributes::Attributes::put($self.$field, $object)
    };
}

/// What the macro makes of a declaration. Nobody else needs it.
#[doc(hidden)]
pub use for_the_macro::*;

#[allow(missing_docs)]
mod for_the_macro {
    use std::collections::BTreeMap;

    use super::Attributes;
    use crate::framework::attr::{Attr, Name};
    use crate::framework::attribute_type::{self, AttributeType};
    use crate::framework::declared::Declared;
    use crate::framework::invalid::Invalid;
    use crate::framework::path::Step;
    use crate::framework::schema::{self, Attribute, Nested, Nesting};
    use crate::framework::types::Type;
    use crate::framework::value::Value;

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

    pub fn read<T: AttributeType>(
        object: &BTreeMap<String, Value>,
        name: &str,
    ) -> Result<Attr<T>, Invalid> {
        attribute_type::read(object.get(name).cloned().unwrap_or_default())
            .map_err(|invalid| invalid.within(Step::Attribute(name.to_owned())))
    }

    pub fn object_type<T: Attributes>() -> Type {
        schema::object(&T::attributes())
    }

    pub fn nested<T: Attributes>() -> Nested {
        Nested { nesting: Nesting::Single, attributes: T::attributes() }
    }

    /// Attribute by attribute, as each one's type compares.
    pub fn same<T: Attributes>(a: &T, b: &T) -> bool {
        let (a, b) = (a.clone().into_value(), b.clone().into_value());
        T::attributes().iter().all(|attribute| {
            attribute.rules.same(a.attribute(attribute.name), b.attribute(attribute.name))
        })
    }
}
