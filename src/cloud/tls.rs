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
#[derive(Clone, Debug, Default)]
pub struct Certificates(Vec<CertificateDer<'static>>);

/// Why a text holds no certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificatesError {
    /// There is none in PEM form in it.
    None,
    /// One of them, counted from one, can't be read.
    Unreadable(usize),
}

impl Certificates {
    /// Reads a bundle in PEM form. What else is in it is passed over.
    ///
    /// # Errors
    /// There is none, or one can't be read.
    pub fn from_pem(pem: &[u8]) -> Result<Certificates, CertificatesError> {
        let mut read = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            match certificate {
                Ok(certificate) if RootCertStore::empty().add(certificate.clone()).is_ok() => {
                    read.push(certificate);
                }
                _ => return Err(CertificatesError::Unreadable(read.len() + 1)),
            }
        }
        if read.is_empty() { Err(CertificatesError::None) } else { Ok(Certificates(read)) }
    }
}

/// The client's side of TLS. Reads the system's certificates if `system` is set, which blocks.
pub(super) fn client_config(given: &Certificates, system: bool) -> Result<ClientConfig, Error> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Verifier {
        given: given.clone(),
        system: match system {
            true => Some(rustls_platform_verifier::Verifier::new_with_extra_roots(
                given.0.iter().cloned(),
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
    /// Verifies a certificate that is one of the given ones, byte for byte: dates and name. Who
    /// signed it doesn't matter.
    fn verify_given(
        &self,
        end_entity: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        // With no authority to look for, what is left to object to is the certificate itself.
        let alone = verify_server_cert_signed_by_trust_anchor(
            &certificate,
            &RootCertStore::empty(),
            &[],
            now,
            self.crypto.signature_verification_algorithms.all,
        );
        match alone {
            Err(error) if is_about_authority(&error) => {}
            other => other?,
        }
        verify_server_name(&certificate, name)?;
        Ok(ServerCertVerified::assertion())
    }
}

/// Whether a certificate is objected to only because no authority vouches for it, or because it is
/// an authority's own, as `openssl req -x509` makes them. Both are found after the dates were
/// checked.
fn is_about_authority(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(other)) => {
            matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
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
        if self.given.0.contains(end_entity) {
            return self.verify_given(end_entity, name, now);
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
