//! Objects in the hands of a provider that asks another service than the one that has them.

use emulator::ORG;

use super::rows::rows;
use super::{Object, goes_well, says};
use crate::harness::Lab;

const ELSEWHERE: &str = "The object belongs to another service";

#[tokio::test]
async fn no_object_is_gone_by_the_word_of_another_service() {
    let mut here = Lab::hasty().await;
    let mut there = Lab::hasty().await;
    for row in rows() {
        here.cloud.edit_org(ORG, |org| *org = emulator::Org::new(ORG));
        let mut object = row.made(&mut here).await;
        let state = object.state(&here);
        for _ in 0..2 {
            says(row.name, &object.read(&mut there).await, ELSEWHERE);
            says(row.name, &object.apply(&mut there, &row.change).await, ELSEWHERE);
            if !IS_FORGOTTEN.contains(&row.name) {
                says(row.name, &object.delete(&mut there).await, ELSEWHERE);
                says(row.name, &object.delete(&mut there).await, here.cloud.url());
            }
            assert_eq!(object.state(&there), state, "{}", row.name);
        }
        goes_well(row.name, &object.read(&mut here).await);
        assert_eq!(object.state(&here), state, "{}", row.name);
        goes_well(row.name, &object.delete(&mut here).await);
    }
    let changes = there.cloud.requests().into_iter().filter(|request| request.method != "GET");
    assert_eq!(changes.count(), 0);
}

/// What is only forgotten on destroy.
const IS_FORGOTTEN: &[&str] = &["api_organizationsettings"];

/// What this table has by the same id at each service, as no two services have.
const SAME_ID: &[&str] = &["api_auth_policy"];

/// Staging and production have teams and people of the same names.
#[tokio::test]
async fn what_another_service_has_by_the_same_name_is_left_alone() {
    let mut here = Lab::hasty().await;
    let mut there = Lab::hasty().await;
    for row in rows().iter().filter(|row| !SAME_ID.contains(&row.name)) {
        for lab in [&here, &there] {
            lab.cloud.edit_org(ORG, |org| *org = emulator::Org::new(ORG));
        }
        let mut object = row.made(&mut here).await;
        let mut twin = row.made(&mut there).await;
        let (state, other) = (object.state(&here), twin.state(&there));
        there.cloud.clear_requests();
        says(row.name, &object.read(&mut there).await, ELSEWHERE);
        says(row.name, &object.apply(&mut there, &row.change).await, ELSEWHERE);
        if !IS_FORGOTTEN.contains(&row.name) {
            says(row.name, &object.delete(&mut there).await, ELSEWHERE);
        }
        assert_eq!(object.state(&there), state, "{}", row.name);
        let changes = there.cloud.requests().into_iter().filter(|request| request.method != "GET");
        assert_eq!(changes.count(), 0, "{}", row.name);
        goes_well(row.name, &twin.read(&mut there).await);
        assert_eq!(twin.state(&there), other, "{}", row.name);
        goes_well(row.name, &object.delete(&mut here).await);
    }
}

#[tokio::test]
async fn what_is_only_forgotten_is_forgotten_anywhere() {
    let mut here = Lab::hasty().await;
    let mut there = Lab::hasty().await;
    let rows = rows();
    for name in IS_FORGOTTEN {
        let row = rows.iter().find(|row| row.name == *name).unwrap();
        let mut object: Object = row.made(&mut here).await;
        goes_well(name, &object.delete(&mut there).await);
        assert!(object.state(&there).is_null(), "{name}");
    }
    assert!(there.cloud.requests().is_empty());
}
