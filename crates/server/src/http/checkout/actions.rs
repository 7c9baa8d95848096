//! What a buyer does on the page of an invoice: to have its payment opened, and to go on once its time is over.
//!
//! Neither asks who it is: an invoice's id is known to whoever was given its link, and both leave an invoice that can be
//! paid, at the price of the day or at its own. So a request that another site makes a browser send does what that site
//! could do itself, and gains nothing by the browser: no cookie is looked at, and none would help. What could hurt is
//! many of them; each address may ask so often, and each invoice has one address and so many quotes.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use specie_core::ids::InvoiceId;
use url::form_urlencoded;

use super::no_such_invoice;
use crate::app::{AppError, NotRenewed, Refused};
use crate::http::auth::Limited;
use crate::http::l10n::Words;
use crate::http::pages::{self, Frameable, Icon, icon};
use crate::http::{ApiError, Pairs, Segments, Web};

/// What of a page's query stays with its reader.
const KEPT: [&str; 3] = ["lang", "view", "practice"];

/// Gives an invoice its address.
pub async fn open(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
    request: Request,
) -> Response {
    let words = Words::of(&asked, request.headers());
    let Ok(id) = id.parse::<InvoiceId>() else { return no_such_invoice(words) };
    if !web.limits().allow(Limited::Opening, web.client_ip(&request)) {
        return refused(words, &page_of(id, &asked), StatusCode::TOO_MANY_REQUESTS, Said::TooOften);
    }
    answer(words, id, &asked, web.app().open_payment(id).await.map(drop))
}

/// Asks for a new price, or for more time.
pub async fn renew(
    State(web): State<Web>,
    Segments(id): Segments<String>,
    asked: Pairs,
    request: Request,
) -> Response {
    let words = Words::of(&asked, request.headers());
    let Ok(id) = id.parse::<InvoiceId>() else { return no_such_invoice(words) };
    if !web.limits().allow(Limited::Renewal, web.client_ip(&request)) {
        return refused(words, &page_of(id, &asked), StatusCode::TOO_MANY_REQUESTS, Said::TooOften);
    }
    answer(words, id, &asked, web.app().renew_quote(id).await.map(drop))
}

/// Where the form of an action leads.
pub fn target(id: InvoiceId, action: &str, asked: &Pairs) -> String {
    with_kept(format!("/i/{id}/{action}"), asked)
}

/// The invoice's page, as its reader had it.
pub fn page_of(id: InvoiceId, asked: &Pairs) -> String {
    with_kept(format!("/i/{id}"), asked)
}

fn with_kept(path: String, asked: &Pairs) -> String {
    let kept = KEPT.into_iter().filter_map(|name| asked.get(name).map(|value| (name, value)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// What is said when nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// There is no price at the moment.
    NoRate,
    /// It cannot be done any more.
    NotAnyMore,
    /// The chain has yet to say something.
    AMoment,
    /// It was asked too often.
    TooOften,
    /// It makes no sense for a practice invoice as it stands.
    NotPlayed,
    /// The server cannot.
    NotNow,
}

impl Said {
    /// Icon, tone, title and words.
    fn parts(self) -> (Icon, &'static str, &'static str, &'static str) {
        match self {
            Self::NoRate => (Icon::Late, "care", "go-on-no-rate", "go-on-no-rate-words"),
            Self::NotAnyMore => (Icon::Stop, "stop", "go-on-refused", "go-on-refused-words"),
            Self::AMoment => (Icon::Waiting, "care", "go-on-moment", "go-on-moment-words"),
            Self::TooOften => (Icon::Stop, "stop", "too-many", "too-many-words"),
            Self::NotPlayed => (Icon::Stop, "stop", "play-refused", "play-refused-words"),
            Self::NotNow => (Icon::Stop, "stop", "not-now", "not-now-words"),
        }
    }
}

/// The invoice's page, which says how it stands; or why nothing came of it.
fn answer(words: Words, id: InvoiceId, asked: &Pairs, done: Result<(), AppError>) -> Response {
    let page = page_of(id, asked);
    let (status, said) = match done {
        // It was paid meanwhile, or decided: its page says so.
        Ok(()) | Err(AppError::Refused(Refused::Renewal(NotRenewed::NotExpired))) => {
            return Redirect::to(&page).into_response();
        }
        Err(AppError::InvoiceNotFound) => return no_such_invoice(words),
        Err(AppError::RateUnavailable { .. }) => (StatusCode::SERVICE_UNAVAILABLE, Said::NoRate),
        Err(AppError::NotPronounced) => (StatusCode::CONFLICT, Said::AMoment),
        Err(AppError::Refused(_) | AppError::RenewalsOff | AppError::Archived) => {
            (StatusCode::CONFLICT, Said::NotAnyMore)
        }
        // What a shop would have to mend is no fault of the buyer's request.
        Err(error) => match ApiError::from(error).status() {
            status if status.is_server_error() => (status, Said::NotNow),
            _ => (StatusCode::SERVICE_UNAVAILABLE, Said::NotNow),
        },
    };
    refused(words, &page, status, said)
}

/// Why nothing came of it, and the way back to the invoice's page.
pub fn refused(words: Words, page: &str, status: StatusCode, said: Said) -> Response {
    let (shown, tone, title, text) = said.parts();
    let back = html! {
        p class="actions" { a class="btn" href=(page) { (icon(Icon::Back)) (words.say("go-on-back")) } }
    };
    let notice = pages::notice_in(words, &words.say(title), shown, tone, &words.say(text), &back);
    (status, Extension(Frameable), notice).into_response()
}
