//! How a store's buyers' pages look: a stylesheet for each colour, which names no store, and the logo.
//!
//! Neither is written into a page: no style stands there inline, and a picture is served as nothing else.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use specie_core::colour::{Colour, READABLE};

use super::packed::FOR_EVER;
use super::{ApiError, Segments, Web};
use crate::app::view::{Brand, InvoiceView, Logo};

/// What lies behind text in light and in dark: `--paper`, `--sheet` and `--well` of `assets/css/tokens.css`.
const LIGHT: [Colour; 3] =
    [Colour::rgb(0xed, 0xf1, 0xee), Colour::rgb(0xfc, 0xfd, 0xfc), Colour::rgb(0xf3, 0xf6, 0xf4)];
const DARK: [Colour; 3] =
    [Colour::rgb(0x0b, 0x11, 0x0f), Colour::rgb(0x13, 0x1b, 0x18), Colour::rgb(0x0f, 0x16, 0x13)];
/// How far a colour moves while a pointer is over it, of 64 steps.
const HOVER: u16 = 10;

/// The link to a store's colours, for the head of a page: after the stylesheet of all pages.
#[must_use]
pub fn head(view: &InvoiceView) -> Markup {
    html! {
        @if let Some(colour) = view.brand.colour { link rel="stylesheet" href=(theme_path(colour)); }
    }
}

/// A store's logo, above its name.
#[must_use]
pub fn logo(view: &InvoiceView) -> Markup {
    logo_of(&view.brand, &view.store_name)
}

/// The logo of a store of that name.
#[must_use]
pub fn logo_of(brand: &Brand, name: &str) -> Markup {
    html! {
        @if let Some(logo) = &brand.logo {
            img class="logo" src=(logo_path(logo)) alt=(name) width=(logo.width.div_ceil(2))
                height=(logo.height.div_ceil(2));
        }
    }
}

/// Where a logo is.
#[must_use]
pub fn logo_path(logo: &Logo) -> String {
    format!("/logo/{}", logo.hash)
}

/// Where a colour's stylesheet is.
#[must_use]
pub fn theme_path(colour: Colour) -> String {
    format!("/theme/{}.css", colour.digits())
}

/// Where the stylesheet is that shows a colour within a part of a page, of class `themed`.
#[must_use]
pub fn sample_path(colour: Colour) -> String {
    format!("/theme/sample-{}.css", colour.digits())
}

/// A store's colour as one look of the pages uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tones {
    /// Behind the words of a button: the store's own.
    pub fill: Colour,
    /// The words on it.
    pub on_fill: Colour,
    /// Text and lines: the store's own, or as near to it as can be read.
    pub text: Colour,
    /// How well the store's own is read as text, at worst, in hundredths.
    pub contrast: u32,
    fill_hover: Colour,
    text_hover: Colour,
}

impl Tones {
    /// In light.
    #[must_use]
    pub fn light(colour: Colour) -> Self {
        Self::on(colour, &LIGHT, Colour::BLACK)
    }

    /// In dark.
    #[must_use]
    pub fn dark(colour: Colour) -> Self {
        Self::on(colour, &DARK, Colour::WHITE)
    }

    fn on(fill: Colour, surfaces: &[Colour], end: Colour) -> Self {
        let on_fill = fill.text();
        let away = if on_fill == Colour::WHITE { Colour::BLACK } else { Colour::WHITE };
        let text = fill.readable(surfaces, end);
        Self {
            fill,
            on_fill,
            text,
            contrast: fill.contrast_on(surfaces),
            fill_hover: fill.towards(away, HOVER),
            text_hover: text.towards(end, HOVER),
        }
    }

    /// Whether text has another colour than the store's own.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.contrast < READABLE
    }

    fn tokens(&self) -> [(&'static str, Colour); 7] {
        [
            ("accent", self.text),
            ("accent-hover", self.text_hover),
            ("fill", self.fill),
            ("fill-hover", self.fill_hover),
            ("on-accent", self.on_fill),
            ("engrave", self.text),
            ("engrave-far", self.text_hover),
        ]
    }
}

