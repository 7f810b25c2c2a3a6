//! `plan`, with what the organization has to say: whether a name is taken, and its policy.

use crate::cloud::{Client, OrgToken as Listed};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::path::Path;
use crate::framework::resource::{PlanRequest, PlanResponse};
use crate::framework::value::Value;
use crate::provider::block::{Configuration, Session};
use crate::provider::durations::when;
use crate::provider::problems;

use super::model::Model;
use super::plan::{self, Change};
use super::{checks, policy, token_of};

/// Plans a token.
pub async fn plan(session: &Session, request: PlanRequest<'_>) -> PlanResponse {
    let config = Model::from_value(request.config);
    let configuration = match session.configured() {
        Ok(configuration) => configuration,
        Err(diagnostics) => return refused(request.config, diagnostics),
    };
    if request.prior.is_null() {
        of_new(session, &configuration, config).await
    } else {
        of_existing(session, &configuration, &Model::from_value(request.prior), &config).await
    }
}

async fn of_new(session: &Session, configuration: &Configuration, config: Model) -> PlanResponse {
    let planned = plan::creation(&config, &configuration.default_org);
    let mut found = checks::creation(&planned, session.now());
    if planned.org_name.is_null() {
        found.error_at(
            Path::attribute("org_name"),
            "No organization is given",
            "Give the resource an org_name, or the provider, or set the environment variable \
             PULUMI_ORG.",
        );
    }
    if configuration.warn_never_expires {
        policy::warn_if_never_expires(&planned, &mut found);
    }
    if !found.has_error()
        && let (Some(org), Some(client)) = (planned.org_name.as_str(), configuration.client())
    {
        let (by_policy, by_name) = tokio::join!(
            policy::check_new(client, org, &planned, session.now()),
            name_is_free(client, org, planned.name.as_str()),
        );
        found.extend(by_policy);
        found.extend(by_name);
    }
    PlanResponse { planned: planned.into_value(), requires_replace: Vec::new(), diagnostics: found }
}

async fn of_existing(
    session: &Session,
    configuration: &Configuration,
    prior: &Model,
    config: &Model,
) -> PlanResponse {
    let change = plan::change(prior, config, &configuration.default_org);
    let mut found = Diagnostics::new();
    let same_name = config.name == prior.name && config.name_prefix.is_null();
    if config.name.is_unknown() || (same_name && config.org_name.is_unknown()) {
        found.extend(refuse_unknown_name(prior));
    } else if change.replaces.is_empty() {
        warn_of_age(session.now(), prior, config, &mut found);
        if configuration.warn_never_expires {
            policy::warn_if_never_expires(&change.planned, &mut found);
        }
        warn_of_adopted_life(prior, &change.planned, &mut found);
        if let (Some(org), Some(client)) = (prior.org_name.as_str(), configuration.client()) {
            found.extend(policy::check_existing(client, org, prior, session.now()).await);
        }
    } else if change.pinned {
        found.extend(refuse_same_name(prior, &change));
    } else {
        warn_of_replacement(prior, config, &change, &mut found);
    }
    keeps_no_orphan(&change.planned, &mut found);
    PlanResponse {
        requires_replace: change.requires_replace(),
        planned: change.planned.into_value(),
        diagnostics: found,
    }
}

fn refused(config: &Value, diagnostics: Diagnostics) -> PlanResponse {
    PlanResponse { planned: config.clone(), requires_replace: Vec::new(), diagnostics }
}

/// A name that the organization lists already can't be given to a new token. This covers
/// replacements that the engine decides on by itself, such as `-replace` and taint. A name that
/// will only be drawn is free.
async fn name_is_free(client: &Client, org: &str, name: Option<&str>) -> Diagnostics {
    let Some(name) = name else { return Diagnostics::new() };
    match client.org_tokens(org).await {
        Ok(tokens) => tokens.by_name(name).map(|token| taken(org, token)).unwrap_or_default(),
        // Creating doesn't take the permission to list.
        Err(error) if error.status() == Some(403) => Diagnostics::new(),
        Err(error) => problems::failed(
            "Can't find out whether the token's name is free",
            &format!("Listing the tokens of the organization {org:?}"),
            &error,
        ),
    }
}

fn taken(org: &str, token: &Listed) -> Diagnostics {
    let mut found = Diagnostics::new();
    let by = if token.created_by.is_empty() { "somebody" } else { &token.created_by };
    found.error_at(
        Path::attribute("name"),
        "The token's name is taken",
        format!(
            "The organization {org:?} has a token named {:?}: its id is {}, created {} by {by}. A \
             name can be used once, so no other token can have it, now or later. This is also \
             what -replace and taint come to under a fixed name.\n\nChoose another name, or use \
             name_prefix instead of name, so that every token gets a name of its own. To manage \
             that token, import it as {org}/{}. If a run was cut off, its value is lost: delete \
             it or import it, and choose another name.",
            token.name,
            token.id,
            if token.created.is_empty() { "at an unknown time" } else { &token.created },
            token.id
        ),
    );
    found
}

