//! Finding, making, changing and deleting teams.

use serde::{Deserialize, Serialize};

use super::Team;
use crate::cloud::{Client, Error};

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

    /// Creates a team that the service keeps itself. If the answer was lost, the list tells what
    /// came of it.
    pub async fn create_team(&self, org: &str, team: &NewTeam) -> Result<Team, Error> {
        // Asked before, as a lost answer can't tell what was there already.
        let before = self.teams(org).await;
        let path = ["api", "orgs", org, "teams", "pulumi"];
        let error = match self.requests().post(&path, team).json().await {
            Err(error) if error.may_have_acted() => error,
            created => return created,
        };
        let (Ok(before), Ok(after)) = (before, self.teams(org).await) else { return Err(error) };
        let is_it = |found: &Team| found.name == team.name;
        let made = after.into_iter().find(is_it).filter(|_| !before.iter().any(is_it));
        made.ok_or(error)
    }

    /// Takes over a team of GitHub's by its id there; it names the team. If the answer was lost,
    /// nothing tells which team it is, which [`Error::may_have_acted`] tells.
    pub async fn create_github_team(&self, org: &str, github_id: i64) -> Result<Team, Error> {
        #[derive(Serialize)]
        struct Taken {
            #[serde(rename = "githubTeamID")]
            github_id: i64,
        }
        let path = ["api", "orgs", org, "teams", "github"];
        self.requests().post(&path, &Taken { github_id }).json().await
    }

    /// What came of a change of a team: if the answer was lost, the team tells.
    pub(super) async fn settled(
        &self,
        org: &str,
        team: &str,
        changed: Result<(), Error>,
        done: impl Fn(&Team) -> bool,
    ) -> Result<(), Error> {
        match changed {
            Err(error) if error.may_have_acted() => match self.team(org, team).await {
                Ok(Some(team)) if done(&team) => Ok(()),
                _ => Err(error),
            },
            changed => changed,
        }
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
        let listed = async { Ok(self.teams(org).await?.iter().any(|team| team.name == name)) };
        deletion.deleted().await?.proven_unless(listed).await
    }
}
