//! `POST /api` and `POST /api/{token}`: JSON-RPC, the form in which BitPay's document has its calls.
//!
//! The token says for whom a call is and what it may do; the calls themselves are those of the REST
//! routes. `params` is an object, or one written as a text.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use specie_core::ids::InvoiceId;
use specie_core::invoice::Adjustment;

use super::{
    Answer, Asked, adjustments, again, applications, currencies, invoices, ledgers, rates, refunds, settings,
    tokens, value, values,
};
use crate::app::{Access, Answered, AppError, Scope};
use crate::dialect::bitpay::body::RpcCall;
use crate::dialect::bitpay::facade::Call;
use crate::dialect::bitpay::request::Fields;
use crate::dialect::bitpay::{adjustment, filter, refund, token};
use crate::http::auth::{Caller, Incoming, Limited};
use crate::http::repeated::respond;
use crate::http::{ApiError, Segments, Web};

/// The parameters by which invoices are found.
const FILTERS: [&str; 9] =
    ["dateStart", "dateEnd", "limit", "skip", "offset", "itemCode", "orderId", "status", "archived"];
/// The parameters by which entries of a ledger are found.
const ENTRIES: [&str; 5] = ["startDate", "endDate", "limit", "skip", "offset"];

/// A call without a token: what anyone may do, and more in nobody's name.
#[utoipa::path(
    post,
    path = "/api",
    operation_id = "call",
    request_body(content = RpcCall, description = "The call."),
    responses((status = 200, description = "What the method answers.", body = Answer<Value>)),
)]
pub async fn public(State(web): State<Web>, request: Request) -> Result<Response, ApiError> {
    run(&web, None, request).await
}

/// A call with a token.
#[utoipa::path(
    post,
    path = "/api/{token}",
    operation_id = "callWithToken",
    params(("token" = String, Path, description = "A token of a store, or of an invoice.")),
    request_body(content = RpcCall, description = "The call."),
    responses((status = 200, description = "What the method answers.", body = Answer<Value>)),
)]
pub async fn with_token(
    State(web): State<Web>,
    Segments(token): Segments<String>,
    request: Request,
) -> Result<Response, ApiError> {
    run(&web, Some(token), request).await
}

async fn run(web: &Web, token: Option<String>, request: Request) -> Result<Response, ApiError> {
    let from = web.client_ip(&request);
    let incoming = Incoming::read(web, request).await?;
    let access = match &token {
        Some(token) => Some(incoming.access(web, Some(token)).await?),
        None => None,
    };
    if !incoming.is_json() {
        return Err(ApiError::unsupported_media_type());
    }
    let call = Fields::parse(&incoming.body)?;
    let method = call.text("method")?;
    let method = method.ok_or_else(|| ApiError::bad_request("'method' property is required"))?;
    let Some(call_of) = Call::from_method(&method) else {
        let name: String = method.chars().take(40).collect();
        return Err(ApiError::bad_request(format!("There is no method {name:?}")));
    };
    call_of.check(access.as_ref().map_or(Scope::Public, |access| access.scope))?;
    let fields = Fields::parse_within(&incoming.body, "params")?;
    let path = again::rpc_path(access.as_ref());
    let asked = Asked { incoming: &incoming, from, fields: &fields, body: &incoming.body, path };
    let answered = answer(web, call_of, &asked, access).await?;
    Ok(respond(answered, |data| super::json(&json!({ "data": data }))))
}

