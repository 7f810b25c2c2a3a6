//! Texts that everybody may see: names, ids and the like.

use super::block::holds_token;
use crate::framework::declared::Declared;

/// What such a text must be.
pub trait PlainText {
    /// It can't be empty: as a part of an address it would make another address of it. Nor can it be a
    /// secret, which the logs of whatever stands in between would have.
    fn plain_text(self) -> Self;
}

impl PlainText for Declared<String> {
    fn plain_text(self) -> Self {
        self.length(1..=usize::MAX).no_secret(holds_token)
    }
}

#[cfg(test)]
mod tests {
    use crate::framework::registry::Registry;
    use crate::framework::rules::Check;
    use crate::framework::schema::{Attribute, Nested};
    use crate::framework::types::Type;
    use crate::provider::{access, tokens};

    /// The attributes among these, and inside of them, that are names or ids, which take any text.
    fn names(attributes: &[Attribute], found: &mut Vec<(&'static str, bool)>) {
        for attribute in attributes {
            let rules = &attribute.rules;
            let is_name = |check: &Check| matches!(check, Check::Length(l) if *l.start() == 1);
            let is_id = attribute.name.ends_with("_id") && attribute.given.by_configuration();
            let is_text = (attribute.ty)() == Type::String;
            if rules.checks.iter().any(is_name)
                || (is_text && (is_id || attribute.name.ends_with("org_name")))
            {
                let token = "pul-0123456789abcdef0123456789abcdef01234567";
                let refuses = rules.is_secret.is_some_and(|is_secret| is_secret(token));
                found.push((attribute.name, refuses));
            }
            if let Some(Nested { attributes, .. }) = &attribute.nested {
                names(attributes, found);
            }
        }
    }

    #[test]
    fn no_name_is_a_secret() {
        let registry = access::register(tokens::register(Registry::new("pulumiservice")));
        let mut found = Vec::new();
        let resources = registry.resources.iter();
        let filters = resources.clone().filter_map(|one| one.filter.as_ref());
        let schemas = resources
            .map(|one| &one.schema)
            .chain(filters)
            .chain(registry.data_sources.iter().map(|one| &one.schema))
            .chain(registry.ephemerals.iter().map(|one| &one.schema))
            .chain(registry.actions.iter().map(|one| &one.schema));
        schemas.for_each(|schema| names(schema.attributes(), &mut found));
        assert!(found.len() > 60, "{}", found.len());
        let takes: Vec<_> = found.iter().filter(|(_, refuses)| !refuses).collect();
        assert!(takes.is_empty(), "{takes:?}");
    }
}
