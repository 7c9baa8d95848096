//! The ledger of answers: a balance for each currency, and entries, field for field.
//!
//! A ledger holds bitcoin alone. The store's own currency is listed beside it, with nothing in it,
//! because clients look for it there.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use specie_core::ledger::Kind;
use specie_core::money::Currency;

use super::BadRequest;
use super::filter::{limit, offset, period};
use super::invoice::{ex_rates_of, iso, num};
use crate::app::view::{BalanceView, EntryView, LedgerPage};

/// Satoshis of a bitcoin: the unit of an entry's amount.
const SCALE: u32 = 100_000_000;

/// `{"currency": "BTC", "balance": 0.0076}`.
#[must_use]
pub fn balance(view: &BalanceView) -> Value {
    let balance = Decimal::from_i128_with_scale(i128::from(view.sats), 8);
    json!({ "currency": view.currency.code(), "balance": num(balance) })
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
pub fn entry(view: &EntryView) -> Value {
    let id = view.invoice_id.to_string();
    let (code, tx_type) = match view.kind {
        Kind::Credit => (1003, "ACH/other"),
        Kind::Sale | Kind::SaleReversed | Kind::Surplus | Kind::SurplusReversed => (1000, "sale"),
    };
    let mut entry = json!({
        "code": code,
        "amount": view.amount,
        "timestamp": iso(view.at),
        "scale": SCALE,
        "txType": tx_type,
        "exRates": ex_rates_of(view.currency, view.rate.as_ref()),
        "buyerFields": {},
        "invoiceId": id,
        "sourceType": "invoice",
        "customerData": { "customData": [] },
        "invoiceAmount": num(view.price),
        "invoiceCurrency": view.currency.code(),
    });
    let told = match view.kind {
        Kind::Credit => Some(("overpayment credit", format!("BTC credit for overpayment of invoice {id}"))),
        Kind::SaleReversed => Some(("sale reversed", format!("A payment of invoice {id} was lost"))),
        Kind::Sale | Kind::Surplus | Kind::SurplusReversed => None,
    };
    if let Some((description, notes)) = told {
        entry["description"] = json!(description);
        entry["notes"] = json!(notes);
    }
    entry
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
