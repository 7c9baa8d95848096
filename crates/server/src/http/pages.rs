//! What all pages share: the frame around them, icons, assets, and headers that keep strangers'
//! scripts out. Nothing is loaded from anywhere else.

use std::sync::{Arc, LazyLock};

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::l10n::Words;
use super::packed::Packed;
use super::{ApiError, Pairs, Web};

/// Why an address is not taken that is one, but not of the store's network.
pub const OTHER_NETWORK: &str =
    "This address belongs to another network: test addresses and real ones do not mix.";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors";

/// One stylesheet for all pages, from its parts. What is wider, or another's wish, comes last.
const STYLE: &str = concat!(
    include_str!("assets/css/tokens.css"),
    include_str!("assets/css/parts.css"),
    include_str!("assets/css/checkout.css"),
    include_str!("assets/css/desk.css"),
    include_str!("assets/css/wide.css"),
    include_str!("assets/css/reference.css"),
    include_str!("assets/css/button.css"),
);

/// Each asset's name, kind and content.
static ASSETS: LazyLock<[(&str, &str, String); 8]> = LazyLock::new(|| {
    [
        ("specie.css", "text/css; charset=utf-8", lean(STYLE)),
        ("overview.css", "text/css; charset=utf-8", lean(include_str!("assets/css/overview.css"))),
        ("design.css", "text/css; charset=utf-8", lean(include_str!("assets/css/design.css"))),
        ("find.css", "text/css; charset=utf-8", lean(include_str!("assets/css/find.css"))),
        ("checkout.js", "text/javascript; charset=utf-8", include_str!("assets/checkout.js").to_owned()),
        ("desk.js", "text/javascript; charset=utf-8", include_str!("assets/desk.js").to_owned()),
        ("favicon.svg", "image/svg+xml", include_str!("assets/favicon.svg").to_owned()),
        ("logo.svg", "image/svg+xml", include_str!("assets/logo.svg").to_owned()),
    ]
});

/// The same, ready to be sent.
static PACKED: LazyLock<Vec<(&str, Packed)>> = LazyLock::new(|| {
    ASSETS.iter().map(|(name, kind, content)| (*name, Packed::new(kind, content.clone()))).collect()
});

/// Where an asset is, in this version of it.
#[must_use]
pub fn asset_path(name: &str) -> String {
    let found = PACKED.iter().find(|(known, _)| *known == name);
    format!("/assets/{name}?v={}", found.map_or("", |(_, packed)| packed.version()))
}

/// Marks a page that shops may show in a frame of theirs.
#[derive(Debug, Clone, Copy)]
pub struct Frameable;

/// The origins of the pages whose frames a [`Frameable`] page may stand in, and no others; with none, any.
#[derive(Debug, Clone)]
pub struct FramedBy(pub Arc<[String]>);

/// Marks a page whose parts bring styles of their own.
#[derive(Debug, Clone, Copy)]
pub struct InlineStyles;

/// An icon, drawn with the text's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A clock.
    Waiting,
    /// A half-full circle.
    Partial,
    /// A tick in a dashed circle.
    Seen,
    /// Blocks.
    Confirming,
    /// A tick in a circle.
    Paid,
    /// Two ticks.
    Complete,
    /// A price tag.
    Free,
    /// A clock, struck out.
    Expired,
    /// An exclamation mark.
    Late,
    /// A stop sign.
    Stop,
    /// A key.
    Key,
    /// Two sheets.
    Copy,
    /// A wallet.
    Wallet,
    /// An arrow back.
    Back,
    /// A cross.
    Close,
    /// A till slip.
    Invoice,
    /// Two sliders.
    Settings,
    /// A shop's front.
    Store,
    /// A plus.
    Add,
    /// An arrow out of a box.
    Out,
    /// An arrow on.
    Next,
    /// An arrow in a circle.
    Again,
    /// A plus in a circle.
    Over,
    /// A flag.
    Marked,
    /// An i in a circle.
    Info,
    /// A coin, and an arrow out of it.
    Payout,
    /// Two arrows that change places.
    Replaced,
    /// A globe.
    Language,
    /// A printer.
    Print,
    /// Two people.
    People,
    /// A magnifying glass.
    Search,
    /// An arrow down to a line.
    Download,
    /// A bookmark.
    Saved,
}

