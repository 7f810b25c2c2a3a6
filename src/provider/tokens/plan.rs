//! Plans a token: what the configuration means for it, held against what the organization has to
//! say.

use crate::framework::prelude::*;
use crate::framework::resource::Plan;
use crate::provider::block::Configuration;
use crate::provider::instants::when;
use crate::provider::messages::{provider, tokens as said};

use super::attributes::{Common, Naming, Organization};
use super::change::{self, Surroundings, Undecided, Verdict};
use super::token::Token;
use super::words::DESTROY_ALL_THE_SAME;
use super::{checks, encryption, lookups};

/// Plans a token.
pub async fn plan(cx: &Context, plan: &mut Plan<Token>) -> Result<(), Reported> {
    let configuration = cx.configuration()?;
    configuration.has_access(cx, "Planning a token")?;
    match plan.prior.clone() {
        None => of_new(cx, &configuration, plan).await,
        Some(prior) => of_existing(cx, &configuration, plan, &prior).await,
    }
}

async fn of_new(
    cx: &Context,
    configuration: &Configuration,
    plan: &mut Plan<Token>,
) -> Result<(), Reported> {
    checks::configuration(cx, &plan.config);
    let around = Surroundings { default_org: &configuration.default_org, default_role: None };
    change::creation(plan, &around);
    let planned = &plan.planned;
    checks::creation(cx, planned, configuration.now());
    if planned.kind.has_organization && planned.organization.org_name.is_null() {
        cx.error_at(
            Organization::org_name,
            provider::NO_ORGANIZATION,
            "Give the resource an org_name, or the provider, or set the environment variable \
             PULUMI_ORG.",
        );
    }
    lookups::refuse_misplaced_token(cx, configuration, planned);
    warn_if_never_expires(cx, configuration, planned);
    cx.ended()?;
    lookups::of_new(cx, configuration, planned).await;
    cx.ended()
}

async fn of_existing(
    cx: &Context,
    configuration: &Configuration,
    plan: &mut Plan<Token>,
    prior: &Token,
) -> Result<(), Reported> {
    lookups::refuse_misplaced_token(cx, configuration, &plan.config);
    let default_role = lookups::default_role(configuration, prior, &plan.config).await;
    let around = Surroundings {
        default_org: &configuration.default_org,
        default_role: default_role.as_deref(),
    };
    let Verdict { pinned, undecided } = change::change(plan, prior, &around);
    let Plan { config, planned, replaces, .. } = &*plan;
    if let Some(undecided) = undecided {
        return Err(not_decided(cx, prior, undecided));
    }
    if planned.common.delete_on_destroy.is(&false) && planned.common.expires.is(&0) {
        // A life that comes from the state is not seen by the check of the configuration.
        cx.error_at(
            Common::delete_on_destroy,
            said::NEVER_DELETED,
            format!(
                "With delete_on_destroy = false it would live on for ever, held by nobody. Remove \
                 delete_on_destroy, or have the token replaced by one that expires. \
                 {DESTROY_ALL_THE_SAME}"
            ),
        );
    }
    if replaces.is_empty() {
        warn_of_age(cx, configuration.now(), prior, config);
        warn_if_never_expires(cx, configuration, planned);
        warn_of_adopted_life(cx, prior, planned);
        encryption::warn(cx, prior, planned);
        lookups::policy_of_existing(cx, configuration, prior).await;
    } else if pinned {
        refuse_same_name(cx, configuration, prior, planned, &changed(prior, planned, replaces));
    } else {
        warn_of_replacement(cx, prior, plan);
    }
    cx.ended()
}

/// Those of the attributes whose value changes.
fn changed(prior: &Token, planned: &Token, replaces: &[Name]) -> Vec<Name> {
    let (prior, planned) = (prior.object(), planned.object());
    let differs = |name: &&Name| prior.attribute(name.as_str()) != planned.attribute(name.as_str());
    replaces.iter().filter(differs).copied().collect()
}

fn names(attributes: &[Name]) -> String {
    attributes.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn warn_if_never_expires(cx: &Context, configuration: &Configuration, planned: &Token) {
    if configuration.warn_never_expires && planned.common.expires.is(&0) {
        cx.warning_at(
            Common::expires,
            said::NEVER_EXPIRES,
            "Whoever finds it can use it for ever. Give it a life with expire_after. (The \
             provider's warn_never_expires asks for this warning.)",
        );
    }
}

/// Through Pulumi's bridge, which draws names itself and creates before it deletes, it is a warning.
fn refuse_same_name(
    cx: &Context,
    configuration: &Configuration,
    prior: &Token,
    planned: &Token,
    attributes: &[Name],
) {
    let token = prior.title();
    let (at, summary, detail) = if attributes == [Common::rotate_when_changed] {
        let detail = format!(
            "A value in rotate_when_changed has changed, so {token} is to be replaced; but its \
             name is never free again. Replace name by name_prefix: if the present name begins \
             with the prefix, that alone changes nothing. {DESTROY_ALL_THE_SAME}"
        );
        (Common::rotate_when_changed, said::FIXED_NAME, detail)
    } else {
        let detail = format!(
            "Pulumi Cloud can't change a token, so the change of {} needs a new one in place of \
             {token}. But a name is never free again: the old token would be revoked, and the new \
             one refused.\n\n{}\n\nGive the new token another name in the same change, or use \
             name_prefix instead of name, so that every token gets a name of its own. If the \
             change was made in Pulumi Cloud and is right, write it into the configuration. \
             {DESTROY_ALL_THE_SAME}",
            names(attributes),
            differences(prior, planned, attributes)
        );
        (Naming::name, said::SAME_NAME, detail)
    };
    if configuration.is_bridged() {
        cx.warning_at(at, summary, detail);
    } else {
        cx.error_at(at, summary, detail);
    }
}

/// What each attribute is, and what it would be: a line each.
fn differences(prior: &Token, planned: &Token, attributes: &[Name]) -> String {
    let (prior, planned) = (prior.object(), planned.object());
    let line = |name: &Name| {
        let shown = |token: &Value| shown(token.attribute(name.as_str()));
        format!("  {name} is {}, and would be {}", shown(&prior), shown(&planned))
    };
    attributes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("{text:?}"),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Unknown => "known only after apply".to_owned(),
        _ => "a map".to_owned(),
    }
}

