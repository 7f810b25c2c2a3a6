//! Plans a token: what the configuration means for it, held against what the organization has to
//! say.

use crate::framework::resource::Plan;
use crate::provider::block::Configuration;
use crate::provider::instants::when;
use crate::provider::messages::{provider as of_all, tokens as said};
use crate::provider::organization;
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, RoleChoice};
use super::change::{self, Surroundings, Undecided, Verdict};
use super::token::Token;
use super::words::{DESTROY_ALL_THE_SAME, NAMES_ARE_SPENT, refuse, refuse_unless_bridged};
use super::{checks, encryption, lookups, origin};

/// Plans a token.
pub async fn plan(cx: &Context, plan: &mut Plan<Token>) -> Result<(), Reported> {
    cx.configuration()?.has_access(cx, "Planning a token")?;
    match plan.prior.take() {
        None => of_new(cx, plan).await,
        Some(prior) => of_existing(cx, plan, &prior).await,
    }
}

async fn of_new(cx: &Context, plan: &mut Plan<Token>) -> Result<(), Reported> {
    let configuration = &*cx.configuration()?;
    checks::configuration(cx, &plan.config);
    let around = Surroundings { default_org: &configuration.default_org, default_role: None };
    change::plan_new(plan, &around);
    let planned = &plan.planned;
    checks::new_token(cx, planned, configuration.now());
    if planned.kind.has_organization && planned.organization.org_name.is_null() {
        organization::none(cx);
    }
    warn_if_never_expires(cx, configuration, planned);
    cx.ended()?;
    lookups::of_new(cx, configuration, planned).await;
    if !cx.has_error() && origin::has_its_name(cx, planned) {
        refuse(cx, Naming::name, said::SAME_NAME, NAMES_ARE_SPENT);
    }
    cx.ended()
}

async fn of_existing(cx: &Context, plan: &mut Plan<Token>, prior: &Token) -> Result<(), Reported> {
    let configuration = &*cx.configuration()?;
    let default_role = lookups::default_role(cx, configuration, prior, &plan.config).await?;
    let default_org = &configuration.default_org;
    let around = Surroundings { default_org, default_role: default_role.as_deref() };
    let Verdict { pinned, undecided } = change::plan_existing(plan, prior, &around);
    let Plan { config, planned, replaces, .. } = &*plan;
    if let Some(undecided) = undecided {
        return Err(not_decided(cx, prior, undecided));
    }
    if planned.common.delete_on_destroy.is(&false) && planned.common.expires.is(&0) {
        // A life that comes from the state is not seen by the check of the configuration.
        let detail = "With delete_on_destroy = false it would live on for ever, held by nobody. \
                      Remove delete_on_destroy, or have the token replaced by one that expires.";
        refuse(cx, Common::delete_on_destroy, said::NEVER_DELETED, detail);
    }
    let changes = |name: &&Name| prior.attribute(**name) != planned.attribute(**name);
    let changed: Vec<Name> = replaces.iter().filter(changes).copied().collect();
    if replaces.is_empty() {
        warn_of_age(cx, configuration.now(), prior, config);
        warn_if_never_expires(cx, configuration, planned);
        warn_of_adopted_life(cx, prior, planned);
        encryption::warn(cx, prior, planned);
        lookups::policy_of_existing(cx, configuration, prior).await;
    } else if pinned {
        refuse_same_name(cx, prior, planned, &changed);
    } else {
        warn_of_replacement(cx, prior, plan, changed);
    }
    cx.ended()
}

