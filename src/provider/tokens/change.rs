//! What a configuration means for a token that is there, or not yet there. Pure: the same question
//! always gets the same answer, since the engine asks twice and compares.

use crate::framework::prelude::*;
use crate::framework::resource::Plan;
use crate::provider::block::DefaultOrg;
use crate::provider::instants::expires_at;

use super::attributes::{Common, Naming, Organization, RoleChoice};
use super::encryption;
use super::token::Token;

/// What is known beside the configuration and the state.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The organization of resources that name none.
    pub default_org: &'a DefaultOrg,
    /// The role of tokens for which none was asked, if the organization tells.
    pub default_role: Option<&'a str>,
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
    /// The token is due, and how long before its end it is to be replaced is not known.
    Window,
}

/// Plans a token that does not exist. Begins with what the rules of the declaration say.
pub fn creation(plan: &mut Plan<Token>, around: &Surroundings<'_>) {
    let Plan { config, planned, .. } = plan;
    if planned.kind.has_organization {
        let org = config.organization.org_name.clone();
        planned.organization.org_name = org.or(around.default_org.planned());
    }
    planned.role.role_id = config.role.role_id.clone();
    if !planned.kind.has_name {
        planned.naming.name = Attr::Null;
    }
    if config.common.expires.is_null() && !config.common.expire_after.is_null() {
        planned.common.expires = Attr::Unknown;
    }
    planned.common.expires_at = expires_at(&planned.common.expires);
    encryption::creation(&mut planned.common);
}

/// Plans a token that is in the state. Begins with what the rules of the declaration say.
pub fn change(plan: &mut Plan<Token>, prior: &Token, around: &Surroundings<'_>) -> Verdict {
    let Plan { config, planned, replaces, .. } = plan;
    let mut verdict = Verdict::default();

    let own_org = &prior.organization.org_name;
    let mut org_is_open = false;
    if planned.kind.has_organization {
        let default = match around.default_org.planned() {
            // The provider names no organization: the token's own stays.
            Attr::Null => own_org.clone(),
            Attr::Unknown => {
                org_is_open = config.organization.org_name.is_null();
                own_org.clone()
            }
            known => known,
        };
        planned.organization.org_name = config.organization.org_name.clone().or(default);
    }

    // If the name is the token's own and fixed, there can be no replacement. What isn't known yet
    // is then taken to stay the same; the engine asks again when it knows, before anything is sent.
    // With ignore_changes, the state's name can come with the prefix that made it. Beside a name,
    // a prefix that is not known yet can only turn out to be null.
    let Naming { name, name_prefix } = &config.naming;
    let has_prefix = name_prefix.known().is_some();
    let generated = name.is_null() || (has_prefix && *name == prior.naming.name);
    let org = &planned.organization.org_name;
    let same_org = org.is_unknown() || org == own_org;
    verdict.pinned = !generated && *name == prior.naming.name && same_org;
    if name.is_unknown() || (verdict.pinned && config.organization.org_name.is_unknown()) {
        verdict.undecided = Some(Undecided::Name);
    }
    let pinned = verdict.pinned;
    // An imported token's value can't be had again, so that nothing is done to it on suspicion.
    let spared = pinned || prior.is_imported();

    let mut decide = |which: Name, replace: bool| {
        replaces.retain(|name| *name != which);
        if replace {
            replaces.push(which);
        }
    };
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
    decide(Organization::org_name, differs(org, own_org, pinned));
    let planned_description = &planned.common.description;
    decide(Common::description, differs(planned_description, &prior.common.description, pinned));

    let role = config.role.role_id.clone();
    let named = !role.is_null();
    planned.role.role_id =
        role.or(if prior.is_imported() { prior.role.role_id.clone() } else { Attr::Null });
    let same_role = same_role(&planned.role.role_id, &prior.role.role_id, around.default_role);
    let role_stays = if planned.role.role_id.is_unknown() { spared } else { same_role };
    decide(RoleChoice::role_id, !role_stays);
    // An imported admin token is listed both with its role and as `admin`; a configuration that
    // names that role means the same token.
    let adopts = prior.is_imported() && named && role_stays && prior.role.admin.is(&true);
    if adopts && config.role.admin.is_null() {
        planned.role.admin = prior.role.admin.clone();
    }
    decide(
        RoleChoice::admin,
        differs(&planned.role.admin, &prior.role.admin, pinned)
            && !(adopts && config.role.admin.is(&false)),
    );

    let other_life = lifetime(planned, prior, config, pinned);
    // The engine looks only at attributes whose value changes.
    decide(Common::expires, other_life);
    decide(Common::expire_after, other_life);
    let (before, now) = (&prior.common.rotate_when_changed, &config.common.rotate_when_changed);
    decide(
        Common::rotate_when_changed,
        has_entries(before) && !is_empty(now) && map_differs(now, before, pinned),
    );

    decide(Common::encrypt_to, encryption::change(&mut planned.common, &prior.common, pinned));

    planned.common.ready_for_rotation = Attr::Known(false);
    match rotation(prior, config) {
        Rotation::NotDue => {}
        Rotation::Due if generated && may_renew(prior, config) => {
            decide(Common::ready_for_rotation, true);
        }
        Rotation::Due => planned.common.ready_for_rotation = Attr::Known(true),
        // Another reason to replace it is reason enough.
        Rotation::Unclear if generated && !replaces.is_empty() => {}
        Rotation::Unclear if generated => verdict.undecided = Some(Undecided::Window),
        Rotation::Unclear => planned.common.ready_for_rotation = Attr::Known(true),
    }

    if org_is_open {
        if !replaces.is_empty() {
            planned.organization.org_name = Attr::Unknown;
            replaces.push(Organization::org_name);
        } else if planned != prior {
            verdict.undecided = Some(Undecided::Organization);
        }
    }
    verdict
}

