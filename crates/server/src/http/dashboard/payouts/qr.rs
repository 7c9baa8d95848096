//! A moving QR code: the parts of a PSBT, one after the other and again, in one image that needs no script. It
//! holds no text and no style, only shapes.

use std::fmt::Write;

use maud::{Markup, html};
use qrcode::{EcLevel, QrCode};

use crate::app::view::SpendView;
use crate::http::qr::{QUIET, dark};

/// How long each part is shown, in milliseconds.
const SHOWN_MS: usize = 250;
/// More parts than that take a camera too long, and a browser too much.
const MOST_PARTS: usize = 80;

/// The code for a camera, folded away: it moves.
pub fn section(view: &SpendView, path: &str) -> Markup {
    let parts = view.qr_parts().len();
    html! {
        @if (1..=MOST_PARTS).contains(&parts) {
            section class="sheet" {
                details {
                    summary { @if parts == 1 { "Show as a QR code" } @else { "Show as a moving QR code" } }
                    p class="hint" {
                        "For a device with a camera that reads BBQr, such as a Coldcard Q or Sparrow. "
                        @if parts > 1 { "Hold the camera still until it has all " (parts) " parts." }
                    }
                    figure class="qr" {
                        img src={ (path) "/qr.svg" } alt="QR code of the transaction for signing" width="320" height="320" loading="lazy";
                    }
                }
            }
        }
    }
}

/// The image of these parts; none if there are none, or too many.
pub fn moving(parts: &[String]) -> Option<String> {
    if !(1..=MOST_PARTS).contains(&parts.len()) {
        return None;
    }
    let codes: Option<Vec<QrCode>> =
        parts.iter().map(|part| QrCode::with_error_correction_level(part, EcLevel::L).ok()).collect();
    let codes = codes?;
    // One size for all of them, the largest: of two that are equally long, one with more digits in a row may be smaller.
    let version = codes.iter().map(QrCode::version).max_by_key(|version| version.width())?;
    let sized = |(code, part): (QrCode, &String)| match code.version() == version {
        true => Some(code),
        false => QrCode::with_version(part, version, EcLevel::L).ok(),
    };
    let codes: Option<Vec<QrCode>> = codes.into_iter().zip(parts).map(sized).collect();
    let codes = codes?;
    let side = codes.first()?.width() + 2 * QUIET;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>"##
    );
    for (i, code) in codes.iter().enumerate() {
        // Where nothing moves, the first is to be seen.
        let hidden = if i == 0 { "" } else { r#" display="none""# };
        let _ = write!(svg, r#"<path{hidden} d="{}">{}</path>"#, dark(code), turn(i, codes.len()));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// When one of so many parts is to be seen.
fn turn(i: usize, of: usize) -> String {
    if of == 1 {
        return String::new();
    }
    let (from, to) = (share(i, of), share(i + 1, of));
    let (values, times) = match i {
        0 => ("inline;none".to_owned(), format!("0;{to}")),
        _ if i + 1 == of => ("none;inline".to_owned(), format!("0;{from}")),
        _ => ("none;inline;none".to_owned(), format!("0;{from};{to}")),
    };
    format!(
        r#"<animate attributeName="display" calcMode="discrete" values="{values}" keyTimes="{times}" dur="{}ms" repeatCount="indefinite"/>"#,
        of * SHOWN_MS
    )
}

/// A part of a whole, as a decimal fraction below one.
fn share(part: usize, of: usize) -> String {
    format!("0.{:06}", part * 1_000_000 / of)
}
