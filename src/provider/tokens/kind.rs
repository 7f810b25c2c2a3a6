//! How a kind of token joins the life cycle that all of them share: it declares its attributes and
//! says how they are those of a [`Token`]. The rest is here, once.

use std::mem::take;

use crate::framework::resource::{Identity, Import, List, Listed, Plan, Resource, Upgrade, Wanted};
use crate::provider::prelude::*;

use super::selection::Filter;
use super::token::{Facts, Token};
use super::{checks, create, delete, encryption, import, list, plan, read};
use crate::provider::instants;

/// A kind of token.
pub trait Kind: Attributes + Default {
    /// The resource's name, without the provider's prefix.
    const NAME: &'static str;
    /// The attributes by which a token is known.
    const PARTS: &'static [Name];
    /// What sets the kind apart.
    const FACTS: &'static Facts;

    /// What narrows down a list of such tokens.
    type Filter: Filter;

    /// The token that this is.
    fn into_token(self) -> Token;
    /// The other way round.
    fn from_token(token: Token) -> Self;
}

impl<K: Kind> Resource for K {
    const NAME: &'static str = <K as Kind>::NAME;

    fn validate(cx: &Context, config: Self) {
        checks::configuration(cx, &config.into_token());
    }

    async fn modify_plan(cx: &Context, plan: &mut Plan<Self>) -> Result<(), Reported> {
        let Plan { config, prior, planned, replaces } = plan;
        let mut tokens = Plan {
            config: take(config).into_token(),
            prior: prior.take().map(K::into_token),
            planned: take(planned).into_token(),
            replaces: take(replaces),
        };
        let came = plan::plan(cx, &mut tokens).await;
        plan.planned = K::from_token(tokens.planned);
        plan.replaces = tokens.replaces;
        came
    }

    async fn create(cx: &Context, planned: Self) -> Result<Self, Reported> {
        create::create(cx, planned.into_token()).await.map(K::from_token)
    }

    async fn read(cx: &Context, state: Self) -> Result<Option<Self>, Reported> {
        Ok(read::read(cx, state.into_token()).await?.map(K::from_token))
    }

    /// Whatever the service would have to know replaces the token, so this is the state's own
    /// business.
    async fn update(cx: &Context, prior: Self, planned: Self) -> Result<Self, Reported> {
        let mut token = planned.into_token();
        encryption::update(cx, &prior.clone().into_token(), &mut token)?;
        Ok(K::from_token(token).unless_unknown(&prior))
    }

    async fn delete(cx: &Context, state: Self) -> Result<(), Reported> {
        delete::delete(cx, state.into_token()).await
    }

    fn is_only_forgotten(state: &Self) -> bool {
        delete::is_only_forgotten(&state.clone().into_token())
    }
}

impl<K: Kind> Identity for K {
    const PARTS: &'static [Name] = <K as Kind>::PARTS;
    const BY_SERVICE: bool = true;
}

impl<K: Kind> Import for K {
    fn parse(cx: &Context, id: &str) -> Option<Result<Self, Reported>> {
        import::parse(cx, K::FACTS, id).map(|parsed| parsed.map(K::from_token))
    }

    async fn import(cx: &Context, wanted: Self) -> Result<Self, Reported> {
        import::import(cx, wanted.into_token()).await.map(K::from_token)
    }
}

impl<K: Kind> List for K {
    type Filter = <K as Kind>::Filter;

    async fn list(
        cx: &Context,
        filter: Self::Filter,
        wanted: Wanted,
    ) -> Result<Vec<Listed<Self>>, Reported> {
        let listed = list::list(cx, K::FACTS, &filter.selection(), wanted).await?;
        Ok(listed.into_iter().map(|listed| listed.map(K::from_token)).collect())
    }
}

impl<K: Kind> Upgrade for K {
    fn upgrade(state: &mut Self) {
        let mut token = state.clone().into_token();
        if token.common.expires_at.is_null() {
            token.common.expires_at = instants::expires_at(&token.common.expires);
        }
        *state = K::from_token(token);
    }
}
