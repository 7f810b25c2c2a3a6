//! What a configuration means for a token that is there, or not yet there. Pure: the same question
//! always gets the same answer, since the engine asks twice and compares.

use crate::framework::path::Path;
use crate::framework::value::Value;
use crate::provider::block::DefaultOrg;
use crate::provider::durations;

use super::checks::duration;
use super::model::Model;

/// What is to become of a token.
#[derive(Debug)]
pub struct Change {
    /// The token as it will be.
    pub planned: Model,
    /// The attributes whose change needs another token.
    pub replaces: Vec<&'static str>,
    /// The other token would have to have the name of this one, in the same organization.
    pub pinned: bool,
}

impl Change {
    /// The attributes that the engine is told to replace for.
    pub fn requires_replace(&self) -> Vec<Path> {
        self.replaces.iter().map(|name| Path::attribute(*name)).collect()
    }

    /// Those of them whose value is another than in `prior`.
    pub fn changed_names(&self, prior: &Model) -> Vec<&'static str> {
        let (prior, planned) = (prior.clone().into_value(), self.planned.clone().into_value());
        let changed = |name: &&'static str| prior.attribute(name) != planned.attribute(name);
        self.replaces.iter().copied().filter(changed).collect()
    }
}

/// The plan of a token that does not exist.
pub fn creation(config: &Model, default_org: &DefaultOrg) -> Model {
    let mut planned = config.clone();
    planned.name = or(&config.name, || Value::Unknown);
    planned.org_name = or(&config.org_name, || default_org.planned());
    defaults(&mut planned, config);
    planned.expires = match (&config.expires, &config.expire_after) {
        (Value::Null, Value::Null) => 0.into(),
        (Value::Null, _) => Value::Unknown,
        (given, _) => given.clone(),
    };
    planned.expires_at = expires_at(&planned.expires);
    planned.ready_for_rotation = false.into();
    planned.id = Value::Unknown;
    planned.token_id = Value::Unknown;
    planned.token_value = Value::Unknown;
    planned
}

/// The plan of a token that is in the state.
pub fn change(prior: &Model, config: &Model, default_org: &DefaultOrg) -> Change {
    let mut planned = config.clone();
    defaults(&mut planned, config);
    planned.id = prior.id.clone();
    planned.token_id = prior.token_id.clone();
    planned.token_value = prior.token_value.clone();
    planned.org_name = or(&config.org_name, || match default_org.planned() {
        // The provider names no organization, or can't tell yet which: the token's own stays.
        Value::Null | Value::Unknown => prior.org_name.clone(),
        org => org,
    });
    planned.role_id = or(&config.role_id, || {
        // A token that was made here has a role in the state only where one was asked for.
        if is_imported(prior) { prior.role_id.clone() } else { Value::Null }
    });

    // Where the name is the token's own and fixed, there can be no replacement. What isn't known
    // yet is then taken to stay the same; the engine asks again when it knows, before anything
    // is sent.
    // With ignore_changes, the state's name can come with the prefix that made it.
    let generated =
        config.name.is_null() || (!config.name_prefix.is_null() && config.name == prior.name);
    let same_org = planned.org_name.is_unknown() || planned.org_name == prior.org_name;
    let pinned = !generated && config.name == prior.name && same_org;
    let differs = |planned: &Value, prior: &Value| {
        if planned.is_wholly_known() { planned != prior } else { !pinned }
    };

    let mut replaces = Vec::new();
    if generated {
        planned.name = prior.name.clone();
        if !fits(&config.name_prefix, &prior.name) {
            planned.name = or(&config.name, || Value::Unknown);
            replaces.extend(["name_prefix", "name"]);
        }
    } else if config.name != prior.name {
        replaces.push("name");
    }
    if differs(&planned.org_name, &prior.org_name) {
        replaces.push("org_name");
    }
    if differs(&planned.description, &prior.description) {
        replaces.push("description");
    }
    if differs(&planned.role_id, &prior.role_id) {
        replaces.push("role_id");
    }
    planned.admin = admin(prior, config);
    if differs(&planned.admin, &prior.admin) && !adopts_admin(prior, config) {
        replaces.push("admin");
    }
    if lifetime(&mut planned, prior, config, differs) {
        // The engine looks only at paths whose value changes.
        replaces.extend(["expires", "expire_after"]);
    }
    if has_entries(&prior.rotate_when_changed)
        && !is_empty(&config.rotate_when_changed)
        && differs(&config.rotate_when_changed, &prior.rotate_when_changed)
    {
        replaces.push("rotate_when_changed");
    }
    rotation(&mut planned, prior, config, generated, &mut replaces);
    Change { planned, replaces, pinned }
}

