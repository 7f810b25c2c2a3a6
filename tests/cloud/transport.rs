//! Connections: TLS, proxies, redirects, and settings that can't work.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use emulator::{Config, Emulator, Fault, On};
use pulumiservice::cloud::{
    Certificates, ClientSettings, CreateError, Error, ErrorKind, ProxySettings,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
    copy_bidirectional,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::support::*;

fn with_tls() -> (Emulator, ClientSettings) {
    let cloud = Emulator::start(Config { tls: true, ..Config::default() });
    let mut settings = settings(cloud.url());
    settings.ca_certificates = trusted(cloud.ca_pem().unwrap());
    (cloud, settings)
}

fn trusted(pem: &str) -> Certificates {
    Certificates::from_pem(pem.as_bytes()).unwrap()
}

async fn count(settings: ClientSettings) -> Result<usize, Error> {
    crate::support::list(&with(settings)).await.map(|tokens| tokens.len())
}

#[tokio::test]
async fn http2_is_used_and_its_connection_kept() {
    let (cloud, settings) = with_tls();
    let client = with(settings);
    for n in 0..5 {
        create(&client, &format!("t{n}")).await.unwrap();
    }
    list(&client).await.unwrap();
    let counts = cloud.connections();
    assert_eq!((counts.accepted, counts.http1, counts.http2), (1, 0, 6));
}

#[tokio::test]
async fn lost_answers_over_http2_are_followed_up_too() {
    for fault in [Fault::drop().after(), Fault::reset().after(), Fault::Truncate] {
        let (cloud, settings) = with_tls();
        cloud.fault(On::creations(), fault.clone());
        let error = create(&with(settings), "ci").await.unwrap_err();
        assert!(matches!(error, CreateError::Revoked { .. }), "{fault:?}: {error}");
        assert_eq!(live(&cloud), [""; 0]);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() {
    let (cloud, mut settings) = with_tls();
    settings.ca_certificates = Certificates::default();
    let error = create(&with(settings), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn connections_are_kept_without_tls_as_well() {
    let cloud = start();
    let client = client(&cloud);
    for n in 0..5 {
        create(&client, &format!("t{n}")).await.unwrap();
    }
    assert_eq!(cloud.connections().accepted, 1);
}

#[tokio::test]
async fn redirects_are_not_followed_and_say_where_they_lead() {
    let elsewhere = start();
    for status in [301, 302, 303, 307, 308] {
        let cloud = start();
        let to = elsewhere.url().to_owned();
        cloud.fault(On::any().always(), Fault::Redirect { to: to.clone(), status });
        let error = count(settings(cloud.url())).await.unwrap_err();
        let kind = ErrorKind::Redirect { code: status, origin: Some(to.clone()) };
        assert_eq!(*error.kind(), kind, "{error}");
        let client = client(&cloud);
        assert!(revoke(&client, "1").await.is_err());
        let error = create(&client, "ci").await.unwrap_err();
        assert_eq!(matches!(error, CreateError::Refused(_)), status != 303, "{error}");
    }
    assert_eq!(elsewhere.connections().accepted, 0);
}

#[tokio::test]
async fn settings_that_can_not_work_are_an_error_of_the_first_call() {
    type Change = fn(&mut ClientSettings);
    let wrong: [(Change, &str); 2] = [
        (|settings| settings.access_token = "sesame\n".to_owned().into(), "access token"),
        (|settings| settings.user_agent = "\u{0}".to_owned(), "user agent"),
    ];
    for (change, why) in wrong {
        let mut settings = settings("https://pulumi.test");
        change(&mut settings);
        let error = create(&with(settings), "ci").await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, CreateError::NotSent(_)), "{text}");
        assert!(text.contains(why) && !text.contains("sesame"), "{text}");
    }
}

#[tokio::test]
async fn a_path_before_the_api_is_kept() {
    let cloud = start();
    let error = count(settings(&format!("{}/pulumi/", cloud.url()))).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    assert_eq!(cloud.requests()[0].path, "/pulumi/api/orgs/acme/tokens");
}

/// Who signed a certificate.
#[derive(Clone, Copy)]
enum Signer {
    Itself,
    Unknown,
}

/// An end of TLS with a certificate of its own, and that certificate.
fn end_of_tls(
    signer: Signer,
    change: impl FnOnce(&mut CertificateParams),
) -> (TlsAcceptor, Certificates) {
    let key = KeyPair::generate().unwrap();
    let names = ["pulumi.test".to_owned(), "localhost".to_owned()];
    let mut certificate = CertificateParams::new(names).unwrap();
    change(&mut certificate);
    let certificate = match signer {
        Signer::Itself => certificate.self_signed(&key),
        Signer::Unknown => {
            let issuer = CertificateParams::new(["issuer.test".to_owned()]).unwrap();
            let issuer = Issuer::new(issuer, KeyPair::generate().unwrap());
            certificate.signed_by(&key, &issuer)
        }
    }
    .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), trusted(&certificate.pem()))
}

/// Forwards what comes through TLS to a service without it.
async fn forward(stream: impl Stream, tls: TlsAcceptor, service: SocketAddr) -> io::Result<()> {
    let mut inside = tls.accept(stream).await?;
    let mut outside = TcpStream::connect(service).await?;
    copy_bidirectional(&mut inside, &mut outside).await.map(drop)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

fn socket_of(service: &str) -> SocketAddr {
    service.trim_start_matches("http://").parse().unwrap()
}

/// What a proxy is asked in.
#[derive(Clone, Copy)]
enum Language {
    Http,
    Socks5,
}

/// Reads what a proxy is asked for, and answers that it is there.
async fn be_proxy(stream: &mut BufReader<TcpStream>, language: Language) -> io::Result<String> {
    match language {
        Language::Http => {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await? > 0 {}
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            Ok(head)
        }
        Language::Socks5 => {
            assert_eq!(stream.read_u8().await?, 5);
            let methods = stream.read_u8().await?;
            stream.read_exact(&mut vec![0; methods.into()]).await?;
            stream.write_all(&[5, 0]).await?;
            // Version, "connect", reserved, "a name follows".
            let mut head = [0; 4];
            stream.read_exact(&mut head).await?;
            assert_eq!(head, [5, 1, 0, 3]);
            let mut name = vec![0; stream.read_u8().await?.into()];
            stream.read_exact(&mut name).await?;
            let port = stream.read_u16().await?;
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
            Ok(format!("{}:{port}", String::from_utf8_lossy(&name)))
        }
    }
}

/// A proxy for `https://`: it tunnels to a TLS end of its own that stands for `pulumi.test`, and
/// tells the first lines of what it is asked. Returns its address and what vouches for that end.
async fn tunnel_to(
    service: &str,
    language: Language,
) -> (String, Certificates, mpsc::UnboundedReceiver<String>) {
    let (tls, certificates) = end_of_tls(Signer::Itself, |_| {});
    let service = socket_of(service);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (heard, hearing) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, heard) = (tls.clone(), heard.clone());
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let _ = heard.send(be_proxy(&mut stream, language).await?);
                forward(stream, tls, service).await
            });
        }
    });
    (address, certificates, hearing)
}

