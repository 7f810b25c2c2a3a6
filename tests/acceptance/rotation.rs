//! Names that are made, lives that are counted, and renewal before they end.

use std::time::Duration;

use emulator::{ACCESS_TOKEN, Clock, Config, Emulator, Fault, On};
use pulumiservice::cloud::{Backoff, SystemRandom};
use serde_json::Value;

use crate::harness::{Engine, Project, each_engine};
use crate::inprocess::{Draws, Served, TestClock, provider};

pub const DAY: i64 = 86_400;
pub const START: i64 = 1_900_000_000;
const ADDRESS: &str = "pulumiservice_api_tokens_orgtoken.t";
const ROTATING: &str = "name_prefix = \"ci-\"\n expire_after = \"90d\"\n rotate_before = \"14d\"";

/// A project whose provider has a clock that stands at `START`, as the service's does.
pub struct Timed {
    pub project: Project,
    clock: TestClock,
    _served: Served,
}

impl Timed {
    pub fn new(engine: &'static Engine) -> Self {
        let config = Config { clock: Clock::frozen(START), ..Config::default() };
        let mut project = Project::with(engine, config);
        let clock = TestClock::at(START);
        let served = Served::start(provider(&project.cloud, clock.clone(), SystemRandom));
        project.set("TF_REATTACH_PROVIDERS", served.reattach.clone());
        Self { project, clock, _served: served }
    }

    pub fn set(&self, unix: i64) {
        self.clock.set(&self.project.cloud, unix);
    }

    fn refresh(&self) {
        self.project.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();
    }
}

fn text<'v>(token: &'v Value, attribute: &str) -> &'v str {
    token[attribute].as_str().unwrap_or_else(|| panic!("{attribute} in {token:#}"))
}

#[test]
fn a_generated_name_can_be_replaced_again_and_again() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        project.plan().has_changes().says("name = (known after apply)");
        project.apply();
        let first = project.only_token();
        let name = text(&first, "name");
        let suffix = name.strip_prefix("ci-").unwrap();
        assert_eq!(suffix.len(), 8);
        assert!(suffix.chars().all(|c| matches!(c, 'a'..='z' | '2'..='7')), "{name}");
        project.plan().is_clean();

        project
            .run(&["apply", "-auto-approve", "-input=false", &format!("-replace={ADDRESS}")])
            .succeeds();
        project.run(&["taint", ADDRESS]).succeeds();
        project.apply();
        let third = project.only_token();
        assert_ne!(first["name"], third["name"]);
        assert_eq!(project.cloud.tokens("acme").len(), 3);
        assert_eq!(project.cloud.live("acme").len(), 1);
        assert_eq!(project.cloud.live("acme")[0].value, text(&third, "token_value"));

        // A change of what the service would have to change replaces, too.
        project.token("name_prefix = \"ci-\"\n description = \"d\"");
        project.plan().has_changes().says("-/+");
        project.apply();
        project.plan().is_clean();
        // Another prefix that the name begins with changes the state alone.
        project.token("name_prefix = \"c\"\n description = \"d\"");
        project.plan().has_changes().says("will be updated in-place");
        project.token("name_prefix = \"cd-\"\n description = \"d\"");
        project.plan().has_changes().says("forces replacement");
    });
}

#[test]
fn replacement_works_the_other_way_round_and_by_trigger() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let project = Project::new(engine);
        let hcl = |input: &str| {
            format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{input}\" }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 name_prefix = \"ci-\"\n lifecycle {{\n create_before_destroy = true\n \
                 replace_triggered_by = [terraform_data.x]\n }}\n}}"
            )
        };
        project.write(&hcl("1"));
        project.apply();
        project.cloud.clear_requests();
        project.write(&hcl("2"));
        project.apply();
        let changes: Vec<_> = project.cloud.requests().into_iter().map(|r| r.method).collect();
        let changes: Vec<_> = changes.iter().filter(|m| *m != "GET").collect();
        assert_eq!(changes, ["POST", "DELETE"]);
        project.plan().is_clean();
    });
}

