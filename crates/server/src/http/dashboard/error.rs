//! What a page answers when it cannot be shown: a page again, with the status and plain words.
//! Never JSON: whoever reads this is a person.

use std::fmt::Display;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use crate::app::{AppError, Permission, Role};
use crate::http::ApiError;
use crate::http::pages::{self, Icon};

/// Why a page cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// Whoever asks has to log in, and goes on to this path afterwards, if there is one.
    LogInFirst(Option<String>),
    /// Whoever asks has a role that does not let them.
    MayNot {
        /// What it lacks, in sentences.
        words: String,
    },
    /// A page that says so.
    Notice {
        /// The status.
        status: StatusCode,
        /// What happened, in sentences.
        words: String,
    },
}

impl PageError {
    fn new(status: StatusCode, words: impl Into<String>) -> Self {
        Self::Notice { status, words: words.into() }
    }

    /// 400: the request makes no sense.
    pub fn bad_request(words: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, words)
    }

    /// 413: more than is read.
    pub fn too_large(words: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, words)
    }

    /// 404: no such thing, or another's, which looks the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "The link may be cut off. Please go back and try again.")
    }

    /// 403: their role does not let them, and says which permission it lacks.
    #[must_use]
    pub fn may_not(permission: Permission, role: Role) -> Self {
        let words = format!(
            "This needs the permission {}. Your role here is {}; the owner of the store can change that. Go back to where you came from.",
            permission.words(),
            role.name(),
        );
        Self::MayNot { words }
    }

    /// 429: too often.
    #[must_use]
    pub fn too_many_requests() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many attempts. Please wait a minute.")
    }

    /// 503: not now.
    pub fn unavailable(words: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, words)
    }

    fn title(status: StatusCode) -> &'static str {
        match status {
            StatusCode::BAD_REQUEST => "This did not work",
            StatusCode::FORBIDDEN => "This form cannot be used",
            StatusCode::NOT_FOUND => "There is nothing here",
            StatusCode::METHOD_NOT_ALLOWED => "This cannot be done here",
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE => "The form did not arrive",
            StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
            StatusCode::SERVICE_UNAVAILABLE => "Not at the moment",
            _ => "Something went wrong",
        }
    }
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        match error.status() {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::INTERNAL_SERVER_ERROR => Self::new(
                error.status(),
                "The server's log says more. Please look whether it was done before you try again.",
            ),
            status => Self::new(status, sentence(error.message())),
        }
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::StoreNotFound
            | AppError::InvoiceNotFound
            | AppError::ApplicationNotFound
            | AppError::DeliveryNotFound
            | AppError::RefundNotFound
            | AppError::SpendNotFound
            | AppError::TokenNotFound
            | AppError::WebhookNotFound => Self::not_found(),
            AppError::Db(_) => ApiError::from(error).into(),
            AppError::Build(cause) if cause.is_a_fault() => ApiError::from(error).into(),
            AppError::ChainNotFollowed(_)
            | AppError::NetworkNotFollowed(_)
            | AppError::NoFeeRate
            | AppError::CoinsTaken
            | AppError::RateUnavailable { .. } => Self::unavailable(sentence(&error)),
            _ => Self::bad_request(sentence(&error)),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::LogInFirst(None) => Redirect::to("/login").into_response(),
            Self::LogInFirst(Some(next)) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                let query = query.append_pair("next", &next).finish();
                Redirect::to(&format!("/login?{query}")).into_response()
            }
            Self::MayNot { words } => said(StatusCode::FORBIDDEN, "Your role does not allow this", &words),
            Self::Notice { status, words } => said(status, Self::title(status), &words),
        }
    }
}

fn said(status: StatusCode, title: &str, words: &str) -> Response {
    let back = html! { p class="row center" { a class="btn" href="/stores" { "Stores" } } };
    (status, pages::notice(title, Icon::Stop, "stop", words, &back)).into_response()
}

/// An error as a sentence: with a capital at its beginning and a full stop at its end.
#[must_use]
pub fn sentence(error: impl Display) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn an_error_becomes_a_sentence() {
        for (error, expected) in [
            ("no rate for USD", "No rate for USD."),
            ("Wait a minute.", "Wait a minute."),
            ("überzahlt", "Überzahlt."),
        ] {
            assert_eq!(sentence(error), expected);
        }
    }
}
