//! The members of an organization with their roles, by the names that these have here.

use super::Member;
use crate::cloud::{self, Client, Error, RoleRecord, Text};
use crate::framework::resource::Listed;
use crate::provider::access::object::Object;
use crate::provider::access::records::Recorded;
use crate::provider::messages::access as said;
use crate::provider::prelude::*;
use crate::provider::texts::{stored, text};

/// The built-in roles that members can have.
pub const BUILT_IN: &[&str] = &["member", "admin", "billing-manager"];

/// A member with the role, as the organization's roles tell it.
pub struct Known {
    /// The member.
    pub member: cloud::Member,
    /// The word for the role, if it is built in.
    built_in: Option<&'static str>,
    role_id: Text,
}

impl Known {
    /// The member's own id of the role may be another one than the role's.
    fn new(member: cloud::Member, roles: &[RoleRecord]) -> Self {
        let of = &member.fga_role;
        let role = roles.iter().find(|role| role.id == of.id);
        let role = role.or_else(|| roles.iter().find(|role| role.name == of.name));
        let is = |word: &&&str| role.is_some_and(|role| role.default_identifier == **word);
        let built_in = BUILT_IN.iter().find(is).copied();
        let role_id = role.map_or(&of.id, |role| &role.id).clone();
        Self { member, built_in, role_id }
    }
}

impl Member {
    /// What the service says of a member of this organization.
    pub fn observed(mut self, known: &Known) -> Self {
        let id = stored(&known.role_id, &self.role_id);
        let by_word = self.role_id.is_null() || !self.role.is_null();
        (self.role, self.role_id) = match known.built_in.filter(|_| by_word) {
            Some(word) => (word.into(), Attr::Null),
            None => (Attr::Null, id),
        };
        self
    }

    /// Whether there is a role to give: what the configuration gives can be hidden.
    pub(super) fn has_role(&self, cx: &Context) -> Result<(), Reported> {
        if !self.role.is_null() || !self.role_id.is_null() {
            return Ok(());
        }
        let detail = "Somebody gave another kind of role, and ignore_changes hides one of the two \
                      attributes. Name both of them there, or none. To destroy it all the same, run \
                      destroy with -refresh=false.";
        Err(cx.error_at(Self::role, said::NO_ROLE, detail))
    }

    /// Gives the member the role that is planned.
    pub(super) async fn give_role(&self, cx: &Context, client: &Client) -> Result<(), Reported> {
        let (org, login) = self.names()?;
        // The service takes no names.
        let wanted = match self.role.text()? {
            Some(word) => built_in_id(client, org, word).await,
            None => Ok(text(&self.role_id)?.to_owned()),
        };
        let given = match wanted {
            Ok(id) => client.set_member_role(org, login, &id).await,
            Err(error) => Err(error),
        };
        self.told(cx, "Giving a role to", given).await
    }
}

/// The id of a built-in role.
async fn built_in_id(client: &Client, org: &str, word: &str) -> Result<String, Error> {
    let roles = client.role_records(org, "role").await?;
    let role = roles.iter().find(|role| role.default_identifier == word);
    // The service refuses what it doesn't know.
    Ok(role.map_or(word, |role| role.id.raw()).to_owned())
}

/// Gives somebody the role that the organization gives to who has none.
pub async fn give_default(client: &Client, org: &str, login: &str) -> Result<(), Error> {
    let roles = client.role_records(org, "role").await?;
    let default = roles.iter().find(|role| role.is_org_default);
    let default = default.or_else(|| roles.iter().find(|r| r.default_identifier == BUILT_IN[0]));
    let Some(role) = default else { return Ok(()) };
    match client.set_member_role(org, login, role.id.raw()).await {
        // The organization is there, so that the member is not.
        Err(error) if error.is_not_found() => Ok(()),
        given => given,
    }
}

impl Recorded for Member {
    type Record = Known;
    const MANY: &'static str = "members";

    async fn all(&self, client: &Client, org: &str) -> Result<Vec<Known>, Error> {
        let (members, roles) = tokio::join!(client.members(org), client.role_records(org, "role"));
        let (members, roles) = (members?, roles?);
        Ok(members.into_values().map(|member| Known::new(member, &roles)).collect())
    }

    fn shown(self, known: &Known) -> Option<Listed<Self>> {
        let login = known.member.user.github_login.stored(None);
        let member = Self { user_login: login.as_str().into(), ..self };
        Some(Listed { display_name: login, object: member.observed(known) })
    }
}
