//! Roles of members and teams that somebody else changes too.

use emulator::{ErrorBody, Fault, ORG, On, Operation};
use serde_json::json;

use super::rows::with_roles;
use super::{Object, goes_well, says};
use crate::harness::Lab;

async fn lab() -> Lab {
    let lab = Lab::hasty().await;
    lab.cloud.edit_org(ORG, with_roles);
    lab
}

/// With `ignore_changes`, the configuration has what the state has.
#[tokio::test]
async fn no_member_is_given_no_role_because_changes_are_ignored() {
    let mut lab = lab().await;
    let mut member = Object::new("api_organizationmember");
    let config = json!({"user_login": "alice", "role": "member"});
    goes_well("adding", &member.apply(&mut lab, &config).await);
    let mut by_hand = Object::new("api_organizationmember");
    let custom = json!({"user_login": "alice", "role_id": "role-a", "adopt": true});
    goes_well("by hand", &by_hand.apply(&mut lab, &custom).await);
    goes_well("refresh", &member.read(&mut lab).await);
    let drifted = member.state(&lab);
    assert_eq!((&drifted["role"], &drifted["role_id"]), (&json!(null), &json!("role-a")));

    // The one is ignored, the other was never given.
    let neither = json!({"user_login": "alice"});
    says("neither", &member.apply(&mut lab, &neither).await, "Name both of them there, or none");
    assert_eq!(member.state(&lab), drifted);
    // The other is ignored, and what is given is restored, once.
    let both = json!({"user_login": "alice", "role": "member", "role_id": "role-a"});
    goes_well("both", &member.apply(&mut lab, &both).await);
    goes_well("refresh", &member.read(&mut lab).await);
    let restored = member.state(&lab);
    assert_eq!((&restored["role"], &restored["role_id"]), (&json!("member"), &json!(null)));
}

/// A service whose teams have several roles.
#[tokio::test]
async fn a_team_s_old_role_is_the_state_s_until_it_is_taken() {
    let mut lab = lab().await;
    let mut role = Object::new("api_teams_role");
    let config = |id: &str| json!({"team_name": "platform", "role_id": id});
    goes_well("giving", &role.apply(&mut lab, &config("role-a")).await);
    let both = json!({"roles": [{"id": "role-a"}, {"id": "role-b"}]});
    let lists = On::operation(Operation::ListTeamRoles);
    lab.cloud.fault(lists, Fault::answer(200, ErrorBody::Json(both)));
    lab.cloud.fault(On::operation(Operation::DeleteTeamRole).always(), Fault::status(403));
    says("changing", &role.apply(&mut lab, &config("role-b")).await, "403");
    assert_eq!(role.state(&lab)["role_id"], "role-a");
    lab.cloud.clear_faults();
    // This one has one at a time.
    goes_well("refresh", &role.read(&mut lab).await);
    assert_eq!(role.state(&lab)["role_id"], "role-b");

    lab.cloud.fault(On::operation(Operation::ListTeamRoles).always(), Fault::status(503));
    says("changing", &role.apply(&mut lab, &config("role-a")).await, "503");
    assert_eq!(role.state(&lab)["role_id"], "role-b");
    lab.cloud.clear_faults();
    goes_well("again", &role.apply(&mut lab, &config("role-a")).await);
    goes_well("refresh", &role.read(&mut lab).await);
    assert_eq!(role.state(&lab)["role_id"], "role-a");
}
