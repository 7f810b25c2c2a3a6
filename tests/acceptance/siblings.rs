//! Tokens of teams and of users: the same life as an organization's, as far as the service allows.

use emulator::{ACCESS_TOKEN, AccessToken, Fault, On, Operation, Permissions, Token};
use serde_json::Value;

use crate::harness::{Engine, Project, each_engine};
use crate::rotation::{DAY, START, Timed};

const TEAM: &str = "pulumiservice_api_tokens_teamtoken";
const PERSONAL: &str = "pulumiservice_api_tokens_personaltoken";
const OWNER: &str = "org_name = \"acme\"\n team_name = \"platform\"";

fn team(project: &Project, ty: &str, arguments: &str) {
    project.write(&format!("resource \"{ty}\" \"t\" {{\n {OWNER}\n {arguments}\n}}"));
}

fn personal(project: &Project, ty: &str, arguments: &str) {
    project.write(&format!("resource \"{ty}\" \"t\" {{\n {arguments}\n}}"));
}

/// The personal tokens that exist, login sessions aside.
fn personal_tokens(project: &Project) -> Vec<Token> {
    let tokens = project.cloud.personal_tokens().into_iter();
    tokens.filter(|token| token.exists() && token.description != "Login session").collect()
}

/// The login sessions that exist.
fn sessions(project: &Project) -> Vec<Token> {
    let tokens = project.cloud.personal_tokens().into_iter();
    tokens.filter(|token| token.exists() && token.description == "Login session").collect()
}

/// A token of the team `platform` that somebody else made.
fn theirs(project: &Project, name: &str) -> Token {
    let mut token = project.cloud.new_token("acme", name);
    token.team = Some("platform".to_owned());
    project.cloud.add_token(token)
}

#[test]
fn a_team_token_is_issued_and_retired_under_either_spelling() {
    each_engine(|engine| {
        for ty in [TEAM, "pulumiservice_api_tokens_team_token"] {
            let project = Project::new(engine);
            let expires = project.cloud.clock().now() + DAY;
            let arguments = format!(
                "name = \"GitLab CI/CD\"\n description = \"d\"\n expires = {expires}\n \
                 reason = \"ticket 7\""
            );
            team(&project, ty, &arguments);
            let apply = project.apply();
            let made = project.cloud.token_named("acme", "GitLab CI/CD").unwrap();
            assert_eq!(made.team.as_deref(), Some("platform"));
            assert_eq!((made.description.as_str(), made.expires), ("d", expires));
            assert_eq!(made.reason.as_deref(), Some("ticket 7"));
            let state = project.only(ty);
            assert_eq!(state["id"], format!("acme/platform/{}", made.id));
            assert_eq!(state["token_value"], made.value.as_str());
            assert!(state.get("role_id").is_none() && state.get("admin").is_none());
            assert!(!apply.text().contains(&made.value), "the secret is shown\n{apply}");
            project.plan().is_clean();
            project.destroy();
            assert!(project.cloud.existing("acme").is_empty());
            assert_eq!(project.cloud.breaches(), [""; 0]);
        }
    });
}

#[test]
fn a_personal_token_is_issued_and_retired_under_either_spelling() {
    each_engine(|engine| {
        for ty in [PERSONAL, "pulumiservice_api_tokens_personal_token"] {
            let project = Project::new(engine);
            let logins = sessions(&project);
            assert!(!logins.is_empty(), "a login session is listed among the personal tokens");
            personal(&project, ty, "description = \"laptop\"\n expire_after = \"30d\"");
            project.apply();
            let made = personal_tokens(&project).remove(0);
            let state = project.only(ty);
            assert_eq!(state["id"], made.id.as_str());
            assert_eq!(state["token_value"], made.value.as_str());
            assert!(state.get("org_name").is_none() && state.get("name").is_none());
            project.plan().is_clean();
            project.destroy();
            assert!(personal_tokens(&project).is_empty());
            assert_eq!(sessions(&project), logins);
            assert_eq!(project.cloud.breaches(), [""; 0]);
        }
    });
}

#[test]
fn no_personal_token_is_made_while_nobody_tells_whose_it_would_be() {
    each_engine(|engine| {
        let project = Project::new(engine);
        personal(&project, PERSONAL, "description = \"laptop\"");
        for fault in [Fault::status(503), Fault::rewrite("/githubLogin", "".into())] {
            let user = On::operation(Operation::GetCurrentUser);
            project.cloud.fault(user.always(), fault);
            project.apply_fails().says("needs to know whose it will be");
            assert!(personal_tokens(&project).is_empty());
            project.cloud.clear_faults();
        }
        project.apply();
        assert_eq!(personal_tokens(&project).len(), 1);
    });
}

