//! Refunds, as BitPay has them: what is asked, and the object of answers.

use rust_decimal::Decimal;
use serde::Serialize;
use specie_core::money::{Currency, Price};
use utoipa::ToSchema;

use super::invoice::iso;
use super::request::Fields;
use super::{BadRequest, Num};
use crate::app::view::{AskRefund, RateOf, RefundAmount, RefundState, RefundView};

/// The facade of a refund's token.
pub const FACADE: &str = "merchant/supportRequest";

/// A refund.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    id: String,
    /// When it was asked, in ISO 8601.
    request_date: String,
    /// `pending`, `success` (in a block), `failure` (what was signed for it can never be in a block) or
    /// `canceled`.
    #[schema(example = "pending")]
    status: &'static str,
    /// The token by which the caller acts on this refund: the same in every answer.
    token: String,
    /// The caller's own name for it.
    guid: Option<String>,
    /// The invoice's id.
    invoice: String,
    /// The amount as it was asked, in `currency`.
    amount: Num,
    #[schema(example = "USD")]
    currency: &'static str,
    /// Where it goes; `null` as long as the buyer has not said.
    bitcoin_address: Option<String>,
    /// The page that asks the buyer where it goes; `null` once that is known, or the refund is over.
    claim_url: Option<String>,
    /// Always `BTC`.
    transaction_currency: &'static str,
    /// The amount that is sent, in bitcoin.
    transaction_amount: Num,
    /// Its share of the network's fee, in bitcoin, once it is paid.
    transaction_refund_fee: Option<Num>,
    /// The transaction that paid it, or is going to.
    txid: Option<String>,
}

/// A refund with the token by which its caller acts on it.
#[must_use]
pub fn refund(view: &RefundView, token: String) -> Refund {
    let claim = view.claim.as_ref().filter(|_| view.state == RefundState::AddressWanted);
    Refund {
        id: view.id.to_string(),
        request_date: iso(view.requested_at),
        status: status(view.state),
        token,
        guid: view.guid.clone(),
        invoice: view.invoice_id.to_string(),
        amount: Num(view.asked),
        currency: view.currency.code(),
        bitcoin_address: view.address.clone(),
        claim_url: claim.map(|claim| claim.url.clone()),
        transaction_currency: "BTC",
        transaction_amount: in_btc(view.amount),
        transaction_refund_fee: view.fee.map(in_btc),
        txid: view.txid.clone(),
    }
}

fn in_btc(sats: u64) -> Num {
    Num(Decimal::from_i128_with_scale(i128::from(sats), 8))
}

fn status(state: RefundState) -> &'static str {
    match state {
        RefundState::AddressWanted | RefundState::Ready | RefundState::ToSign | RefundState::Sent => {
            "pending"
        }
        RefundState::Success => "success",
        RefundState::Cancelled => "canceled",
        RefundState::Failure => "failure",
    }
}

/// What is asked: all that can be given back, or so much of a currency at the rate of the sale. As BitPay
/// has it, not while the invoice is partially paid or overpaid.
///
/// # Errors
/// [`BadRequest`] naming the field that makes no sense, or that asks for what is not done.
pub fn wanted(fields: &Fields) -> Result<AskRefund, BadRequest> {
    for (name, why) in [
        ("preview", "no refund is shown before it is asked"),
        ("buyerPaysRefundFee", "the merchant pays the network's fee"),
    ] {
        if fields.truth(name)? == Some(true) {
            return Err(BadRequest(format!("'{name}' is not possible: {why}")));
        }
    }
    let currency = fields.text("currency")?.map(|code| code.parse::<Currency>()).transpose();
    let currency = currency.map_err(|_| BadRequest("'currency' is none that is known".to_owned()))?;
    let amount = match (fields.decimal("amount")?, currency) {
        (None, _) => RefundAmount::Whole,
        (Some(_), None) => return Err(missing("currency")),
        (Some(amount), Some(currency)) => {
            RefundAmount::Worth(Price { amount: exact(amount, currency)?, currency }, RateOf::Sale)
        }
    };
    Ok(AskRefund { amount, address: fields.text("bitcoinAddress")?, guid: fields.guid(), exact: true })
}

