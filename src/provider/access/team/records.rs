//! A team as the service records it.

use super::Team;
use crate::cloud::{self, Client, Error, NewTeam, TeamChange};
use crate::framework::resource::Listed;
use crate::provider::access::object::{Object, not_cleared};
use crate::provider::access::records::Recorded;
use crate::provider::failure::described;
use crate::provider::prelude::*;
use crate::provider::texts::{changed, received, stored, text};

impl Team {
    /// Organization and name.
    pub(super) fn names(&self) -> Result<(&str, &str), NotKnownYet> {
        Ok((text(&self.organization.org_name)?, text(&self.name)?))
    }

    /// Makes the team, or takes over GitHub's. What isn't given is the service's to say.
    pub(super) async fn make(&self, cx: &Context) -> Result<cloud::Team, Reported> {
        let (client, org) = (self.client(cx, "Creating")?, text(&self.organization.org_name)?);
        let made = match self.github_team_id.copied()? {
            Some(id) => match client.create_github_team(org, id).await {
                Err(lost) if lost.may_have_acted() => return Err(self.not_named(cx, &lost)),
                made => made,
            },
            None => {
                let name = text(&self.name)?.to_owned();
                let display_name = given(&self.display_name).unwrap_or(&name).to_owned();
                let description = given(&self.description).unwrap_or_default().to_owned();
                client.create_team(org, &NewTeam { name, display_name, description }).await
            }
        };
        self.told(cx, "Creating", made).await
    }

    /// Says that GitHub's team may have been taken over, and nobody knows its name.
    fn not_named(&self, cx: &Context, lost: &Error) -> Reported {
        let doing = format!("Creating {}", self.called());
        let detail = format!(
            "{} Whether it was taken over is not known, nor its name here. Look at the \
             organization's teams, and import it if it is there: terraform import \
             pulumiservice_api_teams_team.NAME 'ORGANIZATION/TEAM'. Otherwise try again.",
            described(&doing, lost, |_| None)
        );
        cx.error(Self::FAILED, detail)
    }

    /// What the service says of the team.
    pub(super) fn observed(mut self, team: &cloud::Team) -> Self {
        if !self.name.is_known() {
            self.name = received(&team.name);
        }
        self.display_name = stored(&team.display_name, &self.display_name);
        self.description = stored(&team.description, &self.description);
        self.kind = stored(&team.kind, &self.kind);
        self
    }

    /// What to change about the team, if anything.
    pub(super) fn change(&self, prior: &Self) -> Option<TeamChange> {
        let change = TeamChange {
            new_display_name: changed(&self.display_name, &prior.display_name),
            new_description: changed(&self.description, &prior.description),
        };
        Some(change).filter(|change| *change != TeamChange::default())
    }

    /// Makes the change. Whether the service clears a text isn't known, and its answer doesn't
    /// tell.
    pub(super) async fn changed(self, cx: &Context, change: TeamChange) -> Result<Self, Reported> {
        let client = self.client(cx, "Changing")?;
        let (org, name) = self.names()?;
        self.told(cx, "Changing", client.update_team(org, name, &change).await).await?;
        let clears = |new: &Option<String>| new.as_deref() == Some("");
        if !clears(&change.new_description) && !clears(&change.new_display_name) {
            return Ok(self);
        }
        cx.keep(&self);
        let found = self.told(cx, "Reading", client.team(org, name).await).await?;
        let Some(found) = found else { return Ok(self) };
        for (what, wanted, kept) in [
            (Self::display_name, &self.display_name, &found.display_name),
            (Self::description, &self.description, &found.description),
        ] {
            if wanted.is("") && !kept.is_empty() {
                cx.keep(&self.clone().observed(&found));
                return Err(not_cleared(cx, what));
            }
        }
        Ok(self)
    }
}

/// A text that the configuration gives, if it does.
fn given(planned: &Attr<String>) -> Option<&str> {
    match planned {
        Attr::Known(text) => Some(text),
        Attr::Null | Attr::Unknown => None,
    }
}

impl Recorded for Team {
    type Record = cloud::Team;
    const MANY: &'static str = "teams";

    /// By name.
    async fn all(&self, client: &Client, org: &str) -> Result<Vec<cloud::Team>, Error> {
        let mut all = client.teams(org).await?;
        all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    fn shown(self, team: &cloud::Team) -> Option<Listed<Self>> {
        let called = if team.display_name.is_empty() { &team.name } else { &team.display_name };
        Some(Listed { display_name: called.to_string(), object: self.observed(team) })
    }
}
