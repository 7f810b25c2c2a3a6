//! Automatic mutual TLS: a fresh certificate for the server, and a verifier that lets in exactly
//! one client.
//!
//! The cryptography is chosen here, for the server, and in no other place of this room: the host's
//! certificate is on P-521, which not every provider knows. No process-wide default is set or used.

use std::sync::Arc;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate};
use rustls::version::{TLS12, TLS13};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// Why a text isn't one certificate.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// Not PEM.
    #[error("{0}")]
    Pem(pem::Error),
    /// More than one.
    #[error("it holds more than one certificate")]
    Several,
    /// PEM of something else.
    #[error("{0}")]
    Content(rustls::Error),
}

/// Why the server has no certificate of its own.
#[derive(Debug, Error)]
#[error("can't make the server's certificate: {0}")]
pub enum TlsError {
    /// It couldn't be signed.
    Certificate(#[from] rcgen::Error),
    /// It couldn't be used.
    Config(#[from] rustls::Error),
}

/// The server's side of mutual TLS.
pub struct ServerTls {
    /// What the handshake line tells the host to trust.
    pub certificate: CertificateDer<'static>,
    /// Accepts the one client.
    pub acceptor: TlsAcceptor,
}

/// Reads a text that must be one certificate in PEM.
pub fn read_certificate(text: &str) -> Result<CertificateDer<'static>, CertificateError> {
    let mut found = CertificateDer::pem_slice_iter(text.as_bytes());
    let first = found.next().unwrap_or(Err(pem::Error::NoItemsFound));
    let certificate = first.map_err(CertificateError::Pem)?;
    match found.next() {
        None => {}
        Some(Ok(_)) => return Err(CertificateError::Several),
        Some(Err(error)) => return Err(CertificateError::Pem(error)),
    }
    ParsedCertificate::try_from(&certificate).map_err(CertificateError::Content)?;
    Ok(certificate)
}

/// Makes the server's key and certificate, for that one client.
pub fn server(client: CertificateDer<'static>) -> Result<ServerTls, TlsError> {
    let key = KeyPair::generate()?;
    let certificate = certificate(&key)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(OnlyThisClient { certificate: client, provider: provider.clone() });
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A host connects once: nothing to resume, and every connection proves the key anew.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(ServerTls { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) })
}

/// Self-signed on P-256, the fastest to make and use. It lives as long as the process and its
/// validity covers every clock: the host trusts these very bytes, and no date makes them better.
fn certificate(key: &KeyPair) -> Result<CertificateDer<'static>, rcgen::Error> {
    let mut parameters = CertificateParams::new(["localhost".to_owned()])?;
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters.self_signed(key)?.der().clone())
}

/// Accepts a client that presents exactly this certificate and proves that it has its key.
///
/// Chains, names and dates are not looked at: equality is stricter than any of them. They would
/// also refuse what go-plugin sends, which is a certificate authority's own certificate.
#[derive(Debug)]
struct OnlyThisClient {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for OnlyThisClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
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
