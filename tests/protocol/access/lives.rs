//! Objects at a service that behaves in ways that nobody knows of the real one, that loses answers,
//! and that fails half-way.

use emulator::{ErrorBody, Fault, ORG, On, Operation, Quirks};
use pulumiservice::protocol::wire::Diagnostic;
use serde_json::json;

use super::causes::WRITES;
use super::rows::{reads, rows, with, with_roles};
use super::{Object, dynamic, goes_well, says};
use crate::harness::{Lab, UNKNOWN, only_error};

/// The service as it usually is, and otherwise in all that nobody knows of the real one.
fn services() -> [Quirks; 2] {
    let usual = Quirks::default();
    let otherwise = Quirks {
        reorders: !usual.reorders,
        leaves_out_empty: !usual.leaves_out_empty,
        empty_text_clears: !usual.empty_text_clears,
        absent_removals_fail: !usual.absent_removals_fail,
        normalizes_durations: !usual.normalizes_durations,
        team_roles_need_enabling: !usual.team_roles_need_enabling,
        role_names_work: !usual.role_names_work,
        fga_role_ids_differ: !usual.fga_role_ids_differ,
        members_per_page: 1,
        fills_thumbprints: !usual.fills_thumbprints,
        checks_thumbprints: !usual.checks_thumbprints,
        fills_max_expiration: !usual.fills_max_expiration,
        shows_null_policy: !usual.shows_null_policy,
    };
    [usual, otherwise]
}

