//! A private key as a PEM text: SEC 1's `ECPrivateKey` (RFC 5915) on secp256k1.
//!
//! What is written is what `btcpay-python` writes, byte for byte (its lines are 76 characters long). What is read may
//! come from anywhere: the public key inside is passed over, since it follows from the private one; another curve is
//! refused. Never here: arithmetic on keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN EC PRIVATE KEY-----";
const END: &str = "-----END EC PRIVATE KEY-----";
const LINE: usize = 76;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const PARAMETERS: u8 = 0xa0;
const PUBLIC_KEY: u8 = 0xa1;
/// The object identifier 1.3.132.0.10, with its tag and length.
const SECP256K1: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];

/// Why a text is no private key in PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// No `-----BEGIN EC PRIVATE KEY-----` with its end.
    #[error("there is no EC PRIVATE KEY in this text")]
    NotThere,
    /// What is inside is not what SEC 1 says.
    #[error("the EC PRIVATE KEY is damaged or encrypted")]
    Damaged,
    /// The key is not on secp256k1.
    #[error("the EC PRIVATE KEY is on another curve than secp256k1")]
    OtherCurve,
}

/// The 32 bytes of the key.
pub fn read(text: &str) -> Result<[u8; 32], PemError> {
    let (_, rest) = text.split_once(BEGIN).ok_or(PemError::NotThere)?;
    let (inside, _) = rest.split_once(END).ok_or(PemError::NotThere)?;
    let joined: String = inside.split_whitespace().collect();
    let der = STANDARD.decode(joined).map_err(|_| PemError::Damaged)?;
    let (sequence, _) = take(SEQUENCE, &der).ok_or(PemError::Damaged)?;
    let (version, rest) = take(INTEGER, sequence).ok_or(PemError::Damaged)?;
    let (private, rest) = take(OCTETS, rest).ok_or(PemError::Damaged)?;
    if version != [1] {
        return Err(PemError::Damaged);
    }
    if take(PARAMETERS, rest).is_some_and(|(curve, _)| curve != SECP256K1) {
        return Err(PemError::OtherCurve);
    }
    private.try_into().map_err(|_| PemError::OtherCurve)
}

/// The content of the first element if it has this tag, and what follows it. Lengths below 65,536 bytes.
fn take(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (length, rest) = match rest {
        [short @ ..=0x7f, rest @ ..] => (usize::from(*short), rest),
        [0x81, one, rest @ ..] => (usize::from(*one), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    (*found == tag).then(|| rest.split_at_checked(length))?
}

/// The text, with a line feed at its end. `public` is the uncompressed key.
pub fn write(private: &[u8; 32], public: &[u8; 65]) -> String {
    let bits = element(0x03, &[&[0], public.as_slice()].concat());
    let inside = [
        element(INTEGER, &[1]),
        element(OCTETS, private),
        element(PARAMETERS, &SECP256K1),
        element(PUBLIC_KEY, &bits),
    ];
    let encoded = STANDARD.encode(element(SEQUENCE, &inside.concat()));
    let mut text = format!("{BEGIN}\n");
    for line in encoded.as_bytes().chunks(LINE) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text + END + "\n"
}

/// An element of fewer than 128 bytes, as all of a key's are.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length], content].concat()
}
