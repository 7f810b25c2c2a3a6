//! What 401, 403, 404 and 409 mean to each object.

use emulator::{ACCESS_TOKEN, Fault, ORG, On, Operation, Permissions};

use super::rows::{reads, rows};
use super::{Object, goes_well, is_failure, says};
use crate::harness::Lab;
use serde_json::json;

/// What changes something of an organization.
pub const WRITES: &[Operation] = &[
    Operation::CreatePulumiTeam,
    Operation::CreateGitHubTeam,
    Operation::UpdateTeam,
    Operation::DeleteTeam,
    Operation::UpdateTeamRoles,
    Operation::DeleteTeamRole,
    Operation::CreateRole,
    Operation::UpdateRole,
    Operation::DeleteRole,
    Operation::UpdateOrganizationDefaultRole,
    Operation::AddOrganizationMember,
    Operation::UpdateOrganizationMember,
    Operation::DeleteOrganizationMember,
    Operation::RegisterOidcIssuer,
    Operation::UpdateOidcIssuer,
    Operation::DeleteOidcIssuer,
    Operation::RegenerateThumbprints,
    Operation::UpdateAuthPolicy,
    Operation::UpdateOrganizationSettings,
];

#[tokio::test]
async fn a_refusal_of_every_call_is_said_with_its_cause() {
    for row in rows() {
        let mut lab = Lab::hasty().await;
        let mut object = row.made(&mut lab).await;
        for (status, cause) in [
            (401, "The access token is not valid there"),
            (403, row.rights),
            (404, "or the access token's user is not a member"),
        ] {
            let what = format!("{} and {status}", row.name);
            lab.cloud.fault(On::any().always(), Fault::status(status));
            says(&what, &object.read(&mut lab).await, cause);
            says(&what, &object.apply(&mut lab, &row.change).await, cause);
            says(&what, &Object::new(row.name).apply(&mut lab, &row.config).await, cause);
            if row.remove.is_some() {
                says(&what, &object.delete(&mut lab).await, cause);
            }
            lab.cloud.clear_faults();
        }
        // The organization is there; what it was asked about isn't, or is in the way.
        for (status, cause) in [(404, row.missing), (409, row.taken)] {
            let what = format!("{} and {status} to a change", row.name);
            lab.cloud.fault(On::operations(WRITES).always(), Fault::status(status));
            says(&what, &object.apply(&mut lab, &row.change).await, cause);
            lab.cloud.clear_faults();
        }
        goes_well(row.name, &object.apply(&mut lab, &row.change).await);
        goes_well(row.name, &object.delete(&mut lab).await);
    }
}

#[tokio::test]
async fn what_exists_is_refused_with_the_line_that_imports_it() {
    for row in rows().iter().filter(|row| !row.import_id.is_empty()) {
        let mut lab = Lab::hasty().await;
        let object = row.made(&mut lab).await;
        let id = object.state(&lab)["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with(row.import_id.trim_end_matches('*')), "{id}");
        let again = Object::new(row.name).apply(&mut lab, &row.config).await;
        let import = format!("terraform import pulumiservice_{}.NAME '{id}'", row.name);
        says(row.name, &again, &import);
        // The same if the answer is lost, and nothing was done: it is not taken for one's own.
        lab.cloud.fault(On::operations(WRITES).always(), Fault::drop());
        let mut lost = Object::new(row.name);
        assert!(is_failure(&lost.apply(&mut lab, &row.config).await), "{}", row.name);
        assert!(lost.state(&lab).is_null(), "{}", row.name);
        lab.cloud.clear_faults();
        let other = Object::new(row.name).apply(&mut lab, &row.change).await;
        assert!(is_failure(&other), "{}: nothing is overwritten", row.name);
    }
}

#[tokio::test]
async fn a_feature_that_is_off_is_said() {
    for row in rows() {
        let Some((feature, words, config)) = &row.feature else { continue };
        let mut lab = Lab::hasty().await;
        lab.cloud.edit_org(ORG, row.before);
        lab.cloud.edit_org(ORG, |org| {
            org.features.insert((*feature).to_owned(), false);
        });
        let said = Object::new(row.name).apply(&mut lab, config).await;
        let cause = format!("The organization doesn't have {words}: its feature {feature} is off");
        says(row.name, &said, &cause);
        assert!(!said.iter().any(|one| one.detail.contains("It takes a role")), "not the rights");
    }
}

#[tokio::test]
async fn a_deletion_by_force_takes_more_rights() {
    let mut lab = Lab::hasty().await;
    let mut role = Object::new("api_role");
    let config = json!({"name": "ops", "details": reads(), "force_destroy": true});
    goes_well("role", &role.apply(&mut lab, &config).await);
    lab.cloud.set_permissions(ACCESS_TOKEN, Permissions::ALL.without("org_member:update"));
    says("401", &role.delete(&mut lab).await, "force_destroy also org_member:update");
}
