//! Import in all its forms.

use serde_json::Value;

use crate::harness::{Project, each_engine};

const ADDRESS: &str = "pulumiservice_api_tokens_orgtoken.t";

#[test]
fn a_token_is_imported_by_either_form_of_id() {
    each_engine(|engine| {
        for older in [false, true] {
            let project = Project::new(engine);
            let mut token = project.cloud.new_token("acme", "GitLab CI/CD");
            token.description = "by hand".to_owned();
            token.expires = project.cloud.clock().now() + 86_400;
            let token = project.cloud.add_token(token);
            let id = match older {
                true => format!("acme/GitLab CI/CD/{}", token.id),
                false => format!("acme/{}", token.id),
            };
            project.token(&format!(
                "name = \"GitLab CI/CD\"\n description = \"by hand\"\n expires = {}",
                token.expires
            ));
            project
                .run(&["import", "-no-color", "-input=false", ADDRESS, &id])
                .succeeds()
                .says("The token's value can't be imported");
            let state = project.only_token();
            assert_eq!(state["id"], format!("acme/{}", token.id));
            assert_eq!(state["token_value"], Value::Null);
            project.plan().is_clean();
            project.destroy();
            assert!(project.cloud.existing("acme").is_empty());
        }
    });
}

/// Somebody chose them before: they are what they are.
#[test]
fn an_imported_token_keeps_its_name_and_description() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let mut token = project.cloud.new_token("acme", "pul-deploy-production");
        token.description = "used by pul-token-rotator, a \u{1f468}\u{200d}\u{1f4bb}".to_owned();
        let token = project.cloud.add_token(token);
        for name in ["name = \"pul-deploy-production\"", "name_prefix = \"pul-deploy-\""] {
            project.token(&format!("{name}\n description = \"{}\"", token.description));
            let id = format!("acme/{}", token.id);
            project.run(&["import", "-input=false", ADDRESS, &id]).succeeds();
            assert_eq!(project.only_token()["name"], "pul-deploy-production");
            project.plan().says_nothing_of("must be replaced");
            project.apply();
            project.plan().is_clean();
            assert_eq!(project.cloud.live("acme").len(), 1);
            project.run(&["state", "rm", ADDRESS]).succeeds();
        }
    });
}

#[test]
fn an_admin_token_is_imported_under_any_configuration_that_means_it() {
    each_engine(|engine| {
        let role = emulator::ADMIN_ROLE;
        for arguments in [
            "admin = true".to_owned(),
            format!("role_id = \"{role}\""),
            format!("admin = true\n role_id = \"{role}\""),
        ] {
            let project = Project::new(engine);
            project.token("name = \"ci\"\n admin = true");
            project.apply();
            let id = project.only_token()["id"].as_str().unwrap().to_owned();
            project.run(&["state", "rm", ADDRESS]).succeeds();
            project.token(&format!("name = \"ci\"\n {arguments}"));
            project.run(&["import", "-input=false", ADDRESS, &id]).succeeds();
            project.plan().is_clean();
        }
    });
}

#[test]
fn the_value_of_a_token_is_no_import_id_and_is_not_sent() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let leaked = "pul-0123456789abcdef0123456789abcdef01234567";
        for (ty, id) in [
            ("api_tokens_orgtoken", "acme/VALUE"),
            ("api_tokens_orgtoken", "acme/a/VALUE"),
            ("api_tokens_orgtoken", "VALUE/a"),
            ("api_tokens_teamtoken", "acme/VALUE/a"),
            ("api_tokens_personaltoken", "VALUE"),
            ("api_teams_team", "acme/VALUE"),
        ] {
            project.write(&format!("resource \"pulumiservice_{ty}\" \"t\" {{\n}}"));
            let address = format!("pulumiservice_{ty}.t");
            let id = id.replace("VALUE", leaked);
            // The engine itself shows what it was given, once.
            let import = project.run(&["import", "-no-color", "-input=false", &address, &id]);
            let import = import.fails();
            import.says("A secret is in the wrong place");
            assert_eq!(import.text().matches(leaked).count(), 1, "{import}");
        }
        assert!(project.cloud.requests().iter().all(|one| !one.path.contains("pul-0123")));
    });
}

/// What only the creation or the configuration knows.
const NOT_FOUND_AGAIN: [&str; 6] = [
    "token_value",
    "reason",
    "name_prefix",
    "expire_after",
    "rotate_before",
    "rotate_when_changed",
];

