//! The real binary, started as a host starts it, with everything that it writes.

use std::path::PathBuf;
use std::process::Stdio;

use emulator::{ACCESS_TOKEN, Emulator};
use hyper_util::rt::TokioIo;
use pulumiservice::framework::value::Value;
use pulumiservice::plugin::wire::Empty;
use pulumiservice::plugin::wire::grpc_controller_client::GrpcControllerClient;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tonic::transport::Endpoint;

use crate::harness::BINARY;
use crate::host::Host;

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// A running plugin.
pub struct Plugin {
    process: Child,
    output: BufReader<ChildStdout>,
    written: JoinHandle<String>,
    socket: PathBuf,
    _folder: TempDir,
}

impl Plugin {
    /// Starts it with these variables, at the highest log level.
    pub async fn start(cloud: &Emulator, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(BINARY)
            .env_clear()
            .envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6"), ("TF_LOG", "TRACE")])
            .envs([("RUST_BACKTRACE", "full"), ("PULUMI_ACCESS_TOKEN", ACCESS_TOKEN)])
            .env("PULUMI_BACKEND_URL", cloud.url())
            .env("TMPDIR", folder.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut errors = process.stderr.take().unwrap();
        let written = tokio::spawn(async move {
            let mut written = Vec::new();
            errors.read_to_end(&mut written).await.unwrap();
            String::from_utf8_lossy(&written).into_owned()
        });
        let mut line = String::new();
        output.read_line(&mut line).await.unwrap();
        let socket = line.split('|').nth(3).unwrap_or_else(|| panic!("{line:?}")).into();
        Self { process, output, written, socket, _folder: folder }
    }

    /// A host that has configured it with these attributes.
    pub async fn host(&self, given: &[(&str, Value)]) -> Host {
        let host = Host::connect(&self.socket).await;
        host.configure(given).await;
        host
    }

    /// Ends it as its host does, and waits for the answer.
    pub fn shutdown(&self) -> impl Future<Output = ()> + use<> {
        let socket = self.socket.clone();
        let connector = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { UnixStream::connect(socket).await.map(TokioIo::new) }
        });
        async move {
            let endpoint = Endpoint::from_static("http://localhost");
            let channel = endpoint.connect_with_connector(connector).await.unwrap();
            GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
        }
    }

    /// Waits until it takes no more requests.
    pub async fn refuses_requests(&self) {
        let host = Host::connect(&self.socket).await;
        while host.plan(&Value::Null, &Value::Null).await.is_ok() {}
    }

    /// Sends it the signal by which systems ask a process to end.
    pub fn terminate(&self) {
        let id = self.process.id().expect("running");
        let kill = std::process::Command::new("/bin/sh")
            .args(["-c", &format!("kill -TERM {id}")])
            .status();
        assert!(kill.unwrap().success());
    }

    /// Waits for its end, and returns all that it wrote.
    pub async fn end(&mut self) -> String {
        self.process.wait().await.unwrap();
        let mut text = String::new();
        self.output.read_to_string(&mut text).await.unwrap();
        text.push_str(&(&mut self.written).await.unwrap());
        text
    }
}
