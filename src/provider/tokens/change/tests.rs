//! What each change of configuration comes to: the declaration's rules and what is added to them,
//! together.

mod imported;

use super::*;
use crate::framework::plan;
use crate::provider::tokens::kind::Kind;
use crate::provider::tokens::org_token::OrgToken;

const END: i64 = 1_900_000_000;

fn none() -> Token {
    Token::nothing(OrgToken::FACTS)
}

/// The same with changes.
fn but(token: &Token, change: impl FnOnce(&mut Token)) -> Token {
    let mut token = token.clone();
    change(&mut token);
    token
}

fn life(text: &str) -> Attr<Duration> {
    Duration::parse(text).unwrap().into()
}

fn map(entries: &[(&str, &str)]) -> Attr<Map<String>> {
    let entry = |(key, value): &(&str, &str)| ((*key).to_owned(), Attr::from(*value));
    Attr::Known(entries.iter().map(entry).collect())
}

/// A configuration with a generated name, a life and a window.
fn rotating() -> Token {
    but(&none(), |t| {
        t.naming.name_prefix = "ci-".into();
        t.organization.org_name = "acme".into();
        t.common.expire_after = life("90d");
        t.common.rotate_before = life("14d");
    })
}

/// A configuration with a fixed name.
fn fixed() -> Token {
    but(&none(), |t| {
        t.naming.name = "ci".into();
        t.organization.org_name = "acme".into();
    })
}

/// What the rules say of a configuration, with what the engine proposes for it.
fn by_rules(prior: Option<&Token>, config: &Token) -> Plan<Token> {
    let object = |token: &Token| OrgToken::from_token(token.clone()).into_value();
    let schema = OrgToken::schema();
    let before = prior.map(object).unwrap_or_default();
    let config_value = object(config);
    let proposed = schema.attributes().iter().map(|attribute| {
        let given = config_value.attribute(attribute.name);
        let kept = given.is_null() && attribute.given.by_provider();
        let value = if kept { before.attribute(attribute.name) } else { given };
        (attribute.name, value.clone())
    });
    let planned = plan::plan(&schema, &before, &Value::object(proposed), &config_value);
    Plan {
        config: config.clone(),
        prior: prior.cloned(),
        planned: OrgToken::from_value(&planned.value).unwrap().into_token(),
        replaces: planned.replaces,
    }
}

fn around(default_org: &Attr<String>) -> Surroundings<'_> {
    Surroundings { default_org, default_role: None }
}

fn planned_new(config: &Token) -> Token {
    let mut plan = by_rules(None, config);
    plan_new(&mut plan, &around(&Attr::Null));
    plan.planned
}

/// What `config` came to when it was applied.
fn applied(config: &Token) -> Token {
    but(&planned_new(config), |t| {
        t.naming.name = t.naming.name.clone().unless_unknown("ci-abcdefgh".into());
        t.common.expires = t.common.expires.clone().unless_unknown(END.into());
        t.common.expires_at = expires_at(&t.common.expires);
        t.common.token_id = "t1".into();
        t.common.token_value = Secret::new("the value").into();
    })
}

fn imported(config: &Token) -> Token {
    but(&applied(config), |t| {
        t.common.token_value = Attr::Null;
        t.naming.name_prefix = Attr::Null;
        t.common.expire_after = Attr::Null;
        t.common.rotate_before = Attr::Null;
        t.common.reason = Attr::Null;
    })
}

/// The token with these surroundings: what is planned, for what it is replaced, and the verdict.
fn within(
    prior: &Token,
    config: &Token,
    surroundings: &Surroundings<'_>,
) -> (Token, Vec<&'static str>, Verdict) {
    let mut plan = by_rules(Some(prior), config);
    let verdict = plan_existing(&mut plan, prior, surroundings);
    let differs = |name: &&Name| prior.attribute(**name) != plan.planned.attribute(**name);
    let changed = plan.replaces.iter().filter(differs);
    let mut changed: Vec<_> = changed.map(|name| name.as_str()).collect();
    changed.sort_unstable();
    assert_eq!(changed.is_empty(), plan.replaces.is_empty(), "{:?}", plan.replaces);
    (plan.planned, changed, verdict)
}

