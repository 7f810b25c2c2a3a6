//! Objects at a service that behaves in ways that nobody knows of the real one, that loses answers,
//! and that fails half-way.

use emulator::{ErrorBody, Fault, ORG, On, Operation, Quirks};
use pulumiservice::protocol::wire::Diagnostic;
use serde_json::json;

use super::causes::WRITES;
use super::rows::{reads, rows, with, with_roles};
use super::{Object, goes_well, says};
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
    // The connection ends, or something in front of the service gives another answer.
    let page = Fault::answer(200, ErrorBody::Html);
    for (row, lost) in rows().iter().flat_map(|row| [(row, Fault::drop()), (row, page.clone())]) {
        let mut lab = Lab::hasty().await;
        lab.cloud.fault(On::operations(WRITES), lost.after());
        let mut object = row.made(&mut lab).await;
        let state = object.state(&lab);
        goes_well(row.name, &object.read(&mut lab).await);
        assert_eq!(object.state(&lab), state, "{}", row.name);
        goes_well(row.name, &object.delete(&mut lab).await);
        assert_eq!(lab.cloud.leftovers(ORG), [""; 0], "{}: made once", row.name);
    }
}

#[tokio::test]
async fn no_object_is_gone_by_the_word_of_another_service() {
    let mut here = Lab::hasty().await;
    let mut there = Lab::hasty().await;
    let wanted = "The object belongs to another service";
    // What every organization has can't be told apart from what another service has of it.
    for row in rows().iter().filter(|row| row.remove.is_some()) {
        here.cloud.edit_org(ORG, |org| *org = emulator::Org::new(ORG));
        let mut object = row.made(&mut here).await;
        let state = object.state(&here);
        for _ in 0..2 {
            says(row.name, &object.read(&mut there).await, wanted);
            says(row.name, &object.delete(&mut there).await, wanted);
            says(row.name, &object.delete(&mut there).await, here.cloud.url());
            assert_eq!(object.state(&there), state, "{}", row.name);
        }
        goes_well(row.name, &object.read(&mut here).await);
        assert_eq!(object.state(&here), state, "{}", row.name);
        goes_well(row.name, &object.delete(&mut here).await);
    }
    let changes = there.cloud.requests().into_iter().filter(|request| request.method != "GET");
    assert_eq!(changes.count(), 0);
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
        Half {
            name: "api_teams_role",
            config: json!({"team_name": "platform", "role_id": "role-a"}),
            change: json!({"team_name": "platform", "role_id": "role-b"}),
            fails: Operation::ListTeamRoles,
            state: json!({"role_id": "role-b"}),
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
