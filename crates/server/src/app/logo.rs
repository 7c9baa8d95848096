//! A logo, drawn anew from what a merchant sent: only its pixels are kept, small, and as a file of ours.
//!
//! It never decodes what says of itself that it is too large, keeps no byte of the file, and draws no format that can
//! hold a script.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Scaling;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};
use specie_db::logos::Picture;
use specie_db::stores::Logo;

/// The largest file that is read, in bytes.
pub const MAX_UPLOADED_BYTES: usize = 1024 * 1024;
/// The longest side of a picture that is decoded, in pixels. One byte of a file can stand for thousands.
const MAX_SIDE: u32 = 3000;
/// The most memory that decoding may take, in bytes: the largest picture, at eight bytes a pixel.
const MAX_DECODED_BYTES: u64 = 72_000_000;
/// The largest logo, in pixels: twice what pages show, for fine screens.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 120;
/// The heaviest logo, in bytes: every checkout carries it.
const MAX_BYTES: usize = 12 * 1024;
/// How good a JPEG is, of a hundred.
const JPEG_QUALITY: u8 = 85;

/// Why a file is not taken as a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoRefused {
    /// Too many bytes.
    #[error("the file is larger than 1 MiB")]
    TooHeavy,
    /// Neither of the two formats.
    #[error("a logo is a PNG or a JPEG file")]
    Kind,
    /// Too many pixels.
    #[error("a logo is at most {MAX_SIDE} pixels wide and high")]
    TooLarge,
    /// It cannot be decoded.
    #[error("this file cannot be read as a picture: export it once more")]
    Broken,
}

/// A logo as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redrawn {
    pub picture: Picture,
    pub mark: Logo,
}

/// Draws a file anew.
pub(super) fn redraw(file: &[u8]) -> Result<Redrawn, LogoRefused> {
    if file.len() > MAX_UPLOADED_BYTES {
        return Err(LogoRefused::TooHeavy);
    }
    let mut drawn = fitted(decoded(file)?);
    loop {
        let (kind, content) = encoded(&drawn)?;
        let (width, height) = (drawn.width(), drawn.height());
        if content.len() <= MAX_BYTES || width.max(height) < 16 {
            let hash: String = Sha256::digest(&content)[..16].iter().map(|b| format!("{b:02x}")).collect();
            let mark = Logo { hash: hash.clone(), width, height };
            return Ok(Redrawn { picture: Picture { hash, kind: kind.to_owned(), content }, mark });
        }
        drawn = drawn.resize((width * 3 / 4).max(1), (height * 3 / 4).max(1), Scaling::Lanczos3);
    }
}

fn decoded(file: &[u8]) -> Result<DynamicImage, LogoRefused> {
    let kind = image::guess_format(file).map_err(|_| LogoRefused::Kind)?;
    if !matches!(kind, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(LogoRefused::Kind);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(file), kind);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(LogoRefused::TooLarge);
    }
    // Phones lay a photograph down and say so beside it.
    let orientation = decoder.orientation().map_err(refused)?;
    let mut drawn = DynamicImage::from_decoder(decoder).map_err(refused)?;
    drawn.apply_orientation(orientation);
    Ok(drawn)
}

fn refused(error: image::ImageError) -> LogoRefused {
    match error {
        image::ImageError::Limits(_) => LogoRefused::TooLarge,
        _ => LogoRefused::Broken,
    }
}

fn fitted(drawn: DynamicImage) -> DynamicImage {
    let drawn = match drawn.color().has_alpha() {
        true => DynamicImage::ImageRgba8(drawn.to_rgba8()),
        false => DynamicImage::ImageRgb8(drawn.to_rgb8()),
    };
    if drawn.width() <= WIDTH && drawn.height() <= HEIGHT {
        return drawn;
    }
    drawn.resize(WIDTH, HEIGHT, Scaling::Lanczos3)
}