#[track_caller]
fn replaces(prior: &Token, config: &Token) -> Vec<&'static str> {
    let (_, changed, verdict) = within(prior, config, &around(&Attr::Null));
    assert_eq!(verdict.undecided, None);
    changed
}

#[track_caller]
fn keeps(prior: &Token, config: &Token) -> Token {
    let (planned, changed, verdict) = within(prior, config, &around(&Attr::Null));
    assert!(changed.is_empty(), "{changed:?}");
    assert_eq!(verdict.undecided, None);
    assert!(planned.common.token_value == prior.common.token_value);
    assert!(planned.common.token_id == prior.common.token_id);
    assert!(planned.naming.name == prior.naming.name);
    planned
}

/// Asserts that two tokens are the same, and tells which attribute isn't.
#[track_caller]
fn same(a: &Token, b: &Token) {
    let all = |token: &Token| OrgToken::from_token(token.clone()).into_value();
    assert_eq!(all(a), all(b));
}

#[test]
fn a_new_token_is_what_is_configured_with_defaults() {
    let planned = planned_new(&rotating());
    assert!(planned.naming.name.is_unknown() && planned.naming.name_prefix.is("ci-"));
    assert!(planned.common.expires.is_unknown() && planned.common.expires_at.is_unknown());
    assert!(planned.common.token_id.is_unknown() && planned.common.token_value.is_unknown());
    assert!(planned.common.description.is("") && planned.role.admin.is(&false));
    assert!(planned.common.delete_on_destroy.is(&true));
    assert!(planned.common.ready_for_rotation.is(&false));
    assert!(planned.role.role_id.is_null() && planned.common.reason.is_null());
    let planned = planned_new(&fixed());
    assert!(planned.naming.name.is("ci") && planned.naming.name_prefix.is_null());
    assert!(planned.common.expires.is(&0) && planned.common.expires_at.is_null());
    let dated = but(&fixed(), |t| t.common.expires = END.into());
    assert!(planned_new(&dated).common.expires_at.is("2030-03-17T17:46:40Z"));
}

#[test]
fn a_new_token_s_organization_is_its_own_or_the_provider_s() {
    let organization = |config: &Token, default: Attr<String>| {
        let mut plan = by_rules(None, config);
        plan_new(&mut plan, &around(&default));
        plan.planned.organization.org_name
    };
    let unnamed = but(&fixed(), |t| t.organization.org_name = Attr::Null);
    let umbrella = Attr::Known("umbrella".to_owned());
    assert!(organization(&fixed(), umbrella.clone()).is("acme"));
    assert!(organization(&unnamed, umbrella).is("umbrella"));
    assert!(organization(&unnamed, Attr::Unknown).is_unknown());
    assert!(organization(&unnamed, Attr::Null).is_null());
}

#[test]
fn the_same_configuration_changes_nothing() {
    let tagged = but(&rotating(), |t| t.common.rotate_when_changed = map(&[("a", "1")]));
    let with_role = but(&rotating(), |t| t.role.role_id = "deployer".into());
    for config in [rotating(), fixed(), tagged, with_role] {
        let state = applied(&config);
        same(&keeps(&state, &config), &state);
    }
}

#[test]
fn attributes_of_terraforms_own_change_in_place() {
    let state = applied(&rotating());
    let config = but(&rotating(), |t| {
        t.common.reason = "r".into();
        t.common.rotate_before = life("7d");
        t.common.delete_on_destroy = false.into();
    });
    let planned = keeps(&state, &config);
    assert!(planned.common.rotate_before == life("7d"));
    assert!(planned.common.delete_on_destroy.is(&false));
    assert!(planned.common.reason.is("r"));
}

