//! A network mirror on the loopback interface: files of a folder over HTTPS, with a certificate
//! from an authority of its own. A thread ends with the process.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub struct Mirror {
    /// Its address, with the slash at the end that the engines ask for.
    pub url: String,
    /// The certificate that its clients must trust, in PEM.
    pub authority: String,
    served: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    /// Serves the files below this folder.
    pub fn start(folder: &Path) -> Self {
        let (config, authority) = tls();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let served = Arc::new(Mutex::new(Vec::new()));
        let (folder, log) = (folder.to_owned(), served.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, folder, log) = (config.clone(), folder.clone(), log.clone());
                // A client that goes away before it has its answer is no concern of the test.
                thread::spawn(move || answer(stream?, config, &folder, &log));
            }
        });
        Self { url, authority, served }
    }

    /// The paths whose contents were asked for and found.
    pub fn served(&self) -> Vec<String> {
        self.served.lock().unwrap().clone()
    }
}

fn tls() -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "Local mirror's authority");
    let authority_key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let authority = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().unwrap();
    let names = ["localhost".to_owned()];
    let own = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    (Arc::new(config), pem)
}

/// Answers one request and closes, which keeps this simple.
fn answer(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    folder: &Path,
    served: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > "\r\n".len() {
        header.clear();
    }
    let mut words = request.split(' ');
    let head = words.next() == Some("HEAD");
    let path = words.next().unwrap_or_default();
    let (status, body) = match fs::read(folder.join(path.trim_start_matches('/'))) {
        Ok(body) => {
            if !head {
                served.lock().unwrap().push(path.to_owned());
            }
            ("200 OK", body)
        }
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let kind = if path.ends_with(".json") { "application/json" } else { "application/zip" };
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    )?;
    if !head {
        stream.write_all(&body)?;
    }
    stream.conn.send_close_notify();
    stream.flush()
}
