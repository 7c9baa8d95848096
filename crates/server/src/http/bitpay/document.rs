//! What holds for every operation of BitPay's API: whose work it is, who may ask, and how it is
//! refused. An operation that is a call has the call's name, and its facades are the call's own.

use axum::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, RefOr};

use super::settings::InvoiceSettings;
use crate::dialect::bitpay::facade::{self, Call};
use crate::dialect::bitpay::token::{PublicToken, Token};
use crate::http::documented::{self, Found};
use crate::http::error::Refusal;

const REFUSAL: &str = "Refusal";
/// The one operation that looks at nothing of its request.
const LOOKED_UP: &str = "getCurrencies";

/// Each call's parameters, by an example, and what it answers, as the document names it.
const CALLS: &[(Call, &str, &str)] = &[
    (Call::CreateToken, r#"{"pairingCode": "y3NiCJn", "label": "my shop"}"#, "a list of one `Token`"),
    (Call::GetInvoice, r#"{"invoiceId": "QzFf7p3nHwB2tJgXcVd8aM"}"#, "the `Invoice`, whole for a merchant"),
    (Call::GetInvoiceBusToken, r#"{"invoiceId": "QzFf7p3nHwB2tJgXcVd8aM"}"#, "the `EventBus`"),
    (Call::GetRateForCurrency, r#"{"currency": "USD"}"#, "the `Rate`"),
    (Call::GetRates, "{}", "a list of `Rate`"),
    (Call::GetCurrencies, "{}", "a list of `Currency`"),
    (
        Call::CreateAccount,
        r#"{"users": [{"email": "satoshi@example.com", "firstName": "Satoshi", "lastName": "Nakamoto", "agreedToTOSandPP": true}], "orgs": [{"name": "Satoshi Widgets"}]}"#,
        "the application, an `Account`",
    ),
    (
        Call::CreateInvoice,
        r#"{"price": 20, "currency": "USD", "orderId": "A-18"}"#,
        "the `Invoice`; the parameters are `NewInvoice`",
    ),
    (Call::GetInvoiceSettings, "{}", "the store's `InvoiceSettings`"),
    (
        Call::FindInvoices,
        r#"{"status": "new", "limit": 10}"#,
        "a list of `Invoice`; the parameters are those of `GET /invoices`",
    ),
    (
        Call::CreatePublicPosToken,
        r#"{"label": "till 2"}"#,
        "a list of one `PublicToken`, which asks for no signature",
    ),
    (Call::GetLedgers, "{}", "a list of `Balance`"),
    (Call::GetLedgerEntries, r#"{"currency": "BTC", "startDate": "2026-11-01"}"#, "a list of `Entry`"),
    (
        Call::CreditPartialPayment,
        r#"{"commit": false}"#,
        "the `Invoice`, as accepting a partial payment leaves it",
    ),
    (Call::CreditOverpayment, r#"{"commit": false}"#, "the `Invoice`, as accepting an overpayment leaves it"),
    (Call::SendNotification, "{}", "`Success`"),
    (
        Call::Refund,
        r#"{"bitcoinAddress": "mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS", "amount": 20, "currency": "USD"}"#,
        "the `Refund`",
    ),
    (Call::GetRefunds, "{}", "a list of `Refund`"),
];

/// The document with what its operations share.
pub fn complete(mut document: OpenApi) -> OpenApi {
    documented::know::<Refusal>(&mut document);
    documented::know::<Token>(&mut document);
    documented::know::<PublicToken>(&mut document);
    documented::know::<InvoiceSettings>(&mut document);
    for mut found in documented::operations(&mut document) {
        found.operation.tags = Some(vec!["BitPay".to_owned()]);
        match found.name() {
            "call" => {
                json_rpc(&mut found, |call| call.facades().contains(&"public"));
                found.operation.security = Some(vec![anyone(), signed(), key()]);
            }
            "callWithToken" => {
                json_rpc(&mut found, |call| call.facades().iter().any(|facade| *facade != "public"));
                // A till's token asks for nothing more.
                found.operation.security = Some(vec![signed(), key(), anyone()]);
            }
            _ => rest(&mut found),
        }
        refusals(&mut found);
        found.may_be_repeated();
    }
    document
}

/// The calls that an operation makes.
fn calls(name: &str) -> Vec<Call> {
    match name {
        "adjustInvoice" => vec![Call::CreditPartialPayment, Call::CreditOverpayment],
        "getRate" => vec![Call::GetRateForCurrency],
        "createRefund" => vec![Call::Refund],
        "findRefunds" => vec![Call::GetRefunds],
        "getBareRates" => vec![Call::GetRates],
        other => Call::from_method(other).into_iter().collect(),
    }
}

/// Whose work an operation is, unless everybody's.
fn facades(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "getRefund" | "showRefund" => Some(facade::READS_REFUND),
        "cancelRefund" | "deleteRefund" => Some(facade::CANCELS_REFUND),
        "showRefundByGuid" => Some(facade::FINDS_REFUND),
        name => calls(name).first().map(|call| call.facades()),
    }
}

fn rest(found: &mut Found<'_>) {
    let Some(facades) = facades(found.name()) else {
        found.operation.security = Some(match found.name() {
            "listTokens" => vec![signed()],
            "showUser" => vec![signed(), key()],
            _ => vec![anyone()],
        });
        return;
    };
    let mut security = if facades.contains(&"public") { vec![anyone()] } else { vec![] };
    if found.name() != LOOKED_UP {
        security.extend([signed(), key()]);
    }
    found.operation.security = Some(security);
    let told = format!("Facades: {}.", named(facades));
    found.operation.description = Some(match found.operation.description.take() {
        Some(before) => format!("{before}\n\n{told}"),
        None => told,
    });
}

/// The methods that can be called there, each with its parameters.
fn json_rpc(found: &mut Found<'_>, here: impl Fn(Call) -> bool) {
    let calls = || CALLS.iter().filter(|(call, ..)| here(*call));
    let rows: String = calls()
        .map(|(call, _, answer)| format!("| `{}` | {} | {answer} |\n", call.method(), named(call.facades())))
        .collect();
    found.operation.description = Some(format!(
        "`params` is an object, or one written as a text. A refusal has its status, as everywhere.\n\n\
         | method | facades | answer |\n|---|---|---|\n{rows}"
    ));
    let Some(RefOr::T(body)) = &mut found.operation.request_body else { return };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else { continue };
        content.examples = calls()
            .map(|(call, params, _)| {
                let params: Value = serde_json::from_str(params).unwrap_or_default();
                let body = json!({ "method": call.method(), "params": params });
                let example = ExampleBuilder::new().summary(call.method()).value(Some(body)).build();
                (call.method().to_owned(), RefOr::T(example))
            })
            .collect();
    }
}

fn named(facades: &[&str]) -> String {
    facades.iter().map(|facade| format!("`{facade}`")).collect::<Vec<_>>().join(", ")
}

/// Nothing is asked for.
fn anyone() -> SecurityRequirement {
    SecurityRequirement::default()
}

/// Both headers of a signature.
fn signed() -> SecurityRequirement {
    SecurityRequirement::new("identity", [""; 0]).add("signature", [""; 0])
}

/// A store's legacy key.
fn key() -> SecurityRequirement {
    SecurityRequirement::new("legacyKey", [""; 0])
}

/// Those that follow from how a request is read, and from what it may name.
fn refusals(found: &mut Found<'_>) {
    use StatusCode as S;
    let is_static = found.name() == LOOKED_UP;
    let has_body = found.operation.request_body.is_some();
    let asks = found.operation.parameters.is_some() || has_body;
    for (holds, status, when) in [
        (!is_static, S::BAD_REQUEST, "It makes no sense; a value is named."),
        (!is_static, S::UNAUTHORIZED, "The credentials are wrong, or there are none where they are needed."),
        (
            asks,
            S::FORBIDDEN,
            "The credentials are good, but not for this: another facade's work, or another store's.",
        ),
        (asks, S::NOT_FOUND, "There is no such thing, or it is another store's."),
        (!is_static, S::REQUEST_TIMEOUT, "The body did not arrive in time."),
        (
            !is_static,
            S::CONFLICT,
            "An `Idempotency-Key` with another body, another client's code, or an old `requestNumber`.",
        ),
        (!is_static, S::PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB."),
        (has_body, S::UNSUPPORTED_MEDIA_TYPE, "The body is not `application/json`."),
        (
            !is_static,
            S::TOO_MANY_REQUESTS,
            "Too often from one address: `Retry-After` says when to come back.",
        ),
        (true, S::INTERNAL_SERVER_ERROR, "The server's own fault; its log says which."),
        (true, S::SERVICE_UNAVAILABLE, "Not at the moment: the error says why. Try again later."),
    ] {
        if holds {
            found.refuses(status, when, REFUSAL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_told_of_once_with_parameters_that_are_an_object() {
        for call in Call::ALL {
            let told: Vec<_> = CALLS.iter().filter(|(told, ..)| *told == call).collect();
            assert_eq!(told.len(), 1, "{}", call.method());
            assert!(serde_json::from_str::<Value>(told[0].1).unwrap().is_object(), "{}", call.method());
        }
    }
}