/// As a PNG; as a JPEG if nothing of it is transparent and that is smaller.
fn encoded(drawn: &DynamicImage) -> Result<(&'static str, Vec<u8>), LogoRefused> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    drawn.write_with_encoder(encoder).map_err(refused)?;
    if !drawn.color().has_alpha() {
        let mut jpeg = Vec::new();
        drawn.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)).map_err(refused)?;
        if jpeg.len() < png.len() {
            return Ok(("image/jpeg", jpeg));
        }
    }
    Ok(("image/png", png))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        // Noise, which packs badly; beyond a size, stripes, so that the file is taken.
        let noise = |x: u32, y: u32| match width * height {
            0..200_000 => (x * 7919 + y * 104_729 + x * y * 31).to_le_bytes(),
            _ => [(x / 50) as u8, (y / 50) as u8, 0, 255],
        };
        let drawn = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba(noise(x, y)));
        drawn.write_with_encoder(PngEncoder::new(&mut file)).unwrap();
        file
    }

    /// A PNG that says it is so large, and is not.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut file = png(1, 1);
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    /// The sum over a chunk of a PNG (CRC-32 of ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ (0xedb8_8320 & (!(sum & 1)).wrapping_add(1))
            })
        })
    }

    #[test]
    fn whatever_its_size_a_logo_is_small_and_keeps_its_shape() {
        for (width, height) in
            [(1, 1), (320, 120), (2000, 1000), (1000, 2000), (3000, 3), (3, 3000), (200, 200)]
        {
            let drawn = redraw(&png(width, height)).unwrap_or_else(|e| panic!("{width}x{height}: {e}"));
            assert!(drawn.picture.content.len() <= MAX_BYTES, "{width}x{height}");
            let mark = drawn.mark;
            assert!((1..=WIDTH).contains(&mark.width) && (1..=HEIGHT).contains(&mark.height), "{mark:?}");
            let kept = image::load_from_memory(&drawn.picture.content).unwrap();
            assert_eq!((kept.width(), kept.height()), (mark.width, mark.height));
            if width.min(height) >= 200 {
                let (was, is) = (width * 100 / height, mark.width * 100 / mark.height);
                assert!(was.abs_diff(is) <= was / 20, "{width}x{height}: {mark:?}");
            }
        }
    }

    #[test]
    fn what_says_it_is_too_large_is_never_decoded() {
        for (width, height) in [(3001, 1), (1, 3001), (65_535, 65_535), (0x7fff_ffff, 0x7fff_ffff)] {
            assert_eq!(redraw(&bomb(width, height)), Err(LogoRefused::TooLarge), "{width}x{height}");
        }
        // The sum is right: what says it is small is not refused for that.
        assert_ne!(redraw(&bomb(10, 10)), Err(LogoRefused::TooLarge));
    }

    #[test]
    fn only_pictures_of_two_kinds_are_taken() {
        let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for file in [
            &b""[..],
            svg,
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"BM",
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"<html>",
            b"%PDF-1.7",
        ] {
            assert_eq!(redraw(file), Err(LogoRefused::Kind));
        }
        assert_eq!(redraw(b"\x89PNG\r\n\x1a\n"), Err(LogoRefused::Broken));
        assert_eq!(redraw(b"\xff\xd8\xff\xe0"), Err(LogoRefused::Broken));
        let cut = png(100, 100);
        assert_eq!(redraw(&cut[..cut.len() / 2]), Err(LogoRefused::Broken));
        assert_eq!(redraw(&vec![0; MAX_UPLOADED_BYTES + 1]), Err(LogoRefused::TooHeavy));
    }

    #[test]
    fn nothing_that_hides_in_a_file_is_kept() {
        let mut file = png(60, 20);
        file.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04 a zip");
        let drawn = redraw(&file).unwrap();
        let kept = String::from_utf8_lossy(&drawn.picture.content).into_owned();
        assert!(!kept.contains("script") && !kept.contains("PK"), "{kept}");
        assert_eq!(drawn, redraw(&png(60, 20)).unwrap(), "the same pixels are the same file");
    }
}