#[test]
fn a_drawn_name_that_is_taken_is_drawn_again() {
    each_engine(|engine| {
        let config = Config { clock: Clock::frozen(START), ..Config::default() };
        let mut project = Project::with(engine, config);
        let taken = project.cloud.add_token(project.cloud.new_token("acme", "ci-aaaaaaaa"));
        project.cloud.delete("acme", &taken.id);
        let draws = Draws::first([vec![0; 5], vec![0; 5]]);
        // It looks whether the taken name is of a token of its own, which takes its time.
        let short = Duration::from_millis(1);
        let backoff = Backoff { base: short, cap: short, total: Duration::from_secs(60) };
        let provider = provider(&project.cloud, TestClock::at(START), draws);
        let served = Served::start(provider.with_backoff(backoff));
        project.set("TF_REATTACH_PROVIDERS", served.reattach.clone());
        project.token("name_prefix = \"ci-\"");
        project.apply().says("Whether the token was created is not known").says("ci-aaaaaaaa");
        assert_eq!(project.requests("POST").len(), 3);
        assert_eq!(project.cloud.live("acme").len(), 1);
    });
}

#[test]
fn a_lost_answer_is_cleared_up_and_the_apply_succeeds() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.cloud.fault(On::creations(), Fault::drop().after());
        project.token("name_prefix = \"ci-\"");
        project.apply().says("A token was revoked, as its value was lost");
        let live = project.cloud.live("acme");
        assert_eq!(live.len(), 1);
        assert_eq!(live[0].value, text(&project.only_token(), "token_value"));
        assert_eq!(project.cloud.tokens("acme").len(), 2);
    });
}

#[test]
fn a_life_is_counted_from_the_creation() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        project.token("name_prefix = \"ci-\"\n expire_after = \"1d12h\"");
        project.plan().has_changes().says("expires_at = (known after apply)");
        project.apply();
        let token = project.only_token();
        assert_eq!(token["expires"], START + 36 * 3600);
        assert_eq!(token["expires_at"], "2030-03-19T05:46:40Z");
        assert_eq!(token["ready_for_rotation"], false);
        assert_eq!(project.cloud.live("acme")[0].expires, START + 36 * 3600);
        timed.set(START + 3600);
        project.plan().is_clean();
        project.token("name_prefix = \"ci-\"\n expire_after = \"36h\"");
        project.plan().has_changes().says("will be updated in-place");
        project.token("name_prefix = \"ci-\"\n expire_after = \"2d\"");
        project.plan().has_changes().says("must be replaced");
        project.token("name_prefix = \"ci-\"");
        project.plan().has_changes().says("must be replaced");
    });
}

#[test]
fn a_token_is_renewed_when_its_window_opens_and_not_before() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        project.token(ROTATING);
        project.apply();
        let first = project.only_token();
        timed.set(START + 76 * DAY - 1);
        project.plan().is_clean();
        timed.set(START + 76 * DAY);
        project
            .run(&["plan", "-refresh-only", "-no-color", "-input=false"])
            .succeeds()
            .says("~ ready_for_rotation = false -> true");
        project
            .plan()
            .has_changes()
            .says("The token is due for rotation")
            .says("ready_for_rotation = true -> false # forces replacement")
            .says("must be replaced");
        project.apply();
        let second = project.only_token();
        assert_ne!(first["token_value"], second["token_value"]);
        assert_eq!(second["expires"], START + 166 * DAY);
        assert_eq!(second["ready_for_rotation"], false);
        assert_eq!(project.cloud.live("acme").len(), 1);
        project.plan().is_clean();
        // An expired one is replaced as well.
        timed.set(START + 400 * DAY);
        project.plan().has_changes().says("must be replaced");
        // Without a window nothing rotates by itself.
        project.token("name_prefix = \"ci-\"\n expire_after = \"90d\"");
        project.apply().says("0 destroyed");
        project.plan().is_clean().says("The token has expired");
    });
}

#[test]
fn a_saved_plan_applies_although_the_window_opens_in_between() {
    each_engine(|engine| {
        for (life, window) in [("90d", 14 * DAY), ("729d23h59m59s", 14 * DAY)] {
            let timed = Timed::new(engine);
            let project = &timed.project;
            let arguments = format!(
                "name_prefix = \"ci-\"\n expire_after = \"{life}\"\n rotate_before = \"14d\""
            );
            project.token(&arguments);
            project.apply();
            let token = project.only_token();
            let opens = token["expires"].as_i64().unwrap() - window;
            timed.set(opens - 1);
            project.token(&format!("{arguments}\n reason = \"r\""));
            project.run(&["plan", "-input=false", "-out=saved"]).succeeds();
            timed.set(opens + 1);
            project
                .run(&["apply", "-no-color", "-input=false", "saved"])
                .succeeds()
                .says("1 changed");
            assert_eq!(project.only_token()["token_value"], token["token_value"]);
            project.plan().has_changes().says("must be replaced");
        }
    });
}

