//! The handshake line, and the socket that it names.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::Path;

use nix::unistd::{Group, getgid};

use crate::harness::{Plugin, command, health, list, soon};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn without_tls_the_line_has_five_fields_and_an_empty_one() {
    let plugin = Plugin::start(&[]).await;
    let socket = plugin.socket().display().to_string();
    assert_eq!(plugin.line, format!("1|6|unix|{socket}|grpc|"));
    health(plugin.client().await, "plugin").await.unwrap();
}

#[tokio::test]
async fn a_host_that_does_not_list_version_6_is_answered_with_it() {
    for versions in ["5", "4,5", "", "none"] {
        let plugin = Plugin::start(&[("PLUGIN_PROTOCOL_VERSIONS", versions)]).await;
        assert_eq!(plugin.fields()[..2], ["1", "6"], "{versions:?}");
    }
}

#[tokio::test]
async fn a_seventh_field_denies_multiplexing_to_a_host_that_asks() {
    let plugin = Plugin::start(&[("PLUGIN_MULTIPLEX_GRPC", "true")]).await;
    assert_eq!(plugin.fields()[4..], ["grpc", "", "false"]);
    let plugin = Plugin::start(&[("PLUGIN_MULTIPLEX_GRPC", "")]).await;
    assert_eq!(plugin.fields()[4..], ["grpc", ""]);
}

#[tokio::test]
async fn the_socket_is_the_users_alone_whatever_the_umask() {
    for umask in ["000", "022", "077", "777"] {
        let plugin = Plugin::start_by(&format!("umask {umask}; exec \"$0\"")).await;
        let socket = plugin.socket();
        assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
        assert_eq!(mode(&socket), 0o600, "{umask}");
        assert_eq!(mode(socket.parent().unwrap()), 0o700, "{umask}");
    }
}

#[tokio::test]
async fn the_hosts_folder_is_honoured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let plugin = Plugin::start(&[("PLUGIN_UNIX_SOCKET_DIR", path)]).await;
    assert!(plugin.socket().starts_with(path));
    assert!(plugin.left().is_empty());
}

#[tokio::test]
async fn the_hosts_group_is_let_in_by_number_and_by_name() {
    let group = getgid();
    let name = Group::from_gid(group).unwrap().expect("this process's group has a name").name;
    for asked in [&group.to_string(), &name] {
        let plugin = Plugin::start(&[("PLUGIN_UNIX_SOCKET_GROUP", asked)]).await;
        let socket = plugin.socket();
        let folder = socket.parent().unwrap();
        assert_eq!((mode(&socket), mode(folder)), (0o660, 0o710), "{asked}");
        for path in [&socket, folder] {
            assert_eq!(fs::metadata(path).unwrap().gid(), group.as_raw(), "{asked}");
        }
        health(plugin.client().await, "plugin").await.unwrap();
    }
}

/// Starts the binary, which must refuse and leave nothing behind, and returns what it says: in the
/// log, and in the one line of standard output that a host shows if it is no handshake.
async fn refusal(variables: &[(&str, &str)]) -> String {
    let (mut command, folder) = command(crate::harness::BINARY, variables);
    let output = soon(command.output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(list(folder.path()).is_empty());
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.starts_with("pulumiservice can't serve: "), "{shown}");
    assert!(!shown.contains(['|', '\n', '\r']), "a handshake: {shown}");
    let log: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(log["@level"], "error");
    let reason = log["error"].as_str().unwrap();
    assert!(shown.ends_with(&reason.replace(['|', '\n', '\r'], " ")), "{shown} {log}");
    reason.to_owned()
}

#[tokio::test]
async fn a_client_certificate_that_cannot_be_read_never_means_an_open_server() {
    let pem = crate::tls::Identity::new().pem;
    let truncated = &pem[..pem.len() - 40];
    let twice = pem.repeat(2);
    for certificate in ["garbage", truncated, &twice, "\n"] {
        let said = refusal(&[("PLUGIN_CLIENT_CERT", certificate)]).await;
        assert!(said.contains("PLUGIN_CLIENT_CERT is not one PEM certificate"), "{said}");
    }
}

#[tokio::test]
async fn an_unusable_place_is_a_clear_error() {
    let said = refusal(&[("PLUGIN_UNIX_SOCKET_DIR", "/nowhere/at/all")]).await;
    assert!(said.contains("/nowhere/at/all"), "{said}");
    let said = refusal(&[("PLUGIN_UNIX_SOCKET_GROUP", "no-such-group")]).await;
    assert!(said.contains("PLUGIN_UNIX_SOCKET_GROUP names a group that isn't there"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long".repeat(30));
    fs::create_dir(&long).unwrap();
    let said = refusal(&[("PLUGIN_UNIX_SOCKET_DIR", long.to_str().unwrap())]).await;
    assert!(said.contains("too long for the path of a Unix socket"), "{said}");
    assert!(list(&long).is_empty());
    let bars = folder.path().join("a|b|c|d");
    fs::create_dir(&bars).unwrap();
    let said = refusal(&[("PLUGIN_UNIX_SOCKET_DIR", bars.to_str().unwrap())]).await;
    assert!(said.contains("a|b|c|d"), "{said}");
}

#[tokio::test]
async fn if_the_users_folder_is_no_place_for_a_socket_another_private_one_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (long, bars) = (folder.path().join("long".repeat(30)), folder.path().join("a|b"));
    fs::create_dir(&long).unwrap();
    fs::create_dir(&bars).unwrap();
    let runtime = folder.path().join("runtime");
    fs::create_dir(&runtime).unwrap();
    for unusable in [&long, &bars, &folder.path().join("absent")] {
        let mut plugin = Plugin::start(&[
            ("TMPDIR", unusable.to_str().unwrap()),
            ("XDG_RUNTIME_DIR", runtime.to_str().unwrap()),
        ])
        .await;
        let socket = plugin.socket();
        assert!(socket.starts_with(&runtime), "{}", plugin.line);
        assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700));
        health(plugin.client().await, "plugin").await.unwrap();
        plugin.signal("TERM").await;
        plugin.end().await;
        assert!(list(&runtime).is_empty());
    }
    assert!(list(&long).is_empty() && list(&bars).is_empty());
}

#[tokio::test]
async fn where_nobody_reads_the_handshake_nothing_is_left_behind() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let (mut command, folder) = command(crate::harness::BINARY, &[]);
    let process = command.stdout(writer).spawn().unwrap();
    let output = soon(process.wait_with_output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(list(folder.path()).is_empty());
}
