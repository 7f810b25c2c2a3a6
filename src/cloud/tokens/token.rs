//! Tokens as the service lists them, and a page of such a list.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::cloud::Text;
use crate::cloud::requests::{or_default, read_object};
use crate::cloud::roles::ADMIN;

/// The most tokens on a page that are read: ten times what is asked for, since a service may think
/// little of that. What is more costs memory and is no page.
const MOST_ON_A_PAGE: usize = 10_000;

/// A token, without its value, which can't be read again.
///
/// Of what the service leaves out, texts are empty and numbers `0`; only `id` is always there, and
/// `name` if it isn't a personal one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The service's identifier.
    pub id: Text,
    /// The name, unique in the organization for ever; personal tokens have none.
    #[serde(default, deserialize_with = "or_default")]
    pub name: Text,
    /// What it is for.
    #[serde(default, deserialize_with = "or_default")]
    pub description: Text,
    /// When it was made, in ISO 8601.
    #[serde(default, deserialize_with = "or_default")]
    pub created: Text,
    /// Who made it.
    #[serde(default, deserialize_with = "or_default")]
    pub created_by: Text,
    /// When it was last used, in Unix seconds; `0` for never.
    #[serde(default, deserialize_with = "or_default")]
    pub last_used: i64,
    /// When it ends, in Unix seconds; `0` for never.
    #[serde(default, deserialize_with = "or_default")]
    pub expires: i64,
    /// Whether it may do what an administrator may.
    #[serde(default, deserialize_with = "or_default")]
    pub admin: bool,
    /// The role that it has.
    pub role: Option<TokenRole>,
    /// The kind of token, such as `organization`, if the service says so.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
}

impl Token {
    /// When it was created, if that can be read. A time without an offset is UTC.
    pub fn created_at(&self) -> Option<Timestamp> {
        let text = self.created.raw();
        text.parse().or_else(|_| TimeZone::UTC.to_timestamp(text.parse::<DateTime>()?)).ok()
    }

    /// Whether it may do what an administrator may, whichever of the two forms tells.
    pub fn is_admin(&self) -> bool {
        self.admin || self.has_admin_role()
    }

    /// Whether its role is the built-in one that may do everything.
    pub fn has_admin_role(&self) -> bool {
        self.role.as_ref().is_some_and(|role| role.default_identifier == ADMIN)
    }
}

/// The role of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenRole {
    /// The service's identifier.
    #[serde(deserialize_with = "or_default")]
    pub id: Text,
    /// The name that people see.
    #[serde(deserialize_with = "or_default")]
    pub name: Text,
    /// Which built-in role it is, such as `member` or `admin`; empty for others.
    #[serde(deserialize_with = "or_default")]
    pub default_identifier: Text,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct TokenPage {
    /// The tokens on it.
    #[serde(deserialize_with = "bounded")]
    pub tokens: Vec<Token>,
    /// What to ask for the next page with, if there is one.
    #[serde(rename = "continuationToken")]
    pub continuation: Option<String>,
}

impl TokenPage {
    /// Reads the body of an answer about tokens that have names.
    ///
    /// `tokens`, and of each token a non-empty `id` and `name`, must be there: without them a
    /// token could be taken for gone. Other fields may be absent, null or new, but not of another
    /// type. The error says where and why; it may quote the body.
    pub fn read(body: &[u8]) -> Result<TokenPage, String> {
        let page = TokenPage::read_nameless(body)?;
        if page.tokens.iter().any(|token| token.name.is_empty()) {
            return Err("a listed token has no name".to_owned());
        }
        Ok(page)
    }

    /// The same about tokens that may have none.
    pub(super) fn read_nameless(body: &[u8]) -> Result<TokenPage, String> {
        let mut page: TokenPage = read_object(body)?;
        if page.tokens.iter().any(|token| token.id.is_empty()) {
            return Err("a listed token has an empty id".to_owned());
        }
        page.continuation = page.continuation.filter(|token| !token.is_empty());
        Ok(page)
    }
}

/// The tokens of a page, no more of them than a page may have.
fn bounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Token>, D::Error> {
    struct Bounded;
    impl<'de> Visitor<'de> for Bounded {
        type Value = Vec<Token>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of tokens")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut listed: A) -> Result<Vec<Token>, A::Error> {
            let mut tokens = Vec::new();
            while let Some(token) = listed.next_element()? {
                if tokens.len() == MOST_ON_A_PAGE {
                    let many = format!("a page has more than {MOST_ON_A_PAGE} tokens");
                    return Err(de::Error::custom(many));
                }
                tokens.push(token);
            }
            Ok(tokens)
        }
    }
    deserializer.deserialize_seq(Bounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(id: &str, name: &str) -> Token {
        Token { id: id.into(), name: name.into(), ..Token::default() }
    }

    #[test]
    fn a_creation_is_read_with_and_without_an_offset() {
        let at = |created: &str| Token { created: created.into(), ..Token::default() }.created_at();
        let second = at("2027-01-15T08:00:00Z").unwrap();
        for same in ["2027-01-15 08:00:00", "2027-01-15T08:00:00", "2027-01-15T09:00:00+01:00"] {
            assert_eq!(at(same), Some(second), "{same}");
        }
        assert_eq!(at("yesterday"), None);
    }

    #[test]
    fn a_page_is_read_whole() {
        let page = TokenPage::read(
            br#"{"tokens": [{"id": "1", "name": "ci", "description": "d", "created": "2026-01-02T03:04:05Z",
                "createdBy": "ann", "lastUsed": 7, "expires": 8, "admin": true, "type": "organization",
                "role": {"id": "r", "name": "Member", "defaultIdentifier": "member"}}],
                "continuationToken": "next"}"#,
        );
        let role = TokenRole {
            id: "r".into(),
            name: "Member".into(),
            default_identifier: "member".into(),
        };
        let token = Token {
            id: "1".into(),
            name: "ci".into(),
            description: "d".into(),
            created: "2026-01-02T03:04:05Z".into(),
            created_by: "ann".into(),
            last_used: 7,
            expires: 8,
            admin: true,
            role: Some(role),
            kind: Some("organization".into()),
        };
        let expected = TokenPage { tokens: vec![token], continuation: Some("next".into()) };
        assert_eq!(page, Ok(expected));
    }

    #[test]
    fn what_is_new_or_absent_is_fine() {
        let page = TokenPage::read(
            br#"{"tokens": [{"id": "1", "name": "ci", "role": null, "shape": {"new": []}}],
                "continuationToken": "", "total": 1}"#,
        );
        let page = page.unwrap();
        assert_eq!(page.tokens, [token("1", "ci")]);
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
            r#"{"tokens": [{"id": "1", "name": ""}]}"#,
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
    fn a_page_that_is_much_larger_than_asked_for_is_refused() {
        let page = |count| {
            let tokens = vec![r#"{"id":"1","name":"a"}"#; count].join(",");
            TokenPage::read(format!(r#"{{"tokens":[{tokens}]}}"#).as_bytes())
        };
        assert_eq!(page(MOST_ON_A_PAGE).unwrap().tokens.len(), MOST_ON_A_PAGE);
        assert!(page(MOST_ON_A_PAGE + 1).unwrap_err().contains("more than 10000 tokens"));
    }

    #[test]
    fn personal_tokens_have_no_name() {
        let page = TokenPage::read_nameless(br#"{"tokens": [{"id": "1"}]}"#).unwrap();
        assert!(page.tokens[0].name.is_empty());
        assert!(TokenPage::read_nameless(br#"{"tokens": [{"id": ""}]}"#).is_err());
    }
}
