//! What takes long comes to an end, and what takes a while is waited for.

use std::process::{Command, Stdio};
use std::time::Duration;

use emulator::{Fault, On, Operation, RateLimit};

use crate::harness::{Project, one_engine};

#[test]
fn forty_tokens_at_five_requests_a_second_are_made() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("count = 40\n name_prefix = \"ci-\"");
        project.cloud.set_rate_limit(Some(RateLimit::strict(false)));
        project
            .run(&["apply", "-no-color", "-auto-approve", "-input=false", "-parallelism=10"])
            .succeeds();
        project.cloud.set_rate_limit(None);
        assert_eq!(project.cloud.live("acme").len(), 40);
        assert_eq!(project.tokens().len(), 40);
    });
}

#[test]
fn an_organization_that_does_not_answer_costs_seconds() {
    one_engine(|engine| {
        let project = Project::new(engine);
        project.token("name_prefix = \"ci-\"");
        let metadata = On::operation(Operation::GetOrganizationMetadata);
        project.cloud.fault(metadata.always(), Fault::hang());
        let began = std::time::Instant::now();
        project.plan().says("The service could not be asked while planning");
        // The usual limit for one request alone would be the half of it.
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    });
}

#[test]
fn a_list_without_end_ends_with_an_interrupt() {
    one_engine(|engine| {
        let mut project = Project::new(engine);
        // Terraform 1.0 runs itself as a child of a process that passes no interrupt on.
        project.set("TF_FORK", "0");
        project.token("name = \"ci\"");
        project.cloud.set_latency(Duration::from_millis(20));
        project.cloud.fault(On::lists().always(), Fault::EndlessNewPages { tokens: 1 });
        let mut plan = project.command(&["plan", "-no-color", "-input=false"]);
        let mut plan = plan.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pages =
            || project.requests("GET").iter().filter(|r| r.path.ends_with("/tokens")).count();
        while pages() < 3 {
            assert!(plan.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::sleep(Duration::from_millis(5));
        }
        let sent = Command::new("kill").args(["-INT", &plan.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert!(!plan.wait().unwrap().success());
        // By itself it would have gone on for 500.
        assert!(pages() < 450, "{} pages", pages());
    });
}
