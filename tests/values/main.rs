//! Terraform's values in both encodings: what cty itself writes, what is
//! malformed, and what holds for arbitrary values and arbitrary bytes.

mod cost;
mod golden;
mod malformed;
mod properties;

use std::collections::BTreeMap;

use pulumiservice::framework::types::Type;

/// The type that is written so in JSON.
fn ty(json: &str) -> Type {
    Type::from_json(json.as_bytes()).expect(json)
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect(text)
}

/// An object type of these attributes.
fn object<'a>(attributes: impl IntoIterator<Item = (&'a str, Type)>) -> Type {
    let attributes = attributes.into_iter();
    let attributes = attributes.map(|(name, ty)| (name.to_owned(), ty));
    Type::Object(attributes.collect::<BTreeMap<_, _>>().into())
}