/// Whether all three fields are there that BitPay's JSON-RPC wants.
///
/// # Errors
/// [`BadRequest`] naming one that is missing.
pub fn said_whole(fields: &Fields) -> Result<(), BadRequest> {
    let absent = ["bitcoinAddress", "amount", "currency"].into_iter().find(|name| fields.get(name).is_none());
    absent.map_or(Ok(()), |name| Err(missing(name)))
}

/// An amount is what it says: it is never rounded.
fn exact(amount: Decimal, currency: Currency) -> Result<Decimal, BadRequest> {
    let (amount, digits) = (amount.normalize(), currency.decimals());
    if amount > Decimal::ZERO && amount.scale() <= digits {
        return Ok(amount);
    }
    Err(BadRequest(format!("'amount' is not above zero, with at most {digits} digits behind the point")))
}

fn missing(name: &str) -> BadRequest {
    BadRequest(format!("'{name}' property is required"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Result<AskRefund, String> {
        wanted(&Fields::parse(body.as_bytes()).unwrap()).map_err(|error| error.0)
    }

    #[test]
    fn an_amount_is_exactly_what_it_says_or_everything() {
        for (body, expected) in [
            ("{}", None),
            (r#"{"currency":"USD"}"#, None),
            (r#"{"amount":null,"currency":"EUR"}"#, None),
            (r#"{"amount":20,"currency":"USD"}"#, Some(("20", "USD"))),
            (r#"{"amount":"20.50","currency":" usd "}"#, Some(("20.5", "USD"))),
            (r#"{"amount":2e1,"currency":"USD","preview":false}"#, Some(("20", "USD"))),
            (r#"{"Amount":0.00000001,"CURRENCY":"BTC"}"#, Some(("0.00000001", "BTC"))),
            (r#"{"amount":20.0,"currency":"JPY"}"#, Some(("20", "JPY"))),
        ] {
            let amount = asked(body).unwrap_or_else(|error| panic!("{body}: {error}")).amount;
            let shown = match amount {
                RefundAmount::Worth(price, RateOf::Sale) => {
                    Some((price.amount.to_string(), price.currency.code()))
                }
                RefundAmount::Whole => None,
                other => panic!("{body}: {other:?}"),
            };
            assert_eq!(shown, expected.map(|(amount, code)| (amount.to_owned(), code)), "{body}");
        }
        for (body, words) in [
            (r#"{"amount":20}"#, "'currency' property is required"),
            (r#"{"amount":20,"currency":"DOGE"}"#, "'currency' is none"),
            (r#"{"currency":"DOGE"}"#, "'currency' is none"),
            (r#"{"amount":0,"currency":"USD"}"#, "'amount' is not above zero"),
            (r#"{"amount":-1,"currency":"USD"}"#, "'amount' is not above zero"),
            (r#"{"amount":0.30000000000000004,"currency":"USD"}"#, "at most 2 digits"),
            (r#"{"amount":0.000000001,"currency":"BTC"}"#, "at most 8 digits"),
            (r#"{"amount":0.5,"currency":"JPY"}"#, "at most 0 digits"),
            (r#"{"amount":"NaN","currency":"USD"}"#, "'amount' is not a number"),
            (r#"{"amount":"1,000","currency":"USD"}"#, "'amount' is not a number"),
            (r#"{"amount":1e400,"currency":"USD"}"#, "'amount' is not a number"),
            (r#"{"amount":true,"currency":"USD"}"#, "'amount' is not a number"),
            (r#"{"bitcoinAddress":[]}"#, "'bitcoinAddress' is not a text"),
            (r#"{"preview":true}"#, "'preview'"),
            (r#"{"buyerPaysRefundFee":"true"}"#, "'buyerPaysRefundFee'"),
        ] {
            assert!(asked(body).is_err_and(|error| error.contains(words)), "{body}: {:?}", asked(body));
        }
    }

    #[test]
    fn json_rpc_has_to_say_all_of_it() {
        let said = |body: &str| said_whole(&Fields::parse(body.as_bytes()).unwrap());
        assert!(said(r#"{"bitcoinAddress":"x","amount":1,"currency":"USD"}"#).is_ok());
        for (body, name) in [
            ("{}", "bitcoinAddress"),
            (r#"{"bitcoinAddress":"x"}"#, "amount"),
            (r#"{"bitcoinAddress":"x","amount":1,"currency":null}"#, "currency"),
        ] {
            assert!(said(body).unwrap_err().0.contains(name), "{body}");
        }
    }
}