#[tokio::test]
async fn every_object_lives_whatever_the_service_is_like() {
    let mut lab = Lab::hasty().await;
    for quirks in services() {
        for row in rows() {
            let what = format!("{} at a service with {quirks:?}", row.name);
            lab.cloud.edit_org(ORG, |org| {
                *org = emulator::Org::new(ORG);
                org.quirks = quirks.clone();
            });
            let mut object = row.made(&mut lab).await;
            for config in [&row.config, &row.change] {
                goes_well(&what, &object.apply(&mut lab, config).await);
                let state = object.state(&lab);
                assert!(!state.to_string().contains(UNKNOWN), "{what}: {state:#}");
                goes_well(&what, &object.read(&mut lab).await);
                assert_eq!(object.state(&lab), state, "{what} drifts");
                assert_eq!(object.planned(&mut lab, config).await, state, "{what} isn't clean");
            }
            if let Some(remove) = row.remove {
                remove(&lab.cloud, &object.state(&lab));
            }
            goes_well(&what, &object.delete(&mut lab).await);
            assert_eq!(lab.cloud.leftovers(ORG), [""; 0], "{what}");
        }
    }
    assert_eq!(lab.cloud.breaches(), [""; 0]);
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_settled() {
    // The connection ends, or something in front of the service gives another answer, once or to
    // every try.
    let page = Fault::answer(200, ErrorBody::Html);
    let writes = || On::operations(WRITES);
    let losses = || {
        [(writes(), Fault::drop()), (writes(), page.clone()), (writes().always(), Fault::drop())]
    };
    let rows = rows();
    let all = rows.iter().flat_map(|row| losses().map(|loss| (row, loss)));
    for (row, (on, lost)) in all {
        let mut lab = Lab::hasty().await;
        lab.cloud.fault(on, lost.after());
        let mut object = row.made(&mut lab).await;
        lab.cloud.clear_faults();
        let state = object.state(&lab);
        goes_well(row.name, &object.read(&mut lab).await);
        assert_eq!(object.state(&lab), state, "{}", row.name);
        goes_well(row.name, &object.delete(&mut lab).await);
        assert_eq!(lab.cloud.leftovers(ORG), [""; 0], "{}: made once", row.name);
    }
}

/// The attribute that an error is about.
#[track_caller]
fn not_cleared(said: &[Diagnostic]) -> String {
    says("clearing", said, "can't be cleared");
    only_error(said)
}

#[tokio::test]
async fn a_text_that_the_service_does_not_clear_is_said_and_stays_in_the_state() {
    let mut lab = Lab::hasty().await;
    lab.cloud.edit_org(ORG, |org| org.quirks.empty_text_clears = false);
    let role = json!({"name": "ops", "details": reads(), "description": "d"});
    let mut object = Object::new("api_role");
    goes_well("role", &object.apply(&mut lab, &role).await);
    let unset = object.apply(&mut lab, &with(&role, "description", json!(null))).await;
    assert_eq!(not_cleared(&unset), "description");
    assert_eq!(object.state(&lab)["description"], "d");

    let team = json!({"name": "ops", "display_name": "Ops", "description": "d"});
    let mut object = Object::new("api_teams_team");
    goes_well("team", &object.apply(&mut lab, &team).await);
    for text in ["display_name", "description"] {
        let before = object.state(&lab);
        let cleared = with(&team, text, json!(""));
        assert_eq!(not_cleared(&object.apply(&mut lab, &cleared).await), text);
        assert_eq!(object.state(&lab), before);
        // Left out, it is no longer anybody's business.
        goes_well(text, &object.apply(&mut lab, &with(&team, text, json!(null))).await);
        assert_eq!(object.state(&lab), before);
    }
    lab.cloud.edit_org(ORG, |org| org.quirks.empty_text_clears = true);
    goes_well("cleared", &object.apply(&mut lab, &with(&team, "description", json!(""))).await);
    assert_eq!(object.state(&lab)["description"], "");
}

/// A change that fails half-way, and what the state then has.
struct Half {
    name: &'static str,
    config: serde_json::Value,
    change: serde_json::Value,
    fails: Operation,
    state: serde_json::Value,
}

#[tokio::test]
async fn a_change_that_fails_half_way_leaves_what_it_did_in_the_state() {
    let pinned = json!([emulator::thumbprint("https://ci.example.com")]);
    let halves = [
        Half {
            name: "api_organizationsettings",
            config: json!({"default_role_id": "role-a", "members_can_create_teams": true}),
            change: json!({"default_role_id": "role-b", "members_can_create_teams": false}),
            fails: Operation::UpdateOrganizationSettings,
            state: json!({"default_role_id": "role-b", "members_can_create_teams": true}),
        },
        Half {
            name: "api_auth_oidcissuer",
            config: json!({
                "name": "ci", "url": "https://ci.example.com", "thumbprints": pinned,
            }),
            change: json!({"name": "builds", "url": "https://ci.example.com"}),
            fails: Operation::RegenerateThumbprints,
            state: json!({"name": "builds", "thumbprints": pinned}),
        },
    ];
    for Half { name, config, change, fails, state } in halves {
        let mut lab = Lab::hasty().await;
        lab.cloud.edit_org(ORG, with_roles);
        let mut object = Object::new(name);
        goes_well(name, &object.apply(&mut lab, &config).await);
        lab.cloud.fault(On::operation(fails).always(), Fault::status(400));
        says(name, &object.apply(&mut lab, &change).await, "400");
        lab.cloud.clear_faults();
        let left = object.state(&lab);
        for (attribute, value) in state.as_object().unwrap() {
            assert_eq!(left[attribute], *value, "{name}.{attribute}");
        }
        goes_well(name, &object.read(&mut lab).await);
        assert_eq!(object.state(&lab), left, "{name}: that is how it is");
        goes_well(name, &object.apply(&mut lab, &change).await);
        goes_well(name, &object.delete(&mut lab).await);
    }
}

#[tokio::test]
async fn what_was_made_is_kept_though_it_is_not_as_planned_yet() {
    let mut lab = Lab::hasty().await;
    lab.cloud.edit_org(ORG, |org| {
        with_roles(org);
        org.kind = "github".to_owned();
        org.github_teams.insert(7, "hub".to_owned());
    });
    for (name, config, fails, kept) in [
        (
            "api_organizationmember",
            json!({"user_login": "alice", "role_id": "role-a"}),
            Operation::UpdateOrganizationMember,
            json!({"id": "acme/alice", "role": "member", "role_id": null}),
        ),
        (
            "api_teams_team",
            json!({"github_team_id": 7, "description": "ours"}),
            Operation::UpdateTeam,
            json!({"id": "acme/hub", "kind": "github"}),
        ),
    ] {
        lab.cloud.fault(On::operation(fails).always(), Fault::status(400));
        let mut object = Object::new(name);
        says(name, &object.apply(&mut lab, &config).await, "400");
        lab.cloud.clear_faults();
        let left = object.state(&lab);
        for (attribute, value) in kept.as_object().unwrap() {
            assert_eq!(left[attribute], *value, "{name}.{attribute}");
        }
        goes_well(name, &object.delete(&mut lab).await);
    }
    assert_eq!(lab.cloud.leftovers(ORG), [""; 0]);
}

#[tokio::test]
async fn an_adopted_member_gets_a_default_role_back_even_if_none_is_marked() {
    let mut lab = Lab::hasty().await;
    lab.cloud.edit_org(ORG, |org| {
        with_roles(org);
        org.members.push(emulator::Member::new("alice"));
        org.roles.iter_mut().for_each(|role| role.is_org_default = false);
    });
    let mut member = Object::new("api_organizationmember");
    let config = json!({"user_login": "alice", "role_id": "role-a", "adopt": true});
    goes_well("adopted", &member.apply(&mut lab, &config).await);
    goes_well("left", &member.delete(&mut lab).await);
    let alice = lab.cloud.org(ORG).member("alice").cloned().unwrap();
    assert_eq!(alice.role_id.as_deref(), Some(emulator::MEMBER_ROLE));
}

#[tokio::test]
async fn a_setting_of_another_type_than_is_known_changes_nothing() {
    let mut lab = Lab::hasty().await;
    let mut settings = Object::new("api_organizationsettings");
    goes_well("made", &settings.apply(&mut lab, &json!({"neo_enabled": true})).await);
    let before = settings.state(&lab);
    lab.cloud.edit_org(ORG, |org| {
        org.settings.insert("neoEnabled".to_owned(), json!("perhaps"));
        org.settings.insert("preferredVCS".to_owned(), json!(7));
    });
    goes_well("read", &settings.read(&mut lab).await);
    assert_eq!(settings.state(&lab), before);
}

/// What the service has may be more than the declaration knows.
#[tokio::test]
async fn what_nobody_changes_is_not_held_against_the_rules() {
    let mut lab = Lab::hasty().await;
    let mut settings = Object::new("api_organizationsettings");
    let config = |create: bool| json!({"members_can_create_teams": create});
    goes_well("settings", &settings.apply(&mut lab, &config(true)).await);
    lab.cloud.edit_org(ORG, |org| {
        org.settings.insert("preferredVCS".to_owned(), json!("a new one"));
    });
    goes_well("settings", &settings.read(&mut lab).await);
    goes_well("settings", &settings.apply(&mut lab, &config(false)).await);
    assert_eq!(settings.state(&lab)["preferred_vcs"], "a new one");
    let given = with(&config(false), "preferred_vcs", json!("a newer one"));
    says("settings", &settings.apply(&mut lab, &given).await, "none of the words");

    let mut team = Object::new("api_teams_team");
    goes_well("team", &team.apply(&mut lab, &json!({"name": "ops"})).await);
    lab.cloud.edit_org(ORG, |org| org.team_mut("ops").unwrap().display_name = "o".repeat(101));
    goes_well("team", &team.read(&mut lab).await);
    let described = json!({"name": "ops", "description": "They operate."});
    goes_well("team", &team.apply(&mut lab, &described).await);
    let named = with(&described, "display_name", json!("p".repeat(101)));
    says("team", &team.apply(&mut lab, &named).await, "wrong length");
}

#[tokio::test]
async fn an_issuer_goes_from_thumbprints_to_keys_but_not_back() {
    let mut lab = Lab::hasty().await;
    let mut issuer = Object::new("api_auth_oidcissuer");
    let url = "https://ci.example.com";
    let pinned = json!({"name": "ci", "url": url, "thumbprints": [emulator::thumbprint(url)]});
    goes_well("pinned", &issuer.apply(&mut lab, &pinned).await);
    let key = json!({"kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB"});
    let keys = json!({"name": "ci", "url": url, "jwks": dynamic(json!({"keys": [key]}))});
    goes_well("keys", &issuer.apply(&mut lab, &keys).await);
    goes_well("keys", &issuer.read(&mut lab).await);
    assert_eq!(issuer.planned(&mut lab, &keys).await, issuer.state(&lab));
    let back = issuer.apply(&mut lab, &json!({"name": "ci", "url": url})).await;
    says("back", &back, "terraform taint");
    says("back", &back, "-refresh=false");
}

/// What the service leaves out is what an empty setting comes to.
#[tokio::test]
async fn a_setting_that_was_cleared_is_cleared_though_the_answers_are_lost() {
    for shows_null_policy in [true, false] {
        let mut lab = Lab::hasty().await;
        lab.cloud.edit_org(ORG, |org| org.quirks.shows_null_policy = shows_null_policy);
        let mut settings = Object::new("api_organizationsettings");
        let role = emulator::DEPLOYER_ROLE;
        let given = json!({"max_access_token_expiry_days": 90, "default_deployment_role_id": role});
        goes_well("given", &settings.apply(&mut lab, &given).await);
        lab.cloud.fault(On::operations(WRITES).always(), Fault::drop().after());
        let cleared = json!({"max_access_token_expiry_days": 0, "default_deployment_role_id": ""});
        goes_well("cleared", &settings.apply(&mut lab, &cleared).await);
    }
}

#[tokio::test]
async fn a_setting_of_another_kind_than_is_known_is_none() {
    let mut lab = Lab::hasty().await;
    lab.cloud.edit_org(ORG, |org| {
        org.settings.insert("neoEnabled".to_owned(), json!("perhaps"));
    });
    let mut settings = Object::new("api_organizationsettings");
    let config = json!({"members_can_create_teams": true});
    goes_well("settings", &settings.apply(&mut lab, &config).await);
    assert_eq!(settings.state(&lab)["neo_enabled"], json!(null));
}
