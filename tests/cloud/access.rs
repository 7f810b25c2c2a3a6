//! Calls about who may do what, with answers one after the other as a test writes them: what is
//! gone and what is hidden, what proves a removal or a change, and answers that have more or less
//! than is known.

use std::pin::Pin;

use emulator::{Emulator, ErrorBody, Fault, ORG, On};
use pulumiservice::cloud::{Client, Error, PolicyEntry, Setting};
use serde_json::{Value, json};

use crate::support::*;

type Came<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;
type Call<T> = fn(Client) -> Came<T>;
/// A status and its body.
type Answer = (u16, Value);
/// What is called, how, and what lists the object if it is there, and if it is gone.
type Row<T> = (&'static str, Call<T>, Vec<Answer>, Vec<Answer>);

/// A call of the client `c`.
macro_rules! call {
    (|$c:ident| $call:expr) => {
        |$c: Client| Box::pin(async move { $call }) as Came<_>
    };
}

/// Has the service give these answers, and then its own.
fn then(cloud: &Emulator, answers: &[Answer]) {
    cloud.clear_faults();
    for (status, body) in answers {
        let body = match body {
            Value::Null => ErrorBody::Nothing,
            Value::String(_) => ErrorBody::Html,
            body => ErrorBody::Json(body.clone()),
        };
        cloud.fault(On::any(), Fault::answer(*status, body));
    }
}

fn not_found() -> Answer {
    (404, json!({"code": 404, "message": "Not Found: it"}))
}

fn team(more: Value) -> Value {
    let mut team = json!({"name": "t", "kind": "pulumi"});
    team.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    team
}

/// A member of the organization, or nobody, in both lists.
fn people(login: &str) -> [Answer; 2] {
    let member = json!({
        "user": {"githubLogin": login},
        "fgaRole": {"id": "r", "name": "Member", "modifiedAt": "0001-01-01T00:00:00Z"},
    });
    [(200, json!({"members": [member], "continuationToken": null})), (200, json!({"members": []}))]
}

#[tokio::test]
async fn an_object_is_gone_if_what_lists_it_agrees_and_not_if_that_is_hidden() {
    let cloud = start();
    let role = json!({"id": "x", "name": "ops"});
    let issuer = json!({"id": "x", "url": "https://x"});
    let policy = (200, json!({"id": "p", "policies": []}));
    let found: &[Row<bool>] = &[
        (
            "a role",
            call!(|c| Ok(c.role_record(ORG, "x", "role").await?.is_some())),
            vec![(200, json!({"roles": [role]}))],
            vec![(200, json!({"roles": []}))],
        ),
        (
            "an issuer",
            call!(|c| Ok(c.issuer(ORG, "x").await?.is_some())),
            vec![(200, json!({"oidcIssuers": [issuer]}))],
            vec![(200, json!({"oidcIssuers": []}))],
        ),
        (
            "an issuer's policy",
            call!(|c| Ok(c.policy(ORG, "x").await?.is_some())),
            vec![(200, json!({"oidcIssuers": [issuer]})), policy],
            vec![(200, json!({"oidcIssuers": []}))],
        ),
        (
            "a team's roles",
            call!(|c| Ok(c.team_roles(ORG, "t").await?.is_some())),
            vec![(200, team(json!({"roleIds": ["r"]})))],
            vec![not_found(), (200, json!({"teams": []}))],
        ),
    ];
    for (what, call, there, gone) in found {
        for (answers, expected) in [(there, true), (gone, false)] {
            then(&cloud, &[&[not_found()], &answers[..]].concat());
            assert_eq!(call(client(&cloud)).await.ok(), Some(expected), "{what}");
        }
        // The organization is hidden, a gateway answers, or the service fails.
        let elsewhere = (404, json!({"message": "no Route matched with those values"}));
        let failing: Vec<Answer> = vec![(500, json!({"code": 500, "message": "oh"})); 20];
        for answers in [vec![not_found(); 4], vec![elsewhere], failing] {
            then(&cloud, &answers);
            assert!(call(client(&cloud)).await.is_err(), "{what}: {answers:?}");
        }
    }
}

#[tokio::test]
async fn a_removal_is_proven_by_204_or_by_what_lists_the_object() {
    let cloud = start();
    let member = json!({"githubLogin": "a", "role": "member"});
    let stack = json!({"projectName": "p", "stackName": "s", "permission": 101});
    let environment = json!({"projectName": "p", "envName": "e", "permission": "read"});
    let nothing = || vec![(200, team(json!({"members": null, "stacks": null})))];
    let removals: &[Row<()>] = &[
        (
            "a role",
            call!(|c| c.delete_role(ORG, "x", "role", true).await),
            vec![(200, json!({"roles": [{"id": "x"}]}))],
            vec![(200, json!({"roles": []}))],
        ),
        (
            "an issuer",
            call!(|c| c.delete_issuer(ORG, "x").await),
            vec![(200, json!({"oidcIssuers": [{"id": "x", "url": "u"}]}))],
            vec![(200, json!({"oidcIssuers": []}))],
        ),
        (
            "a member",
            call!(|c| c.delete_member(ORG, "a").await),
            people("a").into(),
            people("b").into(),
        ),
        (
            "a member of a team",
            call!(|c| c.remove_team_member(ORG, "t", "a").await),
            vec![(200, team(json!({"members": [member]})))],
            nothing(),
        ),
        (
            "a member of a team whose members can't be told",
            call!(|c| c.remove_team_member(ORG, "t", "a").await),
            vec![(200, team(json!({"members": [], "listMembersError": "no answer"})))],
            nothing(),
        ),
        (
            "a stack",
            call!(|c| c.revoke_stack(ORG, "t", ("p", "s")).await),
            vec![(200, team(json!({"stacks": [stack]})))],
            nothing(),
        ),
        (
            "an environment",
            call!(|c| c.revoke_environment(ORG, "t", ("p", "e")).await),
            vec![(200, team(json!({"environments": [environment]})))],
            nothing(),
        ),
        (
            "a team's role",
            call!(|c| c.take_team_role(ORG, "t", "r").await),
            vec![(200, json!({"roles": [{"id": "r"}]}))],
            vec![(200, json!({"roles": []}))],
        ),
    ];
    for (what, call, there, gone) in removals {
        for (answers, proven) in [
            (vec![(204, Value::Null)], true),
            ([&[not_found()], &gone[..]].concat(), true),
            ([&[not_found()], &there[..]].concat(), false),
            (vec![not_found(); 4], false),
            (vec![(403, json!({"code": 403, "message": "no"}))], false),
        ] {
            then(&cloud, &answers);
            assert_eq!(call(client(&cloud)).await.is_ok(), proven, "{what}: {answers:?}");
        }
    }
}

#[tokio::test]
async fn a_change_is_done_if_nothing_or_an_object_says_so() {
    let cloud = start();
    let changes: &[(&str, Call<()>)] = &[
        ("a member's role", call!(|c| c.set_member_role(ORG, "a", "r").await)),
        ("a member", call!(|c| c.add_member(ORG, "a", "member").await)),
        ("the default role", call!(|c| c.set_default_role(ORG, "r").await)),
        ("a team's role", call!(|c| c.give_team_role(ORG, "t", "r").await)),
        ("a member of a team", call!(|c| c.add_team_member(ORG, "t", "a").await)),
        ("an admin of a team", call!(|c| c.set_team_admin(ORG, "t", "a", true).await)),
        ("a stack", call!(|c| c.grant_stack(ORG, "t", ("p", "s"), 101).await)),
        (
            "an environment",
            call!(|c| c.grant_environment(ORG, "t", ("p", "e"), "read", None, str::is_empty).await),
        ),
    ];
    for (what, call) in changes {
        for (answer, done) in [
            ((204, Value::Null), true),
            ((200, json!({"whatever": 1})), true),
            ((200, "a page".into()), false),
        ] {
            then(&cloud, std::slice::from_ref(&answer));
            assert_eq!(call(client(&cloud)).await.is_ok(), done, "{what}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_creation_is_made_once_and_says_if_it_may_have_been_done() {
    let cloud = start();
    let creations: &[(&str, Call<()>)] = &[
        ("a member", call!(|c| c.add_member(ORG, "a", "member").await)),
        ("an issuer", call!(|c| c.create_issuer(ORG, &issuer()).await.map(drop))),
        ("a role", call!(|c| c.create_role(ORG, &role()).await.map(drop))),
    ];
    for (what, call) in creations {
        for (fault, acted) in [
            (Fault::drop().after(), true),
            (Fault::status(503), true),
            (Fault::answer(200, ErrorBody::Html), true),
            (Fault::status(409), false),
            (Fault::status(403), false),
        ] {
            cloud.clear_requests();
            cloud.fault(On::any(), fault.clone());
            let error = call(client(&cloud)).await.unwrap_err();
            assert_eq!(error.may_have_acted(), acted, "{what}: {fault:?}");
            assert_eq!(cloud.requests().len(), 1, "{what}: {fault:?}");
        }
    }
}

fn issuer() -> pulumiservice::cloud::NewIssuer {
    pulumiservice::cloud::NewIssuer {
        url: "https://x.example.com".to_owned(),
        rest: pulumiservice::cloud::IssuerChange { name: "x".to_owned(), ..Default::default() },
    }
}

fn role() -> pulumiservice::cloud::NewRole {
    let tree = json!({"__type": "PermissionDescriptorAllow", "permissions": ["stack:read"]});
    pulumiservice::cloud::NewRole {
        name: "x".to_owned(),
        description: String::new(),
        details: serde_json::value::to_raw_value(&tree).unwrap(),
        resource_type: "global".to_owned(),
        ux_purpose: "role".to_owned(),
    }
}

#[tokio::test]
async fn answers_may_have_more_and_less_than_is_known() {
    let cloud = start();
    let client = client(&cloud);
    then(&cloud, &[(200, json!({"roles": [{"new": 1, "id": "x", "version": 3}], "new": []}))]);
    let roles = client.role_records(ORG, "role").await.unwrap();
    assert_eq!((roles[0].version, roles[0].name.raw()), (3, ""));
    assert!(roles[0].details.is_none());

    then(&cloud, &[(200, json!({"id": "x", "url": "u", "new": {}, "thumbprints": null}))]);
    let issuer = client.issuer(ORG, "x").await.unwrap().unwrap();
    assert_eq!((issuer.thumbprints, issuer.max_expiration), (None, None));

    // The identity provider's list has the organization itself, and each list may miss somebody.
    let person = |login: &str, role: &str| json!({"user": {"githubLogin": login, "new": 1}, "fgaRole": {"name": role}, "new": 1});
    let page = |members: Vec<Value>, next: &str| {
        (200, json!({"members": members, "continuationToken": next}))
    };
    then(
        &cloud,
        &[
            page(vec![person("b", "Member"), person(ORG, "")], "more"),
            page(vec![person("a", "Admin")], ""),
            page(vec![person("c", "Member"), person("a", "Admin")], ""),
        ],
    );
    let members = client.members(ORG).await.unwrap();
    assert_eq!(members.keys().map(|login| login.raw()).collect::<Vec<_>>(), ["a", "b", "c"]);
    for repeated in [["x", "x", "x"], ["x", "y", "x"]] {
        then(&cloud, &repeated.map(|next| page(vec![person("b", "Member")], next)));
        let error = client.members(ORG).await.unwrap_err();
        assert!(error.to_string().contains("its pages repeat"), "{error}");
        cloud.clear_faults();
    }

    // The order of a policy's entries, and of what is authorized, means nothing; what is empty is
    // as if absent.
    let entry = |permissions: &[&str]| {
        json!({"decision": "allow", "tokenType": "organization", "teamName": "", "new": 1,
            "authorizedPermissions": permissions})
    };
    let denial = json!({"decision": "deny", "tokenType": "team"});
    let shown = json!({"id": "p", "policies": [entry(&["b", "a"]), denial], "version": 1});
    then(&cloud, &[(200, json!({"id": "x", "url": "u"})), (200, shown)]);
    let policy = client.policy(ORG, "x").await.unwrap().unwrap();
    let of = |value: Value| serde_json::from_value::<PolicyEntry>(value).unwrap();
    assert!(policy.is(&[of(denial), of(entry(&["a", "b"]))]));
    assert!(!policy.only_denies());

    let metadata = json!({"neoEnabled": true, "features": {"new": false}, "new": [{"a": 1}]});
    then(&cloud, &[(200, metadata)]);
    let settings = client.settings(ORG).await.unwrap();
    assert_eq!(settings["neoEnabled"], Setting::Bool(true));
}