impl Icon {
    /// All there are.
    pub const ALL: [Self; 33] = [
        Self::Waiting,
        Self::Partial,
        Self::Seen,
        Self::Confirming,
        Self::Paid,
        Self::Complete,
        Self::Free,
        Self::Expired,
        Self::Late,
        Self::Stop,
        Self::Key,
        Self::Copy,
        Self::Wallet,
        Self::Back,
        Self::Close,
        Self::Invoice,
        Self::Settings,
        Self::Store,
        Self::Add,
        Self::Out,
        Self::Next,
        Self::Again,
        Self::Over,
        Self::Marked,
        Self::Info,
        Self::Payout,
        Self::Replaced,
        Self::Language,
        Self::Print,
        Self::People,
        Self::Search,
        Self::Download,
        Self::Saved,
    ];

    fn strokes(self) -> &'static str {
        match self {
            Self::Waiting => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>"#,
            Self::Partial => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M3 12a9 9 0 0 0 18 0z" fill="currentColor"/>"#
            }
            Self::Seen => {
                r#"<circle cx="12" cy="12" r="9" stroke-dasharray="2 2.7"/><path d="m8 12.5 2.7 2.7L16 9.5"/>"#
            }
            Self::Confirming => r#"<path d="M4 4h7v7H4zM13 13h7v7h-7zM11 7.5h5.5V13"/>"#,
            Self::Paid => r#"<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>"#,
            Self::Complete => r#"<path d="m2.5 12.5 4 4L15 8M11 15l1.5 1.5L21.5 7"/>"#,
            Self::Free => r#"<path d="M3 12V4a1 1 0 0 1 1-1h8l9 9-9 9zM7.5 7.5v.1"/>"#,
            Self::Expired => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5M5.6 18.4 18.4 5.6"/>"#,
            Self::Late => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.5v.1"/>"#,
            Self::Stop => r#"<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6"/>"#,
            Self::Key => r#"<circle cx="8" cy="15" r="4.5"/><path d="m11.5 11.5 8-8M16 7l3 3"/>"#,
            Self::Copy => r#"<path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4"/>"#,
            Self::Wallet => {
                r#"<path d="M19.5 8.5V5.5h-14a2 2 0 0 0 0 4h15v10h-15a2 2 0 0 1-2-2v-10M16.5 14.5v.1"/>"#
            }
            Self::Back => r#"<path d="M19 12H5M11 6l-6 6 6 6"/>"#,
            Self::Close => r#"<path d="M6 6l12 12M18 6 6 18"/>"#,
            Self::Invoice => {
                r#"<path d="M5.5 3.5h13v17l-2.2-1.5-2.2 1.5-2.1-1.5-2.1 1.5-2.2-1.5-2.2 1.5zM9 8.5h6M9 12.5h6"/>"#
            }
            Self::Settings => {
                r#"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>"#
            }
            Self::Store => {
                r#"<path d="M4.5 10.5v9h15v-9M3 8l2-4.5h14L21 8c0 3.3-4.5 3.3-4.5 0 0 3.3-4.5 3.3-4.5 0 0 3.3-4.5 3.3-4.5 0C7.5 11.3 3 11.3 3 8zM10 19.5v-5h4v5"/>"#
            }
            Self::Add => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Out => r#"<path d="M10 5H5v14h14v-5M13.5 4.5h6v6M19 5l-8 8"/>"#,
            Self::Next => r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#,
            Self::Again => r#"<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.5v5h-5"/>"#,
            Self::Over => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7.5v9M7.5 12h9"/>"#,
            Self::Marked => r#"<path d="M6 21V4h12l-3 4 3 4H6"/>"#,
            Self::Payout => r#"<path d="M12.5 4.6a8 8 0 1 0 6.9 6.9M13 11l7-7M14.5 4H20v5.5"/>"#,
            Self::Replaced => r#"<path d="M4 8.5h13M13.5 4.5l4 4-4 4M20 16H7M10.5 12l-4 4 4 4"/>"#,
            Self::Language => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3.5 3 3.5 15 0 18M12 3c-3.5 3-3.5 15 0 18"/>"#
            }
            Self::People => {
                r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 19.5c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 5a3.5 3.5 0 0 1 0 6.5M17.5 13.8c2.2.7 3.6 2.6 4 5.7"/>"#
            }
            Self::Print => r#"<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>"#,
            Self::Search => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>"#,
            Self::Download => r#"<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>"#,
            Self::Saved => r#"<path d="M6.5 3.5h11v17L12 16l-5.5 4.5z"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.1"/>"#,
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: the words beside it do.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    let class = matches!(icon, Icon::Back | Icon::Next).then_some("flip");
    html! {
        svg class=[class] viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { (PreEscaped(icon.strokes())) }
    }
}

