//! Keys as texts: PEM or 64 hexadecimal digits. `ValueError` for what is none.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use specie_client::Key;

/// The key of a PEM text.
pub fn read(pem: &str) -> PyResult<Key> {
    Key::from_pem(pem).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// A new private key, in PEM.
#[pyfunction]
pub fn generate_pem() -> String {
    Key::generate().to_pem()
}

/// The PEM of a private key of 64 hexadecimal digits.
#[pyfunction]
pub fn pem_of_hex(digits: String) -> PyResult<String> {
    Key::from_hex(&digits).map(|key| key.to_pem()).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// The 64 hexadecimal digits of a private key.
#[pyfunction]
pub fn hex_of_pem(pem: String) -> PyResult<String> {
    Ok(read(&pem)?.to_hex())
}

/// The compressed public key, 66 hexadecimal digits.
#[pyfunction]
pub fn public_key(pem: String) -> PyResult<String> {
    Ok(read(&pem)?.public_key())
}

/// The short form of the public key.
#[pyfunction]
pub fn sin(pem: String) -> PyResult<String> {
    Ok(read(&pem)?.sin())
}

/// The signature over a message, DER in hexadecimal.
#[pyfunction]
pub fn sign(message: &[u8], pem: String) -> PyResult<String> {
    Ok(read(&pem)?.sign("", message))
}
