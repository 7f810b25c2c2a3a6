//! Data sources: tokens as the service lists them.

use crate::cloud::{Owner, Token as ListedToken};
use crate::framework::data_source::DataSource;
use crate::provider::block::holds_token;
use crate::provider::instants;
use crate::provider::messages::tokens as said;
use crate::provider::organization::Asked;
use crate::provider::prelude::*;
use crate::provider::texts::{received, stored};

use super::kind::Kind;
use super::org_token::OrgToken;
use super::personal_token::PersonalToken;
use super::selection::{ByName, ByRole, Owning, Selection, Which};
use super::team_token::TeamToken;
use super::token::Facts;
use super::words::failed;

crate::attributes! {
    /// What the service tells of a token.
    pub struct Details {
        /// What the token is for.
        description: Attr<String> = computed(),
        /// When the token was made, as the service writes it (ISO 8601).
        created: Attr<String> = computed(),
        /// Who made the token.
        created_by: Attr<String> = computed(),
        /// When the token was last used, in Unix seconds; `0` is never.
        last_used: Attr<i64> = computed(),
        /// When the token expires, in Unix seconds; `0` is never.
        expires: Attr<i64> = computed(),
        /// When the token expires, in RFC 3339; null is never.
        expires_at: Attr<String> = computed(),
        /// Whether the token has the built-in Admin role.
        admin: Attr<bool> = computed(),
        /// The id of the token's role; null if it has none, as a team's or a user's.
        role_id: Attr<String> = computed(),
        /// The name of the token's role.
        role_name: Attr<String> = computed(),
    }
}

crate::attributes! {
    /// A token of a list.
    pub struct TokenOfList {
        /// The id that the service gave the token.
        token_id: Attr<String> = computed(),
        /// The token's name; null for a personal token.
        name: Attr<String> = computed(),
        details: Details,
    }
}

crate::attributes! {
    /// The access tokens of a Pulumi Cloud organization, those of its teams aside.
    ///
    /// Every run asks anew, so that a change of the tokens shows as one of the outputs that are made
    /// of this. Values are never shown.
    pub struct OrgTokens {
        organization: Asked,
        which: Which,
        by_name: ByName,
        by_role: ByRole,
        /// The tokens, oldest first.
        tokens: Attr<List<TokenOfList>> = computed(),
    }
}

crate::attributes! {
    /// The access tokens of a team of a Pulumi Cloud organization.
    ///
    /// Every run asks anew, so that a change of the tokens shows as one of the outputs that are made
    /// of this. Values are never shown.
    pub struct TeamTokens {
        organization: Asked,
        /// The team.
        team_name: Attr<String> = required().plain_text(),
        which: Which,
        by_name: ByName,
        /// The tokens, oldest first.
        tokens: Attr<List<TokenOfList>> = computed(),
    }
}

crate::attributes! {
    /// The access tokens of the user whose access token the provider has.
    ///
    /// What `pulumi login` leaves there is no access token and not listed.
    pub struct PersonalTokens {
        which: Which,
        /// The tokens, oldest first.
        tokens: Attr<List<TokenOfList>> = computed(),
    }
}

crate::attributes! {
    /// An access token of a Pulumi Cloud organization, by its name or by its id, expired or not.
    pub struct OneOrgToken {
        organization: Asked,
        /// The token's name.
        name: Attr<String> = optional()
            .computed()
            .no_secret(holds_token)
            .exactly_one_of(&["name", "token_id"]),
        /// The id that the service gave the token.
        token_id: Attr<String> = optional().computed().no_secret(holds_token),
        details: Details,
    }
}

impl From<&ListedToken> for Details {
    fn from(token: &ListedToken) -> Self {
        let expires = Attr::Known(token.expires);
        Self {
            description: received(&token.description),
            created: received(&token.created),
            created_by: received(&token.created_by),
            last_used: token.last_used.into(),
            expires_at: instants::expires_at(&expires),
            expires,
            admin: token.is_admin().into(),
            role_id: token.role.as_ref().map(|role| received(&role.id)).unwrap_or_default(),
            role_name: token.role.as_ref().map(|role| received(&role.name)).unwrap_or_default(),
        }
    }
}

impl From<&ListedToken> for TokenOfList {
    fn from(token: &ListedToken) -> Self {
        Self { token_id: received(&token.id), name: name(token), details: token.into() }
    }
}

/// A token's name; null if it has none.
fn name(token: &ListedToken) -> Attr<String> {
    if token.name.is_empty() { Attr::Null } else { received(&token.name) }
}

/// The list of a kind of token.
trait Tokens: Attributes {
    const NAME: &'static str;
    const FACTS: &'static Facts;

