//! SHA-256 sums of certificates, however they are written.

use super::Issuer;
use crate::framework::types::Type;
use crate::provider::prelude::*;

/// A thumbprint: 64 hexadecimal digits, in either case, with or without colons.
#[derive(Clone, PartialEq, Eq)]
pub struct Thumbprint(pub String);

impl Thumbprint {
    /// As the service writes it.
    pub fn plain(&self) -> String {
        self.0.replace(':', "").to_ascii_lowercase()
    }

    /// Whether it can be one.
    fn is_whole(&self) -> bool {
        let plain = self.plain();
        plain.len() == 64 && plain.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl AttributeType for Thumbprint {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Value) -> Result<Self, Invalid> {
        String::read(value).map(Self)
    }

    fn write(self) -> Value {
        Value::String(self.0)
    }

    fn same(&self, other: &Self) -> bool {
        self.plain() == other.plain()
    }
}

/// Under which key it is remembered beside the attributes that the configuration gave thumbprints.
const GIVEN: &str = "thumbprints";

/// Remembers whether the configuration gives thumbprints.
pub fn remember_given(cx: &Context) -> Result<(), Reported> {
    let given = !cx.config::<Issuer>()?.thumbprints.is_null();
    cx.set_private(GIVEN, given.then_some("given"));
    Ok(())
}

/// Whether the last configuration that was applied gave thumbprints.
pub fn were_given(cx: &Context) -> bool {
    cx.private(GIVEN).is_some()
}

/// What is wrong with thumbprints as they are given, as far as they are known.
pub fn wrong(given: &Set<Thumbprint>) -> impl Iterator<Item = String> {
    given.0.iter().flat_map(Attr::iter).filter(|one| !one.is_whole()).map(|one| {
        format!("{:?} is not the SHA-256 sum of a certificate: 64 hexadecimal digits.", one.0)
    })
}