#[test]
fn a_fixed_expiry_in_the_window_is_said_to_be_in_vain() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        let arguments =
            |end: i64| format!("name_prefix = \"ci-\"\n expires = {end}\n rotate_before = \"14d\"");
        project.token(&arguments(START + 90 * DAY));
        project.apply();
        for moment in [START + 80 * DAY, START + 100 * DAY] {
            timed.set(moment);
            timed.refresh();
            project.plan().is_clean().says("due for rotation, but its expiry is fixed");
        }
        project.token(&arguments(START + 200 * DAY));
        project.plan().has_changes().says("must be replaced");
        project.apply();
        project.plan().is_clean();
        // One that would be due as soon as it is made is not made at all.
        project.token(&arguments(START + 101 * DAY));
        project.plan_fails().says("The token would be replaced at every plan");
    });
}

#[test]
fn a_changed_value_rotates() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let arguments = |value: &str| {
            format!("name_prefix = \"ci-\"\n rotate_when_changed = {{ month = \"{value}\" }}")
        };
        project.token("name_prefix = \"ci-\"");
        project.apply();
        project.token(&arguments("1"));
        project.plan().has_changes().says("will be updated in-place");
        project.apply();
        project.token(&arguments("2"));
        project.plan().has_changes().says("must be replaced");
        project.apply();
        assert_eq!(project.cloud.tokens("acme").len(), 2);
        project.plan().is_clean();
    });
}

#[test]
fn what_can_not_rotate_is_refused_with_the_change_to_make() {
    each_engine(|engine| {
        let project = Project::new(engine);
        for (arguments, says) in [
            (
                "name = \"ci\"\n expire_after = \"90d\"\n rotate_before = \"14d\"",
                "Replace name by name_prefix",
            ),
            ("name = \"ci\"\n name_prefix = \"ci-\"", "name and name_prefix exclude each other"),
            (
                "name_prefix = \"ci-\"\n expires = 0\n expire_after = \"1d\"",
                "expires and expire_after exclude each other",
            ),
            (
                "name_prefix = \"ci-\"\n expire_after = \"14d\"\n rotate_before = \"2w\"",
                "must be shorter than the token's life",
            ),
            ("name_prefix = \"ci-\"\n expire_after = \"soon\"", "is not a duration"),
            ("name_prefix = \"ci-\"\n expire_after = \"0s\"", "must be longer than zero"),
            ("name_prefix = \"ci-\"\n expire_after = \"730d1s\"", "at most two years"),
            ("name_prefix = \"ci-\"\n rotate_before = \"0d\"", "must be longer than zero"),
            (
                "name_prefix = \"123456789012345678901234567890123\"",
                "name_prefix must have 1 to 32 characters",
            ),
            (
                "name_prefix = \"ci-\"\n delete_on_destroy = false",
                "A token that never expires must be deleted on destroy",
            ),
        ] {
            project.token(arguments);
            project.run(&["validate", "-no-color"]).fails().says(says);
            project.plan_fails().says(says);
        }
        project.token("name = \"ci\"\n rotate_when_changed = { a = \"1\" }");
        project.apply();
        project.token("name = \"ci\"\n rotate_when_changed = { a = \"2\" }");
        project.plan_fails().says("A token with a fixed name can't rotate").says("name_prefix");
    });
}

#[test]
fn unknown_values_are_checked_at_apply_before_anything_is_sent() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        for (arguments, says) in [
            ("name_prefix = \"ci-\"\n expire_after = terraform_data.x.output", "is not a duration"),
            (
                "name_prefix = \"ci-\"\n expire_after = \"1d\"\n rotate_before = \
                 terraform_data.x.output",
                "is not a duration",
            ),
            ("name_prefix = terraform_data.x.output", "1 to 32 characters"),
        ] {
            let project = Project::new(engine);
            project.write(&format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{}\" }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 {arguments}\n}}",
                "x".repeat(33)
            ));
            project.plan().has_changes();
            project.apply_fails().says(says);
            assert!(project.requests("POST").is_empty());
        }
    });
}

