//! Every part that pages are made of, in all its states, on one page: what a change of the stylesheet is looked at with.
//!
//! It shows the real parts, made by the functions that pages call; nothing on it is sent anywhere.

use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode};
use specie_core::colour::Colour;

use super::brand::ratio;
use super::chart::{Chart, Kind, Point};
use super::error::PageError;
use super::frame::{Section, badge};
use super::merchant::Administrator;
use super::parts::{Problems, area, choice, facts, field, fold, radio, submit, table, tick};
use crate::http::Pairs;
use crate::http::l10n::Words;
use crate::http::pages::{Icon, asset_path, copy_button, grouped, icon};
use crate::http::pieces::{countdown, languages, row};
use crate::http::qr::{QUIET, dark};

const TOKENS: &str = include_str!("../assets/css/tokens.css");
const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

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
            (part("Chips", &chips()))
            (part("Lists and tables", &lists()))
            (part("What is posted, and what was changed", &posted()))
            (part("Figures and charts", &charts()))
            (part("What is to be done", &tasks()))
            (part("QR code and address", &code()))
            (part("Status", &statuses()))
            (part("Time, language and the way out", &around(&asked)))
            (part("Practice", &plays()))
            (part("Empty", &empty()))
            (note())
            (slip())
        }
    };
    Ok(frame.page("Design", Section::Account, &body))
}

fn part(title: &str, body: &Markup) -> Markup {
    html! { section class="sheet" { h2 { (title) } (body) } }
}

/// What can be made to happen in practice: in a list, and folded on a checkout.
fn plays() -> Markup {
    let list = html! {
        ul class="plays" {
            li {
                button type="button" class="btn small" { "Pay late" }
                p class="hint" { "Ends the time for paying, and then pays 0.00040000 BTC." }
            }
            li {
                button type="button" class="btn small" { "Double-spend" }
                p class="hint" { "The buyer spends the same coins elsewhere: what waits for its first block is gone." }
            }
        }
    };
    html! {
        (list)
        details class="practise" open {
            summary { "Practice" }
            p class="hint" { "Make anything happen to this payment. No real bitcoin moves." }
            form { (list) }
        }
    }
}

