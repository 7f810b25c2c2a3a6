//! Connections: TLS, proxies, redirects, and settings that can't work.

use std::net::SocketAddr;
use std::sync::Arc;

use emulator::{Config, Emulator, Fault, On};
use pulumiservice::cloud::{CreateError, Error, ErrorKind, ProxySettings, Settings};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::support::*;

fn with_tls() -> (Emulator, Settings) {
    let cloud = Emulator::start(Config { tls: true, ..Config::default() });
    let mut settings = settings(cloud.url());
    settings.ca_certificates = cloud.ca_pem().unwrap().as_bytes().to_vec();
    (cloud, settings)
}

async fn count(settings: Settings) -> Result<usize, Error> {
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
    settings.ca_certificates.clear();
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
    type Change = fn(&mut Settings);
    let wrong: [(Change, &str); 6] = [
        (|settings| settings.api_url = "not a url".to_owned(), "URL is malformed"),
        (|settings| settings.api_url = "https://u:sesame@x".to_owned(), "nothing else"),
        (|settings| settings.access_token = "sesame\n".to_owned().into(), "access token"),
        (|settings| settings.user_agent = "\u{0}".to_owned(), "user agent"),
        (|settings| settings.ca_certificates = b"sesame".to_vec(), "certificate"),
        (
            |settings| {
                settings.api_url = "https://pulumi.test".to_owned();
                settings.proxies.https = Some("http://u:sesame@:x".to_owned());
            },
            "the proxy for https:// is malformed",
        ),
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

/// A proxy for `https://`: it tunnels to a TLS end of its own that stands for `pulumi.test`, and
/// tells the first lines of what it is asked. Returns its address and what vouches for that end.
async fn tunnel_to(service: &str) -> (String, Vec<u8>, mpsc::UnboundedReceiver<String>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["pulumi.test".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
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
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let service: SocketAddr = service.trim_start_matches("http://").parse().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (heard, hearing) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, heard) = (acceptor.clone(), heard.clone());
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await? > 0 {}
                let _ = heard.send(head);
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                let mut inside = acceptor.accept(stream).await?;
                let mut outside = TcpStream::connect(service).await?;
                copy_bidirectional(&mut inside, &mut outside).await
            });
        }
    });
    (address, certificate.pem().into_bytes(), hearing)
}

#[tokio::test]
async fn https_goes_through_the_proxy_which_sees_no_credential() {
    let cloud = start();
    let (proxy, authority, mut heard) = tunnel_to(cloud.url()).await;
    let mut settings = settings("https://pulumi.test");
    settings.ca_certificates = authority;
    settings.proxies = ProxySettings { https: Some(proxy), ..ProxySettings::default() };
    create(&with(settings.clone()), "ci").await.unwrap();
    assert_eq!(live(&cloud), ["ci"]);
    let head = heard.recv().await.unwrap();
    assert!(head.starts_with("CONNECT pulumi.test:443 "), "{head}");
    assert!(!head.to_lowercase().contains("\r\nauthorization"), "{head}");

    settings.proxies.no_proxy = Some("localhost, pulumi.test".to_owned());
    let error = create(&with(settings), "more").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(heard.try_recv().is_err(), "the proxy was asked though it was excepted");
}

#[tokio::test]
async fn a_proxy_that_refuses_sent_nothing() {
    // A service that is no proxy refuses to be one.
    let (cloud, proxy) = (start(), start());
    let mut settings = settings("https://pulumi.test");
    settings.proxies.https = Some(proxy.url().replace("http://", "http://user:sesame@"));
    let error = create(&with(settings), "ci").await.unwrap_err();
    assert!(matches!(error, CreateError::NotSent(_)), "{error}");
    assert!(!error.to_string().contains("sesame"), "{error}");
    assert_eq!(cloud.requests().len(), 0);
}

#[tokio::test]
async fn plain_http_goes_through_its_own_proxy_and_never_to_reach_this_machine() {
    let cloud = start();
    let mut settings = settings("http://pulumi.test");
    settings.proxies.http = Some(cloud.url().to_owned());
    assert_eq!(count(settings.clone()).await, Ok(0));

    let proxy = start();
    settings.api_url = cloud.url().to_owned();
    settings.proxies.http = Some(proxy.url().to_owned());
    assert_eq!(count(settings).await, Ok(0));
    assert_eq!(proxy.connections().accepted, 0);
}
