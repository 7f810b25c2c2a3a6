//! A token of whatever kind, as the life cycle sees it.

use std::collections::BTreeMap;

use crate::cloud::Owner;
use crate::framework::attr::Attr;
use crate::framework::attributes::Attributes;
use crate::framework::value::Value;

use super::attributes::{Common, Naming, Organization, RoleChoice};

/// What sets a kind of token apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is called in sentences, such as `organization token`.
    pub called: &'static str,
    /// Whether it has a name.
    pub has_name: bool,
    /// Whether it belongs to an organization, by itself or through a team.
    pub has_organization: bool,
    /// Whether it belongs to a team.
    pub has_team: bool,
    /// Whether it has a role.
    pub has_role: bool,
    /// Who may manage such tokens, in sentences.
    pub rights: &'static str,
}

/// A token of the configuration, of a plan or of the state. What its kind doesn't have is null.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: &'static Facts,
    pub naming: Naming,
    pub organization: Organization,
    pub team_name: Attr<String>,
    pub role: RoleChoice,
    pub common: Common,
}

impl Token {
    /// A token of a kind, about which nothing is known.
    pub fn nothing(kind: &'static Facts) -> Self {
        Self {
            kind,
            naming: nulls(),
            organization: nulls(),
            team_name: Attr::Null,
            role: nulls(),
            common: nulls(),
        }
    }

    /// All attributes by name, to look at those that a list of names gives.
    pub fn object(&self) -> Value {
        let Self { kind: _, naming, organization, team_name: _, role, common } = self.clone();
        let mut object = BTreeMap::new();
        naming.put(&mut object);
        organization.put(&mut object);
        role.put(&mut object);
        common.put(&mut object);
        Value::Object(object)
    }

    /// The organization's name.
    pub fn org(&self) -> Option<&str> {
        self.organization.org_name.text()
    }

    /// Whom the token belongs to, if that is known.
    pub fn owner(&self) -> Option<Owner> {
        match (self.kind.has_organization, self.kind.has_team) {
            (false, _) => Some(Owner::User),
            (true, false) => Some(Owner::organization(self.org()?)),
            (true, true) => Some(Owner::team(self.org()?, self.team_name.text()?)),
        }
    }

    /// `the token "ci" of the organization "acme"`, for sentences.
    pub fn title(&self) -> String {
        let whose = match self.owner() {
            Some(Owner::User) => return self.personal_title(),
            Some(owner) => owner.to_string(),
            None => "an organization".to_owned(),
        };
        match self.naming.name.text() {
            Some(name) => format!("the token {name:?} of {whose}"),
            None => format!("a token of {whose}"),
        }
    }

    fn personal_title(&self) -> String {
        match self.common.token_id.text() {
            Some(id) => format!("the personal token {id}"),
            None => "a personal token".to_owned(),
        }
    }

    /// Whether the service told us the token's value: it does so on creation only.
    pub fn is_imported(&self) -> bool {
        self.common.token_value.is_null() && self.common.encrypted_token_values.is_null()
    }

    /// When it expires, in Unix seconds, if it ever does.
    pub fn end(&self) -> Option<i64> {
        self.common.expires.get().filter(|expires| *expires > 0)
    }
}

fn nulls<T: Attributes>() -> T {
    // Null is a value of every type.
    T::from_value(Value::Null).unwrap_or_else(|_| unreachable!("null is a value of every type"))
}
