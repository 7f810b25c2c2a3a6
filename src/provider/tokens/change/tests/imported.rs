//! What becomes of imported tokens, of roles, and of what is ignored.

use super::*;

#[test]
fn an_imported_token_adopts() {
    let by_hand = but(&fixed(), |t| t.common.expires = END.into());
    let state = but(&imported(&by_hand), |t| t.naming.name = "ci-by-hand".into());
    let config = but(&rotating(), |t| {
        t.common.rotate_when_changed = map(&[("a", "1")]);
        t.common.delete_on_destroy = false.into();
    });
    let planned = keeps(&state, &config);
    assert!(planned.common.expires.is(&END));
    assert!(planned.common.expire_after == life("90d"));
    // One that was made here has the life that it was made with.
    let made = but(&state, |t| t.common.token_value = Secret::new("v").into());
    assert_eq!(replaces(&made, &config), ["expire_after", "expires"]);
    let misfit = but(&config, |t| t.naming.name_prefix = "cd-".into());
    assert_eq!(replaces(&state, &misfit), ["name", "name_prefix"]);
}

#[test]
fn a_role_that_was_asked_for_and_no_longer_is_replaces() {
    let state = applied(&but(&rotating(), |t| t.role.role_id = "deployer".into()));
    assert_eq!(replaces(&state, &rotating()), ["role_id"]);
    // An imported token has some role; nobody has to name it.
    let by_hand = but(&fixed(), |t| {
        t.common.expires = END.into();
        t.role.role_id = "member".into();
    });
    let state = imported(&by_hand);
    let planned = keeps(&state, &but(&by_hand, |t| t.role.role_id = Attr::Null));
    assert!(planned.role.role_id.is("member"));
}

#[test]
fn an_empty_role_is_none() {
    let empty = but(&rotating(), |t| t.role.role_id = "".into());
    keeps(&applied(&rotating()), &empty);
    keeps(&applied(&empty), &rotating());
    let named = applied(&but(&rotating(), |t| t.role.role_id = "deployer".into()));
    assert_eq!(replaces(&named, &empty), ["role_id"]);
}

#[test]
fn the_default_role_by_its_name_is_none() {
    let with = Surroundings { default_org: &Attr::Null, default_role: Some("member") };
    let named = but(&rotating(), |t| t.role.role_id = "member".into());
    let (planned, changed, _) = within(&applied(&rotating()), &named, &with);
    assert!(changed.is_empty() && planned.role.role_id.is("member"));
    assert!(within(&applied(&named), &rotating(), &with).1.is_empty());
    let other = but(&rotating(), |t| t.role.role_id = "deployer".into());
    assert_eq!(within(&applied(&named), &other, &with).1, ["role_id"]);
}

#[test]
fn an_imported_token_waits_while_its_role_is_unknown() {
    let by_hand = but(&rotating(), |t| t.role.role_id = "deployer".into());
    let unknown = but(&rotating(), |t| t.role.role_id = Attr::Unknown);
    let (_, changed, verdict) = within(&imported(&by_hand), &unknown, &around(&Attr::Null));
    assert_eq!((changed, verdict.undecided), (vec![], Some(Undecided::Role)));
    // It is replaced anyway.
    let other_name = but(&unknown, |t| t.naming.name_prefix = "cd-".into());
    assert_eq!(replaces(&imported(&by_hand), &other_name), ["name", "name_prefix", "role_id"]);
    // Under a fixed name there can be no other token.
    let fixed_role = but(&fixed(), |t| t.role.role_id = "deployer".into());
    let unknown_role = but(&fixed(), |t| t.role.role_id = Attr::Unknown);
    assert!(keeps(&imported(&fixed_role), &unknown_role).role.role_id.is_unknown());
    // The value of one that was made here can be had again.
    assert_eq!(replaces(&applied(&by_hand), &unknown), ["role_id"]);
}

