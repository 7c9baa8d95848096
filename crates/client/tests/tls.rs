//! Whose certificate is believed.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use specie_client::blocking::Client;
use specie_client::{Error, Key, Settings};

/// Certificate and key of `localhost`, and the authority that signed it: for these tests alone.
const SERVER: &[u8] = include_bytes!("data/localhost.pem");
const AUTHORITY: &str = include_str!("data/ca.pem");

/// A server of HTTPS that has no rates.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let certificate = CertificateDer::from_pem_slice(SERVER).unwrap();
    let key = PrivateKeyDer::from_pem_slice(SERVER).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    let config = Arc::new(config.unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::Stream::new(&mut tls, &mut stream);
            // Whoever does not trust the certificate hangs up.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{\"data\":[]}",
                );
            }
        }
    });
    host
}

fn rates(settings: Settings) -> Result<usize, Error> {
    let client = Client::with_settings(&serve(), Key::generate(), settings.retries(0)).unwrap();
    client.get_rates().map(|rates| rates.len())
}

#[test]
fn a_stranger_is_not_believed() {
    let error = rates(Settings::new()).unwrap_err().to_string();
    assert!(error.contains("cannot be reached") && error.contains("ertificate"), "{error}");
}

#[test]
fn an_authority_that_is_to_be_trusted_is() {
    assert_eq!(rates(Settings::new().trust(AUTHORITY)).unwrap(), 0);
    assert!(rates(Settings::new()).is_err(), "by that client alone");
}

#[test]
fn whoever_answers_is_believed_if_that_is_asked_for() {
    assert_eq!(rates(Settings::new().danger_accept_any_certificate()).unwrap(), 0);
}

#[test]
fn no_provider_is_left_behind_for_the_whole_process() {
    let _ = rates(Settings::new());
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