    fn selection(&self) -> Selection;
    /// Takes what was found, with the organization that was asked.
    fn answer(&mut self, owner: &Owner, tokens: List<TokenOfList>);
}

impl Tokens for OrgTokens {
    const NAME: &'static str = "api_tokens_orgtokens";
    const FACTS: &'static Facts = OrgToken::FACTS;

    fn selection(&self) -> Selection {
        let owning = Owning::Organization(self.organization.org_name.clone());
        let (by_name, by_role) = (self.by_name.clone(), self.by_role.clone());
        Selection { by_name, by_role, ..Selection::of(owning, self.which.clone()) }
    }

    fn answer(&mut self, owner: &Owner, tokens: List<TokenOfList>) {
        self.organization.org_name = owner.org().map(str::to_owned).into();
        self.tokens = tokens.into();
    }
}

impl Tokens for TeamTokens {
    const NAME: &'static str = "api_tokens_teamtokens";
    const FACTS: &'static Facts = TeamToken::FACTS;

    fn selection(&self) -> Selection {
        let owning = Owning::Team(self.organization.org_name.clone(), self.team_name.clone());
        Selection { by_name: self.by_name.clone(), ..Selection::of(owning, self.which.clone()) }
    }

    fn answer(&mut self, owner: &Owner, tokens: List<TokenOfList>) {
        self.organization.org_name = owner.org().map(str::to_owned).into();
        self.tokens = tokens.into();
    }
}

impl Tokens for PersonalTokens {
    const NAME: &'static str = "api_tokens_personaltokens";
    const FACTS: &'static Facts = PersonalToken::FACTS;

    fn selection(&self) -> Selection {
        Selection::of(Owning::User, self.which.clone())
    }

    fn answer(&mut self, _: &Owner, tokens: List<TokenOfList>) {
        self.tokens = tokens.into();
    }
}

impl<T: Tokens> DataSource for T {
    const NAME: &'static str = <T as Tokens>::NAME;

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let selection = config.selection();
        let owner = selection.owning.owner(cx)?;
        let tokens = selected(cx, T::FACTS, &selection, &owner).await?;
        config.answer(&owner, tokens);
        Ok(config)
    }
}

/// Reads the listing that resources share, in which tokens of this run are never missing.
async fn selected(
    cx: &Context,
    facts: &Facts,
    selection: &Selection,
    owner: &Owner,
) -> Result<List<TokenOfList>, Reported> {
    let configuration = cx.configuration()?;
    let doing = format!("Listing the tokens of {owner}");
    let client = configuration.needed_client(cx, &doing)?;
    let tokens = client.tokens(owner).await;
    let tokens = tokens.map_err(failed(cx, said::CANT_READ, facts, &doing))?;
    let now = configuration.now();
    let status = selection.status()?;
    let meant = |token: &&ListedToken| status.is_that_of(token, now) && selection.holds(token, now);
    let mut meant: Vec<_> = tokens.iter().filter(meant).collect();
    meant.sort_unstable_by_key(|token| (token.created.raw(), token.id.raw()));
    Ok(meant.into_iter().map(|token| Attr::Known(token.into())).collect())
}

impl DataSource for OneOrgToken {
    const NAME: &'static str = "api_tokens_orgtoken";

    async fn read(cx: &Context, mut config: Self) -> Result<Self, Reported> {
        let configuration = cx.configuration()?;
        let owning = Owning::Organization(config.organization.org_name.clone());
        let owner = owning.owner(cx)?;
        let doing = format!("Looking for a token of {owner}");
        let client = configuration.needed_client(cx, &doing)?;
        let tokens = client.tokens(&owner).await;
        let tokens = tokens.map_err(failed(cx, said::CANT_READ, OrgToken::FACTS, &doing))?;
        let (found, at, wanted) = match (config.token_id.text()?, config.name.text()?) {
            (Some(id), _) => (tokens.by_id(id), Self::token_id, format!("with the id {id:?}")),
            (None, name) => {
                let name = name.unwrap_or_default();
                (tokens.by_name(name), Self::name, format!("named {name:?}"))
            }
        };
        let Some(token) = found else {
            return Err(cx.error_at(
                at,
                said::NO_SUCH_TOKEN,
                format!(
                    "{owner} lists no token {wanted}, not even an expired one. Deleted \
                     tokens are not listed, nor are those of teams."
                ),
            ));
        };
        config.token_id = stored(&token.id, &config.token_id);
        config.name = name(token);
        config.organization.org_name = owner.org().map(str::to_owned).into();
        config.details = token.into();
        Ok(config)
    }
}
