//! `terraform query`: lists of tokens, and configuration for what they found.

use emulator::books::How;
use emulator::{
    ADMIN_ROLE, DEPLOYER_ROLE, Issuer, LOGIN, Member, Org, Policy, Role, TeamMember, Token,
};

use crate::harness::{Engine, Project, each_engine};

const ORG: &str = "pulumiservice_api_tokens_orgtoken";
const TEAM: &str = "pulumiservice_api_tokens_teamtoken";
const PERSONAL: &str = "pulumiservice_api_tokens_personaltoken";
/// Whose tokens are listed.
const TEAM_FILTER: &str = "org_name = \"acme\"\n team_name = \"platform\"";
const DAY: i64 = 86_400;

fn queries(engine: &Engine) -> bool {
    engine.is_at_least((1, 14), (99, 0))
}

/// A project that lists tokens of a type with this filter.
fn listing(project: &Project, ty: &str, block: &str, filter: &str) {
    project.write("");
    project.file(
        "tokens.tfquery.hcl",
        &format!(
            "list \"{ty}\" \"found\" {{\n provider = pulumiservice\n {block}\n config {{\n \
             {filter}\n }}\n}}"
        ),
    );
}

/// The display names of the tokens that a query finds.
fn found(project: &Project) -> Vec<String> {
    let mut names: Vec<_> = found_whole(project).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// What a query finds: display names, and whether it gives the whole object.
fn found_whole(project: &Project) -> Vec<(String, bool)> {
    let run = project.run(&["query", "-no-color", "-json"]).succeeds();
    let text = run.stdout();
    let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    let objects = lines.filter_map(|line: serde_json::Value| {
        let object = line.get("list_resource_found")?;
        let whole = object.get("resource_object").is_some_and(serde_json::Value::is_object);
        Some((object["display_name"].as_str()?.to_owned(), whole))
    });
    objects.collect()
}

fn add(project: &Project, name: &str, change: impl FnOnce(&mut Token)) -> Token {
    let mut token = project.cloud.new_token("acme", name);
    change(&mut token);
    project.cloud.add_token(token)
}

#[test]
fn every_filter_narrows_the_list_down() {
    each_engine(|engine| {
        if !queries(engine) {
            return;
        }
        let mut project = Project::new(engine);
        let now = project.cloud.clock().now();
        let deployer = project.cloud.new_token("acme", "x").role.unwrap();
        add(&project, "ci-plain", |token| token.last_used = now);
        add(&project, "ci-expired", |token| token.expires = now - DAY);
        add(&project, "ci-soon", |token| {
            token.expires = now + 10 * DAY;
            token.last_used = now - 100 * DAY;
        });
        add(&project, "old", |token| token.created = now - 100 * DAY);
        add(&project, "admin", |token| {
            token.admin = true;
            token.role = Some(emulator_role(ADMIN_ROLE, "Admin", "admin"));
        });
        add(&project, "deployer", |token| {
            token.role = Some(emulator_role(DEPLOYER_ROLE, "Deployer", ""));
        });
        add(&project, "of-a-team", |token| token.team = Some("platform".to_owned()));
        let member = deployer.id;
        for (filter, expected) in [
            ("", &["admin", "ci-plain", "ci-soon", "deployer", "old"][..]),
            ("status = \"expired\"", &["ci-expired"]),
            (
                "status = \"all\"",
                &["admin", "ci-expired", "ci-plain", "ci-soon", "deployer", "old"],
            ),
            ("expires_within = \"30d\"", &["ci-soon"]),
            ("expires_within = \"9d\"", &[]),
            ("unused_for = \"90d\"", &["ci-soon", "old"]),
            ("name_prefix = \"ci-\"", &["ci-plain", "ci-soon"]),
            ("admin = true", &["admin"]),
            (&format!("role_id = \"{DEPLOYER_ROLE}\""), &["deployer"]),
            (&format!("role_id = \"{member}\"\n name_prefix = \"o\""), &["old"]),
        ] {
            listing(&project, ORG, "", &format!("org_name = \"acme\"\n {filter}"));
            assert_eq!(found(&project), expected, "{filter}");
        }
        listing(&project, TEAM, "", TEAM_FILTER);
        assert_eq!(found(&project), ["of-a-team"]);
        listing(&project, PERSONAL, "", "");
        assert!(found(&project).is_empty(), "login sessions are no tokens");
        listing(&project, ORG, "", "");
        project.run(&["query", "-no-color"]).fails().says("No organization is given");
        project.set("PULUMI_ORG", "acme");
        assert_eq!(found(&project).len(), 5, "the provider's organization");
        listing(&project, ORG, "", "org_name = \"umbrella\"");
        project.run(&["query", "-no-color"]).fails().says("404").says("umbrella");
        listing(&project, ORG, "", "org_name = \"acme\"\n status = \"dead\"");
        project.run(&["query", "-no-color"]).fails().says("status is none of the words");
    });
}

fn emulator_role(id: &str, name: &str, default_identifier: &str) -> emulator::books::TokenRole {
    emulator::books::TokenRole {
        id: id.to_owned(),
        name: name.to_owned(),
        default_identifier: default_identifier.to_owned(),
    }
}

#[test]
fn no_page_is_asked_for_beyond_the_limit_and_objects_are_whole_only_if_asked_for() {
    each_engine(|engine| {
        if !queries(engine) {
            return;
        }
        let project = Project::new(engine);
        project.cloud.add_tokens("acme", "t", 2500);
        for number in 0..2500 {
            let token = project.cloud.new_token("acme", &format!("of-a-team-{number}"));
            project.cloud.add_token(Token { team: Some("platform".to_owned()), ..token });
            let token = project.cloud.new_personal_token(LOGIN, &format!("laptop-{number}"));
            project.cloud.add_personal_token(token);
        }
        for (ty, filter, path) in [
            (ORG, "org_name = \"acme\"", "/api/orgs/acme/tokens"),
            (TEAM, TEAM_FILTER, "/api/orgs/acme/teams/platform/tokens"),
            (PERSONAL, "", "/api/user/tokens"),
        ] {
            for (limit, pages, whole) in [(5, 1, false), (1500, 2, false), (7, 1, true)] {
                project.cloud.clear_requests();
                let block = format!("limit = {limit}\n include_resource = {whole}");
                listing(&project, ty, &block, filter);
                let objects = found_whole(&project);
                assert_eq!(objects.len(), limit, "{ty}");
                assert!(objects.iter().all(|(_, is)| *is == whole), "{ty}: {objects:?}");
                let lists = project.requests("GET");
                let lists = lists.iter().filter(|request| request.path == path);
                let queries: Vec<_> = lists.filter_map(|request| request.query.clone()).collect();
                assert_eq!(queries.len(), pages, "{ty}: {limit}");
                let active = |query: &String| query.contains("filter=active");
                assert!(queries.iter().all(active), "{queries:?}");
            }
        }
    });
}

#[test]
fn a_limit_holds_for_whatever_an_organization_has() {
    each_engine(|engine| {
        if !queries(engine) {
            return;
        }
        let project = Project::new(engine);
        project.cloud.edit_org("acme", |org| {
            people_and_roles(org);
            let member = TeamMember { login: "bob".to_owned(), admin: false, how: How::ByHand };
            org.teams[0].members.push(member);
            let other = Issuer {
                id: "two".to_owned(),
                name: "builds".to_owned(),
                url: "https://builds.example.com".to_owned(),
                ..org.issuers[0].clone()
            };
            org.issuers.push(other);
        });
        for (ty, filter) in [
            ("api_teams_team", ""),
            ("api_teams_member", "team_name = \"platform\""),
            ("api_role", ""),
            ("api_organization_member", ""),
            ("api_auth_oidc_issuer", ""),
        ] {
            let ty = format!("pulumiservice_{ty}");
            let filter = format!("org_name = \"acme\"\n {filter}");
            for (limit, whole) in [(1, false), (2, true)] {
                let block = format!("limit = {limit}\n include_resource = {whole}");
                listing(&project, &ty, &block, &filter);
                let objects = found_whole(&project);
                assert_eq!(objects.len(), limit, "{ty}");
                assert!(objects.iter().all(|(_, is)| *is == whole), "{ty}: {objects:?}");
            }
        }
    });
}

#[test]
fn generated_configuration_plans_clean() {
    each_engine(|engine| {
        if !queries(engine) {
            return;
        }
        let project = Project::new(engine);
        let now = project.cloud.clock().now();
        add(&project, "plain", |token| token.description = "made “by hand”".to_owned());
        add(&project, "ends", |token| token.expires = now + 10 * DAY);
        add(&project, "admin", |token| {
            token.admin = true;
            token.role = Some(emulator_role(ADMIN_ROLE, "Admin", "admin"));
        });
        add(&project, "deployer", |token| {
            token.role = Some(emulator_role(DEPLOYER_ROLE, "Deployer", ""));
        });
        add(&project, "of-a-team", |token| token.team = Some("platform".to_owned()));
        project.write(&format!("resource \"{PERSONAL}\" \"t\" {{\n description = \"laptop\"\n}}"));
        project.apply();
        project.run(&["state", "rm", &format!("{PERSONAL}.t")]).succeeds();
        project.cloud.clear_requests();
        for (ty, filter, count) in
            [(PERSONAL, "", 1), (ORG, "org_name = \"acme\"", 4), (TEAM, TEAM_FILTER, 1)]
        {
            listing(&project, ty, "include_resource = true", filter);
            let generated = format!("{ty}.tf");
            project
                .run(&["query", "-no-color", &format!("-generate-config-out={generated}")])
                .succeeds();
            project.apply().says(&format!("{count} imported, 0 added, 0 changed, 0 destroyed"));
            assert_eq!(project.instances(ty).len(), count);
            project.plan().is_clean();
        }
        assert!(project.requests("POST").is_empty() && project.requests("DELETE").is_empty());
    });
}

/// What an organization has, beside what every one has.
fn people_and_roles(org: &mut Org) {
    let how = How::ByHand;
    org.roles.push(Role::custom("role-a", "role-a"));
    org.members.push(Member { role_id: Some(ADMIN_ROLE.to_owned()), ..Member::new("alice") });
    org.members.push(Member { role_id: Some("role-a".to_owned()), ..Member::new("bob") });
    org.teams[0].members.push(TeamMember { login: "alice".to_owned(), admin: true, how });
    org.issuers.push(Issuer {
        id: "one".to_owned(),
        name: "ci".to_owned(),
        url: "https://ci.example.com".to_owned(),
        issuer: "https://ci.example.com".to_owned(),
        thumbprints: vec![emulator::thumbprint("https://ci.example.com")],
        max_expiration: Some(600),
        jwks: None,
        created: 0,
        modified: 0,
        last_used: None,
        policy: Policy::denying("policy-one".to_owned(), 0),
        how,
    });
}

#[test]
fn what_an_organization_has_is_listed_and_imported_by_identity_under_either_spelling() {
    each_engine(|engine| {
        if !queries(engine) {
            return;
        }
        let project = Project::new(engine);
        project.cloud.edit_org("acme", people_and_roles);
        let lists = [
            ("api_teams_team", "", &["data science", "platform"][..]),
            ("api_teams_member", "team_name = \"platform\"", &["alice"]),
            ("api_role", "", &["Deployer", "role-a"]),
            ("api_organization_member", "", &["alice", "bob", "lab-admin"]),
            ("api_auth_oidc_issuer", "", &["ci"]),
        ];
        let block = |(ty, filter, _): &(&str, &str, &[&str])| {
            format!(
                "list \"pulumiservice_{ty}\" \"{ty}\" {{\n provider = pulumiservice\n \
                 include_resource = true\n config {{\n org_name = \"acme\"\n {filter}\n }}\n}}\n"
            )
        };
        project.write("");
        project.file("all.tfquery.hcl", &lists.iter().map(block).collect::<String>());
        project.run(&["query", "-no-color", "-generate-config-out=all.tf"]).succeeds();
        let mut expected: Vec<_> = lists.iter().flat_map(|(_, _, names)| names.to_vec()).collect();
        expected.sort_unstable();
        assert_eq!(found(&project), expected);

        let count = expected.len();
        project.apply().says(&format!("{count} imported, 0 added, 0 changed, 0 destroyed"));
        project.plan().is_clean();
        let members = project.instances("pulumiservice_api_organization_member");
        let custom = members.iter().map(|member| &member["attributes"]["role_id"]);
        assert_eq!(custom.filter(|role| *role == "role-a").count(), 1, "{members:#?}");

        // The other spelling is the same thing.
        let written = std::fs::read_to_string(project.folder().join("all.tf")).unwrap();
        let mut other = without_imports(&written);
        for (from, to, count) in [
            ("api_organization_member", "api_organizationmember", 3),
            ("api_auth_oidc_issuer", "api_auth_oidcissuer", 1),
        ] {
            let [old, new] = [from, to].map(|ty| format!("\"pulumiservice_{ty}\""));
            other = other.replace(&old, &new);
            for index in 0..count {
                other += &format!(
                    "\nmoved {{\n from = pulumiservice_{from}.{from}_{index}\n to = \
                     pulumiservice_{to}.{from}_{index}\n}}\n"
                );
            }
        }
        project.file("all.tf", &other);
        project.apply().says("0 added, 0 changed, 0 destroyed");
        assert_eq!(project.instances("pulumiservice_api_organizationmember").len(), 3);
        project.plan().is_clean();
        for request in ["POST", "PATCH", "DELETE"] {
            assert!(project.requests(request).is_empty(), "{request}");
        }
    });
}

/// Generated configuration without its `import` blocks.
fn without_imports(written: &str) -> String {
    let mut inside = false;
    let lines = written.lines().filter(|line| {
        let before = inside;
        inside = line.starts_with("import {") || (inside && *line != "}");
        !before && !inside
    });
    lines.map(|line| format!("{line}\n")).collect()
}
