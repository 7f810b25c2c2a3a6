//! What a test sees and does of who may do what in an organization.

use serde_json::{Map, Value};

use crate::books::{Deletion, How, IdToken, Issuer, Member, Org, Role, Team};
use crate::handle::Controls;
use crate::locked;

impl Controls {
    /// An organization with all that it has.
    ///
    /// # Panics
    /// If there is none of this name.
    pub fn org(&self, org: &str) -> Org {
        let mut books = locked(&self.service().books);
        books.org_mut(org).unwrap_or_else(|| panic!("no organization {org}")).clone()
    }

    /// The teams of an organization.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn teams(&self, org: &str) -> Vec<Team> {
        self.org(org).teams
    }

    /// A team by its name, if there is one.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn team(&self, org: &str, name: &str) -> Option<Team> {
        self.org(org).team(name).cloned()
    }

    /// The roles of an organization, built-in ones too, and what is kept beside them.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn roles(&self, org: &str) -> Vec<Role> {
        self.org(org).roles
    }

    /// The members of an organization.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn members(&self, org: &str) -> Vec<Member> {
        self.org(org).members
    }

    /// The OIDC issuers of an organization, with their policies.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn issuers(&self, org: &str) -> Vec<Issuer> {
        self.org(org).issuers
    }

    /// The settings of an organization by their names in the metadata, with those that can't be
    /// read, `defaultRoleId`, and `maxAccessTokenExpiryDays` if there is such a policy.
    ///
    /// # Panics
    /// As [`org`](Self::org).
    pub fn settings(&self, org: &str) -> Map<String, Value> {
        let org = self.org(org);
        let mut settings = org.settings.clone();
        if let Some(role) = org.org_default() {
            settings.insert("defaultRoleId".to_owned(), role.id.as_str().into());
        }
        if let Some(days) = org.max_expiry_days {
            settings.insert("maxAccessTokenExpiryDays".to_owned(), days.into());
        }
        settings
    }

    /// All that a request made and that still exists, in words: tokens, teams and what they were
    /// given, roles, members, issuers, policies that allow something. Empty, if the books are as
    /// they were, but for settings, which nothing takes away.
    pub fn leftovers(&self, org: &str) -> Vec<String> {
        locked(&self.service().books).leftovers(org)
    }

    /// Deletes a team with its tokens, as if someone else had.
    ///
    /// # Panics
    /// If there is no such team.
    pub fn remove_team(&self, org: &str, team: &str) {
        let now = self.service().clock.now();
        let by_hand = Deletion { at: now, by: String::new(), how: How::ByHand, reason: None };
        let done = locked(&self.service().books).remove_team(org, team, &by_hand);
        assert!(done, "{org} has no team {team}");
    }

    /// Deletes a role by its id, and takes it from all who have it, as if someone else had.
    ///
    /// # Panics
    /// If there is no such role.
    pub fn remove_role(&self, org: &str, id: &str) {
        let done = locked(&self.service().books).remove_role(org, id, self.service().clock.now());
        assert!(done, "{org} has no role {id}");
    }

    /// Takes somebody out of an organization and its teams, as if someone else had.
    ///
    /// # Panics
    /// If there is no such member.
    pub fn remove_member(&self, org: &str, login: &str) {
        let done = locked(&self.service().books).remove_member(org, login);
        assert!(done, "{org} has no member {login}");
    }

    /// Deletes an issuer by its id, as if someone else had.
    ///
    /// # Panics
    /// If there is no such issuer.
    pub fn remove_issuer(&self, org: &str, id: &str) {
        let done = locked(&self.service().books).remove_issuer(org, id);
        assert!(done, "{org} has no issuer {id}");
    }

    /// Somebody signs up, without being a member of anything; who has, gets another name.
    pub fn sign_up(&self, login: &str, name: &str) {
        locked(&self.service().books).sign_up(login, name);
    }

    /// From now on, this id token can be exchanged.
    pub fn trust(&self, token: IdToken) {
        locked(&self.service().books).trust(token);
    }

    /// Makes this role the one that members have, and tokens get that ask for none.
    ///
    /// # Panics
    /// If there is no such organization or role.
    pub fn set_default_role(&self, org: &str, role: &str) {
        self.edit_org(org, |org| {
            assert!(org.role(role).is_some(), "{} has no role {role}", org.name);
            org.roles.iter_mut().for_each(|other| other.is_org_default = other.id == role);
        });
    }
}
