//! TLS for the transport: rustls with ring, and what the system trusts.
//!
//! The provider is handed over, not installed for the whole process: what the program around chooses is its own affair.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::{Error, Settings};

/// What the system trusts; reading that takes a while, and is the same for all clients.
static OF_THE_SYSTEM: OnceLock<ClientConfig> = OnceLock::new();

/// What a connection is checked by.
pub(crate) fn config(settings: &Settings) -> Result<ClientConfig, Error> {
    let common = !settings.any_certificate && settings.trusted.is_empty();
    if !common {
        return make(settings);
    }
    if let Some(config) = OF_THE_SYSTEM.get() {
        return Ok(config.clone());
    }
    let config = make(settings)?;
    Ok(OF_THE_SYSTEM.get_or_init(|| config).clone())
}

fn make(settings: &Settings) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |e: rustls::Error| Error::Tls(e.to_string());
    let verifier: Arc<dyn ServerCertVerifier> = if settings.any_certificate {
        Arc::new(Anyone(provider.clone()))
    } else {
        let extra = certificates(&settings.trusted)?;
        Arc::new(Verifier::new_with_extra_roots(extra, provider.clone()).map_err(failed)?)
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn certificates(texts: &[String]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for text in texts {
        let before = all.len();
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            all.push(certificate.map_err(|e| Error::Tls(format!("a certificate to trust is damaged: {e}")))?);
        }
        if all.len() == before {
            return Err(Error::Tls("there is no certificate in the PEM to trust".to_owned()));
        }
    }
    Ok(all)
}

/// Believes whoever answers; only that the handshake is whole is still checked.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
