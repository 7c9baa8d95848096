//! The metrics of a merchant: of all stores together, and of each.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use specie_core::invoice::Status;
use specie_core::money::Currency;
use utoipa::ToSchema;

use super::Amount;
use crate::app::view::{Sales, StoreSummary};

/// How exact the share of invoices that are paid is.
const SHARE_DIGITS: u32 = 4;

/// The metrics of all stores together, and of each.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelSummary)]
pub struct Summary {
    #[serde(flatten)]
    all: Metrics,
    /// The same of each store.
    stores: Vec<OfStore>,
}

/// The metrics of one store.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelStoreSummary)]
pub struct OfStore {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    #[serde(flatten)]
    metrics: Metrics,
}

/// What is told of stores.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelMetrics)]
pub struct Metrics {
    /// What was earned.
    balance: Balance,
    /// How many invoices there are.
    invoices: Counts,
    /// What was sold.
    volume: Periods,
    /// What a sale comes to, by currency, over the last 30 days.
    average_ticket: BTreeMap<&'static str, Amount>,
    /// Invoices that are paid, confirmed or complete among all; `null` if there is none.
    conversion: Option<Amount>,
    /// What a merchant should look at.
    needs_attention: Attention,
}

/// What was earned, by currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelBalance)]
pub struct Balance {
    #[serde(rename = "BTC")]
    btc: Bitcoin,
}

/// What was earned, in bitcoin.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelBitcoin)]
pub struct Bitcoin {
    /// In the ledger.
    settled: Amount,
    /// Received, and not in the ledger yet.
    pending: Amount,
    /// Sent back.
    refunded: Amount,
}

/// How many invoices have each status.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelCounts)]
pub struct Counts {
    new: i64,
    paid: i64,
    confirmed: i64,
    complete: i64,
    expired: i64,
    invalid: i64,
    /// All of them.
    total: i64,
}

/// What was sold, by period; a day is one of UTC, today included.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelVolumes)]
pub struct Periods {
    today: Volume,
    last_7_days: Volume,
    last_30_days: Volume,
}

/// What was sold.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelVolume)]
pub struct Volume {
    /// How many.
    sales: i64,
    /// What they come to.
    currencies: BTreeMap<&'static str, Amount>,
    /// What came for them.
    btc: Amount,
}

/// What a merchant should look at.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PanelAttention)]
pub struct Attention {
    /// Invoices that are paid in part.
    partial: i64,
    /// Invoices that were paid late.
    late: i64,
    /// Invoices that were paid more than was asked.
    over: i64,
    /// Notifications that failed and are tried again.
    failing_webhooks: i64,
}

/// Everything, and the same of each store.
#[must_use]
pub fn summary(stores: &[StoreSummary]) -> Summary {
    let each = stores.iter().map(|one| OfStore {
        id: one.store.number,
        name: one.store.name.clone(),
        metrics: metrics(std::slice::from_ref(one)),
    });
    Summary { all: metrics(stores), stores: each.collect() }
}

fn metrics(stores: &[StoreSummary]) -> Metrics {
    let sum = |of: fn(&StoreSummary) -> i64| stores.iter().map(of).sum::<i64>();
    let flag = |name: &str| stores.iter().filter_map(|one| one.flags.get(name)).sum::<i64>();
    let volume = |days| volume(&sales(stores, days));
    let month = sales(stores, 30);
    Metrics {
        balance: Balance {
            btc: Bitcoin {
                settled: btc(sum(|one| one.settled)),
                pending: btc(sum(|one| one.pending)),
                // This server sends nothing, so nothing was sent back.
                refunded: btc(sum(|one| one.refunded)),
            },
        },
        invoices: statuses(stores),
        volume: Periods { today: volume(1), last_7_days: volume(7), last_30_days: volume(30) },
        average_ticket: month.iter().map(|(currency, sales)| average(*currency, *sales)).collect(),
        conversion: conversion(stores),
        needs_attention: Attention {
            partial: flag("paidPartial"),
            late: flag("paidLate"),
            over: flag("paidOver"),
            failing_webhooks: sum(|one| one.failing),
        },
    }
}

fn of_status(stores: &[StoreSummary], status: Status) -> i64 {
    stores.iter().filter_map(|one| one.statuses.get(&status)).sum()
}

fn statuses(stores: &[StoreSummary]) -> Counts {
    Counts {
        new: of_status(stores, Status::New),
        paid: of_status(stores, Status::Paid),
        confirmed: of_status(stores, Status::Confirmed),
        complete: of_status(stores, Status::Complete),
        expired: of_status(stores, Status::Expired),
        invalid: of_status(stores, Status::Invalid),
        total: Status::ALL.into_iter().map(|status| of_status(stores, status)).sum(),
    }
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

fn volume(sales: &BTreeMap<Currency, Sales>) -> Volume {
    Volume {
        sales: sales.values().map(|sales| sales.number).sum(),
        currencies: sales.iter().map(|(currency, sales)| (currency.code(), Amount(sales.amount))).collect(),
        btc: btc(sales.values().map(|sales| sales.sats).sum()),
    }
}

fn average(currency: Currency, sales: Sales) -> (&'static str, Amount) {
    let mean = sales.amount.checked_div(Decimal::from(sales.number)).unwrap_or_default();
    let mean = mean.round_dp_with_strategy(currency.decimals(), RoundingStrategy::MidpointAwayFromZero);
    (currency.code(), Amount(mean))
}

/// The share of invoices that are paid; none if there is no invoice.
fn conversion(stores: &[StoreSummary]) -> Option<Amount> {
    let of = |statuses: &[Status]| statuses.iter().map(|status| of_status(stores, *status)).sum::<i64>();
    let paid = of(&[Status::Paid, Status::Confirmed, Status::Complete]);
    let share = Decimal::from(paid).checked_div(Decimal::from(of(&Status::ALL)));
    share.map(|share| Amount(share.round_dp(SHARE_DIGITS)))
}

/// Satoshis as a JSON number of bitcoin; a sum of them.
fn btc(sats: i64) -> Amount {
    Amount(Decimal::new(sats, 8))
}
