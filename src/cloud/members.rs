//! The people of an organization.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Client, Error, ErrorKind, Text};

/// Somebody, as answers show them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct User {
    /// The login, whatever the identity provider.
    pub github_login: Text,
    /// The name that people see.
    pub name: Text,
    /// The address, if it is told.
    pub email: Option<Text>,
    /// Where their picture is.
    pub avatar_url: Text,
    /// Their organizations, if it is asked for by themselves.
    pub organizations: Vec<UserOrganization>,
}

/// An organization of somebody's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserOrganization {
    /// Its name, by which everything goes.
    pub github_login: Text,
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Who it is.
    pub user: User,
    /// The role: the organization's default if none was given.
    pub fga_role: MemberRole,
    /// Whether they have ever signed in.
    #[serde(default)]
    pub known_to_pulumi: bool,
    /// Whether they are admin here without being one at the identity provider.
    #[serde(default)]
    pub virtual_admin: bool,
}

/// The role of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MemberRole {
    /// The role's id, or another one.
    pub id: Text,
    /// Its name.
    pub name: Text,
}

/// Whose the access token is.
const USER: [&str; 2] = ["api", "user"];
/// No organization has so many pages of members.
const MOST_PAGES: usize = 10_000;

impl Client {
    /// Whose the access token is.
    pub async fn current_user(&self) -> Result<User, Error> {
        self.requests().get(&USER).json().await
    }

    /// The login of the user whose access token this client has, asked for once.
    pub async fn login(&self) -> Result<Text, Error> {
        let ask = || async {
            let user = self.current_user().await?;
            if user.github_login.is_empty() {
                let nameless = ErrorKind::Answer("it names no user".to_owned());
                return Err(self.requests().get(&USER).error(nameless).sent());
            }
            Ok(user.github_login)
        };
        self.logins().get("", ask).await
    }

    /// Everybody: the identity provider's people and the service's own, by login.
    pub async fn members(&self, org: &str) -> Result<BTreeMap<Text, Member>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            members: Vec<Member>,
            continuation_token: Option<Text>,
        }
        let mut all = BTreeMap::new();
        for kind in ["backend", "frontend"] {
            let path = ["api", "orgs", org, "members"];
            let first = || self.requests().get(&path).query("type", kind);
            let (mut request, mut followed) = (first(), BTreeSet::new());
            loop {
                let page: Page = request.json().await?;
                for member in page.members {
                    // The identity provider lists the organization itself, without a role.
                    if member.user.github_login != org || !member.fga_role.name.is_empty() {
                        all.insert(member.user.github_login.clone(), member);
                    }
                }
                let Some(next) = page.continuation_token.filter(|next| !next.is_empty()) else {
                    break;
                };
                request = first().query("continuationToken", next.raw());
                if followed.len() == MOST_PAGES || !followed.insert(next) {
                    let endless = ErrorKind::Answer("its pages repeat, or never end".to_owned());
                    return Err(first().error(endless).sent());
                }
            }
        }
        Ok(all)
    }

    /// Adds somebody who has signed up, with a built-in role. If the answer was lost they may be a
    /// member, which [`Error::may_have_acted`] tells.
    pub async fn add_member(&self, org: &str, login: &str, role: &str) -> Result<(), Error> {
        #[derive(Serialize)]
        struct New<'a> {
            role: &'a str,
        }
        let path = ["api", "orgs", org, "members", login];
        self.requests().post(&path, &New { role }).empty().await
    }

    /// Gives a member another role.
    pub async fn set_member_role(&self, org: &str, login: &str, id: &str) -> Result<(), Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Change<'a> {
            fga_role_id: &'a str,
        }
        let path = ["api", "orgs", org, "members", login];
        self.requests().patch(&path, &Change { fga_role_id: id }).empty().await
    }

    /// Takes somebody out of the organization and all of its teams.
    pub async fn delete_member(&self, org: &str, login: &str) -> Result<(), Error> {
        let deletion = self.requests().delete(&["api", "orgs", org, "members", login]);
        let listed = async { Ok(self.members(org).await?.contains_key(&Text::from(login))) };
        deletion.deleted().await?.proven_unless(listed).await
    }
}
