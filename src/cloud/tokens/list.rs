//! All tokens of an owner, to be looked up by id and by name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use super::Token;
use crate::cloud::Text;

/// All tokens of an owner, expired ones included, to be looked up by id and by name.
#[derive(Clone, Default)]
pub struct TokenList {
    by_id: HashMap<Text, Arc<Token>>,
    by_name: HashMap<Text, Arc<Token>>,
}

impl TokenList {
    /// The token with this id.
    pub fn by_id(&self, id: &str) -> Option<&Token> {
        self.by_id.get(id).map(|token| &**token)
    }

    /// The token with this name. Nothing is found by an empty one.
    pub fn by_name(&self, name: &str) -> Option<&Token> {
        self.by_name.get(name).map(|token| &**token)
    }

    /// All tokens, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Token> {
        self.by_id.values().map(|token| &**token)
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
        let Entry::Vacant(place) = self.by_id.entry(token.id.clone()) else { return };
        place.insert(Arc::clone(&token));
        if !token.name.is_empty() {
            self.by_name.insert(token.name.clone(), token);
        }
    }

    pub(in crate::cloud) fn remove(&mut self, id: &str) {
        if let Some(token) = self.by_id.remove(id)
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
