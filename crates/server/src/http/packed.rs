//! A file of ours as it is sent: packed once, at the first request, for those who unpack it; and named by its content,
//! so that browsers keep it for ever.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// What never changes under its address is kept for a year, the longest there is.
pub const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// What has an address that does not say which version it is.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// A file in both forms.
#[derive(Debug)]
pub struct Packed {
    kind: HeaderValue,
    plain: Bytes,
    gzip: Bytes,
    version: String,
}

impl Packed {
    /// A file of a media type.
    #[must_use]
    pub fn new(kind: &'static str, content: String) -> Self {
        let version = Sha256::digest(&content)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            kind: HeaderValue::from_static(kind),
            gzip: gzip(content.as_bytes()).into(),
            plain: content.into(),
            version,
        }
    }

    /// What changes with its content.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Sends it to whoever asks with these headers, for this version of it or for whichever there is.
    #[must_use]
    pub fn answer(&self, version: Option<&str>, headers: &HeaderMap) -> Response {
        let named = version == Some(&self.version);
        let described = [
            (header::CONTENT_TYPE, self.kind.clone()),
            (header::CACHE_CONTROL, if named { FOR_EVER } else { AN_HOUR }),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if unpacks(headers) {
            let packed = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            return (described, packed, self.gzip.clone()).into_response();
        }
        (described, self.plain.clone()).into_response()
    }
}

/// Writing into memory does not fail; an empty file, which is none, would say so.
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Whether somebody says that they unpack gzip.
fn unpacks(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused = weight.trim().trim_start_matches("q=").trim_matches(['0', '.']).is_empty();
        name.trim().eq_ignore_ascii_case("gzip") && (weight.trim().is_empty() || !refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_get_it_packed_who_say_that_they_unpack_it() {
        for (accept, packed) in [
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip; q=1", true),
            ("", false),
            ("br", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("x-gzip", false),
            ("identity", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            assert_eq!(unpacks(&headers), packed, "{accept}");
        }
        assert!(!unpacks(&HeaderMap::new()));
    }
}
