//! Functions that write permission trees.

use crate::harness::{Project, each_engine};

#[test]
fn trees_are_written_by_functions_and_taken_by_a_role() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 8), (1, 7)) {
            return;
        }
        let project = Project::new(engine);
        project.write(
            "locals {\n  f = provider::pulumiservice::permissions_union(\n    \
             provider::pulumiservice::permissions_allow([\"stack:list\"]),\n    \
             provider::pulumiservice::permissions_on_stack(\"s1\", [\"stack:read\"]),\n    \
             provider::pulumiservice::permissions_on_environment(\"e1\", [\"environment:read\"]),\n    \
             provider::pulumiservice::permissions_on_tag(\"insights_account\", \"env\", \"prod\", [\"stack:read\"]),\n  )\n}\n\
             resource \"pulumiservice_api_role\" \"r\" {\n  org_name = \"acme\"\n  name = \"x\"\n  \
             details = local.f\n}",
        );
        project.apply();
        project.plan().is_clean();
        assert_eq!(project.cloud.breaches(), [""; 0]);
        let roles = project.cloud.roles("acme");
        let details = &roles.iter().find(|role| role.name == "x").unwrap().details;
        assert_eq!(details["entries"][1]["condition"]["right"]["identity"], "s1");
        let tag = &details["entries"][3]["condition"];
        assert_eq!(tag["left"]["context"]["__type"], "PermissionExpressionInsightsAccount");
        assert_eq!(tag["right"]["value"], "prod");
    });
}

/// OpenTofu calls functions with lists of which an element isn't known yet.
#[test]
fn scopes_that_are_known_late_are_taken_late() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 8), (1, 7)) {
            return;
        }
        let project = Project::new(engine);
        project.write(
            "variable \"more\" { default = \"stack:read\" }\n\
             resource \"terraform_data\" \"x\" { input = \"stack:write\" }\n\
             resource \"pulumiservice_api_role\" \"r\" {\n  org_name = \"acme\"\n  name = \"x\"\n  \
             details = provider::pulumiservice::permissions_allow(\
             [var.more, terraform_data.x.output])\n}",
        );
        project.run(&["validate", "-no-color"]).succeeds();
        project.apply();
        project.plan().is_clean();
    });
}

#[test]
fn what_is_no_argument_is_refused_at_the_argument() {
    each_engine(|engine| {
        if !engine.is_at_least((1, 8), (1, 7)) {
            return;
        }
        let project = Project::new(engine);
        for (call, why) in [
            ("permissions_allow([])", "at least one scope"),
            ("permissions_on_tag(\"x\", \"a\", \"b\", [\"stack:read\"])", "one of stack"),
            ("permissions_union({ a = 1 })", "It is no tree"),
            ("permissions_union()", "at least one tree"),
        ] {
            project
                .write(&format!("output \"x\" {{\n  value = provider::pulumiservice::{call}\n}}"));
            project.plan_fails().says(why);
        }
    });
}
