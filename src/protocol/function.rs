//! Functions.

use std::collections::HashMap;

use super::convert::{Answer, dynamic, value};
use super::wire;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::function::{FunctionEntry, FunctionError, Parameter};
use crate::framework::provider::AnyProvider;
use crate::framework::registry::Registry;

pub fn signatures(registry: &Registry) -> HashMap<String, wire::Function> {
    registry.functions.iter().map(|f| (f.name.to_owned(), signature(f))).collect()
}

fn signature(function: &FunctionEntry) -> wire::Function {
    wire::Function {
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
        r#return: Some(wire::function::Return { r#type: function.returns.to_json() }),
        summary: function.summary.to_owned(),
        description: function.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn parameter(parameter: &Parameter) -> wire::function::Parameter {
    wire::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: parameter.ty.to_json(),
        description: parameter.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        ..Default::default()
    }
}

pub fn all(registry: &Registry) -> wire::get_functions::Response {
    let functions = signatures(registry);
    wire::get_functions::Response { functions, diagnostics: Vec::new() }
}

pub fn call(
    provider: &AnyProvider,
    request: &wire::call_function::Request,
) -> wire::call_function::Response {
    match called(provider, request) {
        Ok(result) => wire::call_function::Response { result: Some(result), error: None },
        Err(FunctionError { text, argument }) => wire::call_function::Response {
            result: None,
            error: Some(wire::FunctionError {
                text,
                function_argument: argument.and_then(|index| i64::try_from(index).ok()),
            }),
        },
    }
}

/// What is said of a function that panicked.
pub fn panicked() -> wire::call_function::Response {
    let text = "The provider has a bug: it panicked; the log says where (TF_LOG=ERROR).".to_owned();
    let error = Some(wire::FunctionError { text, function_argument: None });
    wire::call_function::Response { result: None, error }
}

fn called(
    provider: &AnyProvider,
    request: &wire::call_function::Request,
) -> Result<wire::DynamicValue, FunctionError> {
    let name = &request.name;
    let function = provider.registry.functions.iter().find(|function| function.name == name);
    let function = function.ok_or_else(|| FunctionError {
        text: format!("This version of the provider has no function {name:?}."),
        argument: None,
    })?;
    let mut arguments = Vec::new();
    for (index, sent) in request.arguments.iter().enumerate() {
        let parameter = function.parameter(index).ok_or_else(|| {
            FunctionError::at(index, format!("The function {name} takes fewer arguments."))
        })?;
        let argument: Answer<_> = value(Some(sent), &parameter.ty);
        arguments.push(argument.map_err(|why| FunctionError::at(index, sentence(&why)))?);
    }
    let result = function.call(arguments)?;
    dynamic(&result, &function.returns)
        .map_err(|why| FunctionError { text: sentence(&why), argument: None })
}

fn sentence(diagnostics: &Diagnostics) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.detail.as_str()).collect()
}
