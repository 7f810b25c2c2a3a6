//! Which certificates of the service are trusted: what the system vouches for, and what was given.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// Certificates to trust beside the system's.
#[derive(Clone, Debug)]
pub struct Certificates {
    given: Vec<CertificateDer<'static>>,
    roots: RootCertStore,
}

/// Why a text holds no certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificatesError {
    /// There is none in PEM form in it.
    None,
    /// One of them, counted from one, can't be read.
    Unreadable(usize),
}

impl Default for Certificates {
    /// None.
    fn default() -> Certificates {
        Certificates { given: Vec::new(), roots: RootCertStore::empty() }
    }
}

impl Certificates {
    /// Reads a bundle in PEM form. What else is in it is passed over.
    ///
    /// # Errors
    /// There is none, or one can't be read.
    pub fn from_pem(pem: &[u8]) -> Result<Certificates, CertificatesError> {
        let mut read = Certificates::default();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let unreadable = CertificatesError::Unreadable(read.given.len() + 1);
            let Ok(certificate) = certificate else { return Err(unreadable) };
            if read.roots.add(certificate.clone()).is_err() {
                return Err(unreadable);
            }
            read.given.push(certificate);
        }
        if read.given.is_empty() { Err(CertificatesError::None) } else { Ok(read) }
    }
}

/// The client's side of TLS. Reads the system's certificates if `system` is set, which blocks.
pub(super) fn client_config(given: &Certificates, system: bool) -> Result<ClientConfig, Error> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Verifier {
        given: given.clone(),
        system: match system {
            true => Some(rustls_platform_verifier::Verifier::new_with_extra_roots(
                given.given.iter().cloned(),
                Arc::clone(&crypto),
            )?),
            false => None,
        },
        crypto: Arc::clone(&crypto),
    };
    let mut config = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Trusts what the system trusts, and the given certificates: as authorities, and as the service's
/// own.
#[derive(Debug)]
struct Verifier {
    given: Certificates,
    system: Option<rustls_platform_verifier::Verifier>,
    crypto: Arc<CryptoProvider>,
}

impl Verifier {
    /// Verifies a certificate that is one of the given ones, byte for byte.
    fn verify_given(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let signed = verify_server_cert_signed_by_trust_anchor(
            &certificate,
            &self.given.roots,
            intermediates,
            now,
            self.crypto.signature_verification_algorithms.all,
        );
        match signed {
            // An authority's certificate, as `openssl req -x509` makes them. This is found after
            // the dates were checked, and about the chain there is nothing to ask: it is trusted
            // itself.
            Err(error) if is_of_an_authority(&error) => {}
            signed => signed?,
        }
        verify_server_name(&certificate, name)?;
        Ok(ServerCertVerified::assertion())
    }
}

fn is_of_an_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.given.given.contains(end_entity) {
            return self.verify_given(end_entity, intermediates, name, now);
        }
        match &self.system {
            Some(system) => {
                system.verify_server_cert(end_entity, intermediates, name, ocsp_response, now)
            }
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto.signature_verification_algorithms.supported_schemes()
    }
}
