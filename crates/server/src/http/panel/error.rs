//! Refusals of the panel's API: one mapping from what happened to a status and a shape. Always JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::AppError;
use crate::dialect::panel::request::Refused;
use crate::dialect::panel::{Failure, Message, Problems};
use crate::http::ApiError;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PanelError {
    /// 401: no token, or none that is good.
    Unauthenticated,
    /// 403: it is another merchant's, or the token was not made for it.
    Unauthorized,
    /// 403: the same, of a new invoice.
    CannotCreate,
    /// 404: there is no such thing.
    NotFound,
    /// 405: not in this way.
    MethodNotAllowed,
    /// 422: fields make no sense.
    Invalid(Problems),
    /// 429: too often: wrong tokens, or tests of a store's webhooks.
    TooMany,
    /// Any other, with its cause.
    Failed(StatusCode, String),
}

impl From<Refused> for PanelError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotJson(cause) => {
                Self::Failed(StatusCode::BAD_REQUEST, format!("The body is not a JSON object: {cause}."))
            }
            Refused::Invalid(problems) => Self::Invalid(problems),
        }
    }
}

impl From<Problems> for PanelError {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<ApiError> for PanelError {
    fn from(error: ApiError) -> Self {
        match error.status() {
            StatusCode::NOT_FOUND => Self::NotFound,
            status => Self::Failed(status, error.message().to_owned()),
        }
    }
}

impl From<AppError> for PanelError {
    fn from(error: AppError) -> Self {
        let failed = |status| Self::Failed(status, error.to_string());
        match &error {
            AppError::NotAllowed => Self::Unauthorized,
            AppError::StoreNotFound
            | AppError::InvoiceNotFound
            | AppError::DeliveryNotFound
            | AppError::TokenNotFound
            | AppError::WebhookNotFound => Self::NotFound,
            AppError::WebhookUrl(words) => {
                Self::Invalid(Problems::one("url", &format!("is refused: {words}")))
            }
            AppError::NoEvents => Self::Invalid(Problems::one("events", "must name at least one event")),
            AppError::ExpiresTooSoon | AppError::ExpiresTooLate | AppError::Terms(_) => {
                Self::Invalid(Problems::one("expires_in", "is out of range"))
            }
            AppError::ZeroPrice | AppError::Quote(_) | AppError::InvalidRequest(_) => {
                Self::Invalid(Problems::one("amount", "is out of range"))
            }
            AppError::RateUnavailable { .. }
            | AppError::ChainNotFollowed(_)
            | AppError::NetworkNotFollowed(_) => failed(StatusCode::SERVICE_UNAVAILABLE),
            AppError::NoWallet
            | AppError::WalletInUse
            | AppError::WalletExhausted
            | AppError::NoWebhook
            | AppError::WebhookOff
            | AppError::TooManyWebhooks
            | AppError::Refused(_)
            | AppError::NotPractice
            | AppError::NotPlayed(_)
            | AppError::Practice(_)
            | AppError::IdempotencyConflict => failed(StatusCode::CONFLICT),
            // It says in the log what the others are.
            _ => ApiError::from(error).into(),
        }
    }
}

impl IntoResponse for PanelError {
    fn into_response(self) -> Response {
        let told =
            |status, words: &str| (status, Json(Message { message: words.to_owned() })).into_response();
        match self {
            Self::Unauthenticated => told(StatusCode::UNAUTHORIZED, "Unauthenticated. Invalid API Key."),
            Self::Unauthorized => told(StatusCode::FORBIDDEN, "This action is unauthorized."),
            Self::CannotCreate => {
                Self::Failed(StatusCode::FORBIDDEN, "You cannot create an invoice.".to_owned())
                    .into_response()
            }
            Self::NotFound => told(StatusCode::NOT_FOUND, "Not found."),
            Self::MethodNotAllowed => told(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."),
            Self::Invalid(problems) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(problems.told())).into_response()
            }
            Self::TooMany => told(StatusCode::TOO_MANY_REQUESTS, "Too many attempts."),
            Self::Failed(status, message) => {
                (status, Json(Failure { success: false, message })).into_response()
            }
        }
    }
}
