//! What each change of configuration comes to.

use std::collections::BTreeMap;

use super::*;
use crate::framework::value::Value::{Null, Unknown};

const END: i64 = 1_900_000_000;

fn none() -> Model {
    Model::from_value(&Null)
}

fn map(entries: &[(&str, &str)]) -> Value {
    let entry = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::from(*value));
    Value::Map(entries.iter().map(entry).collect::<BTreeMap<_, _>>())
}

/// A configuration with a generated name, a life and a window.
fn rotating() -> Model {
    Model {
        name_prefix: "ci-".into(),
        org_name: "acme".into(),
        expire_after: "90d".into(),
        rotate_before: "14d".into(),
        ..none()
    }
}

/// A configuration with a fixed name.
fn fixed() -> Model {
    Model { name: "ci".into(), org_name: "acme".into(), ..none() }
}

/// What `config` came to when it was applied.
fn applied(config: &Model) -> Model {
    let mut state = creation(config, &DefaultOrg::Unset);
    if state.name.is_unknown() {
        state.name = "ci-abcdefgh".into();
    }
    if state.expires.is_unknown() {
        state.expires = END.into();
    }
    state.expires_at = expires_at(&state.expires);
    state.id = "acme/t1".into();
    state.token_id = "t1".into();
    state.token_value = "the value".into();
    state
}

fn imported(config: &Model) -> Model {
    Model {
        token_value: Null,
        name_prefix: Null,
        expire_after: Null,
        rotate_before: Null,
        reason: Null,
        ..applied(config)
    }
}

fn replaces(prior: &Model, config: &Model) -> Vec<&'static str> {
    let change = change(prior, config, &DefaultOrg::Unset);
    change.changed_names(prior)
}

#[track_caller]
fn keeps(prior: &Model, config: &Model) -> Model {
    let change = change(prior, config, &DefaultOrg::Unset);
    assert!(change.replaces.is_empty(), "{:?}", change.replaces);
    assert_eq!(change.planned.token_value, prior.token_value);
    assert_eq!(change.planned.name, prior.name);
    change.planned
}

#[test]
fn the_same_configuration_changes_nothing() {
    let tagged = Model { rotate_when_changed: map(&[("a", "1")]), ..rotating() };
    for config in [rotating(), fixed(), tagged] {
        let state = applied(&config);
        assert_eq!(keeps(&state, &config), state);
    }
}

#[test]
fn attributes_of_terraforms_own_change_in_place() {
    let state = applied(&rotating());
    let config = Model {
        reason: "r".into(),
        rotate_before: "7d".into(),
        delete_on_destroy: false.into(),
        ..rotating()
    };
    let planned = keeps(&state, &config);
    assert_eq!(planned.rotate_before, "7d".into());
    assert_eq!(planned.delete_on_destroy, false.into());
}

#[test]
fn attributes_of_the_service_replace() {
    let state = applied(&rotating());
    let change = |change: fn(&mut Model)| {
        let mut config = rotating();
        change(&mut config);
        replaces(&state, &config)
    };
    assert_eq!(change(|c| c.description = "d".into()), ["description"]);
    assert_eq!(change(|c| c.description = Unknown), ["description"]);
    assert_eq!(change(|c| c.admin = true.into()), ["admin"]);
    assert_eq!(change(|c| c.role_id = "r".into()), ["role_id"]);
    assert_eq!(change(|c| c.org_name = "umbrella".into()), ["org_name"]);
    assert_eq!(change(|c| c.expire_after = "30d".into()), ["expires", "expire_after"]);
    assert_eq!(change(|c| c.expire_after = Null), ["expires", "expire_after"]);
    assert_eq!(change(|c| c.expire_after = Unknown), ["expires", "expire_after"]);
    assert_eq!(change(|c| c.name_prefix = "cd-".into()), ["name_prefix", "name"]);
    assert_eq!(change(|c| c.name_prefix = Unknown), ["name_prefix", "name"]);
    assert_eq!(
        change(|c| {
            c.name_prefix = Null;
            c.name = "x".into();
        }),
        ["name"]
    );
}