fn names(attributes: &[Name]) -> String {
    attributes.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn warn_if_never_expires(cx: &Context, configuration: &Configuration, planned: &Token) {
    if configuration.warn_never_expires && planned.common.expires.is(&0) {
        let detail = "Whoever finds it can use it for ever. Give it a life with expire_after. (The \
                      provider's warn_never_expires asks for this warning.)";
        cx.warning_at(Common::expires, said::NEVER_EXPIRES, detail);
    }
}

fn refuse_same_name(cx: &Context, prior: &Token, planned: &Token, changed: &[Name]) {
    let token = prior.title();
    if changed == [Common::rotate_when_changed] {
        let detail = format!(
            "A value in rotate_when_changed has changed, so {token} is to be replaced. \
             {NAMES_ARE_SPENT} {DESTROY_ALL_THE_SAME}"
        );
        return refuse_unless_bridged(cx, Common::rotate_when_changed, said::FIXED_NAME, detail);
    }
    let difference = |name: &Name| {
        let [is, would_be] = [prior, planned].map(|token| token.attribute(*name).for_people());
        format!("  {name} is {is}, and would be {would_be}")
    };
    let detail = format!(
        "Pulumi Cloud can't change a token, so the change of {} needs a new one in place of \
         {token}. But a name is never free again: the old token would be revoked, and the new one \
         refused.\n\n{}\n\nGive the new token another name in the same change, or use name_prefix \
         instead of name, so that every token gets a name of its own. If the change was made in \
         Pulumi Cloud and is right, write it into the configuration. {DESTROY_ALL_THE_SAME}",
        names(changed),
        changed.iter().map(difference).collect::<Vec<_>>().join("\n")
    );
    refuse_unless_bridged(cx, Naming::name, said::SAME_NAME, detail);
}

fn warn_of_age(cx: &Context, now: i64, prior: &Token, config: &Token) {
    let Some(expires) = prior.end() else { return };
    let (token, date) = (prior.title(), when(expires));
    if change::renewal_is_in_vain(prior, config) {
        let detail = format!(
            "By rotate_before it is time to renew {token}, but expires is fixed at {expires} \
             ({date}): a new token would be due at once, or expired from the start. Move expires, or \
             use expire_after instead."
        );
        cx.warning_at(Common::expires, said::EXPIRY_IS_FIXED, detail);
    } else if expires <= now {
        let detail = format!(
            "The service no longer accepts {token}, which expired at {date}. It can't be renewed. \
             To replace it, give it another expiry together with another name, or use name_prefix \
             with expire_after and rotate_before, which replaces it in time."
        );
        cx.warning(said::EXPIRED, detail);
    }
}

/// An imported token keeps its own end, whatever life it is given.
fn warn_of_adopted_life(cx: &Context, prior: &Token, planned: &Token) {
    if planned.common.expires.is(&0) && !planned.common.expire_after.is_null() {
        let detail = format!(
            "{} was imported without an expiry, and the service can't give it one: expire_after \
             counts from its first replacement on. -replace makes one, under name_prefix.",
            prior.title()
        );
        cx.warning_at(Common::expire_after, said::NEVER_EXPIRES, detail);
    }
}

fn warn_of_replacement(cx: &Context, prior: &Token, plan: &Plan<Token>, changed: Vec<Name>) {
    let Plan { config, planned, replaces, .. } = plan;
    let token = prior.title();
    if replaces.contains(&Common::ready_for_rotation) {
        let end = prior.end().map_or_else(|| "its expiry".to_owned(), when);
        let window = match &config.common.rotate_before {
            Attr::Known(window) => window.text(),
            Attr::Null | Attr::Unknown => "not known yet",
        };
        let detail = format!(
            "By the last refresh {token} had expired or was within rotate_before ({window}) of \
             {end}, so it is replaced by a new one."
        );
        cx.warning(said::DUE, detail);
    }
    let mut unknown = changed;
    unknown.retain(|name| !config.attribute(*name).is_wholly_known());
    if !unknown.is_empty() {
        let detail = format!(
            "Whether {} can be used shows only during apply, when {token} may already be revoked. \
             With create_before_destroy it is revoked last.",
            names(&unknown)
        );
        cx.warning(said::REPLACED_FOR_UNKNOWN, detail);
    }
    let (old, new) = (prior.name(), config.name());
    if old.is_some() && new.is_some() && old != new && config.naming.name_prefix.is_null() {
        let detail = format!(
            "A name that was used before is refused, and nothing tells that before it is tried. \
             Unless the resource has create_before_destroy, {token} is revoked first. Set \
             create_before_destroy, or use name_prefix."
        );
        cx.warning_at(Naming::name, said::OLD_REVOKED_FIRST, detail);
    }
    let keeps = Common::delete_on_destroy;
    if config.common.delete_on_destroy.is_unknown() && planned.common.expires.is(&0) {
        let detail = format!(
            "Whether delete_on_destroy is false is not known yet. If it were, the new token, which \
             never expires, would be refused when {token} is already revoked. Give the token a \
             life, or delete_on_destroy a value that is known."
        );
        refuse(cx, keeps, said::NEVER_DELETED, detail);
    }
    if prior.common.delete_on_destroy.is(&true) && planned.common.delete_on_destroy.is(&false) {
        let detail = format!(
            "The engine retires a token by what the state says, and there delete_on_destroy of \
             {token} is true. To leave it to its expiry, apply delete_on_destroy = false alone \
             first, and the replacement after that."
        );
        cx.warning_at(keeps, said::OLD_STILL_REVOKED, detail);
    }
}

/// What is to become of a token that there is must be known: the engine destroys first.
fn not_decided(cx: &Context, prior: &Token, undecided: Undecided) -> Reported {
    let token = prior.title();
    let (unknown, risk, instead) = match undecided {
        Undecided::Name => (
            "The name or the organization",
            format!(
                "If both turned out to be those of {token}, the old token would be revoked and the \
                 new one refused, since a name can be used once."
            ),
            "use name_prefix instead of name",
        ),
        Undecided::Organization => return organization::undecided(cx),
        Undecided::Role => (
            RoleChoice::role_id.as_str(),
            format!(
                "If it turned out to be another one than {token} has, which was imported, that \
                 would have to be replaced."
            ),
            "give a role_id that is known while planning",
        ),
        Undecided::Window => (
            Common::rotate_before.as_str(),
            format!("By the last refresh {token} is due for rotation."),
            "give rotate_before a value that is known while planning",
        ),
    };
    let detail = format!(
        "{unknown} depends on something that will only be known after apply. {risk} Apply that \
         first, with -target, or {instead}. {DESTROY_ALL_THE_SAME}"
    );
    cx.not_yet(Deferral::Configuration, of_all::UNDECIDED, detail)
}
