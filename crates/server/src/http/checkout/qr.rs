//! QR codes as inline SVG, dark on light whatever the theme.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode};

use crate::http::qr::{QUIET, dark};
use crate::http::{ApiError, Segments, Web};

/// The QR code of a bitcoin: link, described by `label`. Nothing if the link is too long for one.
///
/// A bech32 address is written in capitals with the scheme: both are read the same, and capitals
/// make a smaller code. Base58 addresses stay as they are, since their case counts.
pub fn qr(link: &str, label: &str) -> Markup {
    drawn(&payload(link), label)
}

/// The QR code of a bare address as a picture, for apps that know nothing but addresses: not even in capitals. An
/// address is never another's, so that whoever has the picture keeps it.
pub async fn of_address(State(web): State<Web>, Segments(id): Segments<String>) -> Response {
    let found = super::find(&web, &id).await.map_err(ApiError::from);
    let address =
        found.and_then(|view| view.address.ok_or_else(|| ApiError::not_found("There is no address")));
    match address {
        Ok(address) => {
            let kept = [
                (header::CONTENT_TYPE, "image/svg+xml"),
                (header::CACHE_CONTROL, "public, max-age=86400, immutable"),
            ];
            (kept, drawn(&address, &address).into_string()).into_response()
        }
        // There may be one soon.
        Err(error) => ([(header::CACHE_CONTROL, "no-store")], error.into_response()).into_response(),
    }
}

/// The QR code of a page's address.
pub fn qr_of_page(url: &str, label: &str) -> Markup {
    drawn(url, label)
}

fn drawn(inside: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(inside, EcLevel::M) else { return html! {} };
    let side = code.width() + 2 * QUIET;
    let path = dark(&code);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            (PreEscaped(format!(r#"<path d="{path}"/>"#)))
        }
    }
}

/// What is inside the code.
pub fn payload(link: &str) -> String {
    let address = link.strip_prefix("bitcoin:").unwrap_or(link);
    let (address, query) = address.split_once('?').map_or((address, None), |(a, q)| (a, Some(q)));
    let is_bech32 = ["bc1", "tb1", "bcrt1"].iter().any(|prefix| address.starts_with(prefix));
    if !is_bech32 {
        return link.to_owned();
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("BITCOIN:{}{query}", address.to_uppercase())
}

#[cfg(test)]
mod tests {
    use qrcode::Color;

    use super::*;

    #[test]
    fn bech32_is_written_in_capitals_and_base58_as_it_is() {
        for (link, inside) in [
            ("bitcoin:bcrt1qxyz?amount=0.0005", "BITCOIN:BCRT1QXYZ?amount=0.0005"),
            ("bitcoin:tb1pabc", "BITCOIN:TB1PABC"),
            ("bitcoin:mndc6N5QPCMUgW378D9?amount=1", "bitcoin:mndc6N5QPCMUgW378D9?amount=1"),
            ("bitcoin:3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "bitcoin:3P14159f73E4gFr7JterCCQh9QjiTjiZrG"),
        ] {
            assert_eq!(payload(link), inside);
        }
    }

    #[test]
    fn the_drawing_has_a_quiet_zone_and_every_dark_module() {
        let link = "bitcoin:bcrt1qyp5c0tm0a7dlxhlvwp2pl4hklqvr0w3pvnc2e7?amount=0.00128";
        let svg = qr(link, "label").into_string();
        let code = QrCode::with_error_correction_level(payload(link), EcLevel::M).unwrap();
        let drawn: usize =
            svg.split('h').skip(1).filter_map(|run| run.split('v').next()?.parse::<usize>().ok()).sum();
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        assert_eq!(drawn, dark);
        assert!(svg.contains("M4 4h7v1h-7z"), "the corner begins four modules in");
    }
}
