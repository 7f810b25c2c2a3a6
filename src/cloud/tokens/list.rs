//! All tokens of an owner, to be looked up by id and by name.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Token;

/// All tokens of an owner, expired ones included, to be looked up by id and by name.
#[derive(Clone, Default)]
pub struct TokenList {
    by_id: HashSet<ById>,
    by_name: HashSet<ByName>,
}

impl TokenList {
    /// The token with this id.
    pub fn by_id(&self, id: &str) -> Option<&Token> {
        self.by_id.get(id).map(|token| &*token.0)
    }

    /// The token with this name. Nothing is found by an empty one.
    pub fn by_name(&self, name: &str) -> Option<&Token> {
        self.by_name.get(name).map(|token| &*token.0)
    }

    /// All tokens, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Token> {
        self.by_id.iter().map(|token| &*token.0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Adds a token unless one with its id is there already.
    pub(in crate::cloud) fn add(&mut self, token: Arc<Token>) {
        if self.by_id.insert(ById(Arc::clone(&token))) && !token.name.is_empty() {
            self.by_name.replace(ByName(token));
        }
    }

    pub(in crate::cloud) fn remove(&mut self, id: &str) {
        if let Some(ById(token)) = self.by_id.take(id)
            && self.by_name(token.name.raw()).is_some_and(|namesake| namesake.id == id)
        {
            self.by_name.remove(token.name.raw());
        }
    }
}

impl fmt::Debug for TokenList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenList({})", self.len())
    }
}

/// A token that is found by its id, without a copy of the id.
#[derive(Clone)]
struct ById(Arc<Token>);

/// A token that is found by its name, without a copy of the name.
#[derive(Clone)]
struct ByName(Arc<Token>);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        self.0.id.raw()
    }
}

impl Borrow<str> for ByName {
    fn borrow(&self) -> &str {
        self.0.name.raw()
    }
}

macro_rules! compared_as_text {
    ($name:ident) => {
        impl PartialEq for $name {
            fn eq(&self, other: &$name) -> bool {
                Borrow::<str>::borrow(self) == Borrow::<str>::borrow(other)
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                Borrow::<str>::borrow(self).hash(state);
            }
        }
    };
}

compared_as_text!(ById);
compared_as_text!(ByName);

#[cfg(test)]
mod tests {
    use super::*;

    fn token(id: &str, name: &str) -> Arc<Token> {
        Arc::new(Token { id: id.into(), name: name.into(), ..Token::default() })
    }

    #[test]
    fn tokens_are_found_by_id_and_by_name() {
        let mut tokens = TokenList::default();
        tokens.add(token("1", "a"));
        tokens.add(token("2", "b"));
        tokens.add(token("1", "listed twice"));
        assert_eq!(tokens.len(), 2);
        assert_eq!(tokens.by_id("1").unwrap().name, "a");
        assert_eq!(tokens.by_name("b").unwrap().id, "2");
        tokens.remove("1");
        tokens.remove("unknown");
        assert!(tokens.by_id("1").is_none() && tokens.by_name("a").is_none());
        assert_eq!(tokens.iter().count(), 1);
    }
}