#[test]
fn an_unknown_map_under_a_fixed_name_is_checked_at_apply() {
    each_engine(|engine| {
        if !engine.has_terraform_data() {
            return;
        }
        let project = Project::new(engine);
        let hcl = |input: &str| {
            format!(
                "resource \"terraform_data\" \"x\" {{ input = \"{input}\" }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 name = \"ci\"\n rotate_when_changed = {{ a = terraform_data.x.output }}\n}}"
            )
        };
        project.write(&hcl("1"));
        project.apply();
        project.write(&hcl("2"));
        project.plan().has_changes();
        project.apply_fails().says("A token with a fixed name can't rotate");
        assert_eq!(project.cloud.live("acme").len(), 1);
        assert_eq!(project.requests("POST").len(), 1);
    });
}

#[test]
fn ignored_changes_make_valid_plans() {
    each_engine(|engine| {
        if !engine.ignores_configured_values_only() {
            return;
        }
        for ignored in [
            "[name_prefix]",
            "[expire_after]",
            "[expires]",
            "[rotate_before]",
            "[name]",
            "[rotate_when_changed]",
            "[delete_on_destroy]",
            "[description, role_id, admin]",
            "all",
        ] {
            let project = Project::new(engine);
            let lifecycle = format!("lifecycle {{ ignore_changes = {ignored} }}");
            project.token(&format!(
                "{ROTATING}\n rotate_when_changed = {{ a = \"1\" }}\n {lifecycle}"
            ));
            project.apply();
            project.plan().is_clean();
            project.token(&format!(
                "name_prefix = \"cd-\"\n expire_after = \"80d\"\n rotate_before = \"7d\"\n \
                 delete_on_destroy = false\n description = \"d\"\n rotate_when_changed = {{ a = \
                 \"2\" }}\n {lifecycle}"
            ));
            let plan = project.plan();
            if ignored == "all" {
                plan.is_clean();
            } else {
                plan.has_changes();
                project.apply();
                project.plan().is_clean();
            }
        }
    });
}

#[test]
fn an_imported_token_adopts_what_is_added() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        let mut token = project.cloud.new_token("acme", "ci-by-hand");
        token.expires = START + 90 * DAY;
        let token = project.cloud.add_token(token);
        project.token(&format!(
            "{ROTATING}\n rotate_when_changed = {{ a = \"1\" }}\n delete_on_destroy = false"
        ));
        project.run(&["import", "-input=false", ADDRESS, &format!("acme/{}", token.id)]).succeeds();
        project.plan().has_changes().says("will be updated in-place");
        project.apply().says("0 added, 1 changed, 0 destroyed");
        project.plan().is_clean();
        assert_eq!(project.cloud.live("acme")[0].id, token.id);
        // From now on it rotates like any other.
        timed.set(START + 80 * DAY);
        project.plan().has_changes().says("must be replaced");
        project.token("name_prefix = \"cd-\"\n expire_after = \"90d\"");
        project.plan().has_changes().says("forces replacement");
    });
}

#[test]
fn moving_between_name_and_prefix_replaces_nothing() {
    each_engine(|engine| {
        let project = Project::new(engine);
        project.token("name = \"ci-main\"");
        project.apply();
        let token = project.only_token();
        project.token("name_prefix = \"ci-\"");
        project.apply().says("0 added, 1 changed, 0 destroyed");
        project.plan().is_clean();
        project.token("name = \"ci-main\"");
        project.apply().says("0 added, 1 changed, 0 destroyed");
        project.plan().is_clean();
        assert_eq!(project.only_token()["token_value"], token["token_value"]);
    });
}

#[test]
fn a_token_can_be_left_to_its_expiry() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        project.token("name_prefix = \"ci-\"\n expire_after = \"1d\"");
        project.apply();
        project.cloud.clear_requests();
        project.token("name_prefix = \"ci-\"\n expire_after = \"1d\"\n delete_on_destroy = false");
        project.apply().says("1 changed");
        project
            .destroy()
            .says("The token stays valid")
            .says("it is valid until 2030-03-18T17:46:40Z");
        assert!(project.cloud.requests().iter().all(|request| request.method == "GET"));
        assert_eq!(project.cloud.live("acme").len(), 1);
        timed.set(START + DAY + 1);
        assert!(project.cloud.live("acme").is_empty());
    });
}

