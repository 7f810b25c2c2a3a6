//! Organization tokens as the service lists them.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::Deserialize;

use super::http::read_object;

/// A token of an organization, without its value, which can't be read again.
///
/// Of what the service leaves out, texts are empty and numbers `0`; only `id` and `name` are
/// always there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgToken {
    /// The service's identifier.
    pub id: String,
    /// The name, unique in the organization for ever.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it was made, in ISO 8601.
    pub created: String,
    /// Who made it.
    pub created_by: String,
    /// When it was last used, in Unix seconds; `0` for never.
    pub last_used: i64,
    /// When it ends, in Unix seconds; `0` for never.
    pub expires: i64,
    /// Whether it may do what an administrator may.
    pub admin: bool,
    /// The role that it has.
    pub role: Option<Role>,
    /// The kind of token, `organization` where the service says so.
    pub kind: Option<String>,
}

/// The role of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// The service's identifier.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Which built-in role it is, such as `member` or `admin`; empty for others.
    pub default_identifier: String,
}

/// One page of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPage {
    /// The tokens on it.
    pub tokens: Vec<OrgToken>,
    /// What to ask for the next page with, where there is one.
    pub continuation: Option<String>,
}

impl TokenPage {
    /// Reads the body of an answer.
    ///
    /// `tokens`, and of each token a non-empty `id` and `name`, must be there: without them a
    /// token could be taken for gone. Other fields may be absent, null or new, but not of another
    /// type. The error says where and why; it may quote the body.
    pub fn read(body: &[u8]) -> Result<TokenPage, String> {
        let page: WirePage = read_object(body)?;
        let tokens: Vec<OrgToken> = page.tokens.into_iter().map(OrgToken::from).collect();
        if tokens.iter().any(|token| token.id.is_empty() || token.name.is_empty()) {
            return Err("a listed token has an empty id or name".to_owned());
        }
        let continuation = page.continuation_token.filter(|token| !token.is_empty());
        Ok(TokenPage { tokens, continuation })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage {
    tokens: Vec<WireToken>,
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireToken {
    id: String,
    name: String,
    description: Option<String>,
    created: Option<String>,
    created_by: Option<String>,
    last_used: Option<i64>,
    expires: Option<i64>,
    admin: Option<bool>,
    role: Option<WireRole>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRole {
    id: Option<String>,
    name: Option<String>,
    default_identifier: Option<String>,
}

impl From<WireToken> for OrgToken {
    fn from(wire: WireToken) -> OrgToken {
        OrgToken {
            id: wire.id,
            name: wire.name,
            description: wire.description.unwrap_or_default(),
            created: wire.created.unwrap_or_default(),
            created_by: wire.created_by.unwrap_or_default(),
            last_used: wire.last_used.unwrap_or_default(),
            expires: wire.expires.unwrap_or_default(),
            admin: wire.admin.unwrap_or_default(),
            role: wire.role.map(|role| Role {
                id: role.id.unwrap_or_default(),
                name: role.name.unwrap_or_default(),
                default_identifier: role.default_identifier.unwrap_or_default(),
            }),
            kind: wire.kind,
        }
    }
}

/// All tokens of an organization, expired ones included, to be looked up by id and by name.
#[derive(Clone, Default)]
pub struct OrgTokens {
    by_id: HashSet<ById>,
    by_name: HashSet<ByName>,
}

impl OrgTokens {
    /// The token with this id.
    pub fn by_id(&self, id: &str) -> Option<&OrgToken> {
        self.by_id.get(id).map(|token| &*token.0)
    }

    /// The token with this name.
    pub fn by_name(&self, name: &str) -> Option<&OrgToken> {
        self.by_name.get(name).map(|token| &*token.0)
    }

    /// All tokens, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &OrgToken> {
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
    pub(super) fn add(&mut self, token: Arc<OrgToken>) {
        if self.by_id.insert(ById(Arc::clone(&token))) {
            self.by_name.replace(ByName(token));
        }
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some(ById(token)) = self.by_id.take(id)
            && self.by_name(&token.name).is_some_and(|namesake| namesake.id == id)
        {
            self.by_name.remove(token.name.as_str());
        }
    }
}

impl fmt::Debug for OrgTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgTokens({})", self.len())
    }
}

/// A token that is found by its id, without a copy of the id.
#[derive(Clone)]
struct ById(Arc<OrgToken>);

/// A token that is found by its name, without a copy of the name.
#[derive(Clone)]
struct ByName(Arc<OrgToken>);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        &self.0.id
    }
}

impl Borrow<str> for ByName {
    fn borrow(&self) -> &str {
        &self.0.name
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

    fn token(id: &str, name: &str) -> Arc<OrgToken> {
        Arc::new(OrgToken { id: id.to_owned(), name: name.to_owned(), ..OrgToken::default() })
    }

    #[test]
    fn a_page_is_read_whole() {
        let page = TokenPage::read(
            br#"{"tokens": [{"id": "1", "name": "ci", "description": "d", "created": "2026-01-02T03:04:05Z",
                "createdBy": "ann", "lastUsed": 7, "expires": 8, "admin": true, "type": "organization",
                "role": {"id": "r", "name": "Member", "defaultIdentifier": "member"}}],
                "continuationToken": "next"}"#,
        );
        let role = Role {
            id: "r".to_owned(),
            name: "Member".to_owned(),
            default_identifier: "member".to_owned(),
        };
        let token = OrgToken {
            id: "1".to_owned(),
            name: "ci".to_owned(),
            description: "d".to_owned(),
            created: "2026-01-02T03:04:05Z".to_owned(),
            created_by: "ann".to_owned(),
            last_used: 7,
            expires: 8,
            admin: true,
            role: Some(role),
            kind: Some("organization".to_owned()),
        };
        let expected = TokenPage { tokens: vec![token], continuation: Some("next".to_owned()) };
        assert_eq!(page, Ok(expected));
    }

    #[test]
    fn what_is_new_or_absent_is_fine() {
        let page = TokenPage::read(
            br#"{"tokens": [{"id": "1", "name": "ci", "role": null, "shape": {"new": []}}],
                "continuationToken": "", "total": 1}"#,
        );
        let page = page.unwrap();
        assert_eq!(page.tokens, [OrgToken::clone(&token("1", "ci"))]);
        assert_eq!(page.continuation, None);
    }

    #[test]
    fn anything_else_is_an_error_and_never_an_empty_list() {
        let nested = "[".repeat(200_000);
        for body in [
            "",
            "{}",
            "[]",
            "[[], null]",
            "null",
            r#"{"tokens": null}"#,
            r#"{"tokens": {}}"#,
            r#"{"tokens": [null]}"#,
            r#"{"tokens": [{"id": "1"}]}"#,
            r#"{"tokens": [{"id": "", "name": "ci"}]}"#,
            r#"{"tokens": [{"id": 1, "name": "ci"}]}"#,
            r#"{"tokens": [{"id": "1", "name": "ci", "expires": "0"}]}"#,
            r#"{"tokens": [{"id": "1", "name": "ci", "expires": 1e999}]}"#,
            r#"{"tokens": [{"id": "1", "name": "ci", "admin": 1}]}"#,
            r#"{"tokens": [], "continuationToken": 7}"#,
            r#"{"tokens": []} {"#,
            r#"{"tokens": ["#,
            nested.as_str(),
        ] {
            assert!(TokenPage::read(body.as_bytes()).is_err(), "{body:.60}");
        }
    }

    #[test]
    fn tokens_are_found_by_id_and_by_name() {
        let mut tokens = OrgTokens::default();
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
