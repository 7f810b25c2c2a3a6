//! Functions: what is computed from arguments alone. They need no configured provider.

use super::attribute_type::AttributeType;
use super::types::Type;
use super::value::Value;

/// A function, as the registry holds it.
pub struct FunctionEntry {
    /// Its name in HCL.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// What it takes, in order.
    pub parameters: Vec<Parameter>,
    /// What it takes any number of, after that.
    pub variadic: Option<Parameter>,
    /// What it gives.
    pub returns: Type,
    call: Box<dyn Fn(Vec<Value>) -> Result<Value, FunctionError> + Send + Sync>,
}

/// What a function takes.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, for messages and pages.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it is for, in Markdown.
    pub description: &'static str,
}

/// Why a function gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// Why, in sentences.
    pub text: String,
    /// The argument that is to blame, counted from zero.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// About one argument, counted from zero.
    pub fn at(argument: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(argument) }
    }
}

/// A Rust function that can be called with values.
pub trait Callable<Arguments>: Send + Sync + 'static {
    /// The types of what it takes, in order.
    fn parameters() -> Vec<Type>;
    /// The type of what it takes any number of, after that.
    fn variadic() -> Option<Type> {
        None
    }
    /// The type of what it gives.
    fn returns() -> Type;
    /// Calls it.
    ///
    /// # Errors
    /// What the function refuses, or an argument that its type doesn't allow.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

fn argument<T: AttributeType>(
    arguments: &mut std::vec::IntoIter<Value>,
    index: usize,
) -> Result<T, FunctionError> {
    let value = arguments.next().unwrap_or_default();
    if value.is_null() || value.is_unknown() {
        return Err(FunctionError::at(index, "The argument must not be null."));
    }
    T::read(value).map_err(|invalid| FunctionError::at(index, invalid.detail))
}

macro_rules! callable {
    ($($argument:ident $index:literal),*) => {
        impl<F, R, $($argument),*> Callable<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> Result<R, FunctionError> + Send + Sync + 'static,
            R: AttributeType,
            $($argument: AttributeType,)*
        {
            fn parameters() -> Vec<Type> {
                vec![$($argument::ty()),*]
            }

            fn returns() -> Type {
                R::ty()
            }

            fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
                let mut arguments = arguments.into_iter();
                Ok(self($(argument::<$argument>(&mut arguments, $index)?),*)?.write())
            }
        }
    };
}

callable!(A 0);
callable!(A 0, B 1);
callable!(A 0, B 1, C 2);
callable!(A 0, B 1, C 2, D 3);

/// Marks a function that takes any number of arguments of one type, as a vector.
pub struct Variadic<T>(std::marker::PhantomData<T>);

impl<F, R, T> Callable<Variadic<T>> for F
where
    F: Fn(Vec<T>) -> Result<R, FunctionError> + Send + Sync + 'static,
    R: AttributeType,
    T: AttributeType,
{
    fn parameters() -> Vec<Type> {
        Vec::new()
    }

    fn variadic() -> Option<Type> {
        Some(T::ty())
    }

    fn returns() -> Type {
        R::ty()
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let count = arguments.len();
        let mut arguments = arguments.into_iter();
        let read = (0..count).map(|index| argument::<T>(&mut arguments, index));
        Ok(self(read.collect::<Result<_, _>>()?)?.write())
    }
}

/// An entry of the registry for a function. `parameters` are the names and descriptions of what it
/// takes, in order; of what it takes any number of, last.
pub fn function<Arguments, F: Callable<Arguments>>(
    name: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: &[(&'static str, &'static str)],
    call: F,
) -> FunctionEntry {
    let types = F::parameters().into_iter().chain(F::variadic());
    let mut parameters: Vec<Parameter> = parameters
        .iter()
        .zip(types)
        .map(|(&(name, description), ty)| Parameter { name, ty, description })
        .collect();
    let variadic = F::variadic().and_then(|_| parameters.pop());
    FunctionEntry {
        name,
        summary,
        description,
        parameters,
        variadic,
        returns: F::returns(),
        call: Box::new(move |arguments| call.call(arguments)),
    }
}

impl FunctionEntry {
    /// Calls it. What isn't known yet gives a result that isn't known yet: OpenTofu calls functions
    /// with arguments of which parts are unknown, Terraform doesn't.
    ///
    /// # Errors
    /// Why it gives nothing.
    pub fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        match arguments.iter().all(Value::is_wholly_known) {
            true => (self.call)(arguments),
            false => Ok(Value::Unknown),
        }
    }

    /// What the argument at this place is for, counted from zero.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}