/// Whether the state's token is to be renewed but can't be, since a new one would get the same
/// fixed expiry.
pub fn renewal_is_in_vain(prior: &Token, config: &Token) -> bool {
    rotation(prior, config) == Rotation::Due && !may_renew(prior, config)
}

/// Whether an attribute needs another token. What isn't known yet does unless the name forbids it.
fn differs<T: AttributeType>(planned: &Attr<T>, prior: &Attr<T>, pinned: bool) -> bool {
    if planned.is_unknown() { !pinned } else { planned != prior }
}

fn map_differs(now: &Attr<Map<String>>, before: &Attr<Map<String>>, pinned: bool) -> bool {
    let open = now.known().is_none_or(|map| map.values().any(Attr::is_unknown));
    if open { !pinned } else { now != before }
}

/// An empty role is none, and none is the organization's default.
fn same_role(planned: &Attr<String>, prior: &Attr<String>, default_role: Option<&str>) -> bool {
    let effective = |role: &Attr<String>| {
        role.text()
            .filter(|role| !role.is_empty() && Some(*role) != default_role)
            .map(str::to_owned)
    };
    effective(planned) == effective(prior)
}

/// Plans the expiry, and says whether it needs another token.
fn lifetime(planned: &mut Token, prior: &Token, config: &Token, pinned: bool) -> bool {
    let (now, before) = (&config.common, &prior.common);
    // A date that is the token's own already needs no other token, whatever gave it before.
    let other_date = !now.expires.is_null() && differs(&now.expires, &before.expires, pinned);
    let other_life = if now.expire_after.is_null() {
        now.expires.is_null() && (!before.expire_after.is_null() || !before.expires.is(&0))
    } else if before.expire_after.is_null() {
        !prior.is_imported() && differs(&now.expire_after, &before.expire_after, pinned)
    } else if now.expire_after.is_unknown() {
        !pinned
    } else {
        let seconds = |life: &Attr<Duration>| life.known().map(Duration::seconds);
        seconds(&now.expire_after) != seconds(&before.expire_after)
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

#[derive(PartialEq, Eq)]
enum Rotation {
    NotDue,
    Due,
    /// It is due by the window that the last refresh looked at, and the present one is not known.
    Unclear,
}

/// Acts on what the last refresh found. The clock is not asked: it would have moved on when the
/// engine plans for the second time.
fn rotation(prior: &Token, config: &Token) -> Rotation {
    if !prior.common.ready_for_rotation.is(&true) {
        return Rotation::NotDue;
    }
    let seconds = |window: &Attr<Duration>| window.known().map(Duration::seconds);
    match &config.common.rotate_before {
        Attr::Unknown => Rotation::Unclear,
        // Not asked to rotate, or by another window than the one that the refresh looked at.
        window if window.is_null() || seconds(window) != seconds(&prior.common.rotate_before) => {
            Rotation::NotDue
        }
        _ => Rotation::Due,
    }
}

fn may_renew(prior: &Token, config: &Token) -> bool {
    let (now, before) = (&config.common, &prior.common);
    now.expires.is_null() || now.expires != before.expires || !now.expire_after.is_null()
}

fn fits(prefix: &Attr<String>, name: &Attr<String>) -> bool {
    match (prefix, name.text()) {
        (Attr::Null, _) => true,
        (Attr::Known(prefix), Some(name)) => name.starts_with(prefix.as_str()),
        _ => false,
    }
}

fn is_empty(map: &Attr<Map<String>>) -> bool {
    map.is_null() || map.known().is_some_and(Map::is_empty)
}

fn has_entries(map: &Attr<Map<String>>) -> bool {
    map.known().is_some_and(|entries| !entries.is_empty())
}

#[cfg(test)]
mod tests;