#[test]
fn an_import_finds_all_that_the_service_tells() {
    each_engine(|engine| {
        let role = emulator::DEPLOYER_ROLE;
        let deployer = format!("org_name = \"acme\"\n role_id = \"{role}\"");
        for (ty, arguments) in [
            ("pulumiservice_api_tokens_orgtoken", "org_name = \"acme\"\n admin = true"),
            ("pulumiservice_api_tokens_orgtoken", &deployer),
            (
                "pulumiservice_api_tokens_teamtoken",
                "org_name = \"acme\"\n team_name = \"platform\"",
            ),
            ("pulumiservice_api_tokens_personaltoken", ""),
        ] {
            let project = Project::new(engine);
            let name = match ty.contains("personal") {
                true => "",
                false => "name_prefix = \"ci-\"",
            };
            project.write(&format!(
                "resource \"{ty}\" \"t\" {{\n {arguments}\n {name}\n description = \"d\"\n \
                 reason = \"r\"\n expire_after = \"90d\"\n rotate_before = \"14d\"\n \
                 rotate_when_changed = {{ a = \"b\" }}\n}}"
            ));
            project.apply();
            let mut made = project.only(ty);
            let address = format!("{ty}.t");
            project.run(&["state", "rm", &address]).succeeds();
            let id = made["id"].as_str().unwrap();
            project.run(&["import", "-input=false", &address, id]).succeeds();
            let mut imported = project.only(ty);
            if arguments.contains("admin") {
                // An admin token has the role too, whichever of the two was asked for.
                assert_eq!(imported["role_id"], emulator::ADMIN_ROLE);
                imported["role_id"] = Value::Null;
            }
            for attribute in NOT_FOUND_AGAIN {
                made.as_object_mut().unwrap().remove(attribute);
                let found = imported.as_object_mut().unwrap().remove(attribute);
                assert!(found.is_none_or(|found| found.is_null()), "{attribute} of {ty}");
            }
            assert_eq!(imported, made, "{ty}");
        }
    });
}

#[test]
fn a_default_role_is_null_after_an_import_and_naming_it_replaces_nothing() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let token = project.cloud.add_token(project.cloud.new_token("acme", "ci"));
        project.token("name = \"ci\"");
        let id = format!("acme/{}", token.id);
        project.run(&["import", "-input=false", ADDRESS, &id]).succeeds();
        assert_eq!(project.only_token()["role_id"], Value::Null);
        project.plan().is_clean();
        let role = token.role.unwrap().id;
        project.token(&format!("name = \"ci\"\n role_id = \"{role}\""));
        project.apply().says("0 added, 1 changed, 0 destroyed");
        project.plan().is_clean();
        assert!(project.requests("POST").is_empty() && project.requests("DELETE").is_empty());
    });
}

#[test]
fn an_import_block_works_and_its_configuration_can_be_generated() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 5), (1, 6)) {
            return;
        }
        let project = Project::new(engine);
        let mut token = project.cloud.new_token("acme", "by hand");
        token.description = "made in the \"console\"".to_owned();
        let token = project.cloud.add_token(token);
        let block = |provider: &str| {
            let id = &token.id;
            format!("import {{\n  to = {ADDRESS}\n  id = \"acme/{id}\"\n{provider}}}")
        };
        let asks = engine.is_at_least((1, 16), (99, 0));
        project.write(&block(if asks { "  provider = pulumiservice\n" } else { "" }));
        project
            .run(&["plan", "-no-color", "-input=false", "-generate-config-out=generated.tf"])
            .succeeds();
        project.write(&block(""));
        project.apply().says("1 imported, 0 added, 0 changed, 0 destroyed");
        project.plan().is_clean();
        assert!(project.cloud.live("acme").iter().any(|live| live.id == token.id));
    });
}

#[test]
fn an_id_that_leads_nowhere_is_an_error_that_shows_the_form() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let token = project.cloud.add_token(project.cloud.new_token("acme", "ci"));
        project.token("name = \"ci\"");
        let import =
            |id: &str| project.run(&["import", "-no-color", "-input=false", ADDRESS, id]).fails();
        for id in ["acme", "acme/", "/x", "acme//x"] {
            import(id).says("An import id is ORGANIZATION/TOKEN_ID").says(&format!("It is {id:?}"));
        }
        import("acme/no-such")
            .says("lists no token with the id \"no-such\"")
            .says("ORGANIZATION/TOKEN_ID");
        import(&format!("acme/other/{}", token.id)).says("The import id names another token");
        import(&format!("umbrella/{}", token.id)).says("404").says("umbrella");
        assert!(!project.folder().join("terraform.tfstate").exists());
    });
}