/// The stylesheet of a colour. Browsers that know no `light-dark()` show every page in light.
fn stylesheet(colour: Colour, scope: &str) -> String {
    let pairs: Vec<_> = Tones::light(colour).tokens().into_iter().zip(Tones::dark(colour).tokens()).collect();
    let plain: String = pairs.iter().map(|((name, light), _)| format!("--{name}:{light};")).collect();
    let both: String = pairs
        .iter()
        .map(|((name, light), (_, dark))| format!("--{name}:light-dark({light},{dark});"))
        .collect();
    format!("{scope}{{{plain}}}\n@supports (color:light-dark(#000,#fff)){{{scope}{{{both}}}}}\n")
}

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/theme/{name}", get(theme)).route("/logo/{hash}", get(picture))
}

async fn theme(Segments(name): Segments<String>) -> Response {
    let found = name.strip_suffix(".css").and_then(|name| match name.strip_prefix("sample-") {
        Some(digits) => Some((digits.parse::<Colour>().ok()?, digits, ".themed")),
        None => Some((name.parse::<Colour>().ok()?, name, ":root")),
    });
    match found {
        // One spelling each: what is kept for ever is kept once.
        Some((colour, digits, scope)) if colour.digits() == digits => {
            let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
            (kind, [(header::CACHE_CONTROL, FOR_EVER)], stylesheet(colour, scope)).into_response()
        }
        _ => ApiError::not_found("No such stylesheet").into_response(),
    }
}

async fn picture(State(web): State<Web>, Segments(hash): Segments<String>) -> Result<Response, ApiError> {
    let found = web.app().logo(&hash).await?;
    let found = found.ok_or_else(|| ApiError::not_found("No such logo"))?;
    let headers = [
        (header::CONTENT_TYPE, &*found.kind),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, [(header::CACHE_CONTROL, FOR_EVER)], found.content).into_response())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKENS: &str = include_str!("assets/css/tokens.css");

    #[test]
    fn the_surfaces_are_those_of_the_stylesheet() {
        for (i, name) in ["paper", "sheet", "well"].into_iter().enumerate() {
            let pair = format!("--{name}: light-dark({}, {});", LIGHT[i], DARK[i]);
            assert!(TOKENS.contains(&pair), "{pair}");
        }
    }

    #[test]
    fn a_colour_is_changed_only_where_it_could_not_be_read() {
        for (colour, light, dark) in [
            // Readable in light; on dark it is lightened.
            ("#0b6a4e", false, true),
            // A bright one: darkened in light.
            ("#ffd400", true, false),
            ("#ffffff", true, false),
            ("#000000", false, true),
            // In the middle: neither fits.
            ("#777777", true, true),
        ] {
            let colour: Colour = colour.parse().unwrap();
            assert_eq!(
                (Tones::light(colour).changed(), Tones::dark(colour).changed()),
                (light, dark),
                "{colour}"
            );
            assert_eq!(Tones::light(colour).text != colour, light, "{colour}");
        }
    }

    #[test]
    fn a_theme_sets_tokens_and_nothing_else() {
        let css = stylesheet("#ffd400".parse().unwrap(), ":root");
        assert!(css.starts_with(":root{--accent:#"), "{css}");
        assert!(css.contains("--fill:#ffd400;") && css.contains("--on-accent:#000000;"), "{css}");
        assert!(css.len() < 700, "{}", css.len());
    }

    proptest! {
        #[test]
        fn whatever_a_store_chooses_is_readable(red: u8, green: u8, blue: u8) {
            let colour = Colour::rgb(red, green, blue);
            for (tones, surfaces) in [(Tones::light(colour), LIGHT), (Tones::dark(colour), DARK)] {
                prop_assert!(tones.fill.contrast(tones.on_fill) >= READABLE);
                prop_assert!(tones.fill_hover.contrast(tones.on_fill) >= READABLE);
                prop_assert!(tones.text.contrast_on(&surfaces) >= READABLE);
                prop_assert!(tones.text_hover.contrast_on(&surfaces) >= READABLE);
            }
        }
    }
}