#[test]
fn a_personal_token_goes_whatever_its_user_is_called_now() {
    each_engine(|engine| {
        for fault in [Fault::rewrite("/githubLogin", "renamed".into()), Fault::status(503)] {
            let project = Project::new(engine);
            personal(&project, PERSONAL, "description = \"laptop\"");
            project.apply();
            project.cloud.fault(On::operation(Operation::GetCurrentUser).always(), fault);
            project.destroy();
            assert!(personal_tokens(&project).is_empty());
        }
    });
}

#[test]
fn a_personal_token_is_not_taken_for_gone_by_another_user() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        project.cloud.allow(AccessToken {
            value: "pul-of-somebody-else".to_owned(),
            login: "somebody".to_owned(),
            permissions: Permissions::ALL,
        });
        personal(&project, PERSONAL, "description = \"laptop\"");
        project.apply();
        let made = personal_tokens(&project);
        project.set("PULUMI_ACCESS_TOKEN", "pul-of-somebody-else");
        for command in [&["plan", "-no-color"][..], &["destroy", "-no-color", "-auto-approve"]] {
            project.run(command).fails().says("The token belongs to another user").says("somebody");
        }
        project
            .run(&["destroy", "-no-color", "-auto-approve", "-refresh=false"])
            .fails()
            .says("The token belongs to another user");
        assert_eq!(personal_tokens(&project), made);
        assert_eq!(project.only(PERSONAL)["token_value"], made[0].value.as_str());
        project.set("PULUMI_ACCESS_TOKEN", ACCESS_TOKEN);
        project.plan().is_clean();
        project.destroy();
        assert!(personal_tokens(&project).is_empty());
    });
}

fn rotates(engine: &'static Engine, ty: &str, write: impl Fn(&Project)) -> (Value, Value, Project) {
    let timed = Timed::new(engine);
    write(&timed.project);
    timed.project.apply();
    let first = timed.project.only(ty);
    assert_eq!(first["expires"], START + 90 * DAY);
    timed.set(START + 75 * DAY);
    timed.project.plan().is_clean();
    timed.set(START + 77 * DAY);
    timed.project.plan().has_changes().says("The token is due for rotation");
    timed.project.apply();
    let second = timed.project.only(ty);
    assert_ne!(first["token_id"], second["token_id"]);
    timed.project.plan().is_clean();
    (first, second, timed.project)
}

#[test]
fn a_team_token_rotates_before_its_end() {
    each_engine(|engine| {
        let arguments = "name_prefix = \"ci-\"\n expire_after = \"90d\"\n rotate_before = \"14d\"";
        let (first, second, project) =
            rotates(engine, TEAM, |project| team(project, TEAM, arguments));
        assert_ne!(first["name"], second["name"]);
        let [only] = &project.cloud.existing("acme")[..] else { panic!("not one token") };
        assert_eq!(second["token_id"], only.id.as_str());
    });
}

#[test]
fn a_personal_token_rotates_without_a_name() {
    each_engine(|engine| {
        let arguments = "expire_after = \"90d\"\n rotate_before = \"14d\"";
        let (_, second, project) =
            rotates(engine, PERSONAL, |project| personal(project, PERSONAL, arguments));
        let [only] = &personal_tokens(&project)[..] else { panic!("not one token") };
        assert_eq!(second["token_id"], only.id.as_str());
    });
}