/// The colours that have a value for light and for dark, by name; then those that are another's unless a store has its own.
fn tokens() -> Vec<(&'static str, Colour, Colour)> {
    let named = |line: &'static str| line.trim().strip_prefix("--")?.strip_suffix(");");
    let pairs = TOKENS.lines().filter_map(|line| {
        let (name, rest) = named(line)?.split_once(": light-dark(")?;
        let (light, dark) = rest.split_once(", ")?;
        Some((name, light.parse().ok()?, dark.parse().ok()?))
    });
    let mut all: Vec<(&str, Colour, Colour)> = pairs.collect();
    for (name, other) in TOKENS.lines().filter_map(|line| named(line)?.split_once(": var(--")) {
        let found = all.iter().find(|(known, ..)| *known == other).copied();
        all.extend(found.map(|(_, light, dark)| (name, light, dark)));
    }
    all
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
        p class="icons" { @for shown in Icon::ALL { span { (icon(shown)) small { (format!("{shown:?}")) } } } }
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

fn chips() -> Markup {
    html! {
        nav class="chips" aria-label="Papers" {
            a href="#main" aria-current="true" { "A4" }
            a href="#main" { "80 mm" }
            a href="#main" { "58 mm" }
        }
        nav class="chips saved" aria-label="Saved views" {
            a href="#main" aria-current="true" { (icon(Icon::Saved)) "Paid late" }
            a href="#main" { (icon(Icon::Saved)) "Tea, this year" }
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
        table class="list picks" {
            caption class="hush" { "A table to tick" }
            thead { tr { th scope="col" { "Price" } th scope="col" { "State" } } }
            tbody {
                @for (item, ticked) in [("20.00 USD", true), ("5.00 USD", false)] {
                    tr {
                        td {
                            label class="pick" { input type="checkbox" checked[ticked] aria-label={ "Tick " (item) }; }
                            a class="go" href="#main" { (item) }
                            small { "0.00040000 BTC" }
                        }
                        td data-label="State" { "Paid" }
                    }
                }
            }
        }
        ol class="steps" { li { p { "First this." } } li { p { "Then that." } } }
        ol class="events" { li class="good" { "Paid" small { "22 Nov 2026, 01:53 UTC" } } li { "Made" } }
    }
}

/// The body of a request, a row to be chosen, and a setting with its way back.
fn posted() -> Markup {
    html! {
        pre class="body" tabindex="0" role="region" aria-label="A body" { code { "{\n  \"event\": \"invoice.paid\"\n}" } }
        p class="hint changed" {
            "Changed here. By default: 15 minutes. " button class="link" type="button" { "Back to the default" }
        }
    }
}

fn charts() -> Markup {
    let figures = [3, 0, 7, 1, 0, 0, 12, 5];
    let point = |(i, figure): (usize, &i64)| Point {
        day: format!("{} Nov", i + 1),
        value: (*figure).into(),
        words: format!("{figure}.00 USD"),
        cells: vec![format!("{figure}.00 USD")],
    };
    let points: Vec<Point> = figures.iter().enumerate().map(point).collect();
    let chart = |id: &str, kind| {
        let (title, words, heads) = ("A chart", "Figures of eight days.", &["Day", "Sold for"]);
        Chart { id, title, words, kind, heads, points: &points }.figure()
    };
    html! {
        dl class="figures" {
            div { dt { "Sold today" } dd { "20.00 " span { "USD" } small { "1 sale · 20 % more than yesterday" } } }
            div { dt { "Balance" } dd { "0.00120000 " span { "BTC" } } }
        }
        div class="charts" { (chart("columns", Kind::Columns)) (chart("line", Kind::Line)) }
    }
}

fn tasks() -> Markup {
    html! {
        p { "A count: " (badge(3)) " " (badge(120)) }
        p class="health good" { (icon(Icon::Paid)) span { "All is well." } }
        div class="health care" { (icon(Icon::Late)) span { p { "Something is to be looked at." } } }
        ul class="tasks" { @for title in ["Paid late", "Paid in part"] {
            li {
                p class="row" { span class="pill care" { (icon(Icon::Late)) (title) } a href="#main" { "20.00 USD" } }
                p { "The full amount came after the time for paying." }
                small { "Since 22 Nov 2026, 01:53 UTC" }
                div class="actions" {
                    button class="btn small" type="button" { "Accept it" }
                    button class="btn small plain" type="button" { "Put aside" }
                }
            }
        } }
        ul class="todo" {
            li { (icon(Icon::Paid)) span { b { "Connect a wallet" } small { "It is done." } } }
            li { (icon(Icon::Next)) span { a href="#main" { "Make an invoice" } small { "It is to be done." } } }
        }
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

/// What is around a payment: how long the price holds, the choice of a language, and the way out of a shop's frame.
fn around(asked: &Pairs) -> Markup {
    let words = Words::english();
    html! {
        @for left in [299, 59] { (countdown(words, left, false)) }
        (countdown(words, 120, true))
        (languages(words, asked))
        // It tells nobody: there is no shop around this page.
        button class="close" type="button" aria-label=(words.say("page-close")) { (icon(Icon::Close)) }
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

/// A receipt as a till prints it.
fn slip() -> Markup {
    let bitcoin = html! { bdi { "0.00040000 BTC" } };
    html! {
        section class="note plain slip paper-80" aria-label="The slip" {
            div class="shop" { p class="name" { "Alder & Finch Books" } p class="item" { "Two books" } }
            p class="notice" { (icon(Icon::Seen)) span { "Not confirmed yet." } }
            dl class="ledger" {
                (row("State", &html! { "Payment seen" }))
                (row("Price", &html! { bdi { "20.00 USD" } }))
                (row("Due", &bitcoin))
                div { dt { "Transaction" } dd class="long" { code { (ADDRESS) (ADDRESS) } } }
                div class="sum" { dt { "Received" } dd { (bitcoin) } }
            }
            div class="printing" { button class="btn main" type="button" { (icon(Icon::Print)) "Print" } }
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
        for button in ["accent", "fill", "fill-hover"] {
            for (text_colour, behind) in of("on-accent").into_iter().zip(of(button)) {
                assert!(text_colour.contrast(behind) >= READABLE, "{text_colour} on {button}: {behind}");
            }
        }
    }
}