#[test]
fn the_same_life_in_other_words_changes_in_place() {
    let state = applied(&rotating());
    let config = Model { expire_after: "12w6d".into(), ..rotating() };
    let planned = keeps(&state, &config);
    assert_eq!(planned.expires, END.into());
}

#[test]
fn a_fixed_name_pins_the_token() {
    let state = applied(&fixed());
    let pinned = |config: &Model| {
        let change = change(&state, config, &DefaultOrg::Unset);
        (change.pinned, change.changed_names(&state))
    };
    assert_eq!(pinned(&fixed()), (true, vec![]));
    assert_eq!(pinned(&Model { description: "d".into(), ..fixed() }), (true, vec!["description"]));
    // The name is free in another organization, and so is another name.
    assert!(!pinned(&Model { org_name: "umbrella".into(), ..fixed() }).0);
    assert!(!pinned(&Model { name: "ci-2".into(), ..fixed() }).0);
    assert!(!pinned(&Model { name: Unknown, ..fixed() }).0);
}

#[test]
fn what_is_unknown_under_a_fixed_name_waits_for_apply() {
    let config = Model { rotate_when_changed: map(&[("a", "1")]), ..fixed() };
    let state = applied(&config);
    for config in [
        Model { description: Unknown, ..config.clone() },
        Model { role_id: Unknown, ..config.clone() },
        Model { expires: Unknown, ..config.clone() },
        Model { expire_after: Unknown, ..config.clone() },
        Model { org_name: Unknown, ..config.clone() },
        Model { rotate_when_changed: Unknown, ..config.clone() },
        Model {
            rotate_when_changed: Value::Map(BTreeMap::from([("a".to_owned(), Unknown)])),
            ..config.clone()
        },
    ] {
        keeps(&state, &config);
    }
}

#[test]
fn moving_between_name_and_prefix_replaces_nothing_where_they_fit() {
    let named = Model { name: "ci-abcdefgh".into(), org_name: "acme".into(), ..none() };
    let prefixed = Model { name_prefix: "ci-".into(), org_name: "acme".into(), ..none() };
    let planned = keeps(&applied(&named), &prefixed);
    assert_eq!(planned.name_prefix, "ci-".into());
    let planned = keeps(&applied(&prefixed), &named);
    assert_eq!(planned.name_prefix, Null);
    let other = Model { name_prefix: "cd-".into(), ..prefixed };
    assert_eq!(replaces(&applied(&named), &other), ["name_prefix", "name"]);
}

#[test]
fn a_map_that_changes_replaces_and_a_first_or_last_one_does_not() {
    let config =
        |entries: &[(&str, &str)]| Model { rotate_when_changed: map(entries), ..rotating() };
    let state = applied(&config(&[("a", "1")]));
    assert_eq!(replaces(&state, &config(&[("a", "2")])), ["rotate_when_changed"]);
    assert_eq!(replaces(&state, &config(&[("a", "1"), ("b", "1")])), ["rotate_when_changed"]);
    keeps(&state, &rotating());
    keeps(&applied(&rotating()), &config(&[("a", "1")]));
    keeps(&applied(&config(&[])), &config(&[("a", "1")]));
}

#[test]
fn a_token_that_is_due_is_replaced() {
    let due = Model { ready_for_rotation: true.into(), ..applied(&rotating()) };
    assert_eq!(replaces(&due, &rotating()), ["ready_for_rotation"]);
    // Also where the window will only be known later, so that both plans agree.
    let unknown = Model { rotate_before: Unknown, ..rotating() };
    assert_eq!(replaces(&due, &unknown), ["ready_for_rotation"]);
    // The refresh looked at another window, or none is asked for any more.
    let wider = Model { rotate_before: "20d".into(), ..rotating() };
    assert_eq!(keeps(&due, &wider).ready_for_rotation, false.into());
    let without = Model { rotate_before: Null, ..rotating() };
    assert_eq!(keeps(&due, &without).ready_for_rotation, false.into());
    // The same window in other words is the same window.
    let same = Model { rotate_before: "2w".into(), ..rotating() };
    assert_eq!(replaces(&due, &same), ["ready_for_rotation"]);
}