/// The proxy on the way to the service of these settings.
fn through(settings: &mut ClientSettings, https: &str, no_proxy: &str) {
    let proxies = ProxySettings {
        https: Some(https.to_owned()),
        http: Some(https.to_owned()),
        no_proxy: Some(no_proxy.to_owned()),
    };
    settings.proxy = proxies.choose(&settings.address).unwrap();
}

#[tokio::test]
async fn https_goes_through_the_proxy_which_sees_no_credential() {
    let cloud = start();
    let (proxy, certificates, mut heard) = tunnel_to(cloud.url(), Language::Http).await;
    let mut settings = settings("https://pulumi.test");
    settings.ca_certificates = certificates;
    through(&mut settings, &proxy, "pulumi.test:8443");
    create(&with(settings.clone()), "ci").await.unwrap();
    assert_eq!(live(&cloud), ["ci"]);
    let head = heard.recv().await.unwrap();
    assert!(head.starts_with("CONNECT pulumi.test:443 "), "{head}");
    assert!(!head.to_lowercase().contains("\r\nauthorization"), "{head}");

    for no_proxy in ["localhost, pulumi.test", "pulumi.test:443", "*.test"] {
        through(&mut settings, &proxy, no_proxy);
        let error = create(&with(settings.clone()), "more").await.unwrap_err();
        assert!(matches!(error, CreateError::NotSent(_)), "{error}");
        assert!(heard.try_recv().is_err(), "the proxy was asked though it was excepted");
    }
}