#[test]
fn attributes_of_the_service_replace() {
    let state = applied(&rotating());
    let change = |change: fn(&mut Token)| replaces(&state, &but(&rotating(), change));
    assert_eq!(change(|t| t.common.description = "d".into()), ["description"]);
    assert_eq!(change(|t| t.common.description = Attr::Unknown), ["description"]);
    assert_eq!(change(|t| t.role.admin = true.into()), ["admin"]);
    assert_eq!(change(|t| t.role.admin = Attr::Unknown), ["admin"]);
    assert_eq!(change(|t| t.role.role_id = "r".into()), ["role_id"]);
    assert_eq!(change(|t| t.role.role_id = Attr::Unknown), ["role_id"]);
    assert_eq!(change(|t| t.organization.org_name = "umbrella".into()), ["org_name"]);
    assert_eq!(change(|t| t.organization.org_name = Attr::Unknown), ["org_name"]);
    let life_changes = ["expire_after", "expires"];
    assert_eq!(change(|t| t.common.expire_after = life("30d")), life_changes);
    assert_eq!(change(|t| t.common.expire_after = Attr::Null), life_changes);
    assert_eq!(change(|t| t.common.expire_after = Attr::Unknown), life_changes);
    assert_eq!(change(|t| t.naming.name_prefix = "cd-".into()), ["name", "name_prefix"]);
    assert_eq!(change(|t| t.naming.name_prefix = Attr::Unknown), ["name", "name_prefix"]);
    assert_eq!(
        change(|t| {
            t.naming.name_prefix = Attr::Null;
            t.naming.name = "x".into();
        }),
        ["name"]
    );
}

#[test]
fn the_same_life_in_other_words_changes_in_place() {
    let state = applied(&rotating());
    let config = but(&rotating(), |t| t.common.expire_after = life("12w6d"));
    let planned = keeps(&state, &config);
    assert!(planned.common.expires.is(&END));
    assert!(planned.common.expire_after == life("12w6d"));
}

#[test]
fn a_fixed_name_pins_the_token() {
    let state = applied(&fixed());
    let pinned = |change: fn(&mut Token)| {
        let config = but(&fixed(), change);
        let (_, changed, verdict) = within(&state, &config, &around(&Attr::Null));
        (verdict.pinned, changed)
    };
    assert_eq!(pinned(|_| ()), (true, vec![]));
    assert_eq!(pinned(|t| t.common.description = "d".into()), (true, vec!["description"]));
    // The name is free in another organization, and so is another name.
    assert!(!pinned(|t| t.organization.org_name = "umbrella".into()).0);
    assert!(!pinned(|t| t.naming.name = "ci-2".into()).0);
    assert!(!pinned(|t| t.naming.name = Attr::Unknown).0);
}

#[test]
fn what_is_unknown_under_a_fixed_name_waits_for_apply() {
    let config = but(&fixed(), |t| t.common.rotate_when_changed = map(&[("a", "1")]));
    let state = applied(&config);
    let waits: [fn(&mut Token); 7] = [
        |t| t.common.description = Attr::Unknown,
        |t| t.role.role_id = Attr::Unknown,
        |t| t.role.admin = Attr::Unknown,
        |t| t.common.expires = Attr::Unknown,
        |t| t.common.expire_after = Attr::Unknown,
        |t| t.common.rotate_when_changed = Attr::Unknown,
        |t| {
            let unknown = Map::from([("a".to_owned(), Attr::Unknown)]);
            t.common.rotate_when_changed = Attr::Known(unknown);
        },
    ];
    for change in waits {
        keeps(&state, &but(&config, change));
    }
}

/// The name may be the token's own in the end, which can't be had a second time.
#[test]
fn an_unknown_name_or_organization_of_a_fixed_name_is_undecided() {
    let state = applied(&fixed());
    let undecided = |change: fn(&mut Token)| {
        let config = but(&fixed(), change);
        within(&state, &config, &around(&Attr::Null)).2.undecided
    };
    assert_eq!(undecided(|t| t.naming.name = Attr::Unknown), Some(Undecided::Name));
    assert_eq!(undecided(|t| t.organization.org_name = Attr::Unknown), Some(Undecided::Name));
    let other_name = |t: &mut Token| {
        t.naming.name = "ci-2".into();
        t.organization.org_name = Attr::Unknown;
    };
    assert_eq!(undecided(other_name), None);
}

