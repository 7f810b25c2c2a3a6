//! What a configuration means for a token that is there, or not yet there. Pure: the same question
//! always gets the same answer, since the engine asks twice and compares.

use crate::framework::attribute_type::same;
use crate::framework::resource::{Plan, decide};
use crate::provider::instants::expires_at;
use crate::provider::organization::{self, Organization};
use crate::provider::prelude::*;

use super::attributes::{Common, Naming, RoleChoice};
use super::encryption;
use super::token::{Facts, Token};

/// What is known beside the configuration and the state.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The organization of resources that name none.
    pub default_org: &'a Attr<String>,
    /// The role of tokens for which none was asked, if the organization tells.
    pub default_role: Option<&'a str>,
}

impl Surroundings<'_> {
    fn default_org(&self, kind: &Facts) -> &Attr<String> {
        if kind.has_organization { self.default_org } else { &Attr::Null }
    }

    /// The role that a token asks for; none is the organization's default.
    fn role<'a>(&self, token: &'a Token) -> Option<&'a str> {
        token.asked_role().filter(|role| Some(*role) != self.default_role)
    }
}

/// What a plan comes to, beside what is planned.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The other token would have to have the name of this one, in the same organization.
    pub pinned: bool,
    /// What keeps it from being known whether the token is to be replaced.
    pub undecided: Option<Undecided>,
}

/// Why it isn't known whether a token is to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// The name may turn out to be the one that the token has.
    Name,
    /// The provider's organization may turn out to be another one.
    Organization,
    /// The role may turn out to be another one than an imported token has.
    Role,
    /// The token is due, and how long before its end it is to be replaced is not known.
    Window,
}

/// Plans a token that does not exist. Begins with what the rules of the declaration say.
pub fn plan_new(plan: &mut Plan<Token>, around: &Surroundings<'_>) {
    let Plan { config, planned, .. } = plan;
    let (given, default_org) = (&config.organization.org_name, around.default_org(planned.kind));
    planned.organization.org_name = organization::planned(given, default_org, &Attr::Null);
    planned.role.role_id = config.role.role_id.clone();
    if config.common.expires.is_null() && !config.common.expire_after.is_null() {
        planned.common.expires = Attr::Unknown;
    }
    planned.common.expires_at = expires_at(&planned.common.expires);
    encryption::plan_new(&mut planned.common);
}

/// Plans a token that is in the state. Begins with what the rules of the declaration say.
pub fn plan_existing(plan: &mut Plan<Token>, prior: &Token, around: &Surroundings<'_>) -> Verdict {
    let Plan { config, planned, replaces, .. } = plan;
    let mut verdict = Verdict::default();

    let (given_org, own_org) = (&config.organization.org_name, &prior.organization.org_name);
    let default_org = around.default_org(planned.kind);
    let org = organization::planned(given_org, default_org, own_org);

    // If the name is the token's own and fixed, there can be no replacement. What isn't known yet
    // is then taken to stay the same; the engine asks again when it knows, before anything is sent.
    // With ignore_changes, the state's name can come with the prefix that made it. Beside a name,
    // a prefix that is not known yet can only turn out to be null.
    let Naming { name, name_prefix } = &config.naming;
    let has_prefix = name_prefix.is_known();
    let generated = name.is_null() || (has_prefix && *name == prior.naming.name);
    let same_org = org.is_unknown() || org == *own_org;
    verdict.pinned = !generated && *name == prior.naming.name && same_org;
    if name.is_unknown() || (verdict.pinned && given_org.is_unknown()) {
        verdict.undecided = Some(Undecided::Name);
    }
    let pinned = verdict.pinned;
    // An imported token's value can't be had again, so that nothing is done to it on suspicion.
    let spared = pinned || prior.is_imported();

    let mut decide = |which: Name, needed: bool| decide(replaces, which, needed);
    if generated {
        planned.naming.name = prior.naming.name.clone();
        let other_name = !fits(name_prefix, &prior.naming.name);
        decide(Naming::name_prefix, other_name);
        decide(Naming::name, other_name);
        if other_name {
            planned.naming.name = name.clone().or(Attr::Unknown);
        }
    } else {
        decide(Naming::name, *name != prior.naming.name);
    }
    decide(Organization::org_name, differs(&org, own_org, pinned));
    planned.organization.org_name = org;
    let planned_description = &planned.common.description;
    decide(Common::description, differs(planned_description, &prior.common.description, pinned));

    let role = config.role.role_id.clone();
    let named = !role.is_null();
    planned.role.role_id =
        role.or(if prior.is_imported() { prior.role.role_id.clone() } else { Attr::Null });
    let same_role = around.role(planned) == around.role(prior);
    let role_is_unknown = planned.role.role_id.is_unknown();
    let role_stays = if role_is_unknown { spared } else { same_role };
    let role_is_open = role_is_unknown && spared && !pinned;
    decide(RoleChoice::role_id, !role_stays);
    // An imported admin token is listed both with its role and as `admin`; a configuration that
    // names that role means the same token.
    let adopts = prior.is_imported() && named && role_stays && prior.role.admin.is(&true);
    if adopts && config.role.admin.is_null() {
        planned.role.admin = prior.role.admin.clone();
    }
    let other_admin = differs(&planned.role.admin, &prior.role.admin, pinned);
    decide(RoleChoice::admin, other_admin && !(adopts && config.role.admin.is(&false)));

    let other_life = lifetime(planned, prior, config, pinned);
    // The engine looks only at attributes whose value changes.
    decide(Common::expires, other_life);
    decide(Common::expire_after, other_life);
    let (before, now) = (&prior.common.rotate_when_changed, &config.common.rotate_when_changed);
    decide(Common::rotate_when_changed, map_differs(now, before, pinned));

    decide(
        Common::encrypt_to,
        encryption::plan_existing(&mut planned.common, &prior.common, pinned),
    );

    planned.common.ready_for_rotation = Attr::Known(false);
    match due(prior, config) {
        Attr::Null | Attr::Known(false) => {}
        Attr::Known(true) if generated && may_renew(prior, config) => {
            decide(Common::ready_for_rotation, true);
        }
        // Another reason to replace it is reason enough.
        Attr::Unknown if generated && !replaces.is_empty() => {}
        Attr::Unknown if generated => verdict.undecided = Some(Undecided::Window),
        _ => planned.common.ready_for_rotation = Attr::Known(true),
    }

    // Another reason to replace it is reason enough, here too.
    if role_is_open && !replaces.is_empty() {
        replaces.push(RoleChoice::role_id);
    } else if role_is_open && verdict.undecided.is_none() {
        verdict.undecided = Some(Undecided::Role);
    }

    if organization::is_open(given_org, default_org) {
        let changes = planned != prior;
        if organization::keeps_open(&mut planned.organization.org_name, replaces, changes) {
            verdict.undecided = Some(Undecided::Organization);
        }
    }
    verdict
}