#[tokio::test]
async fn https_goes_through_a_socks_proxy() {
    let cloud = start();
    let (proxy, certificates, mut heard) = tunnel_to(cloud.url(), Language::Socks5).await;
    let mut settings = settings("https://pulumi.test");
    settings.ca_certificates = certificates;
    // Only the proxy knows the name.
    through(&mut settings, &format!("socks5h://{proxy}"), "");
    create(&with(settings.clone()), "ci").await.unwrap();
    assert_eq!(live(&cloud), ["ci"]);
    assert_eq!(heard.recv().await.unwrap(), "pulumi.test:443");

    // Nobody listens there.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    through(&mut settings, &format!("socks5://u:sesame@{closed}"), "");
    let error = create(&with(settings), "more").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(!error.to_string().contains("sesame"), "{error}");
}

/// Lists the tokens of a service that shows a certificate of its own, which is trusted.
async fn list_over(
    host: &str,
    signer: Signer,
    change: impl FnOnce(&mut CertificateParams),
) -> Result<usize, Error> {
    let cloud = start();
    let service = socket_of(cloud.url());
    let (tls, certificates) = end_of_tls(signer, change);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(forward(stream, tls.clone(), service));
        }
    });
    let mut settings = settings(&format!("https://{host}:{port}"));
    settings.ca_certificates = certificates;
    settings.max_retries = 0;
    count(settings).await
}

#[tokio::test]
async fn the_services_own_certificate_is_trusted_if_it_was_given() {
    type Change = fn(&mut CertificateParams);
    let authority: Change = |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let plain: Change = |_| {};
    for (signer, kind) in
        [(Signer::Itself, authority), (Signer::Itself, plain), (Signer::Unknown, plain)]
    {
        assert_eq!(list_over("localhost", signer, kind).await, Ok(0));
        let refused = |result: Result<usize, Error>, why: &str| {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        };
        refused(list_over("127.0.0.1", signer, kind).await, "not valid for name");
        let dated = |from, to| {
            move |params: &mut CertificateParams| {
                kind(params);
                params.not_before = date_time_ymd(from, 1, 1);
                params.not_after = date_time_ymd(to, 1, 1);
            }
        };
        let expired = list_over("localhost", signer, dated(2001, 2002)).await;
        refused(expired, "certificate expired");
        let too_early = list_over("localhost", signer, dated(4001, 4002)).await;
        refused(too_early, "certificate not valid yet");
    }
}

#[tokio::test]
async fn another_certificate_with_the_same_names_is_not_trusted() {
    let (_, given) = end_of_tls(Signer::Itself, |_| {});
    let (mut settings, cloud) = (settings("https://pulumi.test"), start());
    let (proxy, ..) = tunnel_to(cloud.url(), Language::Http).await;
    settings.ca_certificates = given;
    through(&mut settings, &proxy, "");
    let error = count(settings).await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_refuses_sent_nothing() {
    // A service that is no proxy refuses to be one.
    let (cloud, proxy) = (start(), start());
    let mut settings = settings("https://pulumi.test");
    through(&mut settings, &proxy.url().replace("http://", "http://user:sesame@"), "");
    let error = create(&with(settings), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(!error.to_string().contains("sesame"), "{error}");
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn plain_http_goes_through_its_own_proxy_and_never_to_reach_this_machine() {
    let cloud = start();
    let mut settings = settings("http://pulumi.test");
    through(&mut settings, cloud.url(), "");
    assert_eq!(count(settings.clone()).await, Ok(0));

    let proxy = start();
    settings.address = cloud.url().parse().unwrap();
    through(&mut settings, proxy.url(), "");
    assert_eq!(count(settings).await, Ok(0));
    assert_eq!(proxy.connections().accepted, 0);
}