/// A button that copies a bare text, in English; `from` is the element that shows it.
#[must_use]
pub fn copy_button(name: &str, what: &str, text: &str, from: &str) -> Markup {
    copy_button_in(Words::english(), name, &format!("Copy {what}"), text, from)
}

/// A button that copies a bare text. `what`: the whole of what it does, for those who do not see it.
#[must_use]
pub fn copy_button_in(words: Words, name: &str, what: &str, text: &str, from: &str) -> Markup {
    html! {
        button type="button" class="copy" id={ "copy-" (name) } data-copy=(text) data-from=(from) {
            (icon(Icon::Copy))
            span class="go" { span aria-hidden="true" { (words.say("copy")) } span class="hush" { (what) } }
            span class="ok" { (words.say("copied")) }
        }
    }
}

/// A text in groups of four, the first two and the last two of which stand out. Selected, it is
/// the bare text.
#[must_use]
pub fn grouped(text: &str, id: &str) -> Markup {
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    let edge = |i: usize| i < 2 || i + 2 >= groups.len();
    html! {
        code class="address" id=(id) {
            @for (i, group) in groups.iter().enumerate() {
                @if edge(i) { b { (group) } } @else { span { (group) } }
            }
        }
    }
}

/// A whole page around its body, in English. `head` comes last in the head.
#[must_use]
pub fn page(title: &str, head: &Markup, body: &Markup) -> Markup {
    page_in(Words::english(), title, head, body)
}

/// A whole page in its reader's language.
#[must_use]
pub fn page_in(words: Words, title: &str, head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.tag()) dir=(words.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href=(asset_path("favicon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(asset_path("specie.css"));
                script type="module" src=(asset_path("checkout.js")) {}
                (head)
            }
            body { (body) }
        }
    }
}

/// The foot of a page, in English. `live`: it follows what happens by itself.
#[must_use]
pub fn foot(live: bool) -> Markup {
    foot_with(Words::english(), live, &html! {})
}

/// The foot of a page in its reader's language, with something more in it.
#[must_use]
pub fn foot_with(words: Words, live: bool, more: &Markup) -> Markup {
    html! {
        footer class="foot" {
            span class="brand" { (PreEscaped(include_str!("assets/logo.svg").trim_end())) "Specie" }
            (more)
            @if live {
                p class="live" { (words.say("page-live")) " " a href="" { (words.say("page-refresh")) } }
                p class="offline" { (words.say("page-offline")) }
            }
        }
    }
}

/// The way out of a frame of a shop's; to be seen there alone.
#[must_use]
pub fn close_button(words: Words) -> Markup {
    html! {
        button type="button" class="close" data-close="" hidden aria-label=(words.say("page-close")) {
            (icon(Icon::Close))
        }
    }
}

/// A page that says one thing, in English.
#[must_use]
pub fn notice(title: &str, shown: Icon, tone: &str, text: &str, more: &Markup) -> Markup {
    notice_in(Words::english(), title, shown, tone, text, more)
}

/// A page that says one thing, in its reader's language.
#[must_use]
pub fn notice_in(words: Words, title: &str, shown: Icon, tone: &str, text: &str, more: &Markup) -> Markup {
    page_in(
        words,
        title,
        &html! {},
        &html! {
            (close_button(words))
            main class={ "note plain done " (tone) } {
                div class="status" role="status" {
                    (icon(shown))
                    h1 class="state" { (title) }
                    p { (text) }
                }
                (more)
            }
            (foot_with(words, false, &html! {}))
        },
    )
}

