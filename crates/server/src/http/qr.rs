//! The dark modules of a QR code as a shape, for those who draw one.

use qrcode::{Color, QrCode};

/// Light modules around the code, as the standard asks.
pub const QUIET: usize = 4;

/// The dark modules as an SVG path, in runs from left to right, beyond the quiet zone.
pub fn dark(code: &QrCode) -> String {
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    path
}
