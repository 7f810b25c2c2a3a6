//! The binary in the hands of a person.

use std::path::PathBuf;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::harness::{BINARY, COOKIE, command, health, list, plain, signal, soon};

/// Runs the binary with these arguments and no host: exit code, standard output, standard error.
async fn run(arguments: &[&str], cookie: &str) -> (i32, String, String) {
    let (mut command, folder) = command(BINARY, &[(COOKIE.0, cookie)]);
    let output = soon(command.args(arguments).output()).await.unwrap();
    assert!(list(folder.path()).is_empty());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn by_hand_it_says_what_it_is_and_how_to_install_it() {
    for cookie in ["", "another"] {
        let (code, output, errors) = run(&[], cookie).await;
        assert_eq!((code, output.as_str()), (1, ""));
        assert!(errors.contains("provider for Pulumi Cloud access tokens"), "{errors}");
        assert!(errors.contains("pulumiservice/pulumiservice"), "{errors}");
        assert!(errors.contains("terraform init"), "{errors}");
        assert_eq!(errors.matches(".\n").count(), 2, "two sentences: {errors}");
    }
}

#[tokio::test]
async fn it_tells_its_version() {
    let (code, output, errors) = run(&["--version"], "").await;
    assert_eq!((code, errors.as_str()), (0, ""));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(output, format!("terraform-provider-pulumiservice {version}\n"));
}

#[tokio::test]
async fn it_tells_its_options() {
    let (code, output, errors) = run(&["--help"], "").await;
    assert_eq!((code, errors.as_str()), (0, ""));
    for option in ["--debug", "--version", "--help"] {
        assert!(output.contains(option), "{output}");
    }
}

#[tokio::test]
async fn an_unknown_argument_is_an_error_even_from_a_host() {
    for cookie in ["", COOKIE.1] {
        let (code, output, errors) = run(&["--frobnicate"], cookie).await;
        assert_eq!((code, output.as_str()), (2, ""));
        assert!(errors.contains("--frobnicate"), "{errors}");
    }
}

#[tokio::test]
async fn debug_serves_until_interrupted_and_tells_how_to_attach() {
    let (mut command, folder) = command(BINARY, &[(COOKIE.0, "")]);
    let mut process = command.arg("--debug").spawn().unwrap();
    let id = process.id().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let providers: Value = loop {
        let line = soon(lines.next_line()).await.unwrap().expect("instructions");
        if let Some(value) = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='") {
            break serde_json::from_str(value.strip_suffix('\'').unwrap()).unwrap();
        }
    };
    let entry = &providers["registry.terraform.io/pulumiservice/pulumiservice"];
    assert_eq!(entry, &providers["registry.opentofu.org/pulumiservice/pulumiservice"]);
    assert_eq!(providers.as_object().unwrap().len(), 2);
    let socket = PathBuf::from(entry["Addr"]["String"].as_str().unwrap());
    let expected = serde_json::json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": id,
        "Test": true,
        "Addr": { "Network": "unix", "String": socket },
    });
    assert_eq!(entry, &expected);

    let channel = plain(&socket).await.unwrap();
    health(channel.clone(), "plugin").await.unwrap();
    signal(id, "INT").await;
    assert!(soon(process.wait()).await.unwrap().success());
    assert!(list(folder.path()).is_empty());
}
