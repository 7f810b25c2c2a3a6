//! A host for the provider's binary, and clients for its socket.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64_NOPAD;
use hyper_util::rt::TokioIo;
use pulumiservice::plugin::wire::Empty;
use pulumiservice::plugin::wire::grpc_controller_client::GrpcControllerClient;
use pulumiservice::plugin::wire::health::health_client::HealthClient;
use pulumiservice::plugin::wire::health::{HealthCheckRequest, HealthCheckResponse};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio_rustls::TlsConnector;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

pub const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-pulumiservice");

pub const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Far longer than anything here takes: a test that hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the future gives, or a failed test.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("took too long")
}

/// A running plugin.
pub struct Plugin {
    pub process: Child,
    pub output: BufReader<ChildStdout>,
    errors: ChildStderr,
    /// The handshake line, without its end.
    pub line: String,
    /// The folder that its socket's folder is in.
    pub folder: TempDir,
}

impl Plugin {
    /// Starts the binary as a host does.
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        let (command, folder) = command(BINARY, variables);
        Self::spawn(command, folder).await
    }

    /// Starts a shell that does what it is told, with the binary as `$0`.
    pub async fn start_by(script: &str) -> Self {
        let (mut command, folder) = command("/bin/sh", &[]);
        command.args(["-c", script, BINARY]);
        Self::spawn(command, folder).await
    }

    async fn spawn(mut command: Command, folder: TempDir) -> Self {
        let mut process = command.spawn().expect("start");
        let mut output = BufReader::new(process.stdout.take().expect("standard output"));
        let errors = process.stderr.take().expect("standard error");
        let mut line = String::new();
        soon(output.read_line(&mut line)).await.expect("handshake");
        assert_eq!(line.pop(), Some('\n'), "no handshake line");
        Self { process, output, errors, line, folder }
    }

    /// The handshake line's fields.
    pub fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    pub fn socket(&self) -> PathBuf {
        self.fields()[3].into()
    }

    /// The certificate that the handshake announces.
    pub fn certificate(&self) -> CertificateDer<'static> {
        let field = self.fields()[5].as_bytes();
        CertificateDer::from(BASE64_NOPAD.decode(field).expect("unpadded base64"))
    }

    /// A client without TLS.
    pub async fn client(&self) -> Channel {
        plain(&self.socket()).await.expect("connect")
    }

    pub async fn signal(&self, name: &str) {
        signal(self.process.id().expect("running"), name).await;
    }

    /// Waits for the end of the process and returns all that it wrote to standard error.
    pub async fn end(&mut self) -> (ExitStatus, String) {
        let status = soon(self.process.wait()).await.expect("wait");
        let mut errors = String::new();
        soon(self.errors.read_to_string(&mut errors)).await.expect("standard error");
        (status, errors)
    }

    /// What is left of the plugin in its folder.
    pub fn left(&self) -> Vec<PathBuf> {
        list(self.folder.path())
    }
}

/// The binary, or another program, as a host starts it: with these variables and no others.
pub fn command(program: impl AsRef<OsStr>, variables: &[(&str, &str)]) -> (Command, TempDir) {
    let folder = tempfile::tempdir().expect("folder");
    let mut all = HashMap::from([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "5,6")]);
    all.extend(variables.iter().copied());
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("TMPDIR", folder.path())
        .envs(all)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    (command, folder)
}

pub async fn signal(process: u32, name: &str) {
    let status = Command::new("/bin/sh")
        .args(["-c", &format!("kill -{name} {process}")])
        .status()
        .await
        .expect("kill");
    assert!(status.success());
}

pub fn list(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()).collect()
}

/// Connects without TLS.
pub async fn plain(socket: &Path) -> Result<Channel, tonic::transport::Error> {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    soon(Endpoint::from_static("http://localhost").connect_with_connector(connector)).await
}

/// Connects with TLS.
pub async fn encrypted(
    socket: &Path,
    config: rustls::ClientConfig,
) -> Result<Channel, tonic::transport::Error> {
    let socket = socket.to_owned();
    let tls = TlsConnector::from(Arc::new(config));
    let connector = tower::service_fn(move |_| {
        let (socket, tls) = (socket.clone(), tls.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            let name = "localhost".try_into().expect("name");
            tls.connect(name, stream).await.map(TokioIo::new)
        }
    });
    soon(Endpoint::from_static("http://localhost").connect_with_connector(connector)).await
}

/// Checks the health of a service.
pub async fn health(channel: Channel, service: &str) -> Result<HealthCheckResponse, Status> {
    let request = HealthCheckRequest { service: service.to_owned() };
    Ok(soon(HealthClient::new(channel).check(request)).await?.into_inner())
}

/// Ends a plugin as its host does.
pub async fn shutdown(channel: Channel) -> Result<(), Status> {
    soon(GrpcControllerClient::new(channel).shutdown(Empty {})).await.map(|_| ())
}
