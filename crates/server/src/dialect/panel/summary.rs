//! The metrics of a merchant: of all stores together, and of each.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};
use specie_core::invoice::Status;
use specie_core::money::Currency;

use super::number;
use crate::app::view::{Sales, StoreSummary};

/// The periods that are told of, in days, today included.
const PERIODS: [(&str, i64); 3] = [("today", 1), ("last_7_days", 7), ("last_30_days", 30)];
/// How exact the share of invoices that are paid is.
const SHARE_DIGITS: u32 = 4;

/// Everything, and the same of each store.
#[must_use]
pub fn summary(stores: &[StoreSummary]) -> Value {
    let mut all = metrics(stores);
    let each = stores.iter().map(|one| {
        let mut shown = Map::new();
        shown.insert("id".to_owned(), json!(one.store.number));
        shown.insert("name".to_owned(), json!(one.store.name));
        shown.extend(metrics(std::slice::from_ref(one)));
        Value::Object(shown)
    });
    all.insert("stores".to_owned(), each.collect());
    Value::Object(all)
}

fn metrics(stores: &[StoreSummary]) -> Map<String, Value> {
    let sum = |of: fn(&StoreSummary) -> i64| stores.iter().map(of).sum::<i64>();
    let flag = |name: &str| stores.iter().filter_map(|one| one.flags.get(name)).sum::<i64>();
    let month = sales(stores, 30);
    let mut shown = Map::new();
    for (name, value) in [
        (
            "balance",
            json!({ "BTC": {
                "settled": btc(sum(|one| one.settled)),
                "pending": btc(sum(|one| one.pending)),
                // This server sends nothing, so nothing was sent back.
                "refunded": 0,
            } }),
        ),
        ("invoices", statuses(stores)),
        (
            "volume",
            PERIODS.map(|(name, days)| (name.to_owned(), volume(&sales(stores, days)))).into_iter().collect(),
        ),
        ("average_ticket", month.iter().map(|(currency, sales)| average(*currency, *sales)).collect()),
        ("conversion", conversion(stores)),
        (
            "needs_attention",
            json!({
                "partial": flag("paidPartial"),
                "late": flag("paidLate"),
                "over": flag("paidOver"),
                "failing_webhooks": sum(|one| one.failing),
            }),
        ),
    ] {
        shown.insert(name.to_owned(), value);
    }
    shown
}

fn of_status(stores: &[StoreSummary], status: Status) -> i64 {
    stores.iter().filter_map(|one| one.statuses.get(&status)).sum()
}

fn statuses(stores: &[StoreSummary]) -> Value {
    let each = Status::ALL.into_iter().map(|status| (status.name(), of_status(stores, status)));
    let mut shown: Map<String, Value> = each.map(|(name, n)| (name.to_owned(), json!(n))).collect();
    let total: i64 = Status::ALL.into_iter().map(|status| of_status(stores, status)).sum();
    shown.insert("total".to_owned(), json!(total));
    Value::Object(shown)
}

/// The sales of the last days, by currency.
fn sales(stores: &[StoreSummary], days: i64) -> BTreeMap<Currency, Sales> {
    let mut sums = BTreeMap::<Currency, Sales>::new();
    let all = stores.iter().flat_map(|one| &one.sales).filter(|(ago, ..)| *ago < days);
    for (_, currency, sales) in all.filter(|(.., sales)| sales.number != 0) {
        let sum = sums.entry(*currency).or_default();
        *sum = sum.plus(*sales);
    }
    sums
}

fn volume(sales: &BTreeMap<Currency, Sales>) -> Value {
    let currencies: Map<String, Value> =
        sales.iter().map(|(currency, sales)| (currency.code().to_owned(), number(sales.amount))).collect();
    let sats = sales.values().map(|sales| sales.sats).sum();
    let count: i64 = sales.values().map(|sales| sales.number).sum();
    json!({ "sales": count, "currencies": currencies, "btc": btc(sats) })
}

fn average(currency: Currency, sales: Sales) -> (String, Value) {
    let mean = sales.amount.checked_div(Decimal::from(sales.number)).unwrap_or_default();
    let mean = mean.round_dp_with_strategy(currency.decimals(), RoundingStrategy::MidpointAwayFromZero);
    (currency.code().to_owned(), number(mean))
}

/// The share of invoices that are paid; none if there is no invoice.
fn conversion(stores: &[StoreSummary]) -> Value {
    let of = |statuses: &[Status]| statuses.iter().map(|status| of_status(stores, *status)).sum::<i64>();
    let paid = of(&[Status::Paid, Status::Confirmed, Status::Complete]);
    let share = Decimal::from(paid).checked_div(Decimal::from(of(&Status::ALL)));
    share.map_or(Value::Null, |share| number(share.round_dp(SHARE_DIGITS)))
}

/// Satoshis as a JSON number of bitcoin; a sum of them.
fn btc(sats: i64) -> Value {
    number(Decimal::new(sats, 8))
}