/// 404, for people.
#[must_use]
pub fn not_found() -> Response {
    let words = "The link may be cut off. Please go back and try again.";
    (StatusCode::NOT_FOUND, notice("There is nothing here", Icon::Stop, "stop", words, &html! {}))
        .into_response()
}

/// The page for whoever asks for one while the server cannot answer.
pub fn not_now(status: StatusCode) -> Response {
    not_now_in(Words::english(), status)
}

/// The same, in its reader's language.
pub fn not_now_in(words: Words, status: StatusCode) -> Response {
    let (title, text) = (words.say("not-now"), words.say("not-now-words"));
    let page = notice_in(words, &title, Icon::Stop, "stop", &text, &html! {});
    (status, Extension(Frameable), page).into_response()
}

/// The assets' routes.
pub fn router() -> Router<Web> {
    Router::new().route("/assets/{name}", get(asset))
}

/// A stylesheet without what only its authors read: indentation, empty lines, lines of comment, and the spaces
/// within a rule. A line that quotes something stays as it is.
fn lean(css: &str) -> String {
    let unread = |line: &str| line.is_empty() || line.starts_with("/*") && line.ends_with("*/");
    let tight = |line: &str| match line.contains('"') {
        true => line.to_owned(),
        false => line.replace(" { ", "{").replace("; }", "}").replace(": ", ":"),
    };
    css.lines().map(str::trim).filter(|line| !unread(line)).map(tight).collect::<Vec<_>>().join("\n")
}

async fn asset(Path(name): Path<String>, asked: Pairs, headers: HeaderMap) -> Response {
    match PACKED.iter().find(|(known, _)| *known == name) {
        Some((_, packed)) => packed.answer(asked.get("v"), &headers),
        None => ApiError::not_found("No such asset").into_response(),
    }
}

/// Headers of every answer; for pages, the policy that lets only our own assets in.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_server_error() && !response.headers().contains_key(header::CONTENT_TYPE) {
        // Sessions are written after the page was made: where that fails, nothing is left of it.
        response = not_now(StatusCode::SERVICE_UNAVAILABLE);
    }
    let frameable = response.extensions().get::<Frameable>().is_some();
    let framed_by = response.extensions().get::<FramedBy>().map(|by| by.0.join(" "));
    let styled = response.extensions().get::<InlineStyles>().is_some();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let page = kind.starts_with("text/html");
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if page {
        let ancestors = match framed_by.as_deref() {
            _ if !frameable => "'none'",
            None | Some("") => "*",
            Some(origins) => origins,
        };
        let mut policy = format!("{POLICY} {ancestors}");
        if styled {
            policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
        }
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let referrer = if frameable { "origin" } else { "no-referrer" };
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let permissions = HeaderName::from_static("permissions-policy");
        headers.insert(permissions, HeaderValue::from_static("camera=(), microphone=(), geolocation=()"));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::Body;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn the_list_of_icons_has_every_one_that_is_drawn() {
        // Each has to have its strokes; so what is drawn is all that there is.
        let strokes =
            include_str!("pages.rs").split_once("fn strokes").unwrap().1.split_once("\n}").unwrap().0;
        let drawn = strokes.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" =>"));
        let drawn: BTreeSet<String> = drawn.map(|(name, _)| name.to_owned()).collect();
        let listed: BTreeSet<String> = Icon::ALL.iter().map(|icon| format!("{icon:?}")).collect();
        assert_eq!(listed, drawn);
    }

    #[test]
    fn a_stylesheet_loses_what_nobody_reads_and_nothing_else() {
        let css = "/* ---- ground ---- */\n\n.a {\n  color: red; /* as blood */\n}\n.b { margin: 0; }\n";
        assert_eq!(lean(css), ".a {\ncolor:red; /* as blood */\n}\n.b{margin:0}");
        let quoted = r#".c::after { content: ": "; }"#;
        assert_eq!(lean(quoted), quoted);
    }

    #[tokio::test]
    async fn what_fails_without_a_word_is_a_page() {
        let router: Router = Router::new()
            .route("/", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .layer(axum::middleware::from_fn(headers));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    }
}
