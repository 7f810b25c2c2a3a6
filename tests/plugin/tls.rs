//! Automatic mutual TLS: who gets in, and who doesn't.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::harness::{Plugin, encrypted, health, plain, soon};

const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

/// A certificate and key as go-plugin makes them for a host: self-signed, a certificate authority,
/// on P-521.
pub struct Identity {
    pub pem: String,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Identity {
    pub fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "localhost");
        parameters.distinguished_name.push(DnType::OrganizationName, "HashiCorp");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        parameters.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = parameters.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), certificate: certificate.der().clone(), key }
    }
}

/// Presents a certificate with a key, which may be another's.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesClientCert for Presents {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A client that trusts the plugin's certificate, and presents one with a key, or none.
fn client(
    plugin: &Plugin,
    versions: &[&'static SupportedProtocolVersion],
    presented: Option<(&Identity, &KeyPair)>,
) -> ClientConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(plugin.certificate()).unwrap();
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match presented {
        None => builder.with_no_client_auth(),
        Some((identity, key)) => {
            let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
            let key = provider.key_provider.load_private_key(key).unwrap();
            let presented = CertifiedKey::new(vec![identity.certificate.clone()], key);
            builder.with_client_cert_resolver(Arc::new(Presents(Arc::new(presented))))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// Whether that client gets an answer.
async fn gets_in(plugin: &Plugin, config: ClientConfig) -> bool {
    match encrypted(&plugin.socket(), config).await {
        Ok(channel) => health(channel, "plugin").await.is_ok(),
        Err(_) => false,
    }
}

/// Starts a plugin for that client.
async fn start(identity: &Identity) -> Plugin {
    Plugin::start(&[("PLUGIN_CLIENT_CERT", &identity.pem)]).await
}

/// Whether the plugin's own client gets in: it is up, and others were refused for what they are.
async fn is_up(plugin: &Plugin, identity: &Identity) -> bool {
    gets_in(plugin, client(plugin, BOTH, Some((identity, &identity.key)))).await
}

#[tokio::test]
async fn the_line_carries_the_certificate() {
    let plugin = start(&Identity::new()).await;
    let fields = plugin.fields();
    assert_eq!(fields.len(), 6);
    assert_eq!(fields[4], "grpc");
    assert!(!fields[5].contains('='), "padded");
    let identity = Identity::new();
    let asked = [("PLUGIN_CLIENT_CERT", &identity.pem[..]), ("PLUGIN_MULTIPLEX_GRPC", "1")];
    let plugin = Plugin::start(&asked).await;
    assert_eq!(plugin.fields().len(), 7);
    assert!(is_up(&plugin, &identity).await);
}

#[tokio::test]
async fn every_start_has_a_certificate_of_its_own() {
    let identity = Identity::new();
    let (one, other) = (start(&identity).await, start(&identity).await);
    assert_ne!(one.certificate(), other.certificate());
}

#[tokio::test]
async fn the_hosts_certificate_on_p521_gets_in_with_tls_1_3() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let config = client(&plugin, &[&TLS13], Some((&identity, &identity.key)));
    assert!(gets_in(&plugin, config).await);
}

#[tokio::test]
async fn the_hosts_certificate_on_p521_gets_in_with_tls_1_2() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let config = client(&plugin, &[&TLS12], Some((&identity, &identity.key)));
    assert!(gets_in(&plugin, config).await);
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    for version in BOTH {
        assert!(!gets_in(&plugin, client(&plugin, &[version], None)).await);
    }
    assert!(is_up(&plugin, &identity).await);
}

#[tokio::test]
async fn another_certificate_is_refused_even_with_the_same_names() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let other = Identity::new();
    for version in BOTH {
        let config = client(&plugin, &[version], Some((&other, &other.key)));
        assert!(!gets_in(&plugin, config).await);
    }
    assert!(is_up(&plugin, &identity).await);
}

#[tokio::test]
async fn the_certificate_without_its_key_is_refused() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let thief = Identity::new();
    for version in BOTH {
        let config = client(&plugin, &[version], Some((&identity, &thief.key)));
        assert!(!gets_in(&plugin, config).await);
    }
    assert!(is_up(&plugin, &identity).await);
}

#[tokio::test]
async fn a_client_without_tls_is_refused() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let got_in = match plain(&plugin.socket()).await {
        Ok(channel) => health(channel, "plugin").await.is_ok(),
        Err(_) => false,
    };
    assert!(!got_in);
    assert!(is_up(&plugin, &identity).await);
}

#[tokio::test]
async fn tls_1_1_is_refused() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let mut stream = UnixStream::connect(plugin.socket()).await.unwrap();
    stream.write_all(&client_hello([3, 2])).await.unwrap();
    let mut answer = Vec::new();
    soon(stream.read_to_end(&mut answer)).await.unwrap();
    // One fatal alert, protocol_version, and the end.
    assert_eq!((answer[0], &answer[3..]), (21, &[0, 2, 2, 70][..]));

    // Nothing but the version was wrong: with 1.2, the handshake goes on.
    let mut stream = UnixStream::connect(plugin.socket()).await.unwrap();
    stream.write_all(&client_hello([3, 3])).await.unwrap();
    assert_eq!(soon(stream.read_u8()).await.unwrap(), 22);
}

/// A client's first message that offers, at most, this version.
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let mut hello = version.to_vec();
    hello.extend([7; 32]); // random
    hello.push(0); // no session
    hello.extend([0, 2, 0xc0, 0x2b]); // ECDHE-ECDSA with AES-128-GCM and SHA-256
    hello.extend([1, 0]); // no compression
    let extensions = [
        [0, 10, 0, 4, 0, 2, 0, 23], // supported_groups: P-256
        [0, 13, 0, 4, 0, 2, 4, 3],  // signature_algorithms: ECDSA on P-256 with SHA-256
    ]
    .concat();
    hello.extend([0, extensions.len() as u8]);
    hello.extend(extensions);
    let mut record = vec![22, version[0], version[1], 0, hello.len() as u8 + 4];
    record.extend([1, 0, 0, hello.len() as u8]);
    record.extend(hello);
    record
}

#[tokio::test]
async fn a_client_that_says_nothing_keeps_no_other_out() {
    let identity = Identity::new();
    let plugin = start(&identity).await;
    let _silent = UnixStream::connect(plugin.socket()).await.unwrap();
    assert!(is_up(&plugin, &identity).await);
}
