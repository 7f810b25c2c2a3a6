//! Members of a team.

use serde::Serialize;

use crate::cloud::{Client, Error};

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Add,
    Remove,
    Promote,
    Demote,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    member: &'a str,
    member_action: Action,
}

impl Client {
    /// Makes a user a plain member of a team who is none yet. If the answer was lost, the team
    /// tells what came of it.
    pub async fn add_team_member(&self, org: &str, team: &str, login: &str) -> Result<(), Error> {
        let change = Change { member: login, member_action: Action::Add };
        let path = ["api", "orgs", org, "teams", team];
        let added = self.requests().patch(&path, &change).unrepeatable().empty().await;
        self.settled(org, team, added, |team| team.member(login).is_some()).await
    }

    /// Makes a member an admin of the team, or a plain member.
    pub async fn set_team_admin(
        &self,
        org: &str,
        team: &str,
        login: &str,
        admin: bool,
    ) -> Result<(), Error> {
        let action = if admin { Action::Promote } else { Action::Demote };
        self.change_member(org, team, login, action).await
    }

    /// Takes a member out of a team. That there is none is proven by the team, which tells its
    /// members, or is gone.
    pub async fn remove_team_member(
        &self,
        org: &str,
        team: &str,
        login: &str,
    ) -> Result<(), Error> {
        match self.change_member(org, team, login, Action::Remove).await {
            Err(error) if error.is_not_found() => match self.team(org, team).await? {
                Some(team) if team.member(login).is_some() => Err(error),
                Some(team) if !team.list_members_error.is_empty() => Err(error),
                _ => Ok(()),
            },
            removed => removed,
        }
    }

    async fn change_member(
        &self,
        org: &str,
        team: &str,
        login: &str,
        action: Action,
    ) -> Result<(), Error> {
        let change = Change { member: login, member_action: action };
        self.requests().patch(&["api", "orgs", org, "teams", team], &change).empty().await
    }
}
