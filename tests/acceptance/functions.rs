//! Functions.

use serde_json::json;

use crate::harness::{Engine, Project, each_engine};

fn has_functions(engine: &Engine) -> bool {
    engine.is_at_least((1, 8), (1, 7))
}

#[test]
fn functions_compute() {
    each_engine(|engine| {
        if !has_functions(engine) {
            return;
        }
        let project = Project::new(engine);
        let id = "acme/5a3c7b1e-0000-4000-8000-0123456789ab";
        let cases = [
            ("duration_seconds(\"90d\")", json!(7_776_000)),
            ("duration_seconds(\"1d12h\")", json!(129_600)),
            ("epoch(\"2027-01-01T00:00:00Z\")", json!(1_798_761_600)),
            ("epoch(\"2027-01-01T01:00:00.5+01:00\")", json!(1_798_761_600)),
            ("rfc3339(1798761600)", json!("2027-01-01T00:00:00Z")),
            ("rfc3339(-1)", json!("1969-12-31T23:59:59Z")),
            (
                &format!("parse_token_id(\"{id}\")"),
                json!({
                    "org_name": "acme",
                    "name": null,
                    "token_id": "5a3c7b1e-0000-4000-8000-0123456789ab",
                }),
            ),
            (
                "parse_token_id(\"acme/GitLab CI/CD/7\")",
                json!({"org_name": "acme", "name": "GitLab CI/CD", "token_id": "7"}),
            ),
            ("token_id(\"a/b\", \"7\")", json!("a%2Fb/7")),
            ("parse_token_id(\"a%2Fb/7\").org_name", json!("a/b")),
        ];
        let outputs = cases.iter().enumerate().map(|(index, (call, _))| {
            format!("output \"o{index}\" {{ value = provider::pulumiservice::{call} }}\n")
        });
        project.write(&outputs.collect::<String>());
        project.apply();
        for (index, (call, expected)) in cases.iter().enumerate() {
            assert_eq!(project.output(&format!("o{index}")), *expected, "{call}");
        }
        assert!(project.cloud.requests().is_empty(), "nothing is asked");
    });
}

#[test]
fn an_error_points_at_the_argument() {
    each_engine(|engine| {
        if !has_functions(engine) {
            return;
        }
        let project = Project::new(engine);
        for (call, parameter, why) in [
            ("duration_seconds(\"90\")", "duration", "It is not a duration"),
            ("epoch(\"tomorrow\")", "timestamp", "is no instant in RFC 3339"),
            ("rfc3339(1798761600000)", "seconds", "Unix seconds are expected"),
            ("rfc3339(1.5)", "seconds", "It must be a whole number"),
            ("parse_token_id(\"acme\")", "id", "is no id of an organization token"),
            ("token_id(\"acme\", \"\")", "token_id", "It must not be empty"),
            ("token_id(\"\", \"7\")", "org_name", "It must not be empty"),
        ] {
            project.write(&format!("output \"o\" {{ value = provider::pulumiservice::{call} }}"));
            project
                .plan_fails()
                .says(&format!("Invalid value for \"{parameter}\" parameter"))
                .says(why);
        }
        let secret = "pul-0123456789abcdef0123456789abcdef01234567";
        project.write(&format!(
            "locals {{ s = \"{secret}\" }}\noutput \"o\" {{ value = \
             provider::pulumiservice::parse_token_id(local.s) }}"
        ));
        project.plan_fails().says("It looks like an access token");
    });
}
