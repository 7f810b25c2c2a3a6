//! Teams of an organization.

use serde::{Deserialize, Serialize};

use super::requests::Deletion;
use super::{Client, Error, Text};

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// The name, by which everything goes.
    pub name: Text,
    /// The name that people see.
    #[serde(default)]
    pub display_name: Text,
    /// What it is for.
    #[serde(default)]
    pub description: Text,
    /// Where it is kept: `pulumi`, `github` or `scim`.
    pub kind: Text,
}

/// The team to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTeam {
    /// The name, which can't be changed.
    pub name: String,
    /// The name that people see.
    pub display_name: String,
    /// What it is for.
    pub description: String,
}

/// What to change about a team; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamChange {
    /// The name that people are to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_display_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_description: Option<String>,
}

impl Team {
    /// Whether this can be the team that was asked for.
    pub fn is(&self, asked: &NewTeam) -> bool {
        self.name == asked.name
            && self.display_name == asked.display_name
            && self.description == asked.description
    }
}

impl Client {
    /// All teams of an organization.
    pub async fn teams(&self, org: &str) -> Result<Vec<Team>, Error> {
        #[derive(Deserialize)]
        struct Listed {
            teams: Vec<Team>,
        }
        let listed: Listed = self.requests().get(&["api", "orgs", org, "teams"]).json().await?;
        Ok(listed.teams)
    }

    /// The team with this name; `None` if the service says that there is none, and the
    /// organization's list agrees. A hidden organization has no list, and is an error.
    pub async fn team(&self, org: &str, name: &str) -> Result<Option<Team>, Error> {
        match self.requests().get(&["api", "orgs", org, "teams", name]).found().await? {
            Some(team) => Ok(Some(team)),
            None => Ok(self.teams(org).await?.into_iter().find(|team| team.name == name)),
        }
    }

    /// Creates a team that the service keeps itself. If the answer was lost it may exist, which
    /// [`Error::may_have_acted`] tells.
    pub async fn create_team(&self, org: &str, team: &NewTeam) -> Result<Team, Error> {
        self.requests().post(&["api", "orgs", org, "teams", "pulumi"], team).json().await
    }

    /// Changes a team.
    pub async fn update_team(
        &self,
        org: &str,
        name: &str,
        change: &TeamChange,
    ) -> Result<(), Error> {
        self.requests().patch(&["api", "orgs", org, "teams", name], change).empty().await
    }

    /// Deletes a team with all that was granted to it, its tokens included. That it is gone is
    /// proven by the service's answer, or by the organization's list.
    pub async fn delete_team(&self, org: &str, name: &str) -> Result<(), Error> {
        let deletion = self.requests().delete(&["api", "orgs", org, "teams", name]);
        match deletion.deleted().await? {
            Deletion::Done => Ok(()),
            Deletion::NotFound(answered) | Deletion::Unproven(answered) => {
                match self.teams(org).await?.iter().any(|team| team.name == name) {
                    true => Err(answered),
                    false => Ok(()),
                }
            }
        }
    }
}
