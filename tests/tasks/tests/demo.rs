//! `cargo demo` as a newcomer runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const TASKS: &str = env!("CARGO_BIN_EXE_tasks");

/// The demo. A `cargo test` of everything has built the provider beside this package's program, so
/// it is not built once more with fewer features; if it isn\'t there, the demo builds it.
fn demo() -> Command {
    let name = format!("terraform-provider-pulumiservice{}", std::env::consts::EXE_SUFFIX);
    let provider = Path::new(TASKS).with_file_name(name);
    let mut command = Command::new(TASKS);
    command.arg("demo").stdin(Stdio::null());
    if provider.exists() {
        command.arg("--provider").arg(provider);
    }
    command
}

#[test]
fn it_issues_a_token_shows_it_masked_and_retires_it() {
    let output = demo().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    let mut rest = text.as_str();
    for wanted in [
        "pulumiservice_api_tokens_orgtoken",
        "Plan: 1 to add",
        "Apply complete! Resources: 1 added",
        "output ci_token = pul-",
        "…••••",
        "No changes.",
        "Destroy complete! Resources: 1 destroyed",
        "The service has revoked the token \"ci-",
    ] {
        let (_, after) = rest
            .split_once(wanted)
            .unwrap_or_else(|| panic!("no {wanted:?} where it should be in\n{text}\n{errors}"));
        rest = after;
    }
    assert_eq!(longest_after_prefix(&text), 2, "more of the value than its mask shows\n{text}");
    assert_eq!(longest_after_prefix(&errors), 0, "{errors}");
}

/// How much of a token is shown anywhere: the longest run of its characters after `pul-`.
fn longest_after_prefix(text: &str) -> usize {
    let shown = |part: &str| part.chars().take_while(char::is_ascii_alphanumeric).count();
    text.split("pul-").skip(1).map(shown).max().unwrap_or(0)
}

#[test]
#[cfg(unix)]
fn it_can_be_kept_and_says_how_to_go_on() {
    let mut demo = demo().arg("--keep").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told: Vec<String> = lines
        .by_ref()
        .skip_while(|line| !line.contains("In another terminal"))
        .take_while(|line| !line.contains("until you press Ctrl-C"))
        .collect();
    // What it says, as it says it, in a shell that knows nothing else.
    let script: Vec<&str> =
        told.iter().filter(|line| line.starts_with("  ")).map(|line| line.trim()).collect();
    let plan = Command::new("/bin/sh")
        .args(["-ec", &script.join("\n")])
        .env_remove("TF_CLI_CONFIG_FILE")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&plan.stdout);
    assert!(plan.status.success() && said.contains("No changes."), "{told:#?}\n{plan:?}");

    let folder = script[0].trim_start_matches("cd '").trim_end_matches('\'');
    assert!(Path::new(folder).join("terraform.tfstate").exists(), "{folder}");
    let interrupt = format!("kill -INT {}", demo.id());
    assert!(Command::new("/bin/sh").args(["-c", &interrupt]).status().unwrap().success());
    assert!(demo.wait().unwrap().success(), "an interrupt is how it ends");
    assert!(!Path::new(folder).exists(), "it leaves nothing behind");
}

#[test]
fn without_an_engine_it_says_what_is_missing() {
    let nowhere = tempfile::tempdir().unwrap();
    let output = demo()
        .env("PATH", nowhere.path())
        .env_remove("PULUMISERVICE_TEST_ENGINES")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("This needs Terraform or OpenTofu: "), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}

#[test]
fn an_option_that_is_not_there_is_refused() {
    let output = demo().arg("--kepe").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--kepe"));
}