async fn answer(
    web: &Web,
    call: Call,
    asked: &Asked<'_>,
    access: Option<Access>,
) -> Result<Answered<Value>, ApiError> {
    let store = access.as_ref().map(|access| &access.store);
    match (call, access.as_ref()) {
        (Call::CreateToken | Call::CreatePublicPosToken, _)
            if matches!(asked.incoming.caller, Caller::ApiKey(_)) =>
        {
            // It would outlive the key.
            Err(ApiError::forbidden("The legacy API key lets no program in: sign the request"))
        }
        (Call::CreateToken, Some(access)) => tokens::approve(web, asked, access).await,
        (Call::CreateToken, None) => {
            if !web.limits().allow(Limited::Pairing, asked.from) {
                return Err(ApiError::too_many_requests());
            }
            let paired = tokens::pair(web, asked).await?;
            values(paired.map(|code| token::issued_with_policies(&code)))
        }
        (Call::GetInvoice, _) => {
            let id = invoice_id(asked.fields, access.as_ref())?;
            let access = access.map(|access| access.on(id)).transpose()?;
            anew(value(&invoices::one(web, access.as_ref(), id).await?))
        }
        (Call::GetInvoiceBusToken, _) => {
            let id = invoice_id(asked.fields, access.as_ref())?;
            let access = access.map(|access| access.on(id)).transpose()?;
            anew(super::events::bus(web, access.as_ref(), id).await)
        }
        (Call::GetRateForCurrency, _) => {
            let currency = asked.fields.text("currency")?;
            let currency =
                currency.ok_or_else(|| ApiError::bad_request("'currency' property is required"))?;
            anew(rates::of_currency(web, store, &currency).await)
        }
        (Call::GetRates, _) => anew(rates::all(web, store).await),
        (Call::GetCurrencies, _) => anew(value(&currencies::all())),
        (Call::CreateAccount, _) => applications::apply(web, asked).await,
        (_, None) => Err(ApiError::unauthorized("Authentication required")),
        (Call::CreateInvoice, Some(access)) => values(invoices::make(web, asked, access.clone()).await?),
        (Call::GetInvoiceSettings, Some(access)) => anew(settings::show(web, &access.store).await),
        (Call::FindInvoices, Some(access)) => {
            let filter = filter::wanted(&asked.fields.as_query(&FILTERS)?)?;
            anew(value(&invoices::found(web, access, filter).await?))
        }
        (Call::CreatePublicPosToken, Some(access)) => {
            let label = asked.fields.text("label")?;
            let idempotency = again::in_store(asked, access).idempotency(asked)?;
            let issued = web.app().issue_public_token(access.store.id, label, idempotency).await?;
            values(issued.map(|token| token::public(&token)))
        }
        (Call::GetLedgers, Some(access)) => anew(ledgers::all(web, access).await),
        (Call::GetLedgerEntries, Some(access)) => {
            let currency = asked.fields.text("currency")?;
            let currency =
                currency.ok_or_else(|| ApiError::bad_request("'currency' property is required"))?;
            anew(ledgers::entries(web, access, &currency, &asked.fields.as_query(&ENTRIES)?).await)
        }
        (
            Call::CreditPartialPayment
            | Call::CreditOverpayment
            | Call::SendNotification
            | Call::Refund
            | Call::GetRefunds,
            Some(access),
        ) => on_invoice(web, call, asked, access).await,
    }
}

/// What changes nothing is looked up each time.
fn anew(found: Result<Value, ApiError>) -> Result<Answered<Value>, ApiError> {
    found.map(Answered::anew)
}

/// What is done to the invoice that a token is for.
async fn on_invoice(
    web: &Web,
    call: Call,
    asked: &Asked<'_>,
    access: &Access,
) -> Result<Answered<Value>, ApiError> {
    let fields = asked.fields;
    let id = invoice_id(fields, Some(access))?;
    let access = access.clone().on(id)?;
    let adjustment = match call {
        Call::CreditPartialPayment => Adjustment::Partial,
        Call::CreditOverpayment => Adjustment::Over,
        Call::Refund => {
            refund::said_whole(fields)?;
            return values(refunds::ask(web, asked, &access, id).await?);
        }
        Call::GetRefunds => return anew(value(&refunds::of_invoice(web, &access, id).await?)),
        _ => return adjustments::tell(web, asked, &access, id).await,
    };
    let commit = adjustment::commit(fields)?;
    values(adjustments::adjust(web, asked, (&access, id), (adjustment, commit)).await?)
}

/// The invoice that a call is about: the one it names, else the one that its token is for.
fn invoice_id(fields: &Fields, access: Option<&Access>) -> Result<InvoiceId, ApiError> {
    let named = fields.text("invoiceId")?.map_or_else(|| fields.text("id"), |id| Ok(Some(id)))?;
    match (named, access.map(|access| access.scope)) {
        (Some(id), _) => Ok(id.parse().map_err(|_| AppError::InvoiceNotFound)?),
        (None, Some(Scope::Invoice(_, id))) => Ok(id),
        (None, _) => Err(ApiError::bad_request("'invoiceId' property is required")),
    }
}