fn warn_of_age(cx: &Context, now: i64, prior: &Token, config: &Token) {
    let Some(expires) = prior.end() else { return };
    let token = prior.title();
    if change::renewal_is_in_vain(prior, config) {
        cx.warning_at(
            Common::expires,
            said::DUE_IN_VAIN,
            format!(
                "By rotate_before it is time to renew {token}, but expires is fixed at {expires} \
                 ({}): a new token would be due at once, or dead from the start. Move expires, or \
                 use expire_after instead.",
                when(expires)
            ),
        );
    } else if expires <= now {
        cx.warning(
            said::EXPIRED,
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
fn warn_of_adopted_life(cx: &Context, prior: &Token, planned: &Token) {
    if planned.common.expires.is(&0) && !planned.common.expire_after.is_null() {
        cx.warning_at(
            Common::expire_after,
            said::NEVER_EXPIRES,
            format!(
                "{} was imported without an expiry, and the service can't give it one: \
                 expire_after counts from its first replacement on. -replace makes one, under \
                 name_prefix.",
                prior.title()
            ),
        );
    }
}

fn warn_of_replacement(cx: &Context, prior: &Token, plan: &Plan<Token>) {
    let Plan { config, planned, replaces, .. } = plan;
    let token = prior.title();
    if replaces.contains(&Common::ready_for_rotation) {
        let end = prior.end().map_or_else(|| "its expiry".to_owned(), when);
        let window = config.common.rotate_before.known().map_or("not known yet", Duration::text);
        cx.warning(
            said::DUE,
            format!(
                "By the last refresh {token} had expired or was within rotate_before ({window}) \
                 of {end}, so it is replaced by a new one."
            ),
        );
    }
    let written = config.object();
    let mut unknown = changed(prior, planned, replaces);
    unknown.retain(|name| written.attribute(name.as_str()).is_unknown());
    if !unknown.is_empty() {
        cx.warning(
            said::REPLACED_FOR_UNKNOWN,
            format!(
                "Whether {} can be used shows only during apply, when {token} may already be \
                 revoked. With create_before_destroy it is revoked last.",
                names(&unknown)
            ),
        );
    }
    if let Some(name) = config.naming.name.text()
        && config.naming.name_prefix.is_null()
        && prior.naming.name.text().is_some_and(|old| old != name)
    {
        cx.warning_at(
            Naming::name,
            said::OLD_DIES_FIRST,
            format!(
                "A name that was used before is refused, and nothing tells that before it is \
                 tried. Unless the resource has create_before_destroy, {token} is revoked first. \
                 Set create_before_destroy, or use name_prefix."
            ),
        );
    }
    let keeps = &config.common.delete_on_destroy;
    if keeps.is_unknown() && planned.common.expires.is(&0) {
        cx.error_at(
            Common::delete_on_destroy,
            said::NEVER_DELETED,
            format!(
                "Whether delete_on_destroy is false is not known yet. If it were, the new token, \
                 which never expires, would be refused when {token} is already revoked. Give the \
                 token a life, or delete_on_destroy a value that is known. {DESTROY_ALL_THE_SAME}"
            ),
        );
    }
    if prior.common.delete_on_destroy.is(&true) && planned.common.delete_on_destroy.is(&false) {
        cx.warning_at(
            Common::delete_on_destroy,
            said::OLD_STILL_REVOKED,
            format!(
                "The engine retires a token by what the state says, and there delete_on_destroy \
                 of {token} is true. To leave it to its expiry, apply delete_on_destroy = false \
                 alone first, and the replacement after that."
            ),
        );
    }
}

/// What is to become of a token that there is must be known: the engine destroys first.
fn not_decided(cx: &Context, prior: &Token, undecided: Undecided) -> Reported {
    let token = prior.title();
    let (why, what) = match undecided {
        Undecided::Name => (
            Deferral::Configuration,
            format!(
                "The name or the organization depends on something that will only be known after \
                 apply. If both turned out to be those of {token}, the old token would be revoked \
                 and the new one refused, since a name can be used once. Apply what they depend on \
                 first, with -target, or use name_prefix instead of name."
            ),
        ),
        Undecided::Organization => (
            Deferral::Provider,
            format!(
                "The provider's org_name depends on something that will only be known after apply. \
                 If it turned out to be another one, {token} would have to be replaced instead of \
                 changed. Apply what it depends on first, with -target, or give the resource an \
                 org_name."
            ),
        ),
        Undecided::Window => (
            Deferral::Configuration,
            format!(
                "By the last refresh {token} is due for rotation, but rotate_before depends on \
                 something that will only be known after apply. Apply that first, with -target, or \
                 give rotate_before a value that is known while planning."
            ),
        ),
    };
    cx.not_yet(why, said::UNDECIDED, format!("{what} {DESTROY_ALL_THE_SAME}"))
}
