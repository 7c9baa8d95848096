//! The ledger of answers: a balance for each currency, and entries, field for field.
//!
//! A ledger holds bitcoin alone. The store's own currency is listed beside it, with nothing in it,
//! because clients look for it there.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};
use specie_core::ledger::Kind;
use specie_core::money::Currency;
use utoipa::ToSchema;

use super::filter::{limit, offset, period};
use super::invoice::{ex_rates_of, iso};
use super::{BadRequest, Num};
use crate::app::view::{BalanceView, EntryView, LedgerPage};

/// Satoshis of a bitcoin: the unit of an entry's amount.
const SCALE: u32 = 100_000_000;

/// What is in a ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Balance {
    /// The ledger's currency.
    #[schema(example = "BTC")]
    currency: &'static str,
    /// The sum of its entries.
    balance: Num,
}

/// An entry of a ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// 1000 is a sale, 1003 an accepted overpayment, 1020 a refund, 1023 the network's fee for it.
    #[schema(example = 1000)]
    code: u32,
    /// In parts of the currency, of which there are `scale` in one.
    #[schema(example = 40000)]
    amount: i64,
    /// When it was booked, in ISO 8601.
    timestamp: String,
    /// Satoshis of a bitcoin.
    scale: u32,
    /// `sale`, `ACH/other`, `refund` or `fee`.
    #[schema(example = "sale")]
    tx_type: &'static str,
    /// What a bitcoin was worth.
    #[schema(value_type = std::collections::BTreeMap<String, Num>)]
    ex_rates: Value,
    /// Always empty.
    #[schema(value_type = Object)]
    buyer_fields: Map<String, Value>,
    /// The invoice that it comes from.
    invoice_id: String,
    /// Always `invoice`.
    source_type: &'static str,
    customer_data: CustomerData,
    /// The invoice's price.
    invoice_amount: Num,
    /// The invoice's currency.
    #[schema(example = "USD")]
    invoice_currency: &'static str,
    /// What is special about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    description: Option<&'static str>,
    /// The same in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notes: Option<String>,
}

/// What the buyer said: nothing here.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerData {
    /// Always empty.
    custom_data: Vec<String>,
}

/// `{"currency": "BTC", "balance": 0.0076}`.
#[must_use]
pub fn balance(view: &BalanceView) -> Balance {
    let balance = Decimal::from_i128_with_scale(i128::from(view.sats), 8);
    Balance { currency: view.currency.code(), balance: Num(balance) }
}

/// The currency of a ledger, whatever the case of its code.
///
/// # Errors
/// If there is no such currency.
pub fn currency(code: &str) -> Result<Currency, BadRequest> {
    let shortened: String = code.chars().take(24).collect();
    code.parse().map_err(|_| BadRequest(format!("There is no currency {shortened}")))
}

/// The entries that a query asks for, by `startDate` and `endDate`, the last day counting whole. Keys
/// match whatever their case; unknown ones mean nothing.
///
/// # Errors
/// [`BadRequest`] naming the parameter that makes no sense.
pub fn page(query: &[(String, String)]) -> Result<LedgerPage, BadRequest> {
    let (from, until) = period(query, "startDate", "endDate")?;
    Ok(LedgerPage { from, until, limit: limit(query)?, offset: offset(query)? })
}

/// An entry as BitPay lists it.
#[must_use]
pub fn entry(view: &EntryView) -> Entry {
    let id = view.invoice_id.to_string();
    let (code, tx_type) = match view.kind {
        Kind::Credit => (1003, "ACH/other"),
        Kind::Refund | Kind::RefundReversed => (1020, "refund"),
        Kind::Fee | Kind::FeeReversed => (1023, "fee"),
        Kind::Sale | Kind::SaleReversed | Kind::Surplus | Kind::SurplusReversed => (1000, "sale"),
    };
    let (description, notes) = match view.kind {
        Kind::Credit => {
            (Some("overpayment credit"), Some(format!("BTC credit for overpayment of invoice {id}")))
        }
        Kind::SaleReversed => (Some("sale reversed"), Some(format!("A payment of invoice {id} was lost"))),
        Kind::Refund => (Some("refund"), Some(format!("Refund of invoice {id}"))),
        Kind::RefundReversed => {
            (Some("refund reversed"), Some(format!("A refund of invoice {id} left its block")))
        }
        Kind::Fee => (Some("network fee"), Some(format!("Network fee of a refund of invoice {id}"))),
        Kind::FeeReversed => {
            (Some("network fee reversed"), Some(format!("A refund of invoice {id} left its block")))
        }
        Kind::Sale | Kind::Surplus | Kind::SurplusReversed => (None, None),
    };
    Entry {
        code,
        amount: view.amount,
        timestamp: iso(view.at),
        scale: SCALE,
        tx_type,
        ex_rates: ex_rates_of(view.currency, view.rate.as_ref()),
        buyer_fields: Map::new(),
        invoice_id: id,
        source_type: "invoice",
        customer_data: CustomerData { custom_data: vec![] },
        invoice_amount: Num(view.price),
        invoice_currency: view.currency.code(),
        description,
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_core::time::Timestamp;

    fn asked(query: &str) -> Result<LedgerPage, BadRequest> {
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        page(&query)
    }

    #[test]
    fn the_dates_of_a_ledger_are_read_in_every_spelling_that_clients_use() {
        let (first, last) = (1_409_529_600_000, 1_412_121_600_000); // 2014-09-01 and 2014-10-01
        for query in [
            "startDate=2014-9-1&endDate=2014-9-30",
            "startDate=2014-09-01&endDate=2014-09-30",
            "startDate=09/01/2014&endDate=09%2F30%2F2014",
            "STARTDATE=2014-09-01T00:00:00Z&enddate=1412121599999",
        ] {
            let page = asked(query).unwrap();
            assert_eq!((page.from.as_millis(), page.until.as_millis()), (first, last), "{query}");
        }
        let all = asked("").unwrap();
        assert_eq!((all.from, all.until.as_millis()), (Timestamp::EPOCH, i64::MAX));
        assert_eq!((all.limit, all.offset), (1000, 0));
        for (query, name) in
            [("startDate=soon", "startDate"), ("endDate=2014-02-30", "endDate"), ("limit=x", "limit")]
        {
            assert!(asked(query).unwrap_err().0.contains(&format!("'{name}'")), "{query}");
        }
    }

    #[test]
    fn a_currency_is_named_in_any_case() {
        for code in ["BTC", "btc", "Btc"] {
            assert_eq!(currency(code).unwrap().code(), "BTC");
        }
        assert_eq!(currency("usd").unwrap().code(), "USD");
        assert!(currency("pebbles").unwrap_err().0.contains("pebbles"));
    }
}