#[test]
fn a_fixed_expiry_is_not_renewed_in_vain() {
    let config = Model { expire_after: Null, expires: END.into(), ..rotating() };
    let due = Model { ready_for_rotation: true.into(), ..applied(&config) };
    assert_eq!(keeps(&due, &config).ready_for_rotation, true.into());
    assert!(renewal_is_in_vain(&due, &config));
    // A date that moves renews.
    let moved = Model { expires: (END + 1).into(), ..config };
    assert_eq!(replaces(&due, &moved), ["expires", "ready_for_rotation"]);
}

#[test]
fn an_imported_token_adopts() {
    let by_hand = Model { expires: END.into(), ..fixed() };
    let state = Model { name: "ci-by-hand".into(), ..imported(&by_hand) };
    let config = Model {
        rotate_when_changed: map(&[("a", "1")]),
        delete_on_destroy: false.into(),
        ..rotating()
    };
    let planned = keeps(&state, &config);
    assert_eq!(planned.expires, END.into());
    assert_eq!(planned.expire_after, "90d".into());
    // One that was made here has the life that it was made with.
    let made = Model { token_value: "v".into(), ..state.clone() };
    assert_eq!(replaces(&made, &config), ["expires", "expire_after"]);
    let misfit = Model { name_prefix: "cd-".into(), ..config };
    assert_eq!(replaces(&state, &misfit), ["name_prefix", "name"]);
}

#[test]
fn a_role_that_was_asked_for_and_no_longer_is_replaces() {
    let state = applied(&Model { role_id: "deployer".into(), ..rotating() });
    assert_eq!(replaces(&state, &rotating()), ["role_id"]);
    // An imported token has some role; nobody has to name it.
    let by_hand = Model { expires: END.into(), role_id: "member".into(), ..fixed() };
    keeps(&imported(&by_hand), &Model { role_id: Null, ..by_hand });
}

#[test]
fn an_imported_admin_token_is_one_only_for_who_says_so() {
    let by_hand = Model { role_id: "admins".into(), admin: true.into(), ..fixed() };
    let state = imported(&by_hand);
    keeps(&state, &by_hand);
    keeps(&state, &Model { role_id: Null, ..by_hand.clone() });
    keeps(&state, &Model { admin: Null, ..by_hand.clone() });
    keeps_but_for_admin(&state, &Model { admin: false.into(), ..by_hand });
    assert_eq!(replaces(&state, &fixed()), ["admin"]);
    assert_eq!(replaces(&state, &Model { admin: false.into(), ..fixed() }), ["admin"]);
}

#[track_caller]
fn keeps_but_for_admin(prior: &Model, config: &Model) {
    assert_eq!(keeps(prior, config).admin, false.into());
}

#[test]
fn a_name_that_drifted_away_from_its_prefix_replaces() {
    let state = Model { name: "renamed".into(), ..applied(&rotating()) };
    assert_eq!(replaces(&state, &rotating()), ["name"]);
}

#[test]
fn ignoring_everything_changes_nothing_but_still_rotates() {
    let state = applied(&rotating());
    // As the engine gives it: the state, without what is only computed.
    let ignoring = |state: &Model| Model {
        id: Null,
        token_id: Null,
        token_value: Null,
        expires_at: Null,
        ready_for_rotation: Null,
        ..state.clone()
    };
    assert_eq!(keeps(&state, &ignoring(&state)), state);
    let due = Model { ready_for_rotation: true.into(), ..state };
    assert_eq!(replaces(&due, &ignoring(&due)), ["ready_for_rotation"]);
}

#[test]
fn ignoring_the_expiry_leaves_the_life_to_change() {
    let state = applied(&rotating());
    let config = Model { expires: state.expires.clone(), expire_after: "30d".into(), ..rotating() };
    assert_eq!(replaces(&state, &config), ["expire_after"]);
}

#[test]
fn the_organization_stays_where_the_provider_can_not_tell() {
    let config = Model { org_name: Null, ..rotating() };
    let state = applied(&rotating());
    for default in [DefaultOrg::Unset, DefaultOrg::Unknown, DefaultOrg::Known("acme".to_owned())] {
        assert!(change(&state, &config, &default).replaces.is_empty(), "{default:?}");
    }
    let moved = change(&state, &config, &DefaultOrg::Known("umbrella".to_owned()));
    assert_eq!(moved.replaces, ["org_name"]);
}
