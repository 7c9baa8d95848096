//! Every part that pages are made of, in all its states, on one page: what a change of the stylesheet is looked at with.
//!
//! It shows the real parts, made by the functions that pages call; nothing on it is sent anywhere.

use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode};
use specie_core::colour::Colour;

use super::brand::ratio;
use super::error::PageError;
use super::frame::Section;
use super::merchant::Administrator;
use super::parts::{Problems, area, choice, facts, field, fold, radio, submit, table, tick};
use crate::http::Pairs;
use crate::http::pages::{Icon, asset_path, copy_button, grouped, icon};
use crate::http::qr::{QUIET, dark};

const TOKENS: &str = include_str!("../assets/css/tokens.css");
const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const ICONS: [(&str, Icon); 26] = [
    ("Waiting", Icon::Waiting),
    ("Partial", Icon::Partial),
    ("Seen", Icon::Seen),
    ("Confirming", Icon::Confirming),
    ("Paid", Icon::Paid),
    ("Complete", Icon::Complete),
    ("Free", Icon::Free),
    ("Expired", Icon::Expired),
    ("Late", Icon::Late),
    ("Stop", Icon::Stop),
    ("Key", Icon::Key),
    ("Copy", Icon::Copy),
    ("Wallet", Icon::Wallet),
    ("Back", Icon::Back),
    ("Close", Icon::Close),
    ("Invoice", Icon::Invoice),
    ("Settings", Icon::Settings),
    ("Store", Icon::Store),
    ("Add", Icon::Add),
    ("Out", Icon::Out),
    ("Next", Icon::Next),
    ("Again", Icon::Again),
    ("Over", Icon::Over),
    ("Marked", Icon::Marked),
    ("Info", Icon::Info),
    ("Payout", Icon::Payout),
];

/// The page; with `dir=rtl`, read from right to left.
pub async fn show(Administrator(merchant): Administrator, asked: Pairs) -> Result<Markup, PageError> {
    let rtl = asked.get("dir") == Some("rtl");
    let frame = merchant.frame().await?;
    let body = html! {
        link rel="stylesheet" href=(asset_path("design.css"));
        p class="lead" {
            "Every part of every page. Light and dark follow the system; "
            @if rtl { a href="/design" { "from left to right" } } @else { a href="/design?dir=rtl" { "from right to left" } }
            "."
        }
        div class="stack" dir=(if rtl { "rtl" } else { "ltr" }) {
            (part("Colour", &colours()))
            (part("Type", &type_sizes()))
            (part("Icons", &icons()))
            (part("Buttons", &buttons()))
            (part("Fields", &fields()))
            (part("Notices", &notices()))
            (part("Pills and ticks", &pills()))
            (part("Lists and tables", &lists()))
            (part("QR code and address", &code()))
            (part("Status", &statuses()))
            (part("Empty", &empty()))
            (note())
        }
    };
    Ok(frame.page("Design", Section::Account, &body))
}

fn part(title: &str, body: &Markup) -> Markup {
    html! { section class="sheet" { h2 { (title) } (body) } }
}

/// The colours that have a value for light and for dark, by name.
fn tokens() -> Vec<(&'static str, Colour, Colour)> {
    let pairs = TOKENS.lines().filter_map(|line| {
        let (name, rest) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = rest.strip_suffix(");")?.split_once(", ")?;
        Some((name, light.parse().ok()?, dark.parse().ok()?))
    });
    pairs.collect()
}

fn colours() -> Markup {
    let all = tokens();
    let sheet = all.iter().find(|(name, ..)| *name == "sheet");
    let (light, dark) = sheet.map_or((Colour::WHITE, Colour::BLACK), |(_, light, dark)| (*light, *dark));
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|(name, in_light, in_dark)| {
            vec![
                html! { (name) },
                html! { (swatch(*in_light)) code { (in_light) } " " (ratio(in_light.contrast(light))) },
                html! { (swatch(*in_dark)) code { (in_dark) } " " (ratio(in_dark.contrast(dark))) },
            ]
        })
        .collect();
    table("Colours and their contrast to the sheet", &["Colour", "In light", "In dark"], &rows)
}

fn swatch(colour: Colour) -> Markup {
    html! {
        svg class="swatch" viewBox="0 0 24 24" aria-hidden="true" { rect width="24" height="24" fill=(colour) {} }
    }
}

fn type_sizes() -> Markup {
    html! {
        @for size in 1..=8 { p class={ "size-" (size) } { "Size " (size) ": Two books, 0.00128 BTC" } }
        h2 { "A heading of a part" }
        p { "Words as they are read. " a href="#main" { "A link" } ", " code { "a code" } ", " b { "what counts" } "." }
        p class="lead" { "What leads in." }
        p class="hint" { "What helps." }
    }
}

fn icons() -> Markup {
    html! {
        p class="icons" { @for (name, shown) in ICONS { span { (icon(shown)) small { (name) } } } }
    }
}

fn buttons() -> Markup {
    html! {
        p class="actions" {
            (submit("Main"))
            button class="btn" type="button" { "Second" }
            button class="btn plain" type="button" { "Plain" }
            button class="btn danger" type="button" { "Danger" }
            button class="btn small" type="button" { (icon(Icon::Add)) "Small" }
            a class="btn" href="#main" { (icon(Icon::Next)) "A link" }
            (copy_button("sample", "sample", "0.00128", "sample-text"))
            code id="sample-text" { "0.00128" }
        }
    }
}

