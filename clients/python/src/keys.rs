//! Keys, made of texts: PEM or 64 hexadecimal digits. `ValueError` for what is none.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use specie_client::{Key as Inner, KeyError};

/// A private key. To make one of a text takes as long as a signature: keep it.
#[pyclass(frozen, module = "specie._native")]
pub struct Key(Inner);

#[pymethods]
impl Key {
    #[new]
    fn new(pem: String) -> PyResult<Self> {
        read(&pem).map(Self)
    }

    /// A new one.
    #[staticmethod]
    fn generate() -> Self {
        Self(Inner::generate())
    }

    /// The one of 64 hexadecimal digits.
    #[staticmethod]
    fn of_hex(digits: String) -> PyResult<Self> {
        Inner::from_hex(&digits).map(Self).map_err(refused)
    }

    /// In PEM.
    fn pem(&self) -> String {
        self.0.to_pem()
    }

    /// In 64 hexadecimal digits.
    fn hex(&self) -> String {
        self.0.to_hex()
    }

    /// The compressed public key, 66 hexadecimal digits.
    fn public_key(&self) -> String {
        self.0.public_key()
    }

    /// The short form of the public key.
    fn sin(&self) -> String {
        self.0.sin()
    }

    /// The signature over a message, DER in hexadecimal.
    fn sign(&self, message: &[u8]) -> String {
        self.0.sign("", message)
    }
}

/// The key of a PEM text.
pub fn read(pem: &str) -> PyResult<Inner> {
    Inner::from_pem(pem).map_err(refused)
}

fn refused(why: KeyError) -> PyErr {
    PyValueError::new_err(why.to_string())
}
