//! A server on the loopback interface that misbehaves as told.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How the server treats every connection.
#[derive(Clone)]
pub(super) enum Manner {
    /// Sends these bytes and closes.
    Says(Vec<u8>),
    /// Sends these bytes to every request of a connection that it keeps open.
    Repeats(Vec<u8>),
    /// Sends these bytes, then zeros until the peer hangs up.
    Floods(Vec<u8>),
    /// Sends these bytes, then one more after every pause.
    Drips(Vec<u8>, Duration),
    /// Reads and says nothing.
    Silent,
}

/// A running server. It ends with the test's runtime.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    /// Bytes written by all connections.
    written: Arc<AtomicUsize>,
    requests: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            written: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, written) = (Arc::clone(&server.connections), Arc::clone(&server.written));
        let requests = Arc::clone(&server.requests);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (manner, written, requests) =
                    (manner.clone(), Arc::clone(&written), Arc::clone(&requests));
                tokio::spawn(async move {
                    let request = read_head(&mut stream).await;
                    requests.lock().unwrap().push(request);
                    behave(&mut stream, manner, &written).await
                });
            }
        });
        server
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(super) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    /// The head of the first request.
    pub(super) fn request(&self) -> String {
        self.requests.lock().unwrap().first().cloned().unwrap_or_default()
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => head.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

async fn behave(stream: &mut TcpStream, manner: Manner, written: &AtomicUsize) -> std::io::Result<()> {
    if let Manner::Repeats(bytes) = &manner {
        loop {
            stream.write_all(bytes).await?;
            if read_head(stream).await.is_empty() {
                return Ok(());
            }
        }
    }
    let mut say = async |bytes: &[u8]| {
        stream.write_all(bytes).await?;
        written.fetch_add(bytes.len(), Ordering::SeqCst);
        std::io::Result::Ok(())
    };
    match manner {
        Manner::Says(bytes) => {
            say(&bytes).await?;
            stream.shutdown().await
        }
        Manner::Floods(bytes) => {
            say(&bytes).await?;
            loop {
                say(&[0; 16 * 1024]).await?;
            }
        }
        Manner::Drips(bytes, pause) => {
            say(&bytes).await?;
            loop {
                tokio::time::sleep(pause).await;
                say(b"x").await?;
            }
        }
        Manner::Silent | Manner::Repeats(_) => std::future::pending().await,
    }
}

/// Certificate and key of `hook.public.test`, signed by itself, for tests alone.
const SELF_SIGNED: &[u8] = include_bytes!("../../../../tests/data/self-signed.pem");

pub(super) fn self_signed_certificate() -> reqwest::Certificate {
    reqwest::Certificate::from_pem(SELF_SIGNED).unwrap()
}

/// Serves one HTTPS connection with the self-signed certificate, on a thread of its own.
pub(super) fn start_self_signed() -> SocketAddr {
    let certificate = CertificateDer::from_pem_slice(SELF_SIGNED).unwrap();
    let key = PrivateKeyDer::from_pem_slice(SELF_SIGNED).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
    serve_once(move |mut stream| {
        let mut tls = rustls::ServerConnection::new(config).unwrap();
        let mut stream = rustls::Stream::new(&mut tls, &mut stream);
        // The client hangs up in the middle when it does not trust the certificate.
        if stream.read(&mut [0; 4096]).is_ok() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    })
}

/// Answers a TLS handshake with a ServerHello of TLS 1.0.
pub(super) fn start_tls10() -> SocketAddr {
    serve_once(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        // Handshake record, version 3.1; ServerHello, version 3.1, random, no session,
        // TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        let mut hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
        hello.extend([7; 32]);
        hello.extend([0, 0, 0x2f, 0]);
        let _ = stream.write_all(&hello);
        let _ = stream.read(&mut [0; 4096]);
    })
}

fn serve_once(serve: impl FnOnce(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            serve(stream);
        }
    });
    address
}