#[test]
fn the_policy_is_asked_once_and_kept() {
    each_engine(|engine| {
        let timed = Timed::new(engine);
        let project = &timed.project;
        project.token("name_prefix = \"ci-\"");
        project.apply();
        project.cloud.set_policy("acme", Some(30));
        project
            .plan()
            .is_clean()
            .says("The token violates the organization's policy")
            .says("30 days");

        let new = |arguments: &str| {
            format!(
                "resource \"pulumiservice_api_tokens_orgtoken\" \"n\" {{\n count = 3\n org_name = \
                 \"acme\"\n name_prefix = \"n-\"\n {arguments}\n}}"
            )
        };
        for arguments in [
            "expires = 0".to_owned(),
            "expire_after = \"31d\"".to_owned(),
            format!("expires = {}", START + 31 * DAY),
        ] {
            project.write(&new(&arguments));
            project.cloud.clear_requests();
            project
                .plan_fails()
                .says("The organization's policy doesn't allow such a token")
                .says("at most 30 days");
            let asked = project.requests("GET");
            assert_eq!(asked.iter().filter(|r| r.path.ends_with("/metadata")).count(), 1);
        }
        project.write(&new("expire_after = \"30d\""));
        project.apply();
        project.plan().is_clean();
    });
}

#[test]
fn where_the_policy_may_not_be_read_nothing_is_said() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let permissions = emulator::Permissions { metadata: false, ..emulator::Permissions::ALL };
        project.cloud.set_permissions(ACCESS_TOKEN, permissions);
        project.token("name_prefix = \"ci-\"");
        project.plan().has_changes().says_nothing_of("olicy");
    });
}

#[test]
fn a_warning_of_tokens_that_never_expire_is_for_those_who_ask() {
    each_engine(|engine| {
        let project = Project::new(engine);
        let hcl = |warn: &str| {
            format!(
                "provider \"pulumiservice\" {{ {warn} }}\n\
                 resource \"pulumiservice_api_tokens_orgtoken\" \"t\" {{\n org_name = \"acme\"\n \
                 name_prefix = \"ci-\"\n}}"
            )
        };
        project.write(&hcl(""));
        project.plan().says_nothing_of("never expires");
        project.write(&hcl("warn_never_expires = true"));
        project.plan().says("The token never expires");
        project.apply();
        project.plan().is_clean().says("The token never expires");
    });
}

/// Straight at the framework, as a hundred runs of a CLI would take minutes.
#[tokio::test]
async fn a_hundred_refreshes_on_a_moving_clock_change_only_when_the_window_opens() {
    use pulumiservice::framework::json;
    use pulumiservice::framework::provider::{AnyProvider, ConfigureRequest};
    use pulumiservice::framework::resource::{ApplyRequest, PlanRequest, ReadRequest};
    use pulumiservice::framework::value::Value;

    let cloud = Emulator::start(Config { clock: Clock::frozen(START), ..Config::default() });
    let clock = TestClock::at(START);
    let provider = provider(&cloud, clock.clone(), SystemRandom);
    let provider = AnyProvider::new(std::sync::Arc::new(provider));
    let empty = Value::object(Vec::<(String, Value)>::new());
    let request = ConfigureRequest { config: empty, ..ConfigureRequest::default() };
    assert!(!provider.configure(request).await.has_error());
    let (resource, data) = (&provider.registry.resources[0], provider.configured());
    let written =
        br#"{"name_prefix":"ci-","org_name":"acme","expire_after":"90d","rotate_before":"14d"}"#;
    let config = json::decode(written, resource.schema.object()).unwrap();
    let planned = |prior: &Value| {
        let (prior, config) = (prior.clone(), config.clone());
        resource.plan(data.clone(), PlanRequest { prior, config, ..PlanRequest::default() })
    };
    let plan = planned(&Value::Null).await;
    let apply = ApplyRequest { planned: plan.planned, ..ApplyRequest::default() };
    let mut state = resource.apply(data.clone(), apply).await.state;
    for step in 0..100 {
        // Seven days in a hundred steps, from before the window to within it.
        let now = START + 72 * DAY + step * 7 * DAY / 100;
        clock.set(&cloud, now);
        let due = now >= START + 76 * DAY;
        let read = ReadRequest { state: state.clone(), ..ReadRequest::default() };
        let refreshed = resource.read(data.clone(), read).await.state;
        assert_eq!(refreshed.attribute("ready_for_rotation").as_bool(), Some(due), "step {step}");
        assert_eq!(
            refreshed == state,
            refreshed.attribute("ready_for_rotation") == state.attribute("ready_for_rotation")
        );
        state = refreshed;
        let plan = planned(&state).await;
        assert_eq!(!plan.replaces.is_empty(), due, "step {step}");
        assert_eq!(plan.planned == state, !due, "step {step}");
    }
}