#[test]
fn another_team_needs_another_name_too() {
    each_engine(|engine| {
        let project = Project::new(engine);
        team(&project, TEAM, "name = \"ci\"");
        project.apply();
        project.write(&format!(
            "resource \"{TEAM}\" \"t\" {{\n org_name = \"acme\"\n team_name = \"ops\"\n \
             name = \"ci\"\n}}"
        ));
        project
            .plan_fails()
            .says("The token can't be replaced under the same name")
            .says("the change of team_name needs a new one")
            .says("team_name is \"platform\", and would be \"ops\"");
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_team_token_is_imported_by_id_or_name() {
    each_engine(|engine| {
        for form in ["acme/platform/{id}", "acme/platform/a/b", "acme/platform/a/b/{id}"] {
            let project = Project::new(engine);
            let token = theirs(&project, "a/b");
            let address = format!("{TEAM}.t");
            team(&project, TEAM, "name = \"a/b\"");
            let import =
                |id: &str| project.run(&["import", "-no-color", "-input=false", &address, id]);
            for wrong in ["acme", "acme/platform", "acme//x", "acme/platform/"] {
                import(wrong).fails().says("An import id is ORGANIZATION/TEAM/TOKEN_ID");
            }
            import(&form.replace("{id}", &token.id))
                .succeeds()
                .says("The token's value can't be imported");
            assert_eq!(project.only(TEAM)["id"], format!("acme/platform/{}", token.id));
            project.plan().is_clean();
            project.destroy();
            assert!(project.cloud.existing("acme").is_empty());
        }
    });
}

#[test]
fn a_personal_token_is_imported_by_its_id_and_a_login_session_is_not() {
    each_engine(|engine| {
        let project = Project::new(engine);
        personal(&project, PERSONAL, "description = \"laptop\"");
        project.apply();
        let made = personal_tokens(&project).remove(0);
        let address = format!("{PERSONAL}.t");
        project.run(&["state", "rm", &address]).succeeds();
        let import = |id: &str| project.run(&["import", "-no-color", "-input=false", &address, id]);
        import(&sessions(&project)[0].id).fails().says("lists no token with the id");
        import("a/b").fails().says("The import id is not of the right form");
        import(&made.id).succeeds();
        assert_eq!(project.only(PERSONAL)["id"], made.id.as_str());
        project.plan().is_clean();
        project.destroy();
        assert!(personal_tokens(&project).is_empty() && !sessions(&project).is_empty());
    });
}

#[test]
fn the_organizations_policy_holds_for_team_tokens() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.set_policy("acme", Some(30));
        team(&project, TEAM, "name = \"ci\"\n expire_after = \"90d\"");
        project.plan_fails().says("The organization's policy doesn't allow such a token");
        team(&project, TEAM, "name = \"ci\"\n expire_after = \"30d\"");
        project.apply();
    });
}

#[test]
fn a_deletion_that_is_not_proven_keeps_the_token_in_the_state() {
    each_engine(|engine| {
        for (ty, arguments) in
            [(TEAM, format!("{OWNER}\n name = \"ci\"")), (PERSONAL, String::new())]
        {
            let project = Project::new(engine);
            personal(&project, ty, &arguments);
            project.apply();
            project.cloud.fault(On::deletions(), Fault::sign_in_page());
            let destroy = ["destroy", "-no-color", "-input=false", "-auto-approve"];
            project.run(&destroy).fails().says("The list has the token all the same");
            assert_eq!(project.instances(ty).len(), 1);
            project.destroy();
            assert!(project.cloud.existing("acme").is_empty());
            assert!(personal_tokens(&project).is_empty());
        }
    });
}

#[test]
fn a_team_token_whose_answer_is_lost_is_revoked() {
    each_engine(|engine| {
        let project = Project::new(engine);
        team(&project, TEAM, "name = \"ci\"");
        project.cloud.fault(On::creations(), Fault::drop().after());
        project.apply_fails().says("The token was made, but its value was lost");
        assert!(project.cloud.existing("acme").is_empty());

        team(&project, TEAM, "name_prefix = \"ci-\"");
        project.cloud.fault(On::creations(), Fault::drop().after());
        project.apply().says("A token was revoked, as its value was lost");
        let [only] = &project.cloud.existing("acme")[..] else { panic!("not one token") };
        assert_eq!(project.only(TEAM)["token_value"], only.value.as_str());
    });
}

#[test]
fn a_personal_token_whose_answer_is_lost_is_told_and_no_other_dies_for_it() {
    each_engine(|engine| {
        let project = Project::new(engine);
        // One that nobody could tell from the lost one but by its age.
        personal(&project, PERSONAL, "description = \"laptop\"");
        project.apply();
        let other = personal_tokens(&project);
        project.run(&["state", "rm", &format!("{PERSONAL}.t")]).succeeds();
        project.cloud.clock().advance(3600);
        project.cloud.fault(On::creations(), Fault::drop().after());
        let apply = project.apply_fails();
        let mut tokens = personal_tokens(&project);
        assert_eq!(tokens.len(), 2, "{apply}");
        let lost = tokens.pop().unwrap();
        assert_eq!(tokens, other);
        apply.says("Whether the token was created is not known").says(&lost.id);
        assert!(project.requests("DELETE").is_empty());
        assert!(project.instances(PERSONAL).is_empty());
    });
}

#[test]
fn who_may_manage_them_is_said() {
    each_engine(|engine| {
        let mut project = Project::new(engine);
        let permissions = Permissions { teams: false, ..Permissions::ALL };
        project.cloud.set_permissions(ACCESS_TOKEN, permissions);
        team(&project, TEAM, "name = \"ci\"");
        project.apply_fails().says("403").says("of an admin of the team");

        let machine = project.cloud.add_token(project.cloud.new_token("acme", "machine"));
        project.set("PULUMI_ACCESS_TOKEN", machine.value);
        personal(&project, PERSONAL, "");
        project.apply_fails().says("403").says("Only a user has personal tokens");
        assert!(personal_tokens(&project).is_empty());
    });
}
