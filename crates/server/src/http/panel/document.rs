//! What holds for every operation of the panel's API: who may ask, and how it is refused.

use axum::http::StatusCode;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::SecurityRequirement;

use crate::dialect::panel::{Failure, Invalid, Message};
use crate::http::documented::{self, Found};

const MESSAGE: &str = "PanelMessage";
const FAILURE: &str = "PanelFailure";
const INVALID: &str = "PanelInvalid";

/// The document with what its operations share.
pub fn complete(mut document: OpenApi) -> OpenApi {
    documented::know::<Message>(&mut document);
    documented::know::<Failure>(&mut document);
    documented::know::<Invalid>(&mut document);
    for mut found in documented::operations(&mut document) {
        found.operation.tags = Some(vec!["Panel".to_owned()]);
        found.operation.security = Some(vec![SecurityRequirement::new("token", [""; 0])]);
        refusals(&mut found);
        found.may_be_repeated();
    }
    document
}

/// Those that follow from how a request is read, and from what it may name.
fn refusals(found: &mut Found<'_>) {
    use StatusCode as S;
    let has_body = found.operation.request_body.is_some();
    let names_something = found.path.contains('{');
    let has_query = found.operation.parameters.is_some();
    for (holds, status, when, schema) in [
        (true, S::UNAUTHORIZED, "There is no token, or it is wrong, revoked or expired.", MESSAGE),
        (names_something, S::FORBIDDEN, "It is another merchant's, or not this token's.", MESSAGE),
        (names_something, S::NOT_FOUND, "There is no such thing.", MESSAGE),
        (
            has_body || found.method == "post",
            S::BAD_REQUEST,
            "The body is no JSON object or names a field twice, or the `Idempotency-Key` is none.",
            FAILURE,
        ),
        (true, S::REQUEST_TIMEOUT, "The body did not arrive in time.", FAILURE),
        (
            names_something,
            S::CONFLICT,
            "The state of things does not allow it; the message says why.",
            FAILURE,
        ),
        (true, S::PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB.", FAILURE),
        (has_body, S::UNSUPPORTED_MEDIA_TYPE, "The body is not `application/json`.", FAILURE),
        (
            has_body || has_query,
            S::UNPROCESSABLE_ENTITY,
            "Fields make no sense: every one is named.",
            INVALID,
        ),
        (true, S::TOO_MANY_REQUESTS, "Too often: `Retry-After` says when to come back.", MESSAGE),
        (true, S::INTERNAL_SERVER_ERROR, "The server's own fault; its log says which.", FAILURE),
        (true, S::SERVICE_UNAVAILABLE, "Not at the moment: the message says why. Try again later.", FAILURE),
    ] {
        if holds {
            found.refuses(status, when, schema);
        }
    }
}