#[test]
fn an_imported_admin_token_is_one_only_for_who_says_so() {
    let by_hand = but(&fixed(), |t| {
        t.role.role_id = "admins".into();
        t.role.admin = true.into();
    });
    let state = imported(&by_hand);
    let role = |role: Attr<String>, admin: Attr<bool>| {
        but(&fixed(), |t| {
            t.role.role_id = role;
            t.role.admin = admin;
        })
    };
    same(&keeps(&state, &by_hand), &state);
    keeps(&state, &role(Attr::Null, true.into()));
    same(&keeps(&state, &role("admins".into(), Attr::Null)), &state);
    assert!(keeps(&state, &role("admins".into(), false.into())).role.admin.is(&false));
    assert_eq!(replaces(&state, &fixed()), ["admin"]);
    assert_eq!(replaces(&state, &role(Attr::Null, false.into())), ["admin"]);
}

#[test]
fn a_name_that_drifted_away_from_its_prefix_replaces() {
    let state = but(&applied(&rotating()), |t| t.naming.name = "renamed".into());
    assert_eq!(replaces(&state, &rotating()), ["name"]);
}

#[test]
fn ignoring_everything_changes_nothing_but_still_rotates() {
    let state = applied(&rotating());
    // As the engine gives it: the state, without what is only computed.
    let ignoring = |state: &Token| {
        but(state, |t| {
            t.common.token_id = Attr::Null;
            t.common.token_value = Attr::Null;
            t.common.expires_at = Attr::Null;
            t.common.ready_for_rotation = Attr::Null;
        })
    };
    same(&keeps(&state, &ignoring(&state)), &state);
    let due = but(&state, |t| t.common.ready_for_rotation = true.into());
    assert_eq!(replaces(&due, &ignoring(&due)), ["ready_for_rotation"]);
}

#[test]
fn ignoring_the_expiry_leaves_the_life_to_change() {
    let state = applied(&rotating());
    let config = but(&rotating(), |t| {
        t.common.expires = state.common.expires.clone();
        t.common.expire_after = life("30d");
    });
    assert_eq!(replaces(&state, &config), ["expire_after"]);
}

#[test]
fn the_organization_stays_if_the_provider_can_not_tell() {
    let config = but(&rotating(), |t| t.organization.org_name = Attr::Null);
    let state = applied(&rotating());
    for default in [Attr::Null, Attr::Unknown, Attr::Known("acme".to_owned())] {
        let (planned, changed, verdict) = within(&state, &config, &around(&default));
        assert!(changed.is_empty(), "{default:?}");
        assert_eq!(verdict, Verdict::default(), "{default:?}");
        same(&planned, &state);
    }
    let umbrella = Attr::Known("umbrella".to_owned());
    assert_eq!(within(&state, &config, &around(&umbrella)).1, ["org_name"]);
}

/// The second plan may come to another organization, and must then not contradict the first.
#[test]
fn an_unknown_default_organization_is_open_once_something_changes() {
    let config = but(&rotating(), |t| t.organization.org_name = Attr::Null);
    let state = applied(&rotating());
    let unknown = around(&Attr::Unknown);
    let described = but(&config, |t| t.common.description = "d".into());
    let (planned, changed, verdict) = within(&state, &described, &unknown);
    assert!(planned.organization.org_name.is_unknown());
    assert_eq!(changed, ["description", "org_name"]);
    assert_eq!(verdict.undecided, None);
    let reasoned = but(&config, |t| t.common.reason = "r".into());
    let (_, changed, verdict) = within(&state, &reasoned, &unknown);
    assert!(changed.is_empty());
    assert_eq!(verdict.undecided, Some(Undecided::Organization));
    // An organization of the resource's own is none of the provider's business.
    let own = but(&reasoned, |t| t.organization.org_name = "acme".into());
    assert_eq!(within(&state, &own, &unknown).2, Verdict::default());
}
