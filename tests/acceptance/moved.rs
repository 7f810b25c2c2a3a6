//! Tokens that move between two spellings of a type, and from another provider's address.

use crate::harness::{Engine, Project, each_engine};

fn moves(engine: &Engine) -> bool {
    engine.is_at_least((1, 8), (1, 10))
}

const KINDS: [(&str, &str, &str); 3] = [
    (
        "pulumiservice_api_tokens_orgtoken",
        "pulumiservice_api_tokens_org_token",
        "org_name = \"acme\"\n name = \"ci\"",
    ),
    (
        "pulumiservice_api_tokens_teamtoken",
        "pulumiservice_api_tokens_team_token",
        "org_name = \"acme\"\n team_name = \"platform\"\n name = \"ci\"",
    ),
    (
        "pulumiservice_api_tokens_personaltoken",
        "pulumiservice_api_tokens_personal_token",
        "description = \"laptop\"",
    ),
];

#[test]
fn a_token_keeps_its_value_between_the_two_spellings() {
    each_engine(|engine| {
        if !moves(engine) {
            return;
        }
        for (older, newer, arguments) in KINDS {
            let project = Project::new(engine);
            project.write(&format!("resource \"{older}\" \"t\" {{\n {arguments}\n}}"));
            project.apply();
            let before = project.only(older);
            for (from, to) in [(older, newer), (newer, older)] {
                project.write(&format!(
                    "resource \"{to}\" \"t\" {{\n {arguments}\n}}\nmoved {{\n from = {from}.t\n \
                     to = {to}.t\n}}"
                ));
                project.apply().says("0 added, 0 changed, 0 destroyed");
                assert_eq!(project.only(to), before);
                assert!(project.instances(from).is_empty());
                project.plan().is_clean();
            }
            assert_eq!(project.requests("POST").len(), 1);
            assert!(project.requests("DELETE").is_empty());
        }
    });
}

#[test]
fn a_token_of_the_same_type_of_another_provider_address_is_taken_over() {
    each_engine(|engine| {
        if !moves(engine) {
            return;
        }
        let project = Project::new(engine);
        let token = "resource \"pulumiservice_api_tokens_orgtoken\" \"a\" {\n \
                     org_name = \"acme\"\n name = \"ci\"\n}";
        project.file(
            "main.tf",
            &format!(
                "terraform {{\n required_providers {{\n pulumiservice = {{ source = \
                 \"pulumi/pulumiservice\" }}\n }}\n}}\n{token}"
            ),
        );
        project.apply();
        let before = project.only_token();
        project.write(&format!(
            "{}\nmoved {{\n from = pulumiservice_api_tokens_orgtoken.a\n \
             to = pulumiservice_api_tokens_orgtoken.b\n}}",
            token.replace("\"a\"", "\"b\"")
        ));
        project.apply().says("0 added, 0 changed, 0 destroyed");
        assert_eq!(project.only_token(), before);
        assert!(project.state().to_string().contains("/pulumiservice/pulumiservice"));
        project.plan().is_clean();
        assert!(project.requests("DELETE").is_empty());
    });
}

#[test]
fn identity_is_stored_and_found_again_where_state_has_none() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 12), (1, 12)) {
            return;
        }
        for (ty, _, arguments) in KINDS {
            let project = Project::new(engine);
            project.write(&format!("resource \"{ty}\" \"t\" {{\n {arguments}\n}}"));
            project.apply();
            let instance = project.instances(ty).remove(0);
            let identity = instance["identity"].clone();
            assert_eq!(identity["token_id"], instance["attributes"]["token_id"]);
            for part in ["org_name", "team_name"] {
                let attribute = instance["attributes"].get(part);
                assert_eq!(identity.get(part), attribute, "{part} of {ty}");
            }

            let mut state = project.state();
            let stored = state["resources"][0]["instances"][0].as_object_mut().unwrap();
            assert!(stored.remove("identity").is_some());
            stored.remove("identity_schema_version");
            project.file("terraform.tfstate", &state.to_string());
            project.plan().is_clean();
            project.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
            assert_eq!(project.instances(ty)[0]["identity"], identity, "{ty}");

            // And the token is taken over by it.
            project.run(&["state", "rm", &format!("{ty}.t")]).succeeds();
            let parts = identity.as_object().unwrap().iter();
            let parts: Vec<_> = parts.map(|(name, value)| format!("{name} = {value}")).collect();
            project.write(&format!(
                "resource \"{ty}\" \"t\" {{\n {arguments}\n}}\nimport {{\n to = {ty}.t\n \
                 identity = {{\n {}\n }}\n}}",
                parts.join("\n ")
            ));
            project.apply().says("1 imported, 0 added, 0 changed, 0 destroyed");
            assert_eq!(project.instances(ty)[0]["identity"], identity, "{ty}");
            project.plan().is_clean();
        }
    });
}
