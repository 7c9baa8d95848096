//! A client's own key for a call, with which it may make the call again: the `Idempotency-Key` header,
//! the same on every API, and what makes two calls the same one.
//!
//! Who the caller is, a face says. It must never be less than what the caller proved: whoever guesses
//! another's key gets nothing of theirs.

use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::ApiError;
use super::answers::REPLAYED;
use crate::app::{Answered, Idempotency, IdempotencyKey};

pub use crate::app::MAX_KEY;

/// A key, by where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The header: with another body it is an error.
    Header(String),
    /// BitPay's `guid`: with another body it is another call.
    Guid(String),
}

/// The key in the header; none: there is no such header.
///
/// # Errors
/// 400 if it is empty, too long, no text, or given twice.
pub fn key(headers: &HeaderMap) -> Result<Option<Key>, ApiError> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(first) = given.next() else { return Ok(None) };
    let text = first.to_str().ok().filter(|text| (1..=MAX_KEY).contains(&text.len()));
    match (text, given.next()) {
        (Some(text), None) => Ok(Some(Key::Header(text.to_owned()))),
        _ => Err(ApiError::bad_request(format!(
            "The Idempotency-Key is one text of 1 to {MAX_KEY} characters of ASCII"
        ))),
    }
}

/// All that makes a call the same one when it is made again.
#[must_use]
pub fn idempotency(caller: String, path: String, key: Key, body: &[u8]) -> Idempotency {
    let (key, strict) = match key {
        Key::Header(key) => (format!("key:{key}"), true),
        Key::Guid(guid) => (format!("guid:{guid}"), false),
    };
    let body_hash = Sha256::digest(body).into();
    Idempotency { key: IdempotencyKey { caller, path, key, body_hash }, strict }
}

/// An answer that says whether it was given before.
pub fn respond<T>(answered: Answered<T>, respond: impl FnOnce(T) -> Response) -> Response {
    let mut response = respond(answered.answer);
    if answered.repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_text_of_a_bounded_length() {
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("idempotency-key", HeaderValue::from_bytes(value).unwrap());
            }
            key(&headers)
        };
        assert_eq!(read(&[]), Ok(None));
        for sound in ["1", "order 1", &"k".repeat(MAX_KEY)] {
            assert_eq!(read(&[sound.as_bytes()]), Ok(Some(Key::Header(sound.to_owned()))));
        }
        let long = "k".repeat(MAX_KEY + 1);
        for unsound in [&[b"".as_slice()] as &[&[u8]], &[long.as_bytes()], &[b"\xe4"], &[b"1", b"1"]] {
            assert!(read(unsound).unwrap_err().message().contains("Idempotency-Key"), "{unsound:?}");
        }
    }
}
