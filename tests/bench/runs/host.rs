//! An engine's part in a plugin's start: mutual TLS, and a certificate on the curve that engines
//! use.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use data_encoding::BASE64_NOPAD;
use hyper_util::rt::TokioIo;
use pulumiservice::protocol::MAX_MESSAGE_BYTES;
use pulumiservice::protocol::wire::provider_client::ProviderClient;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// What an engine brings along.
pub struct Host {
    certificate: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

/// A provider that runs until this is dropped.
pub struct Running {
    process: Child,
    pub client: ProviderClient<Channel>,
    /// When it was started, and how long it took until its handshake was read.
    pub began: Instant,
    pub handshake: Duration,
    _folder: TempDir,
}

impl Running {
    /// The process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Host {
    /// Makes the certificate. Engines do that for each start; here it is no part of one.
    pub fn new() -> anyhow::Result<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
        let mut parameters = CertificateParams::new(["localhost".to_owned()])?;
        parameters.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.self_signed(&key)?;
        Ok(Self { certificate: certificate.der().clone(), pem: certificate.pem(), key })
    }

    /// Starts a provider and connects to it.
    pub async fn start(&self, program: &Path) -> anyhow::Result<Running> {
        let folder = tempfile::tempdir()?;
        let began = Instant::now();
        let mut process = Command::new(program)
            .env_clear()
            .env("TMPDIR", folder.path())
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_CLIENT_CERT", &self.pem)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let handshake = began.elapsed();

        let fields: Vec<&str> = line.trim_end().split('|').collect();
        ensure!(fields.len() >= 6, "no handshake: {line:?}");
        let server = CertificateDer::from(BASE64_NOPAD.decode(fields[5].as_bytes())?);
        let channel = self.connect(PathBuf::from(fields[3]), server).await?;
        let client = ProviderClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Ok(Running { process, client, began, handshake, _folder: folder })
    }

    async fn connect(
        &self,
        socket: PathBuf,
        server: CertificateDer<'static>,
    ) -> anyhow::Result<Channel> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = OnlyThisServer { certificate: server, provider: provider.clone() };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(
                vec![self.certificate.clone()],
                PrivatePkcs8KeyDer::from(self.key.serialize_der()).into(),
            )?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        let tls = TlsConnector::from(Arc::new(config));
        let connector = tower::service_fn(move |_| {
            let (socket, tls) = (socket.clone(), tls.clone());
            async move {
                let stream = UnixStream::connect(socket).await?;
                let name = "localhost".try_into().expect("a name");
                tls.connect(name, stream).await.map(TokioIo::new)
            }
        });
        Ok(Endpoint::from_static("http://localhost").connect_with_connector(connector).await?)
    }
}

/// Accepts the certificate of the handshake line and no other. The usual verifier would refuse
/// that of a provider in Go, which is a certificate authority's own.
#[derive(Debug)]
struct OnlyThisServer {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for OnlyThisServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