#[test]
fn a_fixed_name_beside_an_unknown_prefix_is_a_fixed_name() {
    let config = but(&fixed(), |t| t.naming.name_prefix = Attr::Unknown);
    assert!(planned_new(&config).naming.name.is("ci"));
    let state = applied(&fixed());
    let (planned, changed, verdict) = within(&state, &config, &around(&Attr::Null));
    assert!(planned.naming.name.is("ci") && changed.is_empty());
    assert_eq!(verdict, Verdict { pinned: true, undecided: None });
}

#[test]
fn moving_between_name_and_prefix_replaces_nothing_if_they_fit() {
    let named = but(&fixed(), |t| t.naming.name = "ci-abcdefgh".into());
    let prefixed = but(&fixed(), |t| {
        t.naming.name = Attr::Null;
        t.naming.name_prefix = "ci-".into();
    });
    assert!(keeps(&applied(&named), &prefixed).naming.name_prefix.is("ci-"));
    assert!(keeps(&applied(&prefixed), &named).naming.name_prefix.is_null());
    let other = but(&prefixed, |t| t.naming.name_prefix = "cd-".into());
    assert_eq!(replaces(&applied(&named), &other), ["name", "name_prefix"]);
}

#[test]
fn a_map_that_changes_replaces_and_a_first_or_last_one_does_not() {
    let config = |entries: &[(&str, &str)]| {
        but(&rotating(), |t| t.common.rotate_when_changed = map(entries))
    };
    let state = applied(&config(&[("a", "1")]));
    assert_eq!(replaces(&state, &config(&[("a", "2")])), ["rotate_when_changed"]);
    assert_eq!(replaces(&state, &config(&[("a", "1"), ("b", "1")])), ["rotate_when_changed"]);
    keeps(&state, &rotating());
    keeps(&state, &config(&[]));
    keeps(&applied(&rotating()), &config(&[("a", "1")]));
    keeps(&applied(&config(&[])), &config(&[("a", "1")]));
}

#[test]
fn a_token_that_is_due_is_replaced() {
    let due = but(&applied(&rotating()), |t| t.common.ready_for_rotation = true.into());
    assert_eq!(replaces(&due, &rotating()), ["ready_for_rotation"]);
    let window = |window: Attr<Duration>| but(&rotating(), |t| t.common.rotate_before = window);
    // The refresh looked at another window, or none is asked for any more.
    assert!(keeps(&due, &window(life("20d"))).common.ready_for_rotation.is(&false));
    assert!(keeps(&due, &window(Attr::Null)).common.ready_for_rotation.is(&false));
    // The same window in other words is the same window.
    assert_eq!(replaces(&due, &window(life("2w"))), ["ready_for_rotation"]);
}

/// Whatever was planned now, the second plan could come to something else.
#[test]
fn a_due_token_whose_window_is_unknown_is_undecided() {
    let due = but(&applied(&rotating()), |t| t.common.ready_for_rotation = true.into());
    let unknown = but(&rotating(), |t| t.common.rotate_before = Attr::Unknown);
    let undecided =
        |prior: &Token, config: &Token| within(prior, config, &around(&Attr::Null)).2.undecided;
    assert_eq!(undecided(&due, &unknown), Some(Undecided::Window));
    // If it isn't due, or is replaced for another reason, the window decides nothing.
    assert_eq!(undecided(&applied(&rotating()), &unknown), None);
    let described = but(&unknown, |t| t.common.description = "d".into());
    assert_eq!(undecided(&due, &described), None);
    assert_eq!(replaces(&due, &described), ["description"]);
}

#[test]
fn a_fixed_expiry_is_not_renewed_in_vain() {
    let config = but(&rotating(), |t| {
        t.common.expire_after = Attr::Null;
        t.common.expires = END.into();
    });
    let due = but(&applied(&config), |t| t.common.ready_for_rotation = true.into());
    assert!(keeps(&due, &config).common.ready_for_rotation.is(&true));
    assert!(renewal_is_in_vain(&due, &config));
    // A date that moves renews.
    let moved = but(&config, |t| t.common.expires = (END + 1).into());
    assert_eq!(replaces(&due, &moved), ["expires", "ready_for_rotation"]);
    assert!(!renewal_is_in_vain(&due, &moved));
}
