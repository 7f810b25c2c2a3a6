//! The action `pulumiservice_api_tokens_revoke`, for the day on which a token leaks.

use crate::cloud::{Client, Error, Owner, Revoked};
use crate::framework::action::Action;
use crate::provider::block::holds_token;
use crate::provider::messages::tokens as said;
use crate::provider::organization::InOrganization;
use crate::provider::prelude::*;

use super::delete::why;
use super::kind::Kind;
use super::org_token::OrgToken;
use super::selection::Owning;
use super::team_token::TeamToken;
use super::token::Facts;
use super::words::described;

crate::attributes! {
    /// Revokes access tokens of an organization or of a team, at once and for good.
    ///
    /// Each token is revoked only when that is proven, as if it were destroyed. The action goes on
    /// after a failure and fails at the end. A name that nobody has is a failure. An id that the
    /// owner doesn't have is a warning: that token is gone already, or the id is misspelt, or it is
    /// that of a token of a team that isn't named here.
    ///
    /// It changes no state: a token that a resource manages too is dropped by the next refresh.
    pub struct Revoke {
        organization: InOrganization,
        /// The team whose tokens are meant; without it those of the organization itself are.
        team_name: Attr<String> = optional().plain_text(),
        /// The ids of the tokens.
        token_ids: Attr<List<String>> =
            optional().no_secret(holds_token).exactly_one_of(&["token_ids", "names"]),
        /// The names of the tokens.
        names: Attr<List<String>> = optional().no_secret(holds_token),
    }
}

impl Action for Revoke {
    const NAME: &'static str = "api_tokens_revoke";

    async fn invoke(cx: &Context, config: Self) -> Result<(), Reported> {
        let configuration = cx.configuration()?;
        let Self { organization, team_name, token_ids, names } = config;
        let (kind, owning) = match team_name.is_null() {
            true => (OrgToken::FACTS, Owning::Organization(organization.org_name)),
            false => (TeamToken::FACTS, Owning::Team(organization.org_name, team_name)),
        };
        let owner = owning.owner(cx)?;
        let ids = given(&token_ids)?;
        let names = given(&names)?;
        if ids.is_empty() && names.is_empty() {
            cx.warning(
                said::NOT_THERE,
                format!("No token of {owner} is named, so none is revoked."),
            );
        }
        let client = configuration.needed_client(cx, &format!("Revoking tokens of {owner}"))?;
        let revocation = Revocation { cx, client, owner, kind };
        for id in ids {
            revocation.by_id(&id, &format!("token {id}")).await;
        }
        for name in names {
            revocation.by_name(&name).await;
        }
        cx.ended()
    }
}

/// The texts that were given, each once, in their order.
fn given(texts: &Attr<List<String>>) -> Result<Vec<String>, NotKnownYet> {
    let mut given = Vec::new();
    for text in texts.value()?.into_iter().flatten() {
        if let Some(text) = text.value()?
            && !given.contains(text)
        {
            given.push(text.clone());
        }
    }
    Ok(given)
}

/// Revokes one token after the other.
struct Revocation<'a> {
    cx: &'a Context,
    client: &'a Client,
    owner: Owner,
    kind: &'static Facts,
}

impl Revocation<'_> {
    async fn by_name(&self, name: &str) {
        let Self { cx, client, owner, kind } = self;
        let doing = format!("Revoking the token {name:?} of {owner}");
        match client.tokens(owner).await {
            Ok(tokens) => match tokens.by_name(name) {
                Some(token) => {
                    let called = format!("token {name:?} ({})", token.id);
                    self.by_id(token.id.raw(), &called).await;
                }
                None => {
                    cx.progress(format!("{doing} failed: no token has that name"));
                    cx.error(
                        said::NO_SUCH_TOKEN,
                        format!(
                            "{doing} failed: no token of that name is listed. It may be misspelt, \
                             belong to {}, or be deleted already.",
                            if kind.has_team { "another team" } else { "a team" }
                        ),
                    );
                }
            },
            Err(error) => self.not_listed(&doing, &error),
        }
    }

    fn not_listed(&self, doing: &str, error: &Error) {
        self.cx.progress(format!("{doing} failed: the tokens can't be listed"));
        self.cx.error(said::CANT_READ, described(self.kind, doing, error));
    }

    async fn by_id(&self, id: &str, called: &str) {
        let Self { cx, client, owner, kind } = self;
        match client.revoke(owner, id, None).await {
            Ok(Revoked::Now) => cx.progress(format!("Revoked the {called} of {owner}")),
            // Whether there ever was one, nobody can tell; but its owner has to be there.
            Ok(Revoked::Before) => match client.tokens(owner).await {
                Ok(_) => {
                    let none = format!(
                        "The {called} is none of {owner}: it was gone already, or its id is another's"
                    );
                    cx.progress(none.as_str());
                    cx.warning(said::NOT_THERE, format!("{none}. Look for it by its name."));
                }
                Err(error) => self.not_listed(&format!("Revoking the {called} of {owner}"), &error),
            },
            Err(error) => {
                let doing = format!("Revoking the {called} of {owner}");
                cx.progress(format!("{doing} failed"));
                cx.error(said::CANT_DELETE, why(kind, &doing, &error));
            }
        }
    }
}
