//! The action that revokes tokens at once.

use emulator::{ACCESS_TOKEN, Fault, On};

use crate::harness::{Engine, Project, Run, each_engine};

fn has_actions(engine: &Engine) -> bool {
    engine.is_at_least((1, 14), (99, 0))
}

fn revoke<'p>(project: &'p Project, arguments: &str) -> Run<'p> {
    project.write(&format!(
        "action \"pulumiservice_api_tokens_revoke\" \"leak\" {{\n config {{\n {arguments}\n }}\n}}"
    ));
    project.run(&[
        "apply",
        "-no-color",
        "-input=false",
        "-auto-approve",
        "-invoke=action.pulumiservice_api_tokens_revoke.leak",
    ])
}

#[test]
fn tokens_are_revoked_one_by_one() {
    each_engine(|engine| {
        if !has_actions(engine) {
            return;
        }
        let project = Project::new(engine);
        let add = |name: &str| project.cloud.add_token(project.cloud.new_token("acme", name));
        let (a, b, gone, stays) = (add("a"), add("b/c"), add("gone"), add("stays"));
        project.cloud.delete("acme", &gone.id);
        let ids = format!("token_ids = [\"{}\", \"{}\", \"{}\"]", a.id, gone.id, a.id);
        revoke(&project, &format!("org_name = \"acme\"\n {ids}"))
            .succeeds()
            .says(&format!("Revoked the token {} of the organization \"acme\"", a.id))
            .says(&format!("The token {} is none of the organization \"acme\"", gone.id))
            .says("it was gone already, or its id is another's")
            .says("There is nothing to revoke");
        revoke(&project, "org_name = \"acme\"\n token_ids = []")
            .succeeds()
            .says("No token of the organization \"acme\" is named");
        revoke(&project, "org_name = \"acme\"\n names = [\"b/c\"]")
            .succeeds()
            .says(&format!("Revoked the token \"b/c\" ({}) of the organization", b.id));
        let left: Vec<_> = project.cloud.existing("acme").into_iter().map(|t| t.id).collect();
        assert_eq!(left, [stays.id]);
        assert_eq!(project.requests("DELETE").len(), 3, "each once");
    });
}

#[test]
fn a_failure_is_told_at_the_end_and_keeps_nothing_from_being_revoked() {
    each_engine(|engine| {
        if !has_actions(engine) {
            return;
        }
        let project = Project::new(engine);
        let add = |name: &str| {
            let mut token = project.cloud.new_token("acme", name);
            token.team = Some("platform".to_owned());
            project.cloud.add_token(token)
        };
        let (first, _last) = (add("first"), add("last"));
        project.cloud.fault(On::deletions().containing(&first.id), Fault::sign_in_page());
        let names = "names = [\"first\", \"unknown\", \"last\"]";
        revoke(&project, &format!("org_name = \"acme\"\n team_name = \"platform\"\n {names}"))
            .fails()
            .says("Can't delete the token")
            .says("The list has the token all the same")
            .says("There is no such token")
            .says("no token of that name is listed")
            .says("Revoked the token \"last\"");
        let left: Vec<_> = project.cloud.existing("acme").into_iter().map(|t| t.name).collect();
        assert_eq!(left, ["first"]);
    });
}

#[test]
fn a_teams_tokens_are_revoked_by_their_ids_and_each_failure_has_a_line_of_progress() {
    each_engine(|engine| {
        if !has_actions(engine) {
            return;
        }
        let project = Project::new(engine);
        let add = |name: &str, team: Option<&str>| {
            let mut token = project.cloud.new_token("acme", name);
            token.team = team.map(str::to_owned);
            project.cloud.add_token(token)
        };
        let [first, last] = ["first", "last"].map(|name| add(name, Some("platform")));
        add("of-the-organization", None);
        project.cloud.fault(On::deletions().containing(&first.id), Fault::sign_in_page());
        let arguments = |ids: &[&emulator::Token]| {
            let ids: Vec<_> = ids.iter().map(|token| token.id.as_str()).collect();
            format!("org_name = \"acme\"\n team_name = \"platform\"\n token_ids = {ids:?}")
        };
        let run = revoke(&project, &arguments(&[&first, &last])).fails();
        run.says("Can't delete the token").says("The list has the token all the same");
        let stdout = run.stdout();
        let line = |wanted: String| {
            let found = stdout.lines().position(|line| line.trim_end().ends_with(&wanted));
            found.unwrap_or_else(|| panic!("no line of progress ends with {wanted:?}\n{run}"))
        };
        let of = "of the team \"platform\" of the organization \"acme\"";
        let failure = line(format!("Revoking the token {} {of} failed", first.id));
        assert!(failure < line(format!("Revoked the token {} {of}", last.id)));
        let left = || -> Vec<_> {
            project.cloud.existing("acme").into_iter().map(|token| token.name).collect()
        };
        assert_eq!(left(), ["first", "of-the-organization"]);

        // When nothing is in its way any more, the rest is revoked.
        revoke(&project, &arguments(&[&first])).succeeds();
        assert_eq!(left(), ["of-the-organization"]);
        let asked = project.requests("DELETE");
        assert!(asked.iter().all(|request| request.path.contains("/teams/platform/tokens/")));
    });
}

#[test]
fn the_value_of_a_token_is_neither_shown_nor_sent() {
    each_engine(|engine| {
        if !has_actions(engine) {
            return;
        }
        let project = Project::new(engine);
        project.cloud.add_token(project.cloud.new_token("acme", "ci"));
        project.file("variables.tf", "variable \"value\" { type = string }");
        let leaked = "pul-0123456789abcdef0123456789abcdef01234567";
        for argument in ["token_ids", "names"] {
            project.file("value.auto.tfvars", &format!("value = \"{leaked}\""));
            revoke(&project, &format!("org_name = \"acme\"\n {argument} = [var.value]"))
                .fails()
                .says("A secret is in the wrong place")
                .says_nothing_of(leaked);
            // The provider's own may look like anything.
            project.file("value.auto.tfvars", &format!("value = \"{ACCESS_TOKEN}\""));
            revoke(&project, &format!("org_name = \"acme\"\n {argument} = [var.value]"))
                .fails()
                .says("A secret is in the wrong place");
        }
        revoke(&project, "org_name = \"acme\"").fails().says("Give one of token_ids, names");
        assert!(project.requests("DELETE").is_empty());
    });
}

#[test]
fn a_team_that_is_not_there_proves_nothing_of_an_id() {
    each_engine(|engine| {
        if !has_actions(engine) {
            return;
        }
        let project = Project::new(engine);
        let mut token = project.cloud.new_token("acme", "ci");
        token.team = Some("platform".to_owned());
        let token = project.cloud.add_token(token);
        let ids = format!("token_ids = [\"{}\"]", token.id);
        revoke(&project, &format!("org_name = \"acme\"\n team_name = \"plattform\"\n {ids}"))
            .fails()
            .says("the tokens can't be listed")
            .says("the team's name is misspelt");
        assert_eq!(project.cloud.existing("acme"), [token]);
    });
}
