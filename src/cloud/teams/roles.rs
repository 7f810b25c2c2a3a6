//! The role of a team.

use serde::Deserialize;

use crate::cloud::{Client, Error, Role, Team, Text};

impl Client {
    /// The ids of a team's roles; `None` if the team is gone.
    pub async fn team_roles(&self, org: &str, team: &str) -> Result<Option<Vec<Text>>, Error> {
        #[derive(Deserialize)]
        struct Listed {
            roles: Vec<Role>,
        }
        let listed = self.requests().get(&["api", "orgs", org, "teams", team, "roles"]);
        match listed.found::<Listed>().await? {
            Some(listed) => Ok(Some(listed.roles.into_iter().map(|role| role.id).collect())),
            None => Ok(self.team(org, team).await?.map(|team| team.role_ids)),
        }
    }

    /// Gives a team this role, in the place of whatever it had. Some services want roles to be
    /// turned on for the team first, which can't be read: they are if the service refuses. If the
    /// answer was lost, the team tells what came of it.
    pub async fn give_team_role(&self, org: &str, team: &str, role: &str) -> Result<(), Error> {
        let path = ["api", "orgs", org, "teams", team, "roles", role];
        let give = || self.requests().post_empty(&path).empty();
        let has = |team: &Team| team.role_ids.iter().any(|id| id == role);
        let refused = match self.settled(org, team, give().await, has).await {
            Err(error) if error.status() == Some(400) => error,
            given => return given,
        };
        let path = ["api", "orgs", org, "teams", team, "enable-team-roles"];
        match self.requests().post_empty(&path).empty().await {
            Ok(()) => self.settled(org, team, give().await, has).await,
            Err(_) => Err(refused),
        }
    }

    /// Takes a role from a team. That it has none is proven by the team's list, or by its end.
    pub async fn take_team_role(&self, org: &str, team: &str, role: &str) -> Result<(), Error> {
        let path = ["api", "orgs", org, "teams", team, "roles", role];
        let listed = async {
            Ok(self
                .team_roles(org, team)
                .await?
                .is_some_and(|roles| roles.iter().any(|id| id == role)))
        };
        self.requests().delete(&path).deleted().await?.proven_unless(listed).await
    }
}
