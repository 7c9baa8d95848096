//! Errors of the APIs: one mapping from what happened to a status and words, in the one shape
//! that every client reads: `{"error": "…"}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppError;
use crate::dialect::bitpay::BadRequest;
use crate::dialect::bitpay::facade::WrongFacade;
use crate::dialect::bitpay::request::no_rate;

/// BTCPay's words for a store without a wallet, which plugins show to merchants.
const NO_WALLET: &str = "No wallet has been linked to your BTCPay Store. See the following link for more information \
                         on how to connect your store and wallet. (https://docs.btcpayserver.org/WalletSetup/)";

/// A refusal in JSON.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Refusal {
    /// Why.
    #[schema(example = "Object not found")]
    error: String,
}

/// A refusal of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// 400: the request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: the credentials are wrong, or there are none.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: the credentials are good, but not for this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: no such thing, or another's.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 405: not in this way.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
    }

    /// 408: the body did not arrive in time.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time")
    }

    /// 409: the same key, another request.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 413: more than anyone needs.
    pub fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The request body is larger than {limit} bytes"))
    }

    /// 415: not JSON.
    pub fn unsupported_media_type() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be application/json")
    }

    /// 431: more before the body than anyone needs.
    pub fn head_too_large(limit: usize) -> Self {
        let message = format!("The request's target and headers are longer than {limit} bytes");
        Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message)
    }

    /// 429: too often.
    pub fn too_many_requests() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests: wait a minute and try again")
    }

    /// 500: our own fault. The log says which.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    /// 503: not now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<BadRequest> for ApiError {
    fn from(error: BadRequest) -> Self {
        Self::bad_request(error.0)
    }
}

impl From<WrongFacade> for ApiError {
    fn from(error: WrongFacade) -> Self {
        Self::forbidden(error.to_string())
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::RateUnavailable { .. } => Self::bad_request(no_rate(&error.to_string()).0),
            AppError::NoWallet => Self::bad_request(NO_WALLET),
            AppError::ExpiresTooSoon => Self::bad_request("The expirationTime is set too soon"),
            AppError::ExpiresTooLate => Self::bad_request("The expirationTime is more than a year away"),
            AppError::ZeroPrice | AppError::Quote(_) | AppError::InvalidRequest(_) | AppError::Terms(_) => {
                Self::bad_request(format!("Invalid invoice: {error}"))
            }
            AppError::StoreNotFound => Self::not_found("Store not found"),
            AppError::TooManyApplications => {
                Self::unavailable("Too many applications wait for a decision already: try again another day")
            }
            AppError::ApplicationNotFound
            | AppError::InvitationNotFound
            | AppError::InvoiceNotFound
            | AppError::DeliveryNotFound
            | AppError::RefundNotFound
            | AppError::SpendNotFound
            | AppError::TokenNotFound
            | AppError::WebhookNotFound => Self::not_found("Object not found"),
            AppError::NotAllowed => Self::forbidden("This is not allowed"),
            AppError::TokenOfAnotherInvoice => Self::forbidden("This token is for another invoice"),
            AppError::TokenOfAnotherRefund => Self::forbidden("This token is for another refund"),
            AppError::IdempotencyConflict => {
                Self::conflict("This Idempotency-Key was used with another body")
            }
            AppError::SinMissing => Self::bad_request("'id' property is required, alternatively, use BitId"),
            AppError::CodeNotFound => Self::not_found("The specified pairingCode is not found"),
            AppError::CodeExpired => Self::bad_request("Error while pairing (Expired)"),
            AppError::ReusedKey => Self::bad_request("Error while pairing (ReusedKey)"),
            AppError::CodeTaken => {
                Self::conflict("Error while pairing (this code belongs to another client)")
            }
            AppError::ChainNotFollowed(_) | AppError::NetworkNotFollowed(_) => {
                Self::unavailable(format!("No payment could be seen at the moment: {error}"))
            }
            AppError::NoFeeRate | AppError::CoinsTaken => Self::unavailable(error.to_string()),
            AppError::Build(cause) if cause.is_a_fault() => {
                tracing::error!(%error, "a transaction could not be built");
                Self::internal()
            }
            AppError::Wallet(_)
            | AppError::RefundSigned
            | AppError::RefundOver
            | AppError::RefundCurrency(_)
            | AppError::RefundAmount
            | AppError::Address
            | AppError::AddressNetwork
            | AppError::ClaimEnded
            | AppError::ClaimAnswered
            | AppError::Spend(_)
            | AppError::RefundBuilt
            | AppError::OwnAddress
            | AppError::RefundDust { .. }
            | AppError::NotPayable(_)
            | AppError::Build(_)
            | AppError::NotTakenBack(_)
            | AppError::WalletInUse
            | AppError::WalletExhausted
            | AppError::WrongCredentials
            | AppError::UserNotFound
            | AppError::EmailTaken
            | AppError::InvalidEmail
            | AppError::InvalidPassword
            | AppError::ApprovedAlready
            | AppError::ActivatedAlready
            | AppError::InvalidName
            | AppError::InvalidSetting(_)
            | AppError::Logo(_)
            | AppError::AlreadySetUp
            | AppError::ExpiredAlready
            | AppError::InvalidRate
            | AppError::RateNotFixed(_)
            | AppError::OtherFacade { .. }
            | AppError::NotPractice
            | AppError::NotPlayed(_)
            | AppError::Refused(_)
            | AppError::NotPronounced
            | AppError::RenewalsOff
            | AppError::Archived
            | AppError::NobodyToNotify
            | AppError::NoWebhook
            | AppError::WebhookOff
            | AppError::WebhookGone
            | AppError::NothingToSeeTo
            | AppError::ReportTooLong
            | AppError::TooManyWebhooks
            | AppError::WebhookUrl(_)
            | AppError::NoEvents
            | AppError::Practice(_) => Self::bad_request(error.to_string()),
            AppError::Db(_) if error.may_pass() => {
                tracing::error!(%error, "the database failed a request");
                Self::unavailable("The database does not answer at the moment")
            }
            AppError::ForeignKey | AppError::Db(_) => {
                tracing::error!(%error, "the database failed a request");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Refusal { error: self.message })).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            // No challenge that makes a browser ask for a password: clients sign.
            response.headers_mut().insert("www-authenticate", axum::http::HeaderValue::from_static("BitId"));
        }
        response
    }
}
