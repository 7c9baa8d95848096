//! A PSBT as a series of QR codes that a device's camera reads: BBQr, of the file type P.
//!
//! The texts hold only what QR codes call alphanumeric, and have to be drawn in that mode. They hold nothing secret, but
//! show whom the merchant pays: they are for the merchant's own screen.

use bbqr::encode::Encoding;
use bbqr::file_type::FileType;
use bbqr::qr::Version;
use bbqr::split::{Split, SplitOptions};
use bitcoin::Psbt;

/// The largest code: version 14 is 73 modules wide, which the cameras of signing devices read from a screen without
/// trouble. What fits a smaller one gets a smaller one.
const LARGEST: Version = Version::V14;

/// The most parts that two digits of base 36 can count.
const MOST_PARTS: usize = 1295;

/// It takes more QR codes than a series can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the transaction is too large for a series of QR codes")]
pub struct TooLargeForQr;

/// The texts of the codes in their order, to be shown one after the other and again, about four a second. Each fits a
/// code of version 14 with the lowest error correction (L); all but the last are equally long.
///
/// # Errors
/// [`TooLargeForQr`], from about 350,000 bytes on.
pub fn qr_parts(psbt: &Psbt) -> Result<Vec<String>, TooLargeForQr> {
    let options = SplitOptions {
        // Falls back to plain base32 where compression does not help.
        encoding: Encoding::Zlib,
        min_split_number: 1,
        max_split_number: MOST_PARTS,
        min_version: Version::V01,
        max_version: LARGEST,
    };
    let split = Split::try_from_data(&psbt.serialize(), FileType::Psbt, options);
    split.map(|split| split.parts).map_err(|_| TooLargeForQr)
}