fn fields() -> Markup {
    let problems = Problems::one("wrong", "This is not an amount.");
    let folded = field("folded", "Folded away").value("");
    html! {
        (problems)
        div class="form" {
            (field("plain", "A field").value("Text").hint("A word about it."))
            (field("unit", "With a unit").inputmode("numeric").unit("minutes").value("15"))
            (field("wrong", "A wrong one").value("twenty").problem(&problems))
            (choice("choice", "A choice", &[("a", "The first"), ("b", "The second")]).value("b"))
            (area("area", "Several lines").value("wpkh(…)"))
            (tick("tick", "To tick", true, Some("A word about it.")))
            fieldset {
                legend { "One of them" }
                (radio("radio", "a", "The first", true, None))
                (radio("radio", "b", "The second", false, None))
            }
            (fold("More", false, &html! { (folded) }))
        }
    }
}

fn notices() -> Markup {
    html! {
        aside class="practice" { strong { "Practice store" } ": no real bitcoin" }
        p class="notice" { "A word of care." }
        p class="notice good" { "Something went well." }
        p class="notice bad" { "Something is wrong." }
        p class="notice info" { "Something to know." }
        p class="notice flash good" { (icon(Icon::Paid)) span { "The settings are saved." } }
    }
}

fn pills() -> Markup {
    let tones = [
        ("", "New", Icon::Waiting),
        ("care", "Part paid", Icon::Partial),
        ("good", "Paid", Icon::Paid),
        ("stop", "Invalid", Icon::Stop),
        ("soft", "Expired", Icon::Expired),
    ];
    html! {
        p class="pills" {
            @for (tone, words, shown) in tones { span class={ "pill " (tone) } { (icon(shown)) (words) } " " }
            span class="pill play" { "Practice" }
        }
        @for reached in [0, 1, 3] {
            p class="ticks" aria-hidden="true" { @for i in 0..3 { i class=[(i < reached).then_some("on")] {} } }
        }
    }
}

fn lists() -> Markup {
    let row = |item: &str, state: &str| vec![html! { (item) }, html! { (state) }, html! { "20.00 USD" }];
    html! {
        (facts(&[("For", html! { "Two books" }), ("Price", html! { "20.00 USD" })]))
        dl class="ledger" {
            div { dt { "Transaction" } dd class="long" { code { (ADDRESS) (ADDRESS) } } }
            div class="sum" { dt { "Received" } dd { "0.00040000 BTC" } }
        }
        (table("A table", &["Item", "State", "Price"], &[row("Two books", "Paid"), row("A map", "New")]))
        ol class="steps" { li { p { "First this." } } li { p { "Then that." } } }
        ol class="events" { li class="good" { "Paid" small { "22 Nov 2026, 01:53 UTC" } } li { "Made" } }
    }
}

fn code() -> Markup {
    let link = format!("BITCOIN:{}", ADDRESS.to_uppercase());
    html! {
        @if let Ok(code) = QrCode::with_error_correction_level(&link, EcLevel::M) {
            @let side = code.width() + 2 * QUIET;
            figure class="qr" {
                svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label="QR code: an address"
                    shape-rendering="crispEdges" {
                    rect width=(side) height=(side) fill="#fff" {}
                    (PreEscaped(format!(r#"<path d="{}"/>"#, dark(&code))))
                }
            }
        }
        p class="row" { span class="label" { "Bitcoin address" } (copy_button("address", "address", ADDRESS, "address")) }
        (grouped(ADDRESS, "address"))
    }
}

fn statuses() -> Markup {
    let all = [
        ("", Icon::Waiting, "Waiting for payment", ""),
        ("care", Icon::Partial, "Send 0.00030000 BTC more", "0.00010000 BTC has arrived."),
        ("", Icon::Seen, "Payment seen", "It is on its way."),
        ("good", Icon::Paid, "Paid", "The payment is confirmed."),
        ("stop", Icon::Expired, "This price has expired", "Please do not send."),
    ];
    html! {
        @for (tone, shown, title, words) in all {
            div class=(tone) { div class="status" {
                (icon(shown))
                p class="state" { (title) }
                @if !words.is_empty() { p { (words) } }
            } }
        }
    }
}

fn empty() -> Markup {
    html! {
        div class="empty stack" {
            (icon(Icon::Invoice))
            p { "Nothing here yet." }
            p class="actions" { a class="btn" href="#main" { "Make the first" } }
        }
    }
}

/// The buyer's sheet of paper, settled.
fn note() -> Markup {
    html! {
        section class="note done good" aria-label="The note" {
            div class="shop" { p class="name" { "Alder & Finch Books" } p class="item" { "Two books" } }
            div class="status" { (icon(Icon::Complete)) p class="state" { "Payment complete" } p { "Thank you." } }
            div class="receipt" {
                (facts(&[("Shop", html! { "Alder & Finch Books" }), ("Price", html! { "20.00 USD" })]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use specie_core::colour::READABLE;

    use super::*;

    #[test]
    fn text_of_every_colour_is_read_on_every_surface_in_light_and_dark() {
        let all = tokens();
        let of = |name: &str| {
            let found = all.iter().find(|(known, ..)| *known == name);
            found.map(|(_, light, dark)| [*light, *dark]).unwrap_or_else(|| panic!("{name} is no token"))
        };
        for text in ["ink", "soft", "accent", "accent-hover", "good", "warn", "bad"] {
            for surface in ["paper", "sheet", "well"] {
                for (text_colour, behind) in of(text).into_iter().zip(of(surface)) {
                    assert!(
                        text_colour.contrast(behind) >= READABLE,
                        "{text} on {surface}: {text_colour} on {behind}"
                    );
                }
            }
        }
        for (text_colour, behind) in of("on-accent").into_iter().zip(of("accent")) {
            assert!(text_colour.contrast(behind) >= READABLE, "{text_colour} on {behind}");
        }
    }
}
