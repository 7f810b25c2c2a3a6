//! `destroy` plans as usual first. Each refusal that guards a token names the way past it, and the
//! way works.

use emulator::DEPLOYER_ROLE;
use serde_json::Value;

use crate::harness::{Project, TOKEN, each_engine};

/// What gets in the way of a plan over a token that exists.
struct Case {
    says: &'static str,
    /// The arguments that the token is made with.
    made: String,
    /// Those that the configuration has then.
    written: String,
    taints: bool,
    /// What happens in the service, or to the state.
    happens: fn(&Project),
}

fn edit(project: &Project, change: impl FnOnce(&mut emulator::Token)) {
    let id = project.only_token()["token_id"].as_str().unwrap().to_owned();
    project.cloud.edit("acme", &id, change);
}

fn cases() -> Vec<Case> {
    let case = |says, made: &str, written: &str| Case {
        says,
        made: made.to_owned(),
        written: written.to_owned(),
        taints: false,
        happens: |_| {},
    };
    let tainted =
        |says, made: &str, written: &str| Case { taints: true, ..case(says, made, written) };
    let fixed = "name = \"ci\"";
    let drawn = "name_prefix = \"ci-\"";
    let end = jiff::Timestamp::now().as_second() + 86_400;
    let ending = format!("{drawn}\n expires = {end}");
    let with_role = format!("{drawn}\n role_id = \"{DEPLOYER_ROLE}\"");
    vec![
        tainted("The token's name is taken", fixed, fixed),
        case(
            "The token can't be replaced under the same name",
            fixed,
            "name = \"ci\"\n description = \"d\"",
        ),
        Case {
            happens: |project| edit(project, |token| "edited".clone_into(&mut token.description)),
            ..case("The token can't be replaced under the same name", fixed, fixed)
        },
        case(
            "A token with a fixed name can't rotate",
            "name = \"ci\"\n rotate_when_changed = { a = 1 }",
            "name = \"ci\"\n rotate_when_changed = { a = 2 }",
        ),
        Case {
            // The same day a year ago.
            happens: |project| {
                let text = std::fs::read_to_string(project.folder().join("main.tf")).unwrap();
                let end = project.only_token()["expires"].as_i64().unwrap();
                let past = end - 365 * 86_400;
                project.file("main.tf", &text.replace(&end.to_string(), &past.to_string()));
                project.edit_token(|token| token["expires"] = Value::from(past));
                edit(project, |token| token.expires = past);
            },
            ..tainted("The expiry is in the past", &ending, &ending)
        },
        Case {
            happens: |project| project.cloud.set_policy("acme", Some(1)),
            ..tainted("The organization's policy doesn't allow such a token", drawn, drawn)
        },
        case(
            "There is no such role",
            &with_role,
            "name_prefix = \"ci-\"\n role_id = \"no-such-role\"",
        ),
        case(
            "admin and role_id contradict each other",
            &with_role,
            &format!("{with_role}\n admin = true"),
        ),
        case(
            "The token would be replaced at every plan",
            &ending,
            &format!("{drawn}\n expires = {}\n rotate_before = \"300d\"", end + 1),
        ),
    ]
}

#[test]
fn every_refusal_over_a_token_names_the_way_out_and_the_way_works() {
    each_engine(|engine| {
        for case in cases() {
            let project = Project::new(engine);
            project.token(&case.made);
            project.apply();
            project.token(&case.written);
            (case.happens)(&project);
            if case.taints {
                project.run(&["taint", &format!("{TOKEN}.t")]).succeeds();
            }
            project.plan_fails().says(case.says).says("run destroy with -refresh=false");
            assert_eq!(project.cloud.existing("acme").len(), 1);
            project.destroy_without_refresh().succeeds();
            assert!(project.cloud.existing("acme").is_empty());
            assert!(project.tokens().is_empty());
        }
    });
}

#[test]
fn an_unknown_name_over_a_token_has_a_way_out() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let project = Project::new(engine);
        let write = |input: &str| {
            project.write(&format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{input}\" }}\nresource \
                 \"{TOKEN}\" \"t\" {{\n org_name = \"acme\"\n name = terraform_data.x.output\n}}"
            ));
        };
        write("ci");
        project.apply();
        write("ci-2");
        project.plan_fails().is_not_known_yet(
            engine,
            &[
                "Whether the object is to be replaced is not known yet",
                "run destroy with -refresh=false",
            ],
        );
        project.destroy_without_refresh().succeeds();
        assert!(project.cloud.existing("acme").is_empty());
    });
}

#[test]
fn untaint_keeps_a_token_under_a_fixed_name() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci\"");
        project.apply();
        let address = format!("{TOKEN}.t");
        project.run(&["taint", &address]).succeeds();
        project.plan_fails().says("A tainted token is kept by untaint");
        project.run(&["untaint", &address]).succeeds();
        project.plan().is_clean();
    });
}