/// Whether the state's token is to be renewed but can't be, since a new one would get the same
/// fixed expiry.
pub fn renewal_is_in_vain(prior: &Model, config: &Model) -> bool {
    is_ready(prior, config) && !may_renew(prior, config)
}

fn defaults(planned: &mut Model, config: &Model) {
    planned.description = or(&config.description, || "".into());
    planned.admin = or(&config.admin, || false.into());
    planned.delete_on_destroy = or(&config.delete_on_destroy, || true.into());
}

/// An imported admin token is listed both with its role and as `admin`; a configuration that names
/// that role, and says nothing of `admin`, means the same token.
fn admin(prior: &Model, config: &Model) -> Value {
    or(&config.admin, || {
        if names_the_role(prior, config) { prior.admin.clone() } else { false.into() }
    })
}

/// As [`admin`], for a configuration that has `admin = false` beside the role.
fn adopts_admin(prior: &Model, config: &Model) -> bool {
    names_the_role(prior, config)
        && prior.admin.as_bool() == Some(true)
        && config.admin.as_bool() == Some(false)
}

fn names_the_role(prior: &Model, config: &Model) -> bool {
    is_imported(prior) && !config.role_id.is_null() && config.role_id == prior.role_id
}

/// Plans the expiry, and says whether it needs another token.
fn lifetime(
    planned: &mut Model,
    prior: &Model,
    config: &Model,
    differs: impl Fn(&Value, &Value) -> bool,
) -> bool {
    // A date that is the token's own already needs no other token, whatever gave it before.
    let another_date = !config.expires.is_null() && differs(&config.expires, &prior.expires);
    let another_life = if config.expire_after.is_null() {
        config.expires.is_null()
            && (!prior.expire_after.is_null() || prior.expires.as_i64() != Some(0))
    } else if prior.expire_after.is_null() {
        !is_imported(prior) && differs(&config.expire_after, &prior.expire_after)
    } else {
        let seconds = duration(&config.expire_after);
        differs(&config.expire_after, &prior.expire_after)
            && (seconds.is_none() || seconds != duration(&prior.expire_after))
    };
    let changes = another_date || another_life;
    planned.expires = match (&config.expires, changes) {
        (Value::Null, true) if config.expire_after.is_null() => 0.into(),
        (Value::Null, true) => Value::Unknown,
        (Value::Null, false) => prior.expires.clone(),
        (given, _) => given.clone(),
    };
    planned.expires_at = expires_at(&planned.expires);
    changes
}

/// Acts on what the last refresh found. The clock is not asked: it would have moved on when the
/// engine plans for the second time.
fn rotation(
    planned: &mut Model,
    prior: &Model,
    config: &Model,
    generated: bool,
    replaces: &mut Vec<&'static str>,
) {
    planned.ready_for_rotation = prior.ready_for_rotation.clone();
    if is_ready(prior, config) {
        if generated && may_renew(prior, config) {
            planned.ready_for_rotation = false.into();
            replaces.push("ready_for_rotation");
        }
    } else {
        // Not asked to rotate, or by another window than the one that the refresh looked at.
        planned.ready_for_rotation = false.into();
    }
}

fn is_ready(prior: &Model, config: &Model) -> bool {
    let same_window = || {
        let window = duration(&config.rotate_before);
        window.is_some() && window == duration(&prior.rotate_before)
    };
    prior.ready_for_rotation.as_bool() == Some(true)
        && (config.rotate_before.is_unknown() || same_window())
}

fn may_renew(prior: &Model, config: &Model) -> bool {
    config.expires.is_null() || config.expires != prior.expires || !config.expire_after.is_null()
}

/// Whether the service told us the token's value: it does so on creation only.
fn is_imported(prior: &Model) -> bool {
    prior.token_value.is_null()
}

fn fits(prefix: &Value, name: &Value) -> bool {
    match (prefix, name.as_str()) {
        (Value::Null, _) => true,
        (prefix, Some(name)) => prefix.as_str().is_some_and(|prefix| name.starts_with(prefix)),
        _ => false,
    }
}

fn is_empty(map: &Value) -> bool {
    map.is_null() || map.as_map().is_some_and(|entries| entries.is_empty())
}

fn has_entries(map: &Value) -> bool {
    map.as_map().is_some_and(|entries| !entries.is_empty())
}

/// When a token expires, in RFC 3339, for an `expires` in Unix seconds.
pub fn expires_at(expires: &Value) -> Value {
    match expires {
        Value::Unknown => Value::Unknown,
        known => match known.as_i64() {
            Some(instant) if instant > 0 => {
                durations::rfc3339(instant).map_or(Value::Null, Value::from)
            }
            _ => Value::Null,
        },
    }
}

fn or(given: &Value, other: impl FnOnce() -> Value) -> Value {
    if given.is_null() { other() } else { given.clone() }
}

#[cfg(test)]
mod tests;