fn refuse_same_name(prior: &Model, change: &Change) -> Diagnostics {
    let mut found = Diagnostics::new();
    let attributes = change.changed_names(prior);
    let token = token_of(&prior.name, prior.org_name.as_str().unwrap_or_default());
    if attributes == ["rotate_when_changed"] {
        found.error_at(
            Path::attribute("rotate_when_changed"),
            "A token with a fixed name can't rotate",
            format!(
                "A value in rotate_when_changed has changed, so {token} is to be replaced; but \
                 its name is never free again. Replace name by name_prefix: where the present \
                 name begins with the prefix, that alone changes nothing."
            ),
        );
        return found;
    }
    found.error_at(
        Path::attribute("name"),
        "The token can't be replaced under the same name",
        format!(
            "Pulumi Cloud can't change a token, so the change of {} needs a new one in place of \
             {token}. But a name is never free again: the old token would be revoked, and the new \
             one refused.\n\nGive the new token another name in the same change, or use \
             name_prefix instead of name, so that every token gets a name of its own. If the \
             change was made in Pulumi Cloud and is right, write it into the configuration.",
            attributes.join(", ")
        ),
    );
    found
}

fn warn_of_age(now: i64, prior: &Model, config: &Model, found: &mut Diagnostics) {
    let Some(expires) = prior.expires.as_i64().filter(|expires| *expires > 0) else { return };
    let token = token_of(&prior.name, prior.org_name.as_str().unwrap_or_default());
    if plan::renewal_is_in_vain(prior, config) {
        found.warning_at(
            Path::attribute("expires"),
            "The token is due for rotation, but its expiry is fixed",
            format!(
                "Of {token} rotate_before says that it is time to renew it, but expires is fixed \
                 at {expires} ({}): a new token would be due at once, or dead from the start. \
                 Move expires, or use expire_after instead.",
                when(expires)
            ),
        );
    } else if expires <= now {
        found.warning(
            "The token has expired",
            format!(
                "The service no longer accepts {token}, which expired at {}. It can't be revived. \
                 To replace it, give it another expiry together with another name, or use \
                 name_prefix with expire_after and rotate_before, which replaces it in time.",
                when(expires)
            ),
        );
    }
}

/// An imported token keeps its own end, whatever life it is given.
fn warn_of_adopted_life(prior: &Model, planned: &Model, found: &mut Diagnostics) {
    if planned.expires.as_i64() == Some(0) && !planned.expire_after.is_null() {
        found.warning_at(
            Path::attribute("expire_after"),
            "The token never expires",
            format!(
                "{} was imported without an expiry, and the service can't give it one: \
                 expire_after counts from its first replacement on. -replace makes one, under \
                 name_prefix.",
                token_of(&prior.name, prior.org_name.as_str().unwrap_or_default())
            ),
        );
    }
}

fn warn_of_replacement(prior: &Model, config: &Model, change: &Change, found: &mut Diagnostics) {
    let token = token_of(&prior.name, prior.org_name.as_str().unwrap_or_default());
    if change.replaces.contains(&"ready_for_rotation") {
        let end = prior.expires.as_i64().map_or_else(|| "its expiry".to_owned(), when);
        found.warning(
            "The token is due for rotation",
            format!(
                "By the last refresh {token} had expired or was within rotate_before ({}) of \
                 {end}, so it is replaced by a new one.",
                config.rotate_before.as_str().unwrap_or("not known yet")
            ),
        );
    }
    let unknown: Vec<_> = change
        .changed_names(prior)
        .into_iter()
        .filter(|name| config.clone().into_value().attribute(name).is_unknown())
        .collect();
    if !unknown.is_empty() {
        found.warning(
            "A token is replaced for values that are not known yet",
            format!(
                "Whether {} can be used shows only during apply, when {token} may already be \
                 revoked. With create_before_destroy it is revoked last.",
                unknown.join(", ")
            ),
        );
    }
    if prior.delete_on_destroy.as_bool() == Some(true)
        && change.planned.delete_on_destroy.as_bool() == Some(false)
    {
        found.warning_at(
            Path::attribute("delete_on_destroy"),
            "The old token is still revoked",
            format!(
                "The engine retires a token by what the state says, and there delete_on_destroy \
                 of {token} is true. To leave it to its expiry, apply delete_on_destroy = false \
                 alone first, and the replacement after that."
            ),
        );
    }
}

/// Under a fixed name it must be known whether it is the same: the engine destroys first, and the
/// name would be spent.
fn refuse_unknown_name(prior: &Model) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.error_at(
        Path::attribute("name"),
        "Whether the token is to be replaced is not known yet",
        format!(
            "The name or the organization depends on something that will only be known after \
             apply. If both turned out to be those of {}, the old token would be revoked and the \
             new one refused, since a name can be used once. Apply what they depend on first, \
             with -target, or use name_prefix instead of name.",
            token_of(&prior.name, prior.org_name.as_str().unwrap_or_default())
        ),
    );
    found
}

/// What `checks::configuration` can't see: a life that comes from the state.
fn keeps_no_orphan(planned: &Model, found: &mut Diagnostics) {
    if planned.delete_on_destroy.as_bool() == Some(false) && planned.expires.as_i64() == Some(0) {
        found.error_at(
            Path::attribute("delete_on_destroy"),
            "A token that never expires must be deleted on destroy",
            "With delete_on_destroy = false it would live on for ever, held by nobody. Remove \
             delete_on_destroy, or have the token replaced by one that expires.",
        );
    }
}