/// Whether the state's token is to be renewed but can't be, since a new one would get the same
/// fixed expiry.
pub fn renewal_is_in_vain(prior: &Token, config: &Token) -> bool {
    due(prior, config).is(&true) && !may_renew(prior, config)
}

/// Whether an attribute needs another token. What isn't known yet does unless the name forbids it.
fn differs<T: AttributeType>(planned: &Attr<T>, prior: &Attr<T>, pinned: bool) -> bool {
    if planned.is_unknown() { !pinned } else { !same(planned, prior) }
}

/// Whether the values differ. Neither the first ones nor taking all away counts.
fn map_differs(now: &Attr<Map<String>>, before: &Attr<Map<String>>, pinned: bool) -> bool {
    let has_entries = |map: &Attr<Map<String>>| map.is_known_and(|map| !map.is_empty());
    if !has_entries(before) || !(now.is_unknown() || has_entries(now)) {
        return false;
    }
    let is_known = now.is_known_and(|map| !map.values().any(Attr::is_unknown));
    if is_known { now != before } else { !pinned }
}

/// Plans the expiry, and says whether it needs another token.
fn lifetime(planned: &mut Token, prior: &Token, config: &Token, pinned: bool) -> bool {
    let (now, before) = (&config.common, &prior.common);
    // A date that is the token's own already needs no other token, whatever gave it before.
    let other_date = !now.expires.is_null() && differs(&now.expires, &before.expires, pinned);
    let other_life = if now.expire_after.is_null() {
        now.expires.is_null() && (!before.expire_after.is_null() || !before.expires.is(&0))
    } else {
        let adopted = before.expire_after.is_null() && prior.is_imported();
        !adopted && differs(&now.expire_after, &before.expire_after, pinned)
    };
    let changes = other_date || other_life;
    planned.common.expires = match (&now.expires, changes) {
        (Attr::Null, true) if now.expire_after.is_null() => Attr::Known(0),
        (Attr::Null, true) => Attr::Unknown,
        (Attr::Null, false) => before.expires.clone(),
        (given, _) => given.clone(),
    };
    planned.common.expires_at = expires_at(&planned.common.expires);
    changes
}

/// Whether it is time to renew the token, by what the last refresh found. The clock is not asked: it
/// would have moved on when the engine plans for the second time. Unknown if it was time by the
/// window that the refresh looked at, and the present one is not known.
fn due(prior: &Token, config: &Token) -> Attr<bool> {
    let (now, before) = (&config.common.rotate_before, &prior.common.rotate_before);
    if !prior.common.ready_for_rotation.is(&true) {
        return Attr::Known(false);
    }
    // Not asked to rotate, or by another window than the refresh looked at, it isn't time.
    now.clone().map(|window| before.is_known_and(|before| before.seconds() == window.seconds()))
}

fn may_renew(prior: &Token, config: &Token) -> bool {
    let (now, before) = (&config.common, &prior.common);
    now.expires.is_null() || now.expires != before.expires || !now.expire_after.is_null()
}

fn fits(prefix: &Attr<String>, name: &Attr<String>) -> bool {
    prefix.is_null_or(|prefix| name.is_known_and(|name| name.starts_with(prefix)))
}

#[cfg(test)]
mod tests;
