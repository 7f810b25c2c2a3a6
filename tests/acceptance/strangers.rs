//! Text from the service is a stranger's text: neither the terminal nor the log shows it as it is.

use emulator::{ACCESS_TOKEN, Fault, On, hostile_texts};
use serde_json::{Value, json};

use crate::harness::{Project, Run, one_engine};

/// The value of a token that somebody else has.
const THEIRS: &str = "pul-0123456789abcdef0123456789abcdef01234567";

fn texts() -> Vec<String> {
    hostile_texts(&[ACCESS_TOKEN])
}

fn base64_of_access_token() -> String {
    hostile_texts(&[ACCESS_TOKEN]).remove(2)
}

/// Asserts that both outputs can be looked at without harm.
fn is_harmless(run: &Run<'_>) {
    let raw = run.raw();
    for secret in [ACCESS_TOKEN, &base64_of_access_token()] {
        assert!(!raw.contains(secret), "shows {secret}\n{run}");
    }
    // A name, which the state has as a whole, has up to 16,384 characters.
    let long = raw.find(&"long".repeat(5_000));
    assert!(long.is_none(), "shows a megabyte");
    let marks = |c: &char| {
        let control = c.is_control() && !matches!(c, '\n' | '\t' | '\r');
        control
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mark = raw.chars().find(marks);
    assert!(mark.is_none(), "shows {:?}\n{run}", mark.unwrap());
}

/// A resource for each text, named `ci-0`, `ci-1` and so on.
fn one_for_each(project: &mut Project) -> Vec<String> {
    project.set("TF_LOG", "TRACE");
    let texts = texts();
    project.token(&format!("count = {}\n name = \"ci-${{count.index}}\"", texts.len()));
    texts
}

#[test]
fn what_lists_say_is_shown_without_harm() {
    one_engine(|engine| {
        for fields in [&["createdBy", "created"][..], &["id"]] {
            let mut project = Project::new(engine);
            for (number, text) in one_for_each(&mut project).into_iter().enumerate() {
                let mut token = project.cloud.new_token("acme", &format!("ci-{number}"));
                for field in fields {
                    token.listed_as.insert((*field).to_owned(), Value::from(text.clone()));
                }
                project.cloud.add_token(token);
            }
            let run = project.plan_fails();
            run.says("The token's name is taken");
            is_harmless(&run);
        }
    });
}

#[test]
fn what_answers_say_is_shown_without_harm() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        for (number, text) in one_for_each(&mut project).into_iter().enumerate() {
            let body = json!({"code": 400, "message": text});
            let on = On::creations().containing(&format!("\"ci-{number}\""));
            let fault = Fault::answer(400, emulator::ErrorBody::Json(body));
            project.cloud.fault(on.always(), fault);
        }
        let run = project.apply_fails();
        run.says("Can't create the token");
        is_harmless(&run);
        assert!(project.cloud.tokens("acme").is_empty());
    });
}

#[test]
fn names_of_imported_tokens_are_shown_without_harm() {
    one_engine(|engine| {
        let project = Project::new(engine);
        for text in texts() {
            let mut token = project.cloud.new_token("acme", &text[..text.len().min(8)]);
            token.listed_as.insert("name".to_owned(), Value::from(text));
            let token = project.cloud.add_token(token);
            project.token("name_prefix = \"ci-\"");
            let id = format!("acme/{}", token.id);
            let address = "pulumiservice_api_tokens_orgtoken.t";
            let run = project.run(&["import", "-no-color", "-input=false", address, &id]);
            is_harmless(&run);
            is_harmless(&project.run(&["plan", "-no-color", "-input=false"]));
            project.run(&["state", "rm", address]);
            project.cloud.delete("acme", &token.id);
        }
    });
}

#[test]
fn an_id_or_a_value_that_is_none_is_a_lost_answer() {
    one_engine(|engine| {
        for (pointer, text) in [
            ("/tokenValue", "pul-\u{1b}[31mred"),
            ("/tokenValue", "two\nlines"),
            ("/tokenValue", ""),
            ("/id", "\u{1b}]0;title\u{7}"),
            ("/id", "\u{202e}id"),
        ] {
            let mut project = Project::new(engine);
            project.set("TF_LOG", "TRACE");
            project.token("name = \"ci\"");
            project.cloud.fault(On::creations(), Fault::rewrite(pointer, text.into()));
            let run = project.apply_fails();
            run.says("The token was made, but its value was lost");
            is_harmless(&run);
            assert!(project.cloud.live("acme").is_empty());
            assert!(project.tokens().is_empty());
        }
    });
}

#[test]
fn a_secret_in_the_place_of_a_name_is_not_shown() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        project.set("TF_LOG_PROVIDER", "TRACE");
        let long = format!("{THEIRS}-and-more-than-forty-characters");
        let org = "pulumiservice_api_tokens_orgtoken";
        for secret in [ACCESS_TOKEN, THEIRS, &long] {
            for arguments in [
                format!("org_name = \"acme\"\n name = \"{secret}\""),
                format!("org_name = \"acme\"\n name_prefix = \"{secret}\""),
                format!("org_name = \"{secret}\"\n name = \"ci\""),
            ] {
                project.write(&format!("resource \"{org}\" \"t\" {{\n {arguments}\n}}"));
                project.plan_fails().says_nothing_of(secret);
            }
        }
        assert!(project.cloud.tokens("acme").is_empty());
    });
}
