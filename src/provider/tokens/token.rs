//! A token of whatever kind, as the life cycle sees it.

use crate::cloud::Owner;
use crate::provider::organization::Organization;
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, OfTeam, RoleChoice};

/// What sets a kind of token apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts {
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
    pub team: OfTeam,
    pub role: RoleChoice,
    pub common: Common,
    pub id: Attr<String>,
}

impl Token {
    /// A token of a kind, about which nothing is known.
    pub fn nothing(kind: &'static Facts) -> Self {
        Self {
            kind,
            naming: Naming::default(),
            organization: Organization::default(),
            team: OfTeam::default(),
            role: RoleChoice::default(),
            common: Common::default(),
            id: Attr::Null,
        }
    }

    /// The attribute of this name; null if no token has it.
    pub fn attribute(&self, name: Name) -> Value {
        let mut found = Value::Null;
        self.clone().write_fields(&mut |own, value| {
            if own == name {
                found = value;
            }
        });
        found
    }

    /// Gives the attributes away one by one, those of kinds of tokens that this isn't among them.
    fn write_fields(self, receive: &mut dyn FnMut(Name, Value)) {
        let Self { naming, organization, team, role, common, .. } = self;
        naming.write_fields(receive);
        organization.write_fields(receive);
        team.write_fields(receive);
        role.write_fields(receive);
        common.write_fields(receive);
    }

    /// The organization's name, if it is known.
    pub fn org(&self) -> Option<&str> {
        known(&self.organization.org_name)
    }

    /// The team's name, if it is known.
    pub fn team(&self) -> Option<&str> {
        known(&self.team.team_name)
    }

    /// Its own name, if it has one that is known.
    pub fn name(&self) -> Option<&str> {
        known(&self.naming.name)
    }

    /// Its id, if it is known.
    pub fn id(&self) -> Option<&str> {
        known(&self.common.token_id)
    }

    /// Whom the token belongs to, if that is known.
    pub fn owner(&self) -> Option<Owner> {
        match (self.kind.has_organization, self.kind.has_team) {
            (false, _) => Some(Owner::User),
            (true, false) => Some(Owner::organization(self.org()?)),
            (true, true) => Some(Owner::team(self.org()?, self.team()?)),
        }
    }

    /// Whose the token is, for sentences.
    pub fn whose(&self) -> String {
        self.owner().map_or_else(|| "an organization".to_owned(), |owner| owner.to_string())
    }

    /// `the token "ci" of the organization "acme"`, for sentences.
    pub fn title(&self) -> String {
        match (self.name(), self.id()) {
            (Some(name), _) => format!("the token {name:?} of {}", self.whose()),
            (None, _) if self.kind.has_organization => format!("a token of {}", self.whose()),
            (None, Some(id)) => format!("the personal token {id}"),
            (None, None) => "a personal token".to_owned(),
        }
    }

    /// The role that was asked for, if it is known; an empty one is none.
    pub fn asked_role(&self) -> Option<&str> {
        known(&self.role.role_id).filter(|role| !role.is_empty())
    }

    /// Whether the state lacks the token's value in every form: the service tells it on creation only.
    pub fn is_imported(&self) -> bool {
        self.common.token_value.is_null() && self.common.encrypted_token_values.is_null()
    }

    /// When it expires, in Unix seconds, if it ever does and that is known.
    pub fn end(&self) -> Option<i64> {
        match self.common.expires {
            Attr::Known(expires) if expires > 0 => Some(expires),
            _ => None,
        }
    }
}

fn known(attr: &Attr<String>) -> Option<&str> {
    match attr {
        Attr::Known(text) => Some(text),
        Attr::Null | Attr::Unknown => None,
    }
}
